"""The roster as it is kept: read by whoever must know who somebody is, changed by an import alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.ids import ChannelRef, PersonRef
from bot.records.roster import (
    AcademicSession,
    Enrollment,
    Import,
    Record,
    RosterClass,
    RosterId,
    RosterOrg,
    RosterPerson,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that the roster holds, for an import to compare with; `agents` as files of one source name them."""

    people: Mapping[RosterId, RosterPerson] = field(default_factory=dict)
    agents: Mapping[RosterId, frozenset[str]] = field(default_factory=dict)
    orgs: Mapping[RosterId, RosterOrg] = field(default_factory=dict)
    classes: Mapping[RosterId, RosterClass] = field(default_factory=dict)
    enrollments: Mapping[RosterId, Enrollment] = field(default_factory=dict)
    sessions: Mapping[RosterId, AcademicSession] = field(default_factory=dict)


class Roster(Protocol):
    """The district's people, their families, classes and school years."""

    def person(self, roster_id: str) -> RosterPerson | None: ...

    def people(self) -> Sequence[RosterPerson]:
        """Everybody, those who left included, by id."""

    def by_email(self, email: str) -> Sequence[RosterPerson]:
        """Everybody who has that address, whatever its case, those who left included."""

    def above(self, person: RosterPerson) -> RosterPerson | None:
        """The supervisor, where they are on the roster and did not leave."""

    def below(self, person: RosterPerson) -> Sequence[RosterPerson]:
        """Whose supervisor this person is."""

    def parents_of(self, child: RosterId) -> Sequence[RosterPerson]:
        """The parents of the child who did not leave, by id."""

    def parents_of_all(self, children: Collection[RosterId]) -> Mapping[RosterId, Sequence[RosterPerson]]:
        """The same for many children, in one question: by child, those without parents left out."""

    def children_of(self, parent: RosterId) -> Sequence[RosterPerson]:
        """The students who did not leave and whose parent this is, by id."""

    def students_in(self, channel: ChannelRef) -> Sequence[RosterPerson]:
        """The students on the roster whose accounts are members of the channel, by id."""

    def students_of(self, teacher: PersonRef) -> Sequence[RosterPerson]:
        """The students on the roster in the classes that the account teaches now, by id."""

    def sessions(self) -> Sequence[AcademicSession]: ...

    def imports(self) -> Sequence[Import]:
        """The last imports, newest first."""

    def school_of(self, person: RosterPerson) -> str:
        """The name of the person's school; empty where the roster does not tell."""

    def schools(self) -> Sequence[RosterOrg]:
        """The district's schools, by name."""

    def classes(self) -> Sequence[RosterClass]:
        """All classes, by id."""

    def known(self, source: str) -> Known:
        """All of it, with the agents that files of that source name. Where the transaction may write, no other import
        changes it until this one ends."""

    def save(self, records: Iterable[Record]) -> None:
        """Adds the records, or changes those of the same id."""

    def save_agents(self, source: str, agents: Mapping[RosterId, Collection[str]]) -> None:
        """For each person named, whom their row in files of that source names as belonging to them, instead of what was
        kept."""

    def drop(self, records: Iterable[Record]) -> None:
        """Takes away the records, with what names them. People leave instead, and are forgotten later; only one whom
        another record replaces is dropped."""

    def note_import(self, done: Import) -> None: ...

    def forget(self, *, left_before: datetime) -> int:
        """Takes away everybody who left before then, with all that names them; returns how many they were."""
