"""What happened on a platform, in our own words: each adapter turns its payloads into these, and only these."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from bot.ids import ChannelRef, MessageId, MessageRef, PersonId
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
    """A message was changed. `revision` grows with each edit (microseconds of the edit's time serve well)."""

    message: MessageRef
    author: PersonId
    at: datetime
    content: Content
    revision: int
    thread: MessageId | None = None
    kind: Literal["edited"] = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A message was deleted, by its author or by somebody else."""

    message: MessageRef
    at: datetime
    by: PersonId | None = None
    kind: Literal["deleted"] = "deleted"


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


Revising: TypeAlias = Posted | Edited
Event: TypeAlias = Annotated[
    Posted | Edited | Deleted | Reported | Joined | Left | Renamed, Field(discriminator="kind")
]


def key_of(event: Event) -> str:
    """What makes the event one and the same however often it arrives: workspace, channel, message and revision,
    never a platform's own event id (Slack may send one message under many)."""
    match event:
        case Posted(message=m):
            return f"{m.workspace}|{m.channel}|{m.message}|0"
        case Edited(message=m, revision=revision):
            return f"{m.workspace}|{m.channel}|{m.message}|{revision}"
        case Deleted(message=m):
            return f"{m.workspace}|{m.channel}|{m.message}|deleted"
        case Reported(message=m, by=by):
            return f"{m.workspace}|{m.channel}|{m.message}|reported|{by}"
        case Joined(channel=c) | Left(channel=c):
            return f"{c.workspace}|{c.channel}|{event.kind}|{event.person}|{event.at.isoformat()}"
        case Renamed(channel=c, at=at):
            return f"{c.workspace}|{c.channel}|renamed|{at.isoformat()}"


_CODEC: TypeAdapter[Event] = TypeAdapter(Event)


def encode(event: Event) -> bytes:
    """The event as JSON, for the inbox."""
    return _CODEC.dump_json(event)


def decode(payload: bytes) -> Event:
    """The event that `encode` wrote. Raises pydantic's ValidationError on anything else."""
    return _CODEC.validate_json(payload)
