"""What the judge is given: one message, who wrote it, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who the author is to the channel (benchmark guideline, field `author`)."""

    OWNER = "owner"
    STAFF = "staff"
    STUDENT = "student"
    PARENT = "parent"
    OUTSIDER = "outsider"

    @property
    def is_staff(self) -> bool:
        return self in (Role.OWNER, Role.STAFF)


class ChannelKind(StrEnum):
    """What a sponsored channel is for (benchmark guideline, field `channel`)."""

    CLUB = "club"
    TEAM = "team"
    PARENTS = "parents"
    CLASS = "class"


class AttachmentKind(StrEnum):
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that the platform marked: `text[start:end]` is what people see, `target` where it leads."""

    target: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, picture or shared location. `name` and `alt` are judged like text. By `id` the platform gives the bytes
    to whoever holds its token (empty: it does not); it is not judged."""

    kind: AttachmentKind
    name: str = ""
    alt: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """How the message presents its sender. `is_known` is false for an app nobody approved."""

    is_app: bool = False
    is_known: bool = True
    has_borrowed_name: bool = False


SOMEBODY = Sender()


@dataclass(frozen=True, slots=True)
class Message:
    """One revision of one message. `text` is all that a member can read of it, exactly as typed."""

    text: str
    author: Role
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sender: Sender = SOMEBODY


@dataclass(frozen=True, slots=True)
class Said:
    """A message just before the one that is judged."""

    author: Role
    text: str


class AllowanceKind(StrEnum):
    """What a channel exception may allow, each read by one exemption of the same purpose."""

    FUNDRAISER = "fundraiser"
    ELECTION = "election"
    ACCOUNT = "account"
    HOST = "host"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Allowance:
    """An exception that is in force for this channel. `value` names the account, host, tool or campaign."""

    kind: AllowanceKind
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outing:
    """A trip, game or other outing that is on record for the channel: where it leads, and whether it is going on. One
    that is over is named for some days more, so that reports of it are known as such."""

    place: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Context:
    """Where the message stands: the channel, what was said before (oldest first), what is allowed there,
    the first and last names of the channel's students where a roster is known, those of them that are in no directory
    by their families' wish (`unlisted`), and the outings on record."""

    channel: ChannelKind
    channel_name: str = ""
    before: tuple[Said, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    students: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    outings: tuple[Outing, ...] = ()
