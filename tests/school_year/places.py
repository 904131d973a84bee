"""Channels and people as the model knows them: what happened there, and nothing of what the product made of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.ids import ChannelRef, PersonRef
from policy.message import Role
from policy.verdict import PackId
from tests.district import CREC

LEDYARD = PackId("ledyard")
PACKS = (CREC, LEDYARD)
ASKED_BY = {
    CREC: frozenset({
        "approved", "closed", "district_account", "invited", "membership", "monitored", "notices", "parent_access",
        "purpose", "supervisor_access",
    }),
    LEDYARD: frozenset({"approved", "district_account", "monitored", "notices", "parent_access"}),
}  # fmt: skip
"""Which checks each pack asks for."""
FOR_PARENTS = {CREC: ("parents", "permission"), LEDYARD: ("parents",)}
SLIPS = frozenset({"permission"})
"""The notices that ask for a yes."""
LOOK_EVERY = timedelta(days=7)


@dataclass
class Somebody:
    """A person, and their account."""

    ref: PersonRef
    role: Role
    zone: str
    is_active: bool = True
    quiet: tuple[time, time] | None = None
    digest_at: time = time(16, 0)
    is_weekly: bool = False
    boss: PersonRef | None = None

    @property
    def is_ours(self) -> bool:
        return self.is_active and self.role is not Role.OUTSIDER


@dataclass
class Stay:
    """Somebody's time in a channel. `approved` is for what; None before anybody approved of them."""

    by: PersonRef | None
    since: datetime
    approved: str | None = None


@dataclass
class Asking:
    """Where a parent stands with a channel."""

    offered: bool = False
    asked: bool = False
    granted: bool | None = None
    joined: bool = False
    goes_above: bool = False

    @property
    def waits(self) -> bool:
        return self.asked and self.granted is None and not self.joined

    @property
    def is_declined(self) -> bool:
        return self.granted is False and not self.joined

    @property
    def is_begun(self) -> bool:
        return self.offered or self.asked or self.joined


@dataclass(frozen=True)
class Said:
    """What a check says."""

    state: str
    why: str = ""
    people: frozenset[str] = frozenset()


@dataclass
class Place:
    """A channel."""

    ref: ChannelRef
    pack: PackId
    owner: PersonRef
    supervisor: PersonRef
    posted_at: datetime
    approved_at: datetime | None
    ends_at: datetime
    asked_at: datetime | None = None
    is_private: bool = True
    is_shared: bool = False
    looked_at: datetime | None = None
    members: dict[PersonRef, Stay] = field(default_factory=dict)
    on_paper: set[str] = field(default_factory=set)
    shown: dict[tuple[str, PersonRef], str] = field(default_factory=dict)
    """Each notice that somebody was shown, and what they answered."""
    asking: dict[str, Asking] = field(default_factory=dict)
    """By the name of the parent on the roster."""
    said: dict[str, Said] = field(default_factory=dict)
    """What each check said when the channel was last looked at."""

    @property
    def begun(self) -> datetime:
        found = self.looked_at or self.approved_at or self.asked_at
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return f"{self.ref.workspace}|{self.ref.channel}"


@dataclass
class Town:
    """Everybody, and whose parents the roster says they are; a parent without an account stands there with None."""

    people: dict[PersonRef, Somebody]
    parents_of: Mapping[PersonRef, Collection[str]]
    account_of: Mapping[str, PersonRef | None]

    def parents_in(self, place: Place) -> list[str]:
        """The parents of the students who are members."""
        return sorted({parent for member in place.members for parent in self.parents_of.get(member, ())})

    def is_in(self, place: Place, parent: str) -> bool:
        return self.account_of[parent] in place.members
