"""What is kept of a channel that nobody registered: who was asked about it and what they said, never a word from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import ChannelRef, PersonId, PersonRef


class Why(StrEnum):
    """Why a channel was noticed: Chaperone was put into it, or it looks like a school's."""

    ADDED = "added"
    LOOKS = "looks"


class Sign(StrEnum):
    """By what a channel looks like a school's: words of its name, a class of that name, students and parents of the
    roster in it, a member of the staff who made it."""

    NAME = "name"
    CLASS = "class"
    FAMILIES = "families"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChannel:
    """A channel as its platform lists it, whether Chaperone is in it or not. `about` is what its makers wrote of it,
    `creator` who made it, where the platform tells. `is_added`: somebody put Chaperone into this very channel."""

    ref: ChannelRef
    name: str
    about: str = ""
    creator: PersonId | None = None
    is_added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnregisteredChannel:
    """One such channel. `owner` is who is asked about it: whoever put Chaperone there, else its likely owner. Asked at
    `asked_at`, reminded, then passed on to the next above. `answer` is what the channel is for instead, once somebody
    said that it is none of the school's. `is_gone`: Chaperone was taken out again before that. `version` numbers what
    its card has shown."""

    ref: ChannelRef
    name: str
    why: Why
    noticed_at: datetime
    about: str = ""
    signs: tuple[Sign, ...] = ()
    owner: PersonRef | None = None
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    passed_on_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: PersonRef | None = None
    answer: str = ""
    is_gone: bool = False
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nobody has said yet what it is; that it was registered since is the register's to tell."""
        return self.answered_at is None and not self.is_gone
