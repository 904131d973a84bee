"""People, channels, members, exceptions."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.storage.governance_tables import channel_keepers
from adapters.storage.rows import in_parts, insert_new, insert_or_replace
from adapters.storage.tables import channel_facts, channels, exceptions, members, people
from bot.ids import ChannelRef, PersonRef, WorkspaceId
from bot.records.governance import Keeper, Membership
from bot.records.registry import Channel, ChannelException, ChannelFacts, ChannelState, Person
from policy.message import AllowanceKind, ChannelKind, Role
from policy.words import Lang

_PERSON = sa.select(people).where(
    people.c.workspace == sa.bindparam("named_workspace"), people.c.person == sa.bindparam("named_person")
)
_CHANNEL = sa.select(channels).where(
    channels.c.workspace == sa.bindparam("named_workspace"), channels.c.channel == sa.bindparam("named_channel")
)
_KNOWN = sa.select(people).where(
    people.c.workspace == sa.bindparam("named_workspace"), people.c.person.in_(sa.bindparam("ids", expanding=True))
)
_WITH_EMAILS = (
    sa.select(people)
    .where(people.c.email.in_(sa.bindparam("emails", expanding=True)))
    .order_by(people.c.workspace, people.c.person)
)
_KEEPERS = (
    sa.select(channel_keepers.c.person, channel_keepers.c.until)
    .where(channel_keepers.c.channel == sa.bindparam("named_channel"))
    .order_by(channel_keepers.c.person)
)
_MEMBERS = sa.select(members).where(members.c.channel == sa.bindparam("named_channel")).order_by(members.c.person)
_FACTS = sa.select(channel_facts).where(channel_facts.c.channel == sa.bindparam("named_channel"))
_EXCEPTIONS = (
    sa.select(exceptions)
    .where(exceptions.c.channel == sa.bindparam("named_channel"))
    .order_by(exceptions.c.asked_at, exceptions.c.id)
)
"""What every message or look asks: built once, because building a statement costs more than running it."""

_MEMBERSHIP = [field.name for field in fields(Membership)]


class SqlRegistry:
    """`bot.ports.Registry` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        # A transaction asks for the same few again and again; what it saves itself is forgotten here.
        self._people: dict[PersonRef, Person | None] = {}
        self._channels: dict[ChannelRef, Channel | None] = {}
        self._memberships: dict[ChannelRef, tuple[Membership, ...]] = {}
        self._facts: dict[ChannelRef, ChannelFacts] = {}

    def person(self, ref: PersonRef) -> Person | None:
        if ref not in self._people:
            named = {"named_workspace": ref.workspace, "named_person": ref.person}
            row = self._connection.execute(_PERSON, named).mappings().one_or_none()
            self._people[ref] = None if row is None else _person_of(row)
        return self._people[ref]

    def known(self, refs: Collection[PersonRef]) -> Mapping[PersonRef, Person]:
        unasked: dict[WorkspaceId, list[str]] = defaultdict(list)
        for ref in refs:
            if ref not in self._people:
                unasked[ref.workspace].append(ref.person)
                self._people[ref] = None
        for workspace, ids in unasked.items():
            for some in in_parts(ids):
                named = {"named_workspace": workspace, "ids": some}
                for row in self._connection.execute(_KNOWN, named).mappings():
                    found = _person_of(row)
                    self._people[found.ref] = found
        return {ref: person for ref in refs if (person := self._people[ref]) is not None}

    def people(self, workspace: WorkspaceId | None = None) -> Sequence[Person]:
        query = sa.select(people).order_by(people.c.workspace, people.c.person)
        if workspace is not None:
            query = query.where(people.c.workspace == workspace)
        return [_person_of(row) for row in self._connection.execute(query).mappings()]

    def with_email(self, email: str) -> Sequence[Person]:
        query = sa.select(people).where(people.c.email == email).order_by(people.c.workspace, people.c.person)
        return [_person_of(row) for row in self._connection.execute(query).mappings()]

    def with_emails(self, emails: Collection[str]) -> Mapping[str, Sequence[Person]]:
        found: dict[str, list[Person]] = defaultdict(list)
        for some in in_parts(sorted(emails)):
            for row in self._connection.execute(_WITH_EMAILS, {"emails": some}).mappings():
                found[row["email"]].append(_person_of(row))
        return found

    def operators(self) -> Sequence[Person]:
        query = sa.select(people).where(people.c.is_operator).order_by(people.c.workspace, people.c.person)
        return [_person_of(row) for row in self._connection.execute(query).mappings()]

    def is_above_any(self, person: PersonRef) -> bool:
        below = sa.exists().where(people.c.workspace == person.workspace, people.c.supervisor == person)
        supervised = sa.exists().where(channels.c.workspace == person.workspace, channels.c.supervisor == person)
        return bool(self._connection.scalar(sa.select(sa.or_(below, supervised))))

    def save_person(self, person: Person) -> None:
        self._people.pop(person.ref, None)
        row = _values(person)
        ref, quiet = row.pop("ref"), row.pop("quiet")
        row |= {"workspace": ref.workspace, "person": ref.person}
        row |= {"quiet_from": quiet and quiet[0], "quiet_until": quiet and quiet[1]}
        insert_or_replace(self._connection, people, row)

    def channel(self, ref: ChannelRef) -> Channel | None:
        if ref not in self._channels:
            named = {"named_workspace": ref.workspace, "named_channel": ref.channel}
            row = self._connection.execute(_CHANNEL, named).mappings().one_or_none()
            self._channels[ref] = None if row is None else _channel_of(row)
        return self._channels[ref]

    def channels(self, workspace: WorkspaceId | None = None) -> Sequence[Channel]:
        query = sa.select(channels).order_by(channels.c.workspace, channels.c.channel)
        if workspace is not None:
            query = query.where(channels.c.workspace == workspace)
        return [_channel_of(row) for row in self._connection.execute(query).mappings()]

    def save_channel(self, channel: Channel) -> None:
        self._channels.pop(channel.ref, None)
        row = _values(channel)
        ref = row.pop("ref")
        row |= {"workspace": ref.workspace, "channel": ref.channel}
        insert_or_replace(self._connection, channels, row)

    def members(self, ref: ChannelRef) -> Sequence[PersonRef]:
        return [place.person for place in self.memberships(ref)]

    def channels_of(self, person: PersonRef) -> Sequence[ChannelRef]:
        query = sa.select(members.c.channel).where(members.c.person == person)
        return list(self._connection.scalars(query.order_by(members.c.channel)))

    def join(self, ref: ChannelRef, person: PersonRef, *, by: PersonRef | None, at: datetime) -> None:
        self._memberships.pop(ref, None)
        row = {"channel": ref, "person": person, "invited_by": by, "joined_at": at}
        insert_new(self._connection, members, row)

    def memberships(self, ref: ChannelRef) -> Sequence[Membership]:
        if ref not in self._memberships:
            rows = self._connection.execute(_MEMBERS, {"named_channel": ref}).mappings()
            self._memberships[ref] = tuple(Membership(**{name: row[name] for name in _MEMBERSHIP}) for row in rows)
        return self._memberships[ref]

    def approve_member(self, ref: ChannelRef, person: PersonRef, *, by: PersonRef, at: datetime, purpose: str) -> bool:
        self._memberships.pop(ref, None)
        is_membership = sa.and_(members.c.channel == ref, members.c.person == person)
        given = sa.update(members).where(is_membership)
        return self._connection.execute(given.values(approved_by=by, approved_at=at, purpose=purpose)).rowcount == 1

    def leave(self, ref: ChannelRef, person: PersonRef) -> None:
        self._memberships.pop(ref, None)
        is_membership = sa.and_(members.c.channel == ref, members.c.person == person)
        self._connection.execute(sa.delete(members).where(is_membership))

    def keepers(self, ref: ChannelRef) -> Sequence[Keeper]:
        rows = self._connection.execute(_KEEPERS, {"named_channel": ref})
        return [Keeper(person=row.person, until=row.until) for row in rows]

    def save_keeper(self, ref: ChannelRef, keeper: Keeper) -> None:
        row = {"channel": ref, "person": keeper.person, "until": keeper.until}
        insert_or_replace(self._connection, channel_keepers, row)

    def facts(self, ref: ChannelRef) -> ChannelFacts:
        if ref not in self._facts:
            row = self._connection.execute(_FACTS, {"named_channel": ref}).mappings().one_or_none()
            known = {} if row is None else {field.name: row[field.name] for field in fields(ChannelFacts)}
            self._facts[ref] = ChannelFacts(**known)
        return self._facts[ref]

    def save_facts(self, ref: ChannelRef, facts: ChannelFacts) -> None:
        self._facts.pop(ref, None)
        insert_or_replace(self._connection, channel_facts, {"channel": ref} | _values(facts))

    def exceptions(self, ref: ChannelRef) -> Sequence[ChannelException]:
        rows = self._connection.execute(_EXCEPTIONS, {"named_channel": ref})
        return [_exception_of(row) for row in rows.mappings()]

    def exception(self, exception_id: str) -> ChannelException | None:
        row = (
            self._connection.execute(sa.select(exceptions).where(exceptions.c.id == exception_id))
            .mappings()
            .one_or_none()
        )
        return None if row is None else _exception_of(row)

    def save_exception(self, exception: ChannelException) -> None:
        insert_or_replace(self._connection, exceptions, _values(exception))


def _values(record: Person | Channel | ChannelFacts | ChannelException) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _person_of(row: sa.RowMapping) -> Person:
    values: dict[str, Any] = dict(row)
    quiet_from, quiet_until = values.pop("quiet_from"), values.pop("quiet_until")
    ref = PersonRef(values.pop("workspace"), values.pop("person"))
    return Person(
        **values
        | {
            "ref": ref,
            "role": Role(row["role"]),
            "lang": Lang(row["lang"]),
            "quiet": None if quiet_from is None else (quiet_from, quiet_until),
        }
    )


def _channel_of(row: sa.RowMapping) -> Channel:
    values: dict[str, Any] = dict(row)
    ref = ChannelRef(values.pop("workspace"), values.pop("channel"))
    return Channel(**values | {"ref": ref, "kind": ChannelKind(row["kind"]), "state": ChannelState(row["state"])})


def _exception_of(row: sa.RowMapping) -> ChannelException:
    return ChannelException(**dict(row) | {"kind": AllowanceKind(row["kind"])})
