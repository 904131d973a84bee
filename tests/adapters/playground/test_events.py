"""What happens in the chat, in the product's own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.playground import events
from adapters.playground.events import ChatFile, ChatMessage
from bot.events import Deleted, Edited, Event, Posted, decode, encode, key_of
from bot.ids import ChannelId, MessageId, PersonId, WorkspaceId
from policy.message import Attachment, AttachmentKind, Link

WORKSPACE = WorkspaceId("playground:test")
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
MESSAGE = ChatMessage(
    id=MessageId("m7"),
    channel=ChannelId("track-team"),
    thread=MessageId("m3"),
    place=7,
    author=PersonId("darrow"),
    posted_at=AT,
    text="see [our page](https://photos.example.org/x)",
    files=(
        ChatFile(id="f7-0", name="team.png", alt="The team", type="image/png", size=9),
        ChatFile(id="f7-1", name="list.pdf", alt="", type="application/pdf", size=9),
    ),
)


def test_a_post_carries_text_targets_names_and_descriptions() -> None:
    event = events.posted(WORKSPACE, MESSAGE)

    assert isinstance(event, Posted)
    assert event.thread == "m3"
    assert event.content.text == MESSAGE.text
    assert event.content.links == (Link(target="https://photos.example.org/x", start=5, end=13),)
    assert event.content.attachments == (
        Attachment(kind=AttachmentKind.PICTURE, name="team.png", alt="The team", id="f7-0"),
        Attachment(kind=AttachmentKind.FILE, name="list.pdf", alt="", id="f7-1"),
    )
    assert decode(encode(event)) == event


def test_every_revision_and_the_deletion_have_keys_of_their_own() -> None:
    edit = replace(MESSAGE, revision=1, edited_at=AT + timedelta(minutes=1))
    again = replace(MESSAGE, revision=2, edited_at=AT + timedelta(minutes=2))

    found: list[Event] = [
        events.posted(WORKSPACE, MESSAGE),
        events.edited(WORKSPACE, edit),
        events.edited(WORKSPACE, again),
        events.deleted(WORKSPACE, again, at=AT, by=PersonId("darrow")),
    ]

    assert len({key_of(event) for event in found}) == 4
    assert isinstance(found[1], Edited)
    assert isinstance(found[3], Deleted)
