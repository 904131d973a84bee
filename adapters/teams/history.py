"""What was said in a channel, read back through Graph: the same versions under the same keys as the activities'."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.teams.activity import Payload, parts, text
from adapters.teams.blocks import is_blocked
from adapters.teams.chat_messages import SPOKEN, author_of, content_in, id_of, thread_in, time_in
from adapters.teams.connection import Connection
from adapters.teams.graph import Graph
from adapters.teams.whereabouts import Whereabouts
from bot.events import Deleted, Edited, Event, Posted, Restored, Unread, revision_at
from bot.ids import ChannelRef, MessageId, MessageRef
from bot.ports import MessageState, Store, Transaction

PAGE = "50"
SLACK = timedelta(seconds=1)
"""How much later Graph may place an edit or a deletion than the activity that told of it. One that is later still was
not told."""


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
        known = await self._store.read(lambda tx: _states(tx, channel, spoken))
        found = [(each.posted, event) for each in spoken for event in _events(channel, each, known)]
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


def _states(tx: Transaction, channel: ChannelRef, spoken: Sequence[_Spoken]) -> Mapping[MessageId, MessageState]:
    """What we know of each message to which something happened after it was posted."""
    changed = (id_of(each.message) for each in spoken if time_in(each.message, "lastModifiedDateTime") != each.posted)
    states = (tx.messages.get(MessageRef(channel.workspace, channel.channel, id_)) for id_ in changed)
    return {state.ref.message: state for state in states if state is not None}


def _events(channel: ChannelRef, spoken: _Spoken, states: Mapping[MessageId, MessageState]) -> Iterator[Event]:
    """The message as it is now, after what happened to it since we last heard of it."""
    ref = MessageRef(channel.workspace, channel.channel, id_of(spoken.message))
    state = states.get(ref.message)
    deleted = time_in(spoken.message, "deletedDateTime")
    if deleted is not None:
        heard_at = state.deleted_at if state else None
        at = heard_at if heard_at and deleted - SLACK <= heard_at else deleted
        yield Deleted(message=ref, at=at, revision=revision_at(at))
        return
    put_back = _put_back_at(spoken, state)
    if put_back is not None:
        yield Restored(message=ref, at=put_back)
    yield _version(ref, spoken, state, put_back)


def _put_back_at(spoken: _Spoken, state: MessageState | None) -> datetime | None:
    """Since when a message is there again that we take for deleted; None where nothing is new. Graph tells only when
    something last happened to it, which was then or later."""
    modified = time_in(spoken.message, "lastModifiedDateTime")
    if state is None or state.deleted_at is None or not state.is_deleted or modified is None:
        return None
    return modified if modified > state.deleted_at else None


def _version(ref: MessageRef, spoken: _Spoken, state: MessageState | None, put_back: datetime | None) -> Event:
    message, posted = spoken.message, spoken.posted
    author, content, thread = author_of(message), content_in(message), thread_in(message)
    edited = put_back or time_in(message, "lastEditedDateTime")
    heard = state.newest_revision if state else -1
    is_heard = revision_at(edited - SLACK) <= heard if edited else heard >= 0
    # Where a reviewer blocked it Graph may keep the words back; what we judged before that is no news.
    is_withheld = is_blocked(message) and is_heard
    if not content.text.strip() and not content.attachments and not is_withheld:
        return Unread(message=ref, author=author, at=edited or posted, reason="no_words", thread=thread)
    if edited is None:
        return Posted(message=ref, author=author, at=posted, content=content, thread=thread)
    return Edited(
        message=ref,
        author=author,
        at=edited,
        content=content,
        revision=heard if is_heard else revision_at(edited),
        thread=thread,
        is_put_back=put_back is not None,
    )
