"""What is on record of the pictures of a message, and of parents' permissions: ids, never words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import MessageRef, PersonId, PersonRef
from bot.records.roster import RosterId


class PictureState(StrEnum):
    """Where the pictures of a message stand: they are being looked at, their poster is asked who is shown, a permission
    is missing, nothing is missing, or they are gone from the channel."""

    LOOKING = "looking"
    ASKED = "asked"
    MISSING = "missing"
    SETTLED = "settled"
    GONE = "gone"

    @property
    def is_waiting(self) -> bool:
        return self in (PictureState.ASKED, PictureState.MISSING)


class Answer(StrEnum):
    """Who is shown, as the poster says: students, nobody whom one could tell, or people of whom none is a student."""

    STUDENTS = "students"
    NOBODY = "nobody"
    NO_STUDENT = "no_student"


class Word(StrEnum):
    """What a parent may say of a picture of their child: this one, all of the school year, no."""

    PICTURE = "picture"
    YEAR = "year"
    NO = "no"


class NotSeen(StrEnum):
    """Why a picture was not looked at, or not wholly: what the sight says (bot.ports.pictures.Unseen), and what kept it
    from getting there."""

    TOO_LARGE = "too_large"
    BROKEN = "broken"
    UNKNOWN_KIND = "unknown_kind"
    TOO_SLOW = "too_slow"
    NOT_INSTALLED = "not_installed"
    NO_VIDEOS = "no_videos"
    NO_HEIC = "no_heic"
    NOT_ALLOWED = "not_allowed"
    ELSEWHERE = "elsewhere"
    LOST = "lost"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The pictures and videos of one message. `sealed` is the message until it is known what becomes of it. `looked`
    are the attachments that were looked at, `unseen` those reasons why some were not. `has_others`: students are shown
    who are not on the channel's roster. `is_overdue`: somebody did not answer in time, and the reviewers were told.
    `version` grows with each change."""

    message: MessageRef
    author: PersonId
    posted_at: datetime
    state: PictureState = PictureState.LOOKING
    revision: int = 0
    sealed: bytes | None = None
    looked: tuple[str, ...] = ()
    faces: int = 0
    unseen: tuple[NotSeen, ...] = ()
    asked_at: datetime | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    answered_by: PersonRef | None = None
    students: tuple[RosterId, ...] = ()
    has_others: bool = False
    is_overdue: bool = False
    version: int = 1

    @property
    def poster(self) -> PersonRef:
        """The account that posted them."""
        return self.message.person(self.author)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPermission:
    """A parent's word about pictures of a student: of one message's, or (without one) of all until the school year
    ends. `parent` is empty where staff recorded an answer on paper; `by` is whose account it came from."""

    student: RosterId
    parent: str
    message: MessageRef | None
    is_given: bool
    at: datetime
    by: PersonRef
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.until is None or now < self.until
