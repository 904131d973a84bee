"""What was said in a channel, read back through Graph: the same versions under the same keys as the activities'."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.teams.activity import Payload, microseconds, parts, text
from adapters.teams.chat_messages import SPOKEN, author_of, content_in, id_of, thread_in, time_in
from adapters.teams.connection import Connection
from adapters.teams.graph import Graph
from adapters.teams.whereabouts import Whereabouts
from bot.events import Deleted, Edited, Event, Posted, Unread
from bot.ids import ChannelRef, MessageRef
from bot.ports import Store, Transaction

PAGE = "50"
SLACK = timedelta(seconds=1)
"""How much later Graph may place an edit than the activity that told of it. One that is later still was not told."""


class History:
    """Reads channels back."""

    def __init__(self, store: Store, graph: Graph, where: Whereabouts, connection: Connection) -> None:
        self._store = store
        self._graph = graph
        self._where = where
        self._bot = connection.bot_id

    async def read(self, channel: ChannelRef, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """As `Platform.history` says; deletions that Graph tells of come too. Raises Unable where nobody consented."""
        spoken = [each async for each in self._spoken(channel, since) if author_of(each.message) != self._bot]
        known = await self._store.read(lambda tx: _newest_revisions(tx, channel, spoken))
        found = [(each.posted, _event(channel, each, known)) for each in spoken]
        within = [event for posted, event in found if since < posted <= until or since < event.at <= until]
        for event in sorted(within, key=lambda event: event.at):
            yield event

    async def _spoken(self, channel: ChannelRef, since: datetime) -> AsyncIterator["_Spoken"]:
        """All messages of every thread in which something happened after `since`."""
        path = await self._where.channel(channel)
        after = f"lastModifiedDateTime gt {since.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"
        query = {"$top": PAGE, "$filter": after}
        if path.startswith("/chats/"):
            pages = self._graph.pages(f"{path}/messages", **query, **{"$orderby": "lastModifiedDateTime desc"})
        else:
            pages = self._graph.pages(f"{path}/messages/delta", **query, **{"$expand": "replies"})
        async for root in pages:
            for each in _spoken_in(root, *parts(root, "replies")):
                yield each
            async for reply in self._graph.following(text(root, "replies@odata.nextLink")):
                for each in _spoken_in(reply):
                    yield each


@dataclass(frozen=True, slots=True)
class _Spoken:
    message: Payload
    posted: datetime


def _spoken_in(*messages: Payload) -> Iterator[_Spoken]:
    """Those that people or apps wrote."""
    for message in messages:
        posted = time_in(message, "createdDateTime")
        if text(message, "messageType") == SPOKEN and id_of(message) and posted is not None:
            yield _Spoken(message, posted)


def _newest_revisions(tx: Transaction, channel: ChannelRef, spoken: Sequence[_Spoken]) -> Mapping[str, int]:
    """The newest revision that we heard of, of each message that was edited."""
    edited = (id_of(each.message) for each in spoken if time_in(each.message, "lastEditedDateTime") is not None)
    states = (tx.messages.get(MessageRef(channel.workspace, channel.channel, id_)) for id_ in edited)
    return {state.ref.message: state.newest_revision for state in states if state is not None}


def _event(channel: ChannelRef, spoken: _Spoken, known: Mapping[str, int]) -> Event:
    """The message as it is now."""
    message, posted = spoken.message, spoken.posted
    ref = MessageRef(channel.workspace, channel.channel, id_of(message))
    deleted = time_in(message, "deletedDateTime")
    if deleted is not None:
        return Deleted(message=ref, at=deleted)
    author, content, thread = author_of(message), content_in(message), thread_in(message)
    edited = time_in(message, "lastEditedDateTime")
    if not content.text.strip() and not content.attachments:
        return Unread(message=ref, author=author, at=edited or posted, reason="no_words", thread=thread)
    if edited is None:
        return Posted(message=ref, author=author, at=posted, content=content, thread=thread)
    heard = known.get(ref.message, -1)
    is_heard = microseconds(edited - SLACK) <= heard
    revision = heard if is_heard else microseconds(edited)
    return Edited(message=ref, author=author, at=edited, content=content, revision=revision, thread=thread)
