"""What is on record of a parent's access to a channel, and of an owner who hands a channel over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import ChannelRef, PersonRef
from bot.records.roster import RosterId


class AccessState(StrEnum):
    """Where a parent's access to a channel stands."""

    NONE = "none"
    OFFERED = "offered"
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentAccess:
    """What is on record of one parent's access to one channel. `account` is the parent's, once they asked with it.
    `is_overdue`: the owner did not answer in time, and the supervisor was asked. `version` grows with each change."""

    channel: ChannelRef
    parent: RosterId
    account: PersonRef | None = None
    offered_at: datetime | None = None
    offered_by: PersonRef | None = None
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: PersonRef | None = None
    is_granted: bool | None = None
    reason: str = ""
    is_overdue: bool = False
    joined_at: datetime | None = None
    version: int = 0

    @property
    def state(self) -> AccessState:
        """The last that happened."""
        if self.joined_at is not None:
            return AccessState.JOINED
        if self.is_granted is not None:
            return AccessState.GRANTED if self.is_granted else AccessState.DECLINED
        if self.asked_at is not None:
            return AccessState.ASKED
        return AccessState.OFFERED if self.offered_at is not None else AccessState.NONE


class Cause(StrEnum):
    """Why an owner leaves: the account was closed, the roster no longer has them as staff, or they said so."""

    CLOSED = "closed"
    OFF_ROSTER = "off_roster"
    SAID_SO = "said_so"


class HandoverState(StrEnum):
    """Where a handover stands: the supervisor is to name the next owner, that one is to accept, it is done, or the
    owner stays."""

    OPEN = "open"
    NAMED = "named"
    DONE = "done"
    STAYED = "stayed"

    @property
    def is_over(self) -> bool:
        return self in (HandoverState.DONE, HandoverState.STAYED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One owner's leaving of one channel. `reason` is what somebody who was named and said no gave as theirs. `version`
    grows with each change."""

    channel: ChannelRef
    owner: PersonRef
    cause: Cause
    opened_at: datetime
    state: HandoverState = HandoverState.OPEN
    named: PersonRef | None = None
    named_by: PersonRef | None = None
    named_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""
    version: int = 1
