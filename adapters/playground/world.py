"""The workspace within one transaction: who is in which channel, what changed, how far each person has read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias, cast

import sqlalchemy as sa

from adapters.playground import tables
from adapters.storage.rows import insert_new
from bot.errors import Refused
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Keys, Transaction
from bot.records.registry import Person
from policy.words import Text

PURPOSE = "playground"
Json: TypeAlias = dict[str, Any]
FIRST_WORKSPACE = WorkspaceId("playground:larkfield")
CHAPERONE = ChannelId("chaperone")
"""The private conversation that each person has with Chaperone; no channel of the chat has this name."""
CHANGES_KEPT = 5_000

NOT_A_MEMBER = Text(
    en="You are not a member of this channel. Pick another person or another channel.",
    es="No es miembro de este canal. Elija a otra persona u otro canal.",
)
NOBODY = Text(
    en="There is nobody of that name here. Pick a person from the list.",
    es="No hay nadie con ese nombre. Elija a una persona de la lista.",
)
NOT_SEEDED = Text(
    en="The playground has no workspace yet. Wait a moment, then reload the page.",
    es="El espacio de prueba aún no está listo. Espere un momento y vuelva a cargar la página.",
)


class _Connected(Protocol):
    connection: sa.Connection


@dataclass(frozen=True, slots=True)
class Room:
    """One channel of the chat, as its members see it."""

    id: ChannelId
    name: str
    topic: str


@dataclass(frozen=True, slots=True)
class Change:
    """That something is to be looked at again: a message, a card, the list of channels, how far somebody read."""

    seq: int
    kind: str
    subject: str
    channel: ChannelId | None


class World:
    """The chat's own state as one transaction sees it. Used inside a unit and thrown away with it."""

    def __init__(self, tx: Transaction, keys: Keys, workspace: WorkspaceId) -> None:
        self.tx = tx
        self.workspace = workspace
        self.connection = connection_of(tx)
        self._keys = keys

    @property
    def now(self) -> datetime:
        return self.tx.now

    def seal(self, content: object) -> bytes:
        """JSON, sealed."""
        return self._keys.seal(json.dumps(content, separators=(",", ":")).encode(), purpose=PURPOSE)

    def open(self, sealed: bytes) -> Json:
        """What `seal` was given. Raises BrokenSeal."""
        opened: Json = json.loads(self._keys.open(sealed, purpose=PURPOSE))
        return opened

    def seal_bytes(self, content: bytes) -> bytes:
        return self._keys.seal(content, purpose=PURPOSE)

    def open_bytes(self, sealed: bytes) -> bytes:
        return self._keys.open(sealed, purpose=PURPOSE)

    def ref(self, person: PersonId) -> PersonRef:
        return PersonRef(self.workspace, person)

    def channel_ref(self, channel: ChannelId) -> ChannelRef:
        return ChannelRef(self.workspace, channel)

    def someone(self, person: PersonId) -> Person:
        """Raises Refused where there is nobody of that name."""
        found = self.tx.registry.person(self.ref(person))
        if found is None or not found.is_active:
            raise Refused(NOBODY)
        return found

    def people(self) -> Sequence[Person]:
        return [person for person in self.tx.registry.people(self.workspace) if person.is_active]

    def rooms(self, person: PersonId) -> Sequence[Room]:
        """The channels that the person is a member of, in their order."""
        c, m = tables.channels.c, tables.members.c
        rows = self.connection.execute(
            sa.select(c.channel, c.name, c.topic)
            .join(tables.members, (m.workspace == c.workspace) & (m.channel == c.channel))
            .where(c.workspace == self.workspace, m.person == person)
            .order_by(c.position, c.channel)
        )
        return [Room(ChannelId(row.channel), row.name, row.topic) for row in rows]

    def all_rooms(self) -> Sequence[Room]:
        """Every channel of the workspace, in their order."""
        c = tables.channels.c
        query = sa.select(c.channel, c.name, c.topic).where(c.workspace == self.workspace)
        rows = self.connection.execute(query.order_by(c.position, c.channel))
        return [Room(ChannelId(row.channel), row.name, row.topic) for row in rows]

    def room(self, channel: ChannelId) -> Room | None:
        c = tables.channels.c
        row = self.connection.execute(
            sa.select(c.channel, c.name, c.topic).where(c.workspace == self.workspace, c.channel == channel)
        ).one_or_none()
        return Room(ChannelId(row.channel), row.name, row.topic) if row else None

    def add_room(self, room: Room) -> None:
        """Makes the channel, with no members yet."""
        self.connection.execute(
            sa.insert(tables.channels).values(
                workspace=self.workspace,
                channel=room.id,
                name=room.name,
                topic=room.topic,
                position=self.next_number(),
            )
        )

    def members(self, channel: ChannelId) -> Sequence[PersonId]:
        m = tables.members.c
        found = self.connection.scalars(
            sa.select(m.person)
            .where(m.workspace == self.workspace, m.channel == channel)
            .order_by(m.joined_at, m.person)
        )
        return [PersonId(person) for person in found]

    def is_member(self, channel: ChannelId, person: PersonId) -> bool:
        m = tables.members.c
        return bool(
            self.connection.scalar(
                sa.select(sa.literal(True)).where(
                    m.workspace == self.workspace, m.channel == channel, m.person == person
                )
            )
        )

    def require_member(self, channel: ChannelId, person: PersonId) -> None:
        """Raises Refused where the person is not a member."""
        if not self.is_member(channel, person):
            raise Refused(NOT_A_MEMBER)

    def add_member(self, channel: ChannelId, person: PersonId) -> None:
        """Makes the person a member; pages that are open learn of it."""
        self.connection.execute(
            sa.insert(tables.members).values(
                workspace=self.workspace, channel=channel, person=person, joined_at=self.now
            )
        )
        self.note("channels", "", channel=channel)

    def remove_member(self, channel: ChannelId, person: PersonId) -> None:
        m = tables.members.c
        self.connection.execute(
            sa.delete(tables.members).where(m.workspace == self.workspace, m.channel == channel, m.person == person)
        )
        self.note("channels", "", channel=channel)
        self.note("channels", "", person=person)

    def mark_read(self, person: PersonId, channel: ChannelId, upto: int) -> None:
        """Keeps how far the person has read; never goes back."""
        row = {"workspace": self.workspace, "person": person, "channel": channel, "upto": upto}
        if not insert_new(self.connection, tables.reads, row):
            r = tables.reads.c
            mine = (r.workspace == self.workspace) & (r.person == person) & (r.channel == channel)
            changed = self.connection.execute(sa.update(tables.reads).where(mine, r.upto < upto).values(upto=upto))
            if not changed.rowcount:
                return
        self.note("read", channel, person=person)

    def read_upto(self, person: PersonId) -> dict[ChannelId, int]:
        """How far the person has read each conversation."""
        r = tables.reads.c
        rows = self.connection.execute(
            sa.select(r.channel, r.upto).where(r.workspace == self.workspace, r.person == person)
        )
        return {ChannelId(row.channel): row.upto for row in rows}

    def unread(self, person: PersonId) -> dict[ChannelId, int]:
        """How many messages of others wait in each channel of the person."""
        m, r, mine = tables.messages.c, tables.reads.c, tables.members.c
        rows = self.connection.execute(
            sa.select(m.channel, sa.func.count())
            .join(
                tables.members,
                (mine.workspace == m.workspace) & (mine.channel == m.channel) & (mine.person == person),
            )
            .outerjoin(tables.reads, (r.workspace == m.workspace) & (r.channel == m.channel) & (r.person == person))
            .where(
                m.workspace == self.workspace,
                m.author != person,
                m.deleted_at.is_(None),
                m.place > sa.func.coalesce(r.upto, 0),
            )
            .group_by(m.channel)
        )
        return {ChannelId(channel): count for channel, count in rows}

    def note(self, kind: str, subject: str, *, channel: ChannelId | None = None, person: PersonId | None = None) -> int:
        """Numbers a change, for pages that are open, and returns its number.

        The counter's row stays locked until the transaction ends, so numbers become visible in their order: a page that
        has seen number n will never find a smaller one later.
        """
        seq = self.next_number()
        self.connection.execute(
            sa.insert(tables.changes).values(
                workspace=self.workspace, seq=seq, kind=kind, subject=subject, channel=channel, person=person
            )
        )
        if seq % 500 == 0:
            c = tables.changes.c
            self.connection.execute(
                sa.delete(tables.changes).where(c.workspace == self.workspace, c.seq < seq - CHANGES_KEPT)
            )
        return seq

    def changes(self, person: PersonId, *, after: int, limit: int = 500) -> Sequence[Change]:
        """What this person may learn of and has not seen, in order. Raises Forgotten where some is no longer kept."""
        c, m = tables.changes.c, tables.members.c
        if after < self.last_change() - CHANGES_KEPT:
            raise Forgotten
        mine = sa.select(m.channel).where(m.workspace == self.workspace, m.person == person)
        rows = self.connection.execute(
            sa.select(c.seq, c.kind, c.subject, c.channel)
            .where(c.workspace == self.workspace, c.seq > after, (c.person == person) | c.channel.in_(mine))
            .order_by(c.seq)
            .limit(limit)
        )
        return [Change(row.seq, row.kind, row.subject, ChannelId(row.channel) if row.channel else None) for row in rows]

    def last_change(self) -> int:
        """The number of the newest change; 0 before the first."""
        w = tables.workspaces.c
        return self.connection.scalar(sa.select(w.last_change).where(w.workspace == self.workspace)) or 0

    def next_number(self) -> int:
        """The next of the numbers that order messages and changes."""
        w = tables.workspaces.c
        number: int = self.connection.execute(
            sa.update(tables.workspaces)
            .where(w.workspace == self.workspace)
            .values(last_change=w.last_change + 1)
            .returning(w.last_change)
        ).scalar_one()
        return number


def connection_of(tx: Transaction) -> sa.Connection:
    """The connection that the store's transactions carry for adapters with tables of their own."""
    return cast("_Connected", tx).connection


class Forgotten(Exception):
    """The page was away for too long: it has to load everything anew."""


def current(tx: Transaction) -> WorkspaceId | None:
    """The workspace in use; None before seeding."""
    w = tables.workspaces.c
    found = connection_of(tx).scalar(sa.select(w.workspace).order_by(w.number.desc()).limit(1))
    return WorkspaceId(found) if found else None


def world(tx: Transaction, keys: Keys) -> World:
    """The workspace in use. Raises Refused before seeding."""
    workspace = current(tx)
    if workspace is None:
        raise Refused(NOT_SEEDED)
    return World(tx, keys, workspace)
