"""Where people and channels are reached, and which card shows what, as one transaction sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Protocol, cast

import sqlalchemy as sa

from adapters.storage.rows import insert_or_replace
from adapters.teams import tables
from adapters.teams.activity import (
    Payload,
    channel_of,
    conversation_of,
    is_personal,
    mentions,
    part,
    sender_of,
    text,
)
from adapters.teams.client import Place
from adapters.teams.clouds import Cloud
from adapters.teams.events import Room, team_of
from bot.ids import ChannelId, ChannelRef, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.deliveries import Topic

NOTED_EVERY = timedelta(hours=1)


class _Connected(Protocol):
    connection: sa.Connection


def connection_of(tx: Transaction) -> sa.Connection:
    """The database connection of the transaction."""
    return cast("_Connected", tx).connection


def note(tx: Transaction, activity: Payload, cloud: Cloud, bot: str) -> None:
    """Keeps where the activity came from, so that we can write there later. Servers that may not see our token are
    not kept. `bot` is our own id there."""
    if not cloud.may_see_our_token(text(activity, "serviceUrl")):
        return
    if is_personal(activity):
        _note_person(tx, activity)
    else:
        _note_room(tx, activity, bot)


def _note_person(tx: Transaction, activity: Payload) -> None:
    person, conversation = sender_of(activity), conversation_of(activity)
    removed = text(activity, "type") == "installationUpdate" and text(activity, "action") == "remove"
    if removed:
        forget_person(tx, person)
    elif conversation and person.person:
        keep_person(tx, person, Place(text(activity, "serviceUrl"), conversation))


def keep_person(tx: Transaction, person: PersonRef, place: Place) -> None:
    """Keeps the person's own conversation."""
    if place_of_person(tx, person) == place:
        return
    row = {
        "workspace": person.workspace,
        "person": person.person,
        "conversation": place.conversation,
        "service_url": place.service_url,
        "changed_at": tx.now,
    }
    insert_or_replace(connection_of(tx), tables.conversations, row)


def forget_person(tx: Transaction, person: PersonRef) -> None:
    """The person's conversation is no longer there: they took the app away."""
    c = tables.conversations.c
    connection_of(tx).execute(
        sa.delete(tables.conversations).where(c.workspace == person.workspace, c.person == person.person)
    )


def place_of_person(tx: Transaction, person: PersonRef) -> Place | None:
    """The person's own conversation with us."""
    c = tables.conversations.c
    row = connection_of(tx).execute(
        sa.select(c.service_url, c.conversation).where(c.workspace == person.workspace, c.person == person.person)
    )
    found = row.one_or_none()
    return Place(found.service_url, found.conversation) if found else None


def _note_room(tx: Transaction, activity: Payload, bot: str) -> None:
    ref = channel_of(activity)
    if ref is None:
        return
    team, channel = part(activity, "channelData", "team"), part(activity, "channelData", "channel")
    known = room(tx, ref) or KnownRoom(team="", group_id="", name="", team_name="", is_apart=False, service_url="")
    kind = text(channel, "type")
    told = KnownRoom(
        team=team_of(activity) or known.team,
        group_id=text(team, "aadGroupId") or known.group_id,
        name=text(channel, "name") or known.name,
        team_name=text(team, "name") or known.team_name,
        is_apart=kind in ("private", "shared") if kind else known.is_apart,
        service_url=text(activity, "serviceUrl"),
        unmentioned_at=_unmentioned_at(tx, activity, bot, known),
    )
    if told == known:
        return
    keep_room(tx, ref, told)
    if told.team and told.team_name != known.team_name:
        c = tables.rooms.c
        connection_of(tx).execute(
            sa.update(tables.rooms)
            .where(c.workspace == ref.workspace, c.team == told.team)
            .values(team_name=told.team_name)
        )


def keep_room(tx: Transaction, ref: ChannelRef, told: "KnownRoom") -> None:
    """Keeps what was told of a channel."""
    row = {"workspace": ref.workspace, "channel": ref.channel, **asdict(told), "changed_at": tx.now}
    insert_or_replace(connection_of(tx), tables.rooms, row)


