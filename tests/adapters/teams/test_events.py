"""Every kind of activity that Teams sends, as it was recorded, becomes the right events of ours, or none."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.events import Room, events_of
from bot.events import Deleted, Edited, Event, Posted, Restored, decode, encode, key_of
from bot.ids import ChannelId
from policy.message import Attachment, AttachmentKind, Sender
from tests.standins.teams_identity import APP_ID, TENANT

PAYLOADS = Path(__file__).parents[1] / "payloads" / "teams"
BOT = f"28:{APP_ID}"
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
WORKSPACE = f"teams:{TENANT}"
TEAM, STAGE, CREW = "19:team-drama@thread.tacv2", "19:channel-stage@thread.tacv2", "19:channel-crew@thread.tacv2"
PEARL, SAGE = "aaaa0001-0000-4000-8000-000000000001", "aaaa0002-0000-4000-8000-000000000002"
ROOMS = (Room(ChannelId(TEAM), ""), Room(ChannelId(STAGE), "stage"), Room(ChannelId(CREW), "crew", is_apart=True))
FIRST, POSTED_AT = "1795248000123", "2026-11-21T14:00:00.123456+00:00"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def events(name: str) -> tuple[Event, ...]:
    return events_of(recorded(name), bot=BOT, rooms=ROOMS, now=NOW)


def in_short(event: Event) -> str:
    """What a line can say of an event."""
    match event:
        case Posted() | Edited():
            return f"{event.kind} {event.message.channel} {event.content.text!r}"
        case Deleted() | Restored():
            return f"{event.kind} {event.message.channel} {event.message.message}"
        case _:
            about = json.loads(encode(event))
            channel = about.pop("channel", about.pop("message", {}))["channel"]
            left_out = ("kind", "at", "by", "author", "thread")
            said = " ".join(str(value) for name, value in about.items() if name not in left_out and value != "")
            return f"{event.kind} {channel} {said}".strip()


EXPECTED: dict[str, list[str]] = {
    "post": [f"posted {STAGE} 'Practice is at four.'"],
    "post_plain_only": [f"posted {STAGE} 'Practice is at four.\\r\\nBring shoes &amp; water'"],
    "reply": [f"posted {STAGE} 'I will bring the lamps'"],
    "post_hidden_link": [f"posted {STAGE} 'Sign up on the school site today'"],
    "post_lists_and_emoji": [f"posted {STAGE} 'Bring\\nshoes\\nwater 😀\\na  b\\n c\\nMon | 4 pm'"],
    "post_mentioning_us": [f"posted {STAGE} 'Chaperone rules'"],
    "post_mentioning_a_member": [f"posted {STAGE} 'Thanks Sage Umber!'"],
    "post_inline_picture": [f"posted {STAGE} 'Look'"],
    "post_picture_attached": [f"posted {STAGE} ''"],
    "post_file": [f"posted {STAGE} 'The plan'"],
    "post_file_unnamed": [f"posted {STAGE} ''"],
    "post_without_words": [f"unread {STAGE} no_words"],
    "post_card": [f"posted {STAGE} 'Bake sale\\na cake\\nWhen\\nFriday\\nOrder'"],
    "post_quoting": [f"posted {STAGE} 'agreed\\nShall we meet at noon?'"],
    "post_by_an_app": [f"posted {STAGE} 'Weather: rain'"],
    "post_in_a_group_chat": ["posted 19:chat-parents@thread.v2 'see you'"],
    "edit": [f"edited {STAGE} 'Practice is at five.'"],
    "undelete": [f"restored {STAGE} {FIRST}", f"edited {STAGE} 'Practice is at five.'"],
    "delete": [f"deleted {STAGE} {FIRST}"],
    "own_post": [],
    "personal_message": [],
    "slash_command": [],
    "card_submitted": [],
    "card_executed": [],
    "menu_chosen": [],
    "menu_submitted": [],
    "members_added": [f"joined {TEAM} {SAGE}", f"joined {STAGE} {SAGE}"],
    "members_removed": [f"left {TEAM} {SAGE}", f"left {STAGE} {SAGE}"],
    "bot_added": [f"watched {TEAM} True", f"watched {STAGE} True", f"watched {CREW} True"],
    "bot_removed": [f"watched {TEAM} False", f"watched {STAGE} False", f"watched {CREW} False"],
    "channel_member_added": [f"joined {CREW} {SAGE}"],
    "channel_member_removed": [f"left {CREW} {SAGE}"],
    "channel_created": [f"watched {STAGE} True", f"renamed {STAGE} Drama Club / stage"],
    "channel_renamed": [f"renamed {STAGE} Drama Club / stage and lights"],
    "channel_deleted": [f"archived {STAGE} True"],
    "channel_restored": [f"archived {STAGE} False"],
    "channel_shared": [f"shared {STAGE} True"],
    "channel_unshared": [f"shared {STAGE} False"],
    "team_renamed": [
        f"renamed {TEAM} Theatre Club",
        f"renamed {STAGE} Theatre Club / stage",
        f"renamed {CREW} Theatre Club / crew",
    ],
    **{
        name: [f"archived {channel} {is_archived}" for channel in (TEAM, STAGE, CREW)]
        for name, is_archived in (
            ("team_archived", True),
            ("team_unarchived", False),
            ("team_deleted", True),
            ("team_hard_deleted", True),
            ("team_restored", False),
        )
    },
    "installed": [f"watched {TEAM} True", f"watched {STAGE} True", f"watched {CREW} True"],
    "uninstalled": [f"watched {TEAM} False", f"watched {STAGE} False", f"watched {CREW} False"],
    "upgraded": [],
    "installed_personally": [],
    "reaction": [],
    "typing": [],
    "read_receipt": [],
    "unknown_event": [],
}


def test_every_recorded_kind_has_its_line_here() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_activity_says_what_happened(name: str) -> None:
    found = events(name)

    assert [in_short(event) for event in found] == EXPECTED[name]
    assert [decode(encode(event)) for event in found] == list(found)
    assert len({key_of(event) for event in found}) == len(found)


def test_a_post_says_who_where_and_when() -> None:
    (event,) = events("post")

    assert isinstance(event, Posted)
    assert (event.message.workspace, event.message.channel, event.message.message) == (WORKSPACE, STAGE, FIRST)
    assert (event.author, event.at.isoformat(), event.thread) == (PEARL, POSTED_AT, None)
    assert key_of(event) == f"{WORKSPACE}|{STAGE}|{FIRST}|0"


def test_an_answer_names_its_thread() -> None:
    (event,) = events("reply")

    assert isinstance(event, Posted)
    assert (event.thread, event.message.message) == (FIRST, "1795248060456")


def test_an_edit_is_a_revision_of_its_own_and_the_same_however_often_it_comes() -> None:
    (post,), (edit,), (restored, undelete) = events("post"), events("edit"), events("undelete")

    assert isinstance(post, Posted)
    assert isinstance(edit, Edited)
    assert isinstance(restored, Restored)
    assert isinstance(undelete, Edited)
    assert (edit.is_put_back, undelete.is_put_back) == (False, True)
    assert restored.at == undelete.at
    assert edit.message == undelete.message == post.message
    assert undelete.revision > edit.revision > 0
    assert key_of(events("edit")[0]) == key_of(edit)
    assert len({key_of(post), key_of(edit), key_of(undelete), key_of(events("delete")[0])}) == 4


def test_a_label_that_hides_its_target_is_a_link_there() -> None:
    (event,) = events("post_hidden_link")

    assert isinstance(event, Posted)
    [link] = event.content.links
    assert link.target == "https://elsewhere.example.org/form?x=1&y=2"
    assert event.content.text[link.start : link.end] == "the school site"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("post_inline_picture", [Attachment(AttachmentKind.PICTURE, "", "the stage at night", "picture:0")]),
        ("post_picture_attached", [Attachment(AttachmentKind.PICTURE, "fees.png", "fees of this year", "picture:0")]),
        ("post_file", [Attachment(AttachmentKind.FILE, "plan.docx", "", "e1")]),
        ("post_file_unnamed", [Attachment(AttachmentKind.FILE, "", "", "0c0c")]),
        ("post_card", []),
        ("post_quoting", []),
    ],
)
def test_pictures_and_files_are_told_once_with_name_and_description(name: str, expected: list[Attachment]) -> None:
    (event,) = events(name)

    assert isinstance(event, Posted)
    assert list(event.content.attachments) == expected


def test_a_card_leads_where_its_button_leads() -> None:
    (event,) = events("post_card")

    assert isinstance(event, Posted)
    content = event.content
    assert [(link.target, content.text[link.start : link.end]) for link in content.links] == [
        ("https://pictures.example.org/cake.png", "a cake"),
        ("https://shop.example.org/cakes", "Order"),
    ]


@pytest.mark.parametrize("wrap", [json.dumps, lambda content: f"Bake sale {content['type']}"])
def test_a_card_whose_content_is_text_is_read_too(wrap: Callable[[Any], str]) -> None:
    activity = recorded("post_card")
    activity["attachments"][-1]["content"] = wrap(activity["attachments"][-1]["content"])

    (event,) = events_of(activity, bot=BOT, rooms=(), now=NOW)

    assert isinstance(event, Posted)
    assert "Bake sale" in event.content.text


def test_an_app_shows_as_one() -> None:
    (event,) = events("post_by_an_app")

    assert isinstance(event, Posted)
    assert event.content.sender == Sender(is_app=True, is_known=False)


def test_words_beside_the_html_are_read_too() -> None:
    activity = recorded("post") | {"text": "what is only in the text"}

    (event,) = events_of(activity, bot=BOT, rooms=(), now=NOW)

    assert isinstance(event, Posted)
    assert event.content.text == "Practice is at four.\nwhat is only in the text"


def test_a_channel_that_is_still_shared_with_others_stays_shared() -> None:
    activity = recorded("channel_unshared")
    activity["channelData"]["sharedWithTeams"] = [{"id": "19:third@thread.tacv2"}]

    assert events_of(activity, bot=BOT, rooms=(), now=NOW) == ()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "content", "contentType", "text", "type", "team", "name", "body"]), inner
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(EXPECTED)), data=st.data())
def test_no_shape_of_an_activity_is_an_error(name: str, data: st.DataObject) -> None:
    activity = recorded(name)
    for key in data.draw(st.lists(st.sampled_from(sorted(activity)), min_size=1, max_size=4)):
        activity[key] = data.draw(JSON)

    for event in events_of(activity, bot=BOT, rooms=ROOMS, now=NOW):
        decode(encode(event))


def test_deep_and_long_cards_end() -> None:
    deep: dict[str, Any] = {"text": "bottom"}
    for _ in range(300):
        deep = {"items": [deep]}
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": deep}
    activity = recorded("post") | {"attachments": [card, {"contentType": "text/html", "content": "<p>" * 100_000}]}

    (event,) = events_of(activity, bot=BOT, rooms=(), now=NOW)

    assert isinstance(event, Posted)
