"""What happens in the chat, in the product's own words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from adapters.playground.text import labelled_links
from bot.events import Content, Deleted, Edited, Joined, Left, Posted, Watched
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, WorkspaceId
from policy.message import Attachment, AttachmentKind, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFile:
    """What is known of a file without opening it. `type` is what its bytes say, never what the sender says."""

    id: str
    name: str
    alt: str
    type: str
    size: int

    @property
    def kind(self) -> AttachmentKind:
        """What the policy calls it."""
        family = self.type.partition("/")[0]
        return {
            "image": AttachmentKind.PICTURE,
            "video": AttachmentKind.VIDEO,
            "audio": AttachmentKind.AUDIO,
        }.get(family, AttachmentKind.FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message of the chat as it now stands. `place` orders it in its conversation; a deleted one has no words.
    A blocked one has a `tip`, and only its author reads either."""

    id: MessageId
    channel: ChannelId
    thread: MessageId | None
    place: int
    author: PersonId
    posted_at: datetime
    revision: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    text: str = ""
    files: tuple[ChatFile, ...] = ()
    tip: str = ""

    def is_hidden_from(self, person: PersonId) -> bool:
        """Whether it is blocked for that person."""
        return bool(self.tip) and person != self.author

    def ref(self, workspace: WorkspaceId) -> MessageRef:
        return MessageRef(workspace, self.channel, self.id)


def posted(workspace: WorkspaceId, message: ChatMessage) -> Posted:
    """The event of a new message."""
    return Posted(
        message=message.ref(workspace),
        author=message.author,
        at=message.posted_at,
        content=content(message),
        thread=message.thread,
    )


def edited(workspace: WorkspaceId, message: ChatMessage) -> Edited:
    """The event of a message that now reads otherwise."""
    return Edited(
        message=message.ref(workspace),
        author=message.author,
        at=message.edited_at or message.posted_at,
        content=content(message),
        revision=message.revision,
        thread=message.thread,
    )


def deleted(workspace: WorkspaceId, message: ChatMessage, *, at: datetime, by: PersonId | None) -> Deleted:
    """The event of a message that is gone."""
    return Deleted(message=message.ref(workspace), at=at, by=by)


def joined(channel: ChannelRef, person: PersonId, *, by: PersonId | None, at: datetime) -> Joined:
    """The event of a new member."""
    return Joined(channel=channel, person=person, at=at, by=by)


def left(channel: ChannelRef, person: PersonId, *, at: datetime) -> Left:
    """The event of a member who is one no more."""
    return Left(channel=channel, person=person, at=at)


def watched(channel: ChannelRef, *, by: PersonId, at: datetime) -> Watched:
    """The event of Chaperone's coming into a channel."""
    return Watched(channel=channel, is_watched=True, at=at, by=by)


def content(message: ChatMessage) -> Content:
    """All that members can read of the message: text as typed, targets of links, names and descriptions of files."""
    return Content(
        text=message.text,
        links=tuple(Link(target=link.target, start=link.start, end=link.end) for link in labelled_links(message.text)),
        attachments=tuple(
            Attachment(kind=file.kind, name=file.name, alt=file.alt, id=file.id) for file in message.files
        ),
    )
