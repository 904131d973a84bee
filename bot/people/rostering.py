"""What a roster that was read changes in the one that is kept: who is new, who changed, who left. Worked out first and
written in one transaction, so that nothing is ever half imported."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from bot.errors import ChaperoneError
from bot.language import plain
from bot.people.identity import match_all
from bot.ports import Transaction
from bot.ports.roster import Known
from bot.records.duties import Duty
from bot.records.journal import Entry
from bot.records.roster import (
    FIELDS,
    AcademicSession,
    Enrollment,
    Fault,
    Import,
    Reading,
    Record,
    RosterClass,
    RosterId,
    RosterOrg,
    RosterPerson,
    Sheet,
    whose,
)
from bot.wording.forms import filled
from policy.message import Role
from policy.words import Text

IMPORTED = "roster.imported"
"""The duty to look at what an import brings with it."""
MOST_LEAVING = 1 / 3
FEW = 10
"""So many may always leave at once."""

NO_SCHOOL = Text(en="The school “{id}” is not on the roster.", es="La escuela «{id}» no está en la lista.")
NO_PERSON = Text(en="The person “{id}” is not on the roster.", es="La persona «{id}» no está en la lista.")
NO_CLASS = Text(en="The class “{id}” is not on the roster.", es="La clase «{id}» no está en la lista.")
NO_SUPERVISOR = Text(
    en="The supervisor “{id}” is not on the roster as staff.",
    es="El supervisor «{id}» no está en la lista como personal.",
)
MANY_CALLED = Text(
    en="{count} students are called “{id}”. Give the number or the e-mail address.",
    es="Hay {count} estudiantes llamados «{id}». Indique el número o el correo.",
)
R = TypeVar("R", bound=Record)


class TooManyLeave(ChaperoneError):
    """The roster lacks many who were on it, and nothing was changed. Look whether it is cut off; if it is right, import
    it with --accept-leavers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an import writes, and what it tells of people."""

    records: tuple[Record, ...]
    dropped: tuple[Record, ...]
    agents: Mapping[RosterId, frozenset[str]]
    added: tuple[RosterPerson, ...]
    changed: tuple[RosterPerson, ...]
    left: tuple[RosterPerson, ...]
    faults: tuple[Fault, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.records or self.dropped or self.agents)


def take_in(tx: Transaction, reading: Reading, *, accepts_leavers: bool = False) -> Changes:
    """Brings the kept roster to what was read, and everybody's account to the roster. Read again, the same changes
    nothing. Raises TooManyLeave."""
    changes = changes_of(tx.roster.known(reading.source), reading, tx.now, accepts_leavers=accepts_leavers)
    tx.roster.drop(changes.dropped)
    tx.roster.save(changes.records)
    tx.roster.save_agents(reading.source, changes.agents)
    done = Import(
        at=tx.now,
        source=reading.source,
        added=len(changes.added),
        changed=len(changes.changed),
        left=len(changes.left),
        faults=len(changes.faults),
    )
    tx.roster.note_import(done)
    matched = match_all(tx)
    tx.duties.set(Duty(kind=IMPORTED, subject="roster", due_at=tx.now))
    facts = {"added": done.added, "changed": done.changed, "left": done.left, "faults": done.faults, "matched": matched}
    tx.journal.append(
        Entry(at=tx.now, name="roster:import:done", subject=f"roster:{reading.source}", actor="", facts=facts)
    )
    return changes


def changes_of(known: Known, reading: Reading, now: datetime, *, accepts_leavers: bool = False) -> Changes:
    """What the reading changes in what is known. Raises TooManyLeave where a full roster lacks so many that it may be
    cut off."""
    faults = list(reading.faults)
    orgs = _merged(known.orgs, reading.orgs)
    classes = _merged(known.classes, reading.classes)
    sessions = _merged(known.sessions, reading.sessions)
    people = _People(known, reading, now, orgs.all, faults)
    if not accepts_leavers:
        _not_too_many(known, reading, people.left)
    agents = people.agents()
    enrollments = _enrolled(_merged(known.enrollments, reading.enrollments), reading, classes.all, people.all, faults)
    parts: tuple[_Merged[RosterOrg] | _Merged[RosterClass] | _Merged[Enrollment] | _Merged[AcademicSession], ...]
    parts = (orgs, classes, sessions, enrollments)
    return Changes(
        records=(*people.added, *people.changed, *people.left, *(record for part in parts for record in part.saved)),
        dropped=(*people.absorbed, *(record for part in parts for record in part.dropped)),
        agents={person: named for person, named in agents.items() if named != known.agents.get(person, frozenset())},
        added=tuple(people.added),
        changed=tuple(people.changed),
        left=tuple(people.left),
        faults=tuple(sorted(faults, key=lambda fault: (fault.file, fault.line))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merged(Generic[R]):
    """One kind of record after the import."""

    all: Mapping[RosterId, R]
    saved: tuple[R, ...]
    dropped: tuple[R, ...]


def _merged(known: Mapping[RosterId, R], sheet: Sheet[R] | None) -> _Merged[R]:
    if sheet is None:
        return _Merged(all=known, saved=(), dropped=())
    stays = known.keys() - sheet.gone
    if sheet.is_full:
        stays &= sheet.rows.keys() | sheet.held
    return _Merged(
        all={each: known[each] for each in stays} | dict(sheet.rows),
        saved=tuple(row for row in sheet.rows.values() if known.get(row.id) != row),
        dropped=tuple(record for each, record in known.items() if each not in stays and each not in sheet.rows),
    )


def _enrolled(
    merged: _Merged[Enrollment],
    reading: Reading,
    classes: Mapping[RosterId, RosterClass],
    people: Mapping[RosterId, RosterPerson],
    faults: list[Fault],
) -> _Merged[Enrollment]:
    """The enrollments whose class and person are on the roster. Others that the file names are faults; those that were
    kept go."""
    lost: set[RosterId] = set()
    for each in merged.all.values():
        missing = NO_CLASS if each.class_id not in classes else NO_PERSON if each.person not in people else None
        if missing is None:
            continue
        lost.add(each.id)
        if reading.enrollments is not None and each.id in reading.enrollments.rows:
            named = each.class_id if missing is NO_CLASS else each.person
            faults.append(_fault(reading.enrollments, each.id, missing, id=named))
    kept = [record for record in merged.all.values() if record.id in lost and record not in merged.saved]
    return _Merged(
        all=merged.all,
        saved=tuple(record for record in merged.saved if record.id not in lost),
        dropped=(*merged.dropped, *kept),
    )


class _People:
    """Everybody after the import. Rows of another kind of file only add to those whom one source already answers
    for."""

    def __init__(
        self,
        known: Known,
        reading: Reading,
        now: datetime,
        orgs: Mapping[RosterId, RosterOrg],
        faults: list[Fault],
    ) -> None:
        self.all = dict(known.people)
        self.added: list[RosterPerson] = []
        self.changed: list[RosterPerson] = []
        self.left: list[RosterPerson] = []
        self.absorbed: list[RosterPerson] = []
        self._reading, self._faults = reading, faults
        self._sheet = reading.people or Sheet()
        self._same: dict[RosterId, RosterId] = {}
        self._by_email = _grouped(known.people.values())
        for row in self._sheet.rows.values():
            self._take(row, known, orgs)
        self._leave(known, now)
        self._by_email = _grouped(self.all.values())
        for row in self._sheet.rows.values():
            self._check_supervisor(row)

    def agents(self) -> dict[RosterId, frozenset[str]]:
        """Whom each row names, by their ids; a name or address of nobody is a fault."""
        named = _Named(self.all.values(), self._by_email)
        return {
            self._same[row]: frozenset(
                found.id for each in sorted(theirs) if (found := self._found(named, row, each)) is not None
            )
            for row, theirs in self._reading.agents.items()
            if row in self._same
        }

    def _take(self, row: RosterPerson, known: Known, orgs: Mapping[RosterId, RosterOrg]) -> None:
        if row.school and row.school not in orgs:
            self._fault(row.id, NO_SCHOOL, id=row.school)
            row = replace(row, school="")
        before = known.people.get(row.id) or self._as_another(row)
        self._same[row.id] = before.id if before is not None and before.source != row.source else row.id
        if before is None:
            self.added.append(row)
            self.all[row.id] = row
            return
        if before.source == row.source:
            after = replace(row, **{name: getattr(before, name) for name in FIELDS if name not in self._reading.says})
        elif row.source == _LIST:
            said = {name: getattr(row, name) for name in FIELDS if name in self._reading.says}
            after = replace(
                before, title=row.title or before.title, is_parent=before.is_parent or row.is_parent, **said
            )
        else:
            # The district's system knows now whom a list named first: the person goes on under its id.
            kept = {name: getattr(before, name) for name in FIELDS if name not in self._reading.says}
            after = replace(row, **kept)
            self._same[row.id] = row.id
            if before.id != row.id:
                self.absorbed.append(self.all.pop(before.id))
        if self.all.get(after.id) != after:
            (self.changed if after.id in known.people else self.added).append(after)
            self.all[after.id] = after

    def _as_another(self, row: RosterPerson) -> RosterPerson | None:
        """Whom the row means, where another kind of file knows them by another id: by the e-mail address."""
        sharing = [each for each in self._by_email.get(row.email, ()) if each.role is row.role]
        others = [each for each in whose(sharing) if each.source != row.source]
        return others[0] if row.email and len(others) == 1 else None

    def _leave(self, known: Known, now: datetime) -> None:
        for each in known.people.values():
            is_missing = self._sheet.is_full and not (each.id in self._sheet.rows or each.id in self._sheet.held)
            is_there = each.source == self._reading.source and each.left_at is None
            if is_there and (is_missing or each.id in self._sheet.gone):
                self.left.append(replace(each, left_at=now))
                self.all[each.id] = self.left[-1]

    def _check_supervisor(self, row: RosterPerson) -> None:
        if not row.supervisor:
            return
        found = [self.all.get(RosterId(row.supervisor)), *self._by_email.get(row.supervisor.lower(), ())]
        if not any(each is not None and each.role is Role.STAFF and each.left_at is None for each in found):
            self._fault(row.id, NO_SUPERVISOR, id=row.supervisor)

    def _found(self, named: "_Named", row: RosterId, wanted: str) -> RosterPerson | None:
        found = named.find(wanted, by_name=self._reading.source == _LIST)
        if len(found) == 1:
            return found[0]
        self._fault(row, MANY_CALLED if found else NO_PERSON, id=wanted, count=len(found))
        return None

    def _fault(self, row: RosterId, what: Text, **values: object) -> None:
        self._faults.append(_fault(self._sheet, row, what, is_left_out=False, **values))


_LIST = "people"
"""The source that only adds to what the district's system says of somebody."""


