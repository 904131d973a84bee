"""Fills the playground once with a made-up district, and begins it anew when asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from adapters.playground import events, tables, talk
from adapters.playground.events import ChatMessage
from adapters.playground.seed_file import SeedChannel, SeedMessage, SeedPerson, address_of, district
from adapters.playground.seed_records import write_governance, write_roster
from adapters.playground.world import FIRST_WORKSPACE, Room, World, connection_of, current
from adapters.storage.locks import hold
from bot.core import Core
from bot.ids import ChannelId, ChannelRef, MessageId, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelState, Person
from policy.verdict import PackId

SEED_LOCK: Final = 0x63686170_0010


def rank(person: Person) -> tuple[int, str]:
    """Where a person stands in lists: as in the file, then by name."""
    order = [one.id for one in district().people]
    known = person.ref.person in order
    return (order.index(person.ref.person) if known else len(order), person.name)


def seed(tx: Transaction, core: Core, intake: Intake) -> bool:
    """Makes the workspace with its people, channels and history. False: there is one already, and nothing changes."""
    hold(connection_of(tx), SEED_LOCK)
    if current(tx) is not None:
        return False
    _make(tx, core, intake, number=1)
    return True


def start_over(tx: Transaction, core: Core, intake: Intake) -> None:
    """Begins a fresh workspace beside the old one. What the old one said is gone from the chat, and its channels are
    closed on the register; incidents, evidence and journal stay as records do."""
    hold(connection_of(tx), SEED_LOCK)
    old = current(tx)
    if old is not None:
        _leave(tx, old)
    newest = connection_of(tx).scalar(sa.select(sa.func.max(tables.workspaces.c.number))) or 0
    _make(tx, core, intake, number=newest + 1)


@dataclass(frozen=True, slots=True)
class _Line:
    """A message of the history in its time; `first` is the one that it answers."""

    channel: ChannelId
    at: datetime
    is_recent: bool
    said: SeedMessage
    first: SeedMessage | None


def _make(tx: Transaction, core: Core, intake: Intake, *, number: int) -> None:
    workspace = FIRST_WORKSPACE if number == 1 else WorkspaceId(f"{FIRST_WORKSPACE}.{number}")
    made = {"workspace": workspace, "number": number, "last_change": 0, "made_at": tx.now}
    world = World(tx, core.keys, workspace)
    world.connection.execute(sa.insert(tables.workspaces).values(made))
    began = _today(tx.now) - timedelta(days=5)
    for person in district().people:
        tx.registry.save_person(_person(workspace, person))
    write_roster(tx)
    for channel in district().channels:
        registered = _channel(workspace, channel, began)
        tx.registry.save_channel(registered)
        world.add_room(Room(ChannelId(channel.id), channel.name, channel.purpose))
        _fill(world, channel, began)
        write_governance(world, core, registered, began)
    _tell_history(world, intake)


def _fill(world: World, channel: SeedChannel, began: datetime) -> None:
    ref, owner = world.channel_ref(ChannelId(channel.id)), world.ref(PersonId(channel.owner))
    for member in channel.members:
        world.add_member(ref.channel, PersonId(member))
        world.tx.registry.join(ref, world.ref(PersonId(member)), by=owner, at=began)


def _tell_history(world: World, intake: Intake) -> None:
    names: dict[int, MessageId] = {}
    read: dict[ChannelId, int] = {}
    for line in sorted(_lines(world.now), key=lambda line: line.at):
        place = world.next_number()
        message = ChatMessage(
            id=MessageId(f"m{place}"),
            channel=line.channel,
            thread=names[id(line.first)] if line.first else None,
            place=place,
            author=PersonId(line.said.by),
            posted_at=line.at,
            text=line.said.says,
        )
        names[id(line.said)] = message.id
        talk.insert(world, message)
        intake.accept(world.tx, events.posted(world.workspace, message))
        if not line.is_recent:
            read[line.channel] = place
    for channel in district().channels:
        for member in channel.members:
            world.mark_read(PersonId(member), ChannelId(channel.id), read.get(ChannelId(channel.id), 0))


def _lines(now: datetime) -> Iterator[_Line]:
    today = _today(now)
    for channel, messages in district().history.items():
        for message in messages:
            for said in (message, *message.answers):
                days, hour = said.at
                at = datetime.combine(today.date() - timedelta(days=days), hour, tzinfo=today.tzinfo)
                first = None if said is message else message
                yield _Line(ChannelId(channel), at.astimezone(now.tzinfo), days == 0, said, first)


def _today(now: datetime) -> datetime:
    """The last day whose morning is over in the district, so that no message of the history lies ahead."""
    local = now.astimezone(ZoneInfo(district().zone))
    return local if local.time() >= time(9) else local - timedelta(days=1)


def _person(workspace: WorkspaceId, person: SeedPerson) -> Person:
    return Person(
        ref=PersonRef(workspace, PersonId(person.id)),
        name=person.name,
        role=person.role,
        title=person.shown_title,
        school=person.school,
        supervisor=PersonRef(workspace, PersonId(person.supervisor)) if person.supervisor else None,
        lang=person.lang,
        zone=district().zone,
        is_operator=person.operator,
        email=address_of(person.id),
    )


def _channel(workspace: WorkspaceId, channel: SeedChannel, began: datetime) -> Channel:
    is_approved = channel.state is ChannelState.APPROVED
    supervisor = PersonRef(workspace, PersonId(channel.supervisor))
    return Channel(
        ref=ChannelRef(workspace, ChannelId(channel.id)),
        name=channel.name,
        kind=channel.kind,
        pack=PackId(district().pack),
        state=channel.state,
        purpose=channel.purpose,
        audience=channel.audience,
        school=channel.school,
        owner=PersonRef(workspace, PersonId(channel.owner)),
        supervisor=supervisor,
        asked_at=began,
        decided_by=supervisor if is_approved else None,
        decided_at=began if is_approved else None,
    )


def _leave(tx: Transaction, workspace: WorkspaceId) -> None:
    for channel in tx.registry.channels(workspace):
        tx.registry.save_channel(replace(channel, state=ChannelState.CLOSED))
    for table in tables.OF_ONE_WORKSPACE:
        connection_of(tx).execute(sa.delete(table).where(table.c.workspace == workspace))
