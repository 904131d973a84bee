"""Takes Slack's events in: translated, and durable before Slack is told so. The same for HTTP and Socket Mode."""

import asyncio
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from adapters.slack.content import Json, Payload
from adapters.slack.events import PLATFORM, events_of, workspace_of
from adapters.slack.versions import Reading, Unreadable, dict_of, id_in, text_of, time_of
from bot.core import Core
from bot.events import AccountChanged, Event, Shared
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.people.alerts import owe_operators
from bot.ports import Transaction

log = structlog.get_logger()

LONG_EVENT = 1_000
"""Strings in a payload above which it is translated in a thread, so that it holds up no other."""

CHANGED_BACK = timedelta(days=30)
"""How far back is read where Slack says that much of a channel's history was changed up to some time."""

_HISTORY_CHANGED = frozenset({"channel_history_changed", "group_history_changed"})
HANDLED = _HISTORY_CHANGED | {"channel_id_changed"}
"""Kinds of events that are no event of the product's and are acted on here."""

_MENTIONED = re.compile(r"<[@#]([A-Z0-9]{2,40})")
_MENTIONING = frozenset({"user_id", "channel_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Slack says that there is more to read than it told: in one channel, or in the whole workspace. With `until` it is
    what was said up to then that changed. `formerly` is the channel's id until now, where that changed."""

    workspace: WorkspaceId
    channel: ChannelRef | None
    since: datetime
    until: datetime | None = None
    formerly: ChannelRef | None = None


class Reconciling(Protocol):
    """Whoever reads the history anew. Returns once it is noted durably that it must be."""

    async def missed(self, missed: Missed) -> None: ...


class Receiver:
    """Takes one payload of the Events API after the other. `known_apps` are the ids of the apps that may post; None:
    every app of the workspace."""

    def __init__(
        self, core: Core, intake: Intake, reconciling: Reconciling, *, known_apps: Collection[str] | None = None
    ) -> None:
        self._core = core
        self._intake = intake
        self._reconciling = reconciling
        self._known_apps = known_apps

    async def receive(self, body: Payload) -> None:
        """Returns once all that the event says is durable; said twice, it changes nothing. An event that lacks what it
        has to say is told to the operators. Raises StoreUnavailable, and then Slack must not be told "received"."""
        try:
            missed = missed_by(body)
            if missed is not None:
                await self._reconciling.missed(missed)
                return
            events = await self._translated(body)
        except Unreadable as error:
            await self._report(body, error)
            return
        if not events:
            return
        accepted = await self._core.store.write(lambda tx: self._accept(tx, events))
        if accepted:
            await self._intake.ring()

    def _accept(self, tx: Transaction, events: Collection[Event]) -> int:
        return sum([self._intake.accept(tx, event) for event in events if _says_something_new(tx, event)])

    async def _translated(self, body: Payload) -> Collection[Event]:
        reading = await self._reading(body)
        if sum(1 for _ in _strings(body)) > LONG_EVENT:
            return await asyncio.to_thread(events_of, body, reading)
        return events_of(body, reading)

    async def _reading(self, body: Payload) -> Reading:
        """The names that the event needs, looked up."""
        event = dict_of(body.get("event"))
        ids = frozenset(_mentioned(event))
        messages = (event, dict_of(event.get("message")), dict_of(event.get("previous_message")))
        has_chosen_name = any(text_of(message.get("username")) for message in messages)
        if not ids and not has_chosen_name:
            return Reading(known_apps=self._known_apps)
        workspace = workspace_of(body)

        def unit(tx: Transaction) -> Reading:
            names = {id_: _name(tx, workspace, id_) for id_ in ids}
            people = tx.registry.people(workspace) if has_chosen_name else ()
            return Reading(
                name_of=lambda id_: names.get(id_) or id_,
                member_names=frozenset(person.name.casefold() for person in people),
                known_apps=self._known_apps,
            )

        return await self._core.store.read(unit)

    async def _report(self, body: Payload, error: Unreadable) -> None:
        """Tells the operators, who look what it was: nothing of it is passed over in silence."""
        event = text_of(body.get("event_id"))
        kind = text_of(dict_of(body.get("event")).get("type"))
        log.error("slack.unreadable", key=event[:40], kind=kind[:40], error=str(error))
        try:
            workspace = workspace_of(body)
        except Unreadable:
            workspace = WorkspaceId(f"{PLATFORM}:")
        await self._core.store.write(lambda tx: owe_operators(tx, workspace, f"inbox:slack {kind} {event}"[:120]))


def missed_by(body: Payload) -> Missed | None:
    """What Slack says it did not tell; None where it says nothing of the kind. Raises Unreadable."""
    if body.get("type") == "app_rate_limited":
        since = time_of(str(body.get("minute_rate_limited", "")))
        return Missed(workspace=workspace_of(body), channel=None, since=since)
    event = dict_of(body.get("event"))
    kind = text_of(event.get("type"))
    workspace = workspace_of(body)
    if kind in _HISTORY_CHANGED:
        channel = ChannelRef(workspace, ChannelId(id_in(event, "channel")))
        latest = time_of(text_of(event.get("latest")))
        return Missed(workspace=workspace, channel=channel, since=latest - CHANGED_BACK, until=latest)
    if kind == "channel_id_changed":
        channel = ChannelRef(workspace, ChannelId(id_in(event, "new_channel_id")))
        formerly = ChannelRef(workspace, ChannelId(id_in(event, "old_channel_id")))
        since = time_of(text_of(event.get("event_ts")))
        return Missed(workspace=workspace, channel=channel, since=since, formerly=formerly)
    return None


def _says_something_new(tx: Transaction, event: Event) -> bool:
    """Slack repeats with every message whether its channel is shared, and tells of an account whenever somebody
    changes their picture: what the register knows already is not kept again."""
    match event:
        case Shared(channel=channel, is_shared=is_shared):
            return tx.registry.facts(channel).is_shared is not is_shared
        case AccountChanged(account=account):
            known = tx.registry.person(account.ref)
            told = (account.name, account.email.lower(), account.is_guest, account.is_active)
            return not account.is_app and (
                known is None or (known.name, known.email, known.is_guest, known.is_active) != told
            )
    return True


def _name(tx: Transaction, workspace: WorkspaceId, id_: str) -> str:
    person = tx.registry.person(PersonRef(workspace, PersonId(id_)))
    if person is not None:
        return person.name
    channel = tx.registry.channel(ChannelRef(workspace, ChannelId(id_)))
    return channel.name if channel is not None else ""


def _mentioned(event: Payload) -> Iterator[str]:
    """The ids of users and channels that stand in the text and blocks."""
    for key, text in _strings(event):
        if key in _MENTIONING:
            yield text
        elif "<" in text:
            yield from _MENTIONED.findall(text)


def _strings(value: Payload) -> Iterator[tuple[str, str]]:
    """Every string inside with its key, however deep; without recursion, for a payload may nest as it likes."""
    waiting: list[tuple[str, Json]] = [("", dict(value))]
    while waiting:
        key, inside = waiting.pop()
        if isinstance(inside, str):
            yield key, inside
        elif isinstance(inside, dict):
            waiting.extend(inside.items())
        elif isinstance(inside, list):
            waiting.extend((key, item) for item in inside)
