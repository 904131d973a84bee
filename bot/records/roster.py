"""The district's own records of its people, as a roster file tells them: students, whose parents, staff, classes, the
school year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, NewType, TypeVar

from policy.message import Role
from policy.words import Text

RosterId = NewType("RosterId", str)
"""What the district's records call somebody or something; it stays the same from file to file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPerson:
    """One person of the district. `role` is staff, student or parent; `title` what the records call it (`principal`).
    `is_parent` is true for staff who are parents, too. `supervisor` is the id or e-mail of who stands above,
    `school` the id of an org. `photos`:
    the parents permit pictures; `is_unlisted`: nothing of the person goes into a directory; None where no file said.
    `source` is the kind of file that answers for the person; `left_at` when its last one no longer had them."""

    id: RosterId
    source: str
    given: str
    family: str
    role: Role
    preferred: str = ""
    title: str = ""
    is_parent: bool = False
    school: str = ""
    email: str = ""
    supervisor: str = ""
    photos: bool | None = None
    is_unlisted: bool | None = None
    left_at: datetime | None = None

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.preferred or self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOrg:
    """A school, or something above or within one."""

    id: RosterId
    name: str
    kind: str = "school"
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterClass:
    """A class of a school; `school` is the id of its org."""

    id: RosterId
    title: str
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """That somebody is in a class, up to and with `ends_on`."""

    id: RosterId
    class_id: str
    person: str
    is_teacher: bool = False
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcademicSession:
    """A term or a school year (`kind` is `schoolYear`), its last day included."""

    id: RosterId
    title: str
    kind: str
    starts_on: date
    ends_on: date


Record = RosterPerson | RosterOrg | RosterClass | Enrollment | AcademicSession
R = TypeVar("R", bound=Record)


SHORT_HOLIDAYS = timedelta(days=30)
"""Between two terms of one school year there are not more."""
FIELDS = ("supervisor", "photos", "is_unlisted")
"""Fields that not every kind of file has; one that does not leaves them as they are."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of a file. `is_left_out`: the whole row is; else only what the words name."""

    file: str
    line: int
    what: Text
    is_left_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[R]):
    """What one file says. `is_full`: whoever is not in it is gone. `gone` are named as gone; `held` are ids whose rows
    could not be read, so that nothing is known of them and they stay as they are. `lines` says where each row stands.
    """

    file: str = ""
    rows: Mapping[RosterId, R] = field(default_factory=dict)
    lines: Mapping[RosterId, int] = field(default_factory=dict)
    is_full: bool = False
    gone: frozenset[RosterId] = frozenset()
    held: frozenset[RosterId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A roster as read from a file, before anything is done with it. `agents` holds, for each person of `people`, whom
    their row names as belonging to them: by id, or (in a list of people) by e-mail or name. A sheet is None where the
    file has nothing to say of its kind; `says` are those of the fields `FIELDS` that it does."""

    source: str
    people: Sheet[RosterPerson] | None = None
    agents: Mapping[RosterId, frozenset[str]] = field(default_factory=dict)
    orgs: Sheet[RosterOrg] | None = None
    classes: Sheet[RosterClass] | None = None
    enrollments: Sheet[Enrollment] | None = None
    sessions: Sheet[AcademicSession] | None = None
    says: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """That a roster was read, and what came of it."""

    at: datetime
    source: str
    added: int
    changed: int
    left: int
    faults: int


def year_end(sessions: Iterable[AcademicSession], today: date) -> date | None:
    """The last day of the school year that `today` is in, or of the next one in the holidays between. Where no school
    year is on record, the last day of the terms that follow each other from today without summer holidays between.
    None: the roster does not tell."""
    known = sorted(
        (each for each in sessions if each.ends_on >= today), key=lambda each: (each.starts_on, each.ends_on)
    )
    years = [each.ends_on for each in known if each.kind == "schoolYear"]
    if years:
        return years[0]
    last: date | None = None
    for each in known:
        if last is None or each.starts_on <= last + SHORT_HOLIDAYS:
            last = max(last or each.ends_on, each.ends_on)
    return last


def names_of(people: Iterable[RosterPerson]) -> frozenset[str]:
    """Every name that they may be called by."""
    names = (name for person in people for name in (person.given, person.family, person.preferred))
    return frozenset(name for name in names if name)


def whose(sharing: Iterable[RosterPerson]) -> tuple[RosterPerson, ...]:
    """Whom an e-mail address stands for, of all who have it: those who did not leave, else those who did. An address
    that people of different roles share (a family's) says of nobody who is at the keyboard, and stands for nobody."""
    found = tuple(sharing)
    found = tuple(each for each in found if each.left_at is None) or found
    return found if len({each.role for each in found}) == 1 else ()
