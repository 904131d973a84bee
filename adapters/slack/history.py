"""What was said in a channel, read back: the same versions under the same keys as Slack's events would have brought."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import structlog

from adapters.slack.client import Slack, Unreached
from adapters.slack.content import Payload, is_housekeeping
from adapters.slack.versions import Reading, Unreadable, time_of, unread, version_of
from bot.events import Event, Revising, Unread
from bot.ids import ChannelRef, WorkspaceId
from bot.ports import Store, Transaction

log = structlog.get_logger()
Message: TypeAlias = Mapping[str, Any]

PAGE = 200
OLDER = 200
"""How many messages from before the time in question are looked at too, for edits and for answers in their threads."""
OLDER_ANSWERS = timedelta(days=2)
"""How old an answer may be whose edit is still seen in a thread that has new ones, and how lately something must have
been heard in a thread that begins further back."""
PATIENCE = 300.0


class History:
    """Reads channels back, at the pace that Slack allows: it waits in place for minutes, longer as PlatformBusy."""

    def __init__(self, store: Store, slack: Slack, known_apps: Collection[str] | None) -> None:
        self._store = store
        self._slack = slack
        self._known_apps = known_apps

    async def read(self, channel: ChannelRef, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """As `Platform.history` says. Edits and answers are seen of the last 200 messages before `since`."""
        team = channel.workspace.partition(":")[2]
        own = (await self._slack.installation(team)).user
        reading = await self._reading(channel.workspace)
        found: dict[str, Revising | Unread] = {}
        for message in await self._messages(team, channel, since, until):
            version = _version(channel, message, reading, own)
            if version is not None and _is_within(version, since, until):
                found[version.message.message] = version
        for version in sorted(found.values(), key=lambda version: (version.at, version.message.message)):
            yield version

    async def _messages(self, team: str, channel: ChannelRef, since: datetime, until: datetime) -> list[Message]:
        """Everything that may hold something new, in no order; what was also said in the channel stands there twice."""
        found: list[Message] = []
        older = 0
        pages = self._slack.pages(
            team,
            "conversations.history",
            patience=PATIENCE,
            channel=channel.channel,
            latest=_ts(until),
            inclusive=True,
            limit=PAGE,
        )
        async for page in pages:
            messages = [message for message in page.get("messages", ()) if isinstance(message, dict)]
            found += messages
            older += sum(not _is_after(message.get("ts"), since) for message in messages)
            if older >= OLDER:
                break
        shown = {str(message.get("ts")) for message in found}
        threads = [str(message["ts"]) for message in found if _has_news(message, since)]
        for thread in [*threads, *sorted(await self._threads_before(channel, since) - shown)]:
            found += await self._answers(team, channel, thread, since, until)
        return found

    async def _threads_before(self, channel: ChannelRef, since: datetime) -> set[str]:
        """The threads in which something was said lately, by what was heard: they may begin long before."""
        known = await self._store.read(
            lambda tx: tx.messages.said_in(channel, after=since - OLDER_ANSWERS, until=since + OLDER_ANSWERS)
        )
        return {str(state.thread) for state in known if state.thread is not None}

    async def _answers(
        self, team: str, channel: ChannelRef, thread: str, since: datetime, until: datetime
    ) -> list[Message]:
        pages = self._slack.pages(
            team,
            "conversations.replies",
            patience=PATIENCE,
            channel=channel.channel,
            ts=thread,
            oldest=_ts(since - OLDER_ANSWERS),
            latest=_ts(until),
            inclusive=True,
            limit=PAGE,
        )
        try:
            return [m async for page in pages for m in page.get("messages", ()) if isinstance(m, dict)]
        except Unreached as gone:
            if gone.reason == "thread_not_found":
                return []
            raise

    async def _reading(self, workspace: WorkspaceId) -> Reading:
        def unit(tx: Transaction) -> Reading:
            people = tx.registry.people(workspace)
            names = {str(person.ref.person): person.name for person in people}
            names |= {str(c.ref.channel): c.name for c in tx.registry.channels() if c.ref.workspace == workspace}
            return Reading(
                name_of=lambda id_: names.get(id_) or id_,
                member_names=frozenset(person.name.casefold() for person in people),
                known_apps=self._known_apps,
            )

        return await self._store.read(unit)


def _version(channel: ChannelRef, message: Payload, reading: Reading, own: str) -> Revising | Unread | None:
    try:
        if message.get("subtype") == "ekm_access_denied":
            return unread(channel, message, "withheld")
        if is_housekeeping(message) or (own and message.get("user") == own):
            return None
        return version_of(channel, message, reading)
    except Unreadable as error:
        log.warning("slack.unreadable", kind="history", error=str(error))
        return None


def _is_within(version: Revising | Unread, since: datetime, until: datetime) -> bool:
    posted = time_of(version.message.message)
    return since < posted <= until or since < version.at <= until


def _has_news(message: Message, since: datetime) -> bool:
    return bool(message.get("reply_count")) and _is_after(message.get("latest_reply"), since)


def _is_after(ts: object, since: datetime) -> bool:
    try:
        return isinstance(ts, str) and time_of(ts) > since
    except Unreadable:
        return False


def _ts(at: datetime) -> str:
    """To the microsecond, as Slack names its messages; a float would round."""
    seconds = int((at - timedelta(microseconds=at.microsecond)).astimezone(UTC).timestamp())
    return f"{seconds}.{at.microsecond:06d}"
