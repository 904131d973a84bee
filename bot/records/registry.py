"""Who is who, and which channel belongs to whom: people, channels, exceptions, and what a decision needs of them."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from bot.ids import ChannelRef, PersonRef
from policy.message import Allowance, AllowanceKind, ChannelKind, Role
from policy.verdict import PackId
from policy.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the district. `role` is what they are outside any channel (never `owner`); `supervisor` is who
    stands above them. `quiet` is from when to when non-urgent alerts wait, in their own `zone`."""

    ref: PersonRef
    name: str
    role: Role
    title: str = ""
    school: str = ""
    supervisor: PersonRef | None = None
    lang: Lang = Lang.EN
    zone: str = "America/New_York"
    quiet: tuple[time, time] | None = None
    digest_at: time = time(16, 0)
    is_operator: bool = False
    is_active: bool = True
    email: str = ""
    is_guest: bool = False
    is_external: bool = False
    is_digest_weekly: bool = False

    @property
    def is_on_duty(self) -> bool:
        """Whether the person is there as staff of the district, so that they may answer for a channel."""
        return self.is_active and self.role.is_staff


class ChannelState(StrEnum):
    """Where a channel's approval stands. Only `requested` and `approved` channels are sponsored: their messages are
    read."""

    NOTICED = "noticed"
    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    CLOSED = "closed"

    @property
    def is_read(self) -> bool:
        return self in (ChannelState.REQUESTED, ChannelState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel on the register. Its approval ends at `expires_at`, and may be asked for again before.
    While it `awaits_notice` its messages are not read: people are told first."""

    ref: ChannelRef
    name: str
    kind: ChannelKind
    pack: PackId
    state: ChannelState = ChannelState.NOTICED
    purpose: str = ""
    audience: str = ""
    school: str = ""
    owner: PersonRef | None = None
    supervisor: PersonRef | None = None
    asked_at: datetime | None = None
    decided_by: PersonRef | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    expires_at: datetime | None = None
    awaits_notice: bool = False

    @property
    def is_read(self) -> bool:
        """Whether its messages are read: it is sponsored, and nobody has still to be told that they are."""
        return self.state.is_read and not self.awaits_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """A channel as its platform shows it; None where the platform does not tell. `is_private`: closed and not to be
    found by others. `is_shared`: with another organisation. `is_watched`: Chaperone is in it and gets its messages."""

    name: str = ""
    is_private: bool | None = None
    is_shared: bool | None = None
    is_archived: bool | None = None
    is_watched: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelException:
    """Something a channel may do although the pack forbids it, until `ends_at`. Not in force before it is approved."""

    id: str
    channel: ChannelRef
    kind: AllowanceKind
    value: str
    reason: str
    asked_by: PersonRef
    asked_at: datetime
    ends_at: datetime
    approved_by: PersonRef | None = None
    decided_at: datetime | None = None
    is_declined: bool = False
    decision_reason: str = ""

    def is_in_force(self, now: datetime) -> bool:
        return self.approved_by is not None and not self.is_declined and now < self.ends_at

    def as_allowance(self) -> Allowance:
        return Allowance(kind=self.kind, value=self.value, reason=self.reason)


def role_in(channel: Channel, person: Person | None) -> Role:
    """Who `person` is to `channel`: its owner, else what they are in the district, else an outsider."""
    if person is None or not person.is_active:
        return Role.OUTSIDER
    return Role.OWNER if channel.owner == person.ref else person.role
