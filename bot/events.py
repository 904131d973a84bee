"""What happened on a platform, in our own words: each adapter turns its payloads into these, and only these."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from bot.ids import ChannelRef, MessageId, MessageRef, PersonId
from bot.records.accounts import Account
from policy.message import Attachment, Link, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that members can read of one revision: text as typed, links behind labels, attachments, how the sender
    shows."""

    text: str
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sender: Sender = field(default_factory=Sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message was posted. Its revision is 0."""

    message: MessageRef
    author: PersonId
    at: datetime
    content: Content
    thread: MessageId | None = None
    kind: Literal["posted"] = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A message was changed. `revision` grows with each edit (`revision_at` serves well).
    `is_put_back`: nobody changed it, it was deleted and stands there again, as it now reads."""

    message: MessageRef
    author: PersonId
    at: datetime
    content: Content
    revision: int
    thread: MessageId | None = None
    is_put_back: bool = False
    kind: Literal["edited"] = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A message was deleted, by its author or by somebody else. Where a deletion can be taken back `revision` tells one
    from the next (`revision_at`); without it a message is deleted once."""

    message: MessageRef
    at: datetime
    by: PersonId | None = None
    revision: int | None = None
    kind: Literal["deleted"] = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A deleted message is there again: the deletion was taken back. `at` is later than that of the deletion, by the
    platform's own clock. What it now says comes as a version of its own."""

    message: MessageRef
    at: datetime
    by: PersonId | None = None
    kind: Literal["restored"] = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """There is a message whose words the platform withholds, or that cannot be read: a person has to look. `reason` is
    the kind of obstacle."""

    message: MessageRef
    author: PersonId
    at: datetime
    reason: str
    thread: MessageId | None = None
    kind: Literal["unread"] = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A member asked owner and supervisor to look at a message. `note` is what the member adds."""

    message: MessageRef
    author: PersonId
    by: PersonId
    at: datetime
    content: Content
    note: str = ""
    thread: MessageId | None = None
    kind: Literal["reported"] = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody became a member of a channel; `by` is who invited, where the platform tells."""

    channel: ChannelRef
    person: PersonId
    at: datetime
    by: PersonId | None = None
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody is no longer a member of a channel."""

    channel: ChannelRef
    person: PersonId
    at: datetime
    by: PersonId | None = None
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A channel has a new name."""

    channel: ChannelRef
    name: str
    at: datetime
    kind: Literal["renamed"] = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A channel was shared with another organisation, or is no longer shared with any."""

    channel: ChannelRef
    is_shared: bool
    at: datetime
    kind: Literal["shared"] = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A channel was made private or public."""

    channel: ChannelRef
    is_private: bool
    at: datetime
    kind: Literal["converted"] = "converted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A channel was archived or deleted, or brought back."""

    channel: ChannelRef
    is_archived: bool
    at: datetime
    kind: Literal["archived"] = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Chaperone itself was added to a channel or removed from it: what is said there from now on is seen, or is not.
    `by` is who did it, where the platform tells."""

    channel: ChannelRef
    is_watched: bool
    at: datetime
    by: PersonId | None = None
    kind: Literal["watched"] = "watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    """An account is new, was changed or was closed."""

    account: Account
    at: datetime
    kind: Literal["account_changed"] = "account_changed"


Revising: TypeAlias = Posted | Edited
Reshaping: TypeAlias = Renamed | Shared | Converted | Archived | Watched
Event: TypeAlias = Annotated[
    Posted
    | Edited
    | Deleted
    | Restored
    | Unread
    | Reported
    | Joined
    | Left
    | Renamed
    | Shared
    | Converted
    | Archived
    | Watched
    | AccountChanged,
    Field(discriminator="kind"),
]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def revision_at(moment: datetime) -> int:
    """The number of a revision whose platform dates its revisions and does not count them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def key_of(event: Event) -> str:
    """What makes the event one and the same however often it arrives: workspace, channel, message and revision,
    never a platform's own event id (Slack may send one message under many)."""
    match event:
        case Posted() | Edited() | Deleted() | Restored() | Unread() | Reported():
            m = event.message
            return f"{m.workspace}|{m.channel}|{m.message}|{_which(event)}"
        case Joined(channel=c) | Left(channel=c):
            return f"{c.workspace}|{c.channel}|{event.kind}|{event.person}|{event.at.isoformat()}"
        case Renamed(channel=c) | Shared(channel=c) | Converted(channel=c) | Archived(channel=c) | Watched(channel=c):
            return f"{c.workspace}|{c.channel}|{event.kind}|{event.at.isoformat()}"
        case AccountChanged(account=account, at=at):
            return f"{account.ref.workspace}|{account.ref.person}|account|{at.isoformat()}"


def _which(event: Posted | Edited | Deleted | Restored | Unread | Reported) -> str:
    """What tells the event from all others about its message."""
    match event:
        case Posted():
            return "0"
        case Edited(revision=revision):
            return str(revision)
        case Deleted(revision=int() as revision):
            return f"deleted|{revision}"
        case Restored(at=at):
            return f"restored|{revision_at(at)}"
        case Reported(by=by):
            return f"reported|{by}"
        case _:
            return event.kind


_CODEC: TypeAdapter[Event] = TypeAdapter(Event)


def encode(event: Event) -> bytes:
    """The event as JSON, for the inbox."""
    return _CODEC.dump_json(event)


def decode(payload: bytes) -> Event:
    """The event that `encode` wrote. Raises pydantic's ValidationError on anything else."""
    return _CODEC.validate_json(payload)