class _Named:
    """Finds people by what a row calls them."""

    def __init__(self, people: Iterable[RosterPerson], by_email: Mapping[str, list[RosterPerson]]) -> None:
        self._by_id = {each.id: each for each in people}
        self._by_email = by_email
        self._students: dict[str, list[RosterPerson]] = defaultdict(list)
        for each in self._by_id.values():
            if each.role is Role.STUDENT and each.left_at is None:
                for name in {plain(each.name), plain(f"{each.given} {each.family}")}:
                    self._students[name].append(each)

    def find(self, wanted: str, *, by_name: bool) -> list[RosterPerson]:
        """Whoever has that id; and, `by_name`, that address or (students) that name."""
        known = self._by_id.get(RosterId(wanted))
        if known is not None:
            return [known]
        if not by_name:
            return []
        students = [each for each in self._by_email.get(wanted.lower(), ()) if each.role is Role.STUDENT]
        family, comma, given = wanted.partition(",")
        name = f"{given.strip()} {family.strip()}" if comma else wanted
        return students or self._students.get(plain(name), [])


def _grouped(people: Iterable[RosterPerson]) -> dict[str, list[RosterPerson]]:
    found: dict[str, list[RosterPerson]] = defaultdict(list)
    for each in people:
        if each.email:
            found[each.email].append(each)
    return found


def _fault(sheet: Sheet[R], row: RosterId, what: Text, *, is_left_out: bool = True, **values: object) -> Fault:
    return Fault(sheet.file, sheet.lines.get(row, 0), filled(what, **values), is_left_out)


def _not_too_many(known: Known, reading: Reading, left: list[RosterPerson]) -> None:
    there = sum(each.source == reading.source and each.left_at is None for each in known.people.values())
    if len(left) > max(FEW, there * MOST_LEAVING):
        raise TooManyLeave(
            f"{len(left)} of {there} people on the roster are not in this file. Look whether it is cut off; if it is "
            "right, import it with --accept-leavers. Nothing was changed."
        )