def _unmentioned_at(tx: Transaction, activity: Payload, bot: str, known: "KnownRoom") -> datetime | None:
    """When a message that does not mention us last came: only the team's consent brings those. Kept once an hour."""
    last = known.unmentioned_at
    is_by_a_member = text(activity, "type") == "message" and text(activity, "from", "id") != bot
    is_to_us = bool(mentions(activity, bot)) or part(activity, "recipient").get("isTargeted") is True
    if not is_by_a_member or is_to_us or part(activity, "value") or (last and tx.now - last < NOTED_EVERY):
        return last
    return tx.now


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRoom:
    """What was told of a channel or group chat (`team` is empty)."""

    team: str
    group_id: str
    name: str
    team_name: str
    is_apart: bool
    service_url: str
    unmentioned_at: datetime | None = None


def room(tx: Transaction, ref: ChannelRef) -> KnownRoom | None:
    """The channel; None before anything came from there."""
    c = tables.rooms.c
    columns = [c[each.name] for each in fields(KnownRoom)]
    found = connection_of(tx).execute(sa.select(*columns).where(c.workspace == ref.workspace, c.channel == ref.channel))
    row = found.mappings().one_or_none()
    return KnownRoom(**row) if row else None


def place_of_channel(tx: Transaction, channel: ChannelRef) -> Place | None:
    """Where a channel is reached; None before anything came from there."""
    known = room(tx, channel)
    return Place(known.service_url, channel.channel) if known else None


def teams_of(tx: Transaction, workspace: WorkspaceId, *, limit: int) -> Sequence[Place]:
    """Teams that we are in, the most lately changed first."""
    c = tables.rooms.c
    rows = connection_of(tx).execute(
        sa.select(c.team, sa.func.max(c.service_url).label("service_url"))
        .where(c.workspace == workspace, c.team != "")
        .group_by(c.team)
        .order_by(sa.func.max(c.changed_at).desc())
        .limit(limit)
    )
    return [Place(row.service_url, row.team) for row in rows]


def rooms_of(tx: Transaction, workspace: WorkspaceId, team: str) -> Sequence[Room]:
    """The channels of a team that we know of."""
    if not team:
        return ()
    c = tables.rooms.c
    rows = connection_of(tx).execute(
        sa.select(c.channel, c.name, c.is_apart).where(c.workspace == workspace, c.team == team).order_by(c.channel)
    )
    return [Room(ChannelId(row.channel), row.name, row.is_apart) for row in rows]


def any_service_url(tx: Transaction, workspace: WorkspaceId) -> str:
    """The server that this tenant was last heard from; empty before it was heard from at all."""
    found = [
        row
        for table in (tables.rooms, tables.conversations)
        for row in connection_of(tx).execute(
            sa.select(table.c.service_url, table.c.changed_at)
            .where(table.c.workspace == workspace)
            .order_by(table.c.changed_at.desc())
            .limit(1)
        )
    ]
    return str(max(found, key=lambda row: row.changed_at).service_url) if found else ""


def card_for(tx: Transaction, workspace: WorkspaceId, reader: str, topic: Topic) -> str | None:
    """The card that shows the topic to this reader, wherever the outbox has heard of it or not."""
    return card_named(tx, workspace, reader, str(topic))


def card_named(tx: Transaction, workspace: WorkspaceId, reader: str, topic: str) -> str | None:
    """The same, by the topic's name."""
    c = tables.cards.c
    found = connection_of(tx).execute(
        sa.select(c.card).where(c.workspace == workspace, c.reader == reader, c.topic == topic)
    )
    card: str | None = found.scalar_one_or_none()
    return card


def keep_card(tx: Transaction, workspace: WorkspaceId, reader: str, topic: Topic, card: str) -> None:
    """Keeps which card shows the topic, before anybody else is told: a crash in between shows no second one."""
    row = {"workspace": workspace, "reader": reader, "topic": str(topic), "card": card}
    insert_or_replace(connection_of(tx), tables.cards, row)


def group_of(tx: Transaction, workspace: WorkspaceId, team: str) -> str:
    """What the directory calls the team; empty where none of its channels was told of with it."""
    c = tables.rooms.c
    found = connection_of(tx).execute(
        sa.select(c.group_id).where(c.workspace == workspace, c.team == team, c.group_id != "").limit(1)
    )
    return str(found.scalar_one_or_none() or "")


def team_names(tx: Transaction, workspace: WorkspaceId) -> Mapping[str, str]:
    """What people call each team that we are in, by its id; its id where nobody told."""
    c = tables.rooms.c
    rows = connection_of(tx).execute(
        sa.select(c.team, sa.func.max(c.team_name).label("name"))
        .where(c.workspace == workspace, c.team != "")
        .group_by(c.team)
    )
    return {row.team: row.name or row.team for row in rows}
