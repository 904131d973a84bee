"""The roster: people, families, classes, school years. In the clear, as the register's names are: it is searched by
address and name, and whoever can read this database has its key beside it. Only what the product uses is kept of a
file, and who left is gone after the set time, overwritten on the disk."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from adapters.storage.locks import ROSTER_LOCK, hold
from adapters.storage.photo_tables import photo_permissions, picture_students
from adapters.storage.roster_tables import (
    roster_agents,
    roster_classes,
    roster_enrollments,
    roster_imports,
    roster_orgs,
    roster_people,
    roster_sessions,
)
from adapters.storage.rows import in_parts, insert_or_replace_all
from adapters.storage.tables import members, people
from bot.ids import ChannelRef, PersonRef
from bot.ports.roster import Known
from bot.records.roster import (
    AcademicSession,
    Enrollment,
    Import,
    Record,
    RosterClass,
    RosterId,
    RosterOrg,
    RosterPerson,
    whose,
)
from policy.message import Role

T = TypeVar("T", bound=Record)

_TABLES: Mapping[type[Any], sa.Table] = {
    RosterPerson: roster_people,
    RosterOrg: roster_orgs,
    RosterClass: roster_classes,
    Enrollment: roster_enrollments,
    AcademicSession: roster_sessions,
}

_IN_CHANNEL = (
    sa.select(roster_people)
    .join(people, people.c.email == roster_people.c.email)
    .join(members, sa.func.substr(members.c.person, sa.bindparam("begins_at", type_=sa.Integer)) == people.c.person)
    .where(
        members.c.channel == sa.bindparam("of"),
        people.c.workspace == sa.bindparam("in_workspace"),
        people.c.email != "",
    )
    .order_by(roster_people.c.id)
)
_LINKED = sa.select(roster_agents.c.person, roster_agents.c.agent).where(
    sa.or_(
        roster_agents.c.person.in_(sa.bindparam("ids", expanding=True)),
        roster_agents.c.agent.in_(sa.bindparam("ids", expanding=True)),
    )
)
_NAMED = sa.select(roster_people).where(roster_people.c.id.in_(sa.bindparam("ids", expanding=True)))
"""What every look at a channel asks: built once, because building a statement costs more than running it."""


class SqlRoster:
    """`bot.ports.Roster` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime], *, is_read_only: bool) -> None:
        self._connection = connection
        self._now = now
        self._is_read_only = is_read_only

    def person(self, roster_id: str) -> RosterPerson | None:
        return next(iter(self._people(roster_people.c.id == roster_id)), None)

    def people(self) -> Sequence[RosterPerson]:
        return self._people(sa.true())

    def by_email(self, email: str) -> Sequence[RosterPerson]:
        return self._people(roster_people.c.email == email.lower()) if email else []

    def above(self, person: RosterPerson) -> RosterPerson | None:
        if not person.supervisor:
            return None
        named = sa.or_(roster_people.c.id == person.supervisor, roster_people.c.email == person.supervisor.lower())
        found = [each for each in self._people(named) if each.left_at is None and each.role is Role.STAFF]
        return found[0] if found else None

    def below(self, person: RosterPerson) -> Sequence[RosterPerson]:
        names = {person.id, person.email} - {""}
        return self._people(roster_people.c.supervisor.in_(names))

    def parents_of(self, child: RosterId) -> Sequence[RosterPerson]:
        return [each for each in self._family(child) if each.is_parent]

    def parents_of_all(self, children: Collection[RosterId]) -> Mapping[RosterId, Sequence[RosterPerson]]:
        links: dict[RosterId, set[RosterId]] = defaultdict(set)
        for some in in_parts(sorted(children)):
            for person, agent in self._connection.execute(_LINKED, {"ids": some}):
                links[person].add(agent)
                links[agent].add(person)
        named = sorted({each for child in children for each in links.get(child, ())})
        rows = (self._connection.execute(_NAMED, {"ids": some}).mappings() for some in in_parts(named))
        people = (each for some in rows for each in _people_of(some))
        parents = {each.id: each for each in people if each.is_parent and each.left_at is None}
        found = {child: sorted((links.get(child, set()) - {child}) & parents.keys()) for child in children}
        return {child: [parents[one] for one in theirs] for child, theirs in found.items() if theirs}

    def children_of(self, parent: RosterId) -> Sequence[RosterPerson]:
        return [each for each in self._family(parent) if each.role is Role.STUDENT]

    def students_in(self, channel: ChannelRef) -> Sequence[RosterPerson]:
        # What stands before the account's own name: the workspace and a bar.
        named = {"of": channel, "in_workspace": channel.workspace, "begins_at": len(channel.workspace) + 2}
        sharing: dict[str, dict[RosterId, RosterPerson]] = defaultdict(dict)
        for each in _people_of(self._connection.execute(_IN_CHANNEL, named).mappings()):
            sharing[each.email][each.id] = each
        return _students(each for found in sharing.values() for each in whose(found.values()))

    def students_of(self, teacher: PersonRef) -> Sequence[RosterPerson]:
        is_account = sa.and_(people.c.workspace == teacher.workspace, people.c.person == teacher.person)
        email = self._connection.scalar(sa.select(people.c.email).where(is_account))
        ids = [each.id for each in whose(self.by_email(email or "")) if each.left_at is None]
        if not ids:
            return []
        e, today = roster_enrollments.c, self._now().date()
        goes_on = sa.or_(e.ends_on.is_(None), e.ends_on >= today)
        taught = sa.select(e.class_id).where(e.person.in_(ids), e.is_teacher.is_(True), goes_on)
        theirs = sa.select(e.person).where(e.class_id.in_(taught), e.is_teacher.is_(False), goes_on)
        return _students(self._people(roster_people.c.id.in_(theirs)))

    def sessions(self) -> Sequence[AcademicSession]:
        return list(self._all(AcademicSession).values())

    def imports(self) -> Sequence[Import]:
        query = sa.select(roster_imports).order_by(roster_imports.c.number.desc()).limit(20)
        return [Import(**_but(row, "number")) for row in self._connection.execute(query).mappings()]

    def school_of(self, person: RosterPerson) -> str:
        name: str | None = self._connection.scalar(
            sa.select(roster_orgs.c.name).where(roster_orgs.c.id == person.school)
        )
        return name or ""

    def schools(self) -> Sequence[RosterOrg]:
        schools = (each for each in self._all(RosterOrg).values() if each.kind == "school")
        return sorted(schools, key=lambda school: (school.name, school.id))

    def classes(self) -> Sequence[RosterClass]:
        return list(self._all(RosterClass).values())

    def known(self, source: str) -> Known:
        if not self._is_read_only:
            hold(self._connection, ROSTER_LOCK)
        agents: dict[RosterId, set[str]] = defaultdict(set)
        named = sa.select(roster_agents.c.person, roster_agents.c.agent).where(roster_agents.c.source == source)
        for person, agent in self._connection.execute(named):
            agents[person].add(agent)
        return Known(
            people={each.id: each for each in self.people()},
            agents={person: frozenset(theirs) for person, theirs in agents.items()},
            orgs=self._all(RosterOrg),
            classes=self._all(RosterClass),
            enrollments=self._all(Enrollment),
            sessions=self._all(AcademicSession),
        )

    def save(self, records: Iterable[Record]) -> None:
        rows: dict[type[Record], list[dict[str, Any]]] = defaultdict(list)
        for record in records:
            rows[type(record)].append({each.name: getattr(record, each.name) for each in fields(record)})
        for kind, values in rows.items():
            insert_or_replace_all(self._connection, _TABLES[kind], values)

    def save_agents(self, source: str, agents: Mapping[RosterId, Collection[str]]) -> None:
        a = roster_agents.c
        for some in in_parts(list(agents)):
            self._connection.execute(sa.delete(roster_agents).where(a.source == source, a.person.in_(some)))
        rows = [
            {"source": source, "person": person, "agent": agent}
            for person, named in agents.items()
            for agent in sorted(named)
        ]
        insert_or_replace_all(self._connection, roster_agents, rows)

    def drop(self, records: Iterable[Record]) -> None:
        ids: dict[type[Record], list[RosterId]] = defaultdict(list)
        for record in records:
            ids[type(record)].append(record.id)
        for kind, gone in ids.items():
            self._delete(_TABLES[kind].c.id, gone)
        for column in (roster_agents.c.person, roster_agents.c.agent):
            self._delete(column, ids[RosterPerson])

    def note_import(self, done: Import) -> None:
        self._connection.execute(
            sa.insert(roster_imports).values({each.name: getattr(done, each.name) for each in fields(done)})
        )

    def forget(self, *, left_before: datetime) -> int:
        gone = list(
            self._connection.scalars(sa.select(roster_people.c.id).where(roster_people.c.left_at < left_before))
        )
        for column in (
            roster_agents.c.person,
            roster_agents.c.agent,
            roster_enrollments.c.person,
            photo_permissions.c.student,
            photo_permissions.c.parent,
            picture_students.c.student,
            roster_people.c.id,
        ):
            self._delete(column, gone)
        return len(gone)

    def _delete(self, column: sa.Column[Any], values: Sequence[str]) -> None:
        for some in in_parts(values):
            self._connection.execute(sa.delete(column.table).where(column.in_(some)))

    def _family(self, person: RosterId) -> list[RosterPerson]:
        """Who is linked with the person, whichever of the two rows names the other, and did not leave."""
        a = roster_agents.c
        linked = sa.select(a.agent).where(a.person == person).union(sa.select(a.person).where(a.agent == person))
        found = self._people(sa.and_(roster_people.c.id.in_(linked), roster_people.c.id != person))
        return [each for each in found if each.left_at is None]

    def _people(self, condition: sa.ColumnElement[bool]) -> list[RosterPerson]:
        query = sa.select(roster_people).where(condition).order_by(roster_people.c.id)
        return list(_people_of(self._connection.execute(query).mappings()))

    def _all(self, kind: type[T]) -> dict[RosterId, T]:
        table = _TABLES[kind]
        rows = self._connection.execute(sa.select(table).order_by(table.c.id)).mappings()
        return {row["id"]: kind(**row) for row in rows}


def _people_of(rows: Iterable[sa.RowMapping]) -> Iterator[RosterPerson]:
    return (RosterPerson(**dict(row) | {"role": Role(row["role"])}) for row in rows)


def _students(found: Iterable[RosterPerson]) -> list[RosterPerson]:
    students = (each for each in found if each.role is Role.STUDENT and each.left_at is None)
    return sorted(students, key=lambda each: each.id)


def _but(row: sa.RowMapping, name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
