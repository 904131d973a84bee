"""What is kept of a channel's checks and members: ids and states, never words of a member."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import ChannelRef, PersonId, PersonRef


class CheckState(StrEnum):
    """Whether what a policy asks of a channel holds there, is broken, or cannot be seen from here."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found. `why` names one of the check's own reasons; `people` are those whom it is about, sorted."""

    state: CheckState
    why: str
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """A check's outcome on a channel, and since when it has been in that state. `version` grows over all checks of the
    channel: it numbers what its card has shown."""

    channel: ChannelRef
    name: str
    outcome: Outcome
    since: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """That somebody who answers for a channel has looked it over, and what was new since the look before: how many
    versions of messages were checked, how many of them flagged, how many alerts were open."""

    channel: ChannelRef
    by: PersonRef
    at: datetime
    checked: int
    flagged: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePosting:
    """That a notice of this wording was given to a channel: posted there by Chaperone, or by somebody who says so."""

    channel: ChannelRef
    notice: str
    version: str
    at: datetime
    by: PersonRef | None = None


class Answer(StrEnum):
    """What somebody answered to a notice: nothing yet, that they read it, yes, or no."""

    NONE = ""
    READ = "read"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReceipt:
    """That somebody was shown a notice of this wording, and what they answered."""

    channel: ChannelRef
    notice: str
    person: PersonRef
    version: str
    sent_at: datetime
    answered_at: datetime | None = None
    answer: str = Answer.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOuting:
    """A trip, game or other outing of a channel's group, on record by somebody who answers for the channel."""

    id: str
    channel: ChannelRef
    place: str
    starts_at: datetime
    ends_at: datetime
    by: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Somebody's place in a channel: who brought them in, where the platform told, and who said that they belong
    there, for which purpose."""

    person: PersonRef
    joined_at: datetime
    invited_by: PersonRef | None = None
    approved_by: PersonRef | None = None
    approved_at: datetime | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Somebody who answers for a channel, as owner or supervisor, or did until then."""

    person: PersonRef
    until: datetime | None = None
