"""All that members can read of a Slack message is judged, once, with its links where they stand."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.content import (
    DEEPEST,
    NotReadable,
    content_of,
    earlier_versions,
    is_housekeeping,
)
from adapters.slack.text import shown
from policy.message import AttachmentKind
from tests.adapters.export.building import Row, a_message

NAMES = {"U1": "Sam Abernethy-Quill", "C1": "track"}


def name_of(id_: str) -> str:
    return NAMES.get(id_, id_)


def rich(*elements: dict[str, Any], kind: str = "rich_text_section", **more: object) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": kind, "elements": list(elements), **more}]}]


def text(words: str, **style: object) -> dict[str, Any]:
    return {"type": "text", "text": words, **style}


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("Fish &amp; chips &lt;3 &gt;", "Fish & chips <3 >"),
        ("&amp;lt; is how one writes it", "&lt; is how one writes it"),
        ("hi <@U1> in <#C1|track> and <#C1>", "hi @Sam Abernethy-Quill in #track and #track"),
        ("<!here> <!subteam^S1|@coaches> <!date^1^{date}|in May>", "@here @coaches in May"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <https://example.org|the form>", "see the form"),
        ("write <mailto:ask@example.org|ask@example.org>", "write ask@example.org"),
        ("call <tel:+15555550134>", "call +15555550134"),
        ("a <b> c", "a <b> c"),
        ("<unclosed", "<unclosed"),
    ],
)
def test_markup_is_read_as_people_see_it(markup: str, seen: str) -> None:
    assert shown(markup, name_of).text == seen


def test_a_link_behind_a_label_keeps_where_it_leads_and_where_it_stands() -> None:
    found = shown("sign <https://forms.example.org/x?a=1&amp;b=2|the form> today", name_of)

    (link,) = found.links
    assert link.target == "https://forms.example.org/x?a=1&b=2"
    assert found.text[link.start : link.end] == "the form"


def test_text_and_blocks_that_say_the_same_are_read_once() -> None:
    message = a_message(
        "Bring *water* and <https://example.org|the form>, <@U1>",
        blocks=rich(
            text("Bring "),
            text("water", style={"bold": True}),
            text(" and "),
            {"type": "link", "url": "https://example.org", "text": "the form"},
            text(", "),
            {"type": "user", "user_id": "U1"},
        ),
    )

    content = content_of(message, name_of)

    assert content.text == "Bring water and the form, @Sam Abernethy-Quill"
    assert [content.text[link.start : link.end] for link in content.links] == ["the form"]


def test_text_that_differs_from_its_blocks_is_read_beside_them() -> None:
    message = a_message("what a notification shows", blocks=rich(text("what the channel shows")))

    assert content_of(message).text == "what the channel shows\nwhat a notification shows"


def test_a_word_in_several_looks_is_one_word() -> None:
    message = a_message("", blocks=rich(text("wa"), text("te", style={"bold": True}), text("r")))

    assert content_of(message).text == "water"


def test_lists_are_read_line_by_line() -> None:
    items = [{"type": "rich_text_section", "elements": [text(word)]} for word in ("one", "two")]
    message = a_message("1. one\n2. two", blocks=rich(*items, kind="rich_text_list", style="ordered"))

    assert content_of(message).text == "1. one\n2. two"


def test_every_kind_of_block_and_attachment_is_read() -> None:
    message = a_message(
        "",
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "word01"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "word02 <https://example.org/w|word03>"}},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "word04"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "word05"}]},
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "word06"}, "url": "https://example.org/u"}
                ],
            },
            {
                "type": "image",
                "title": {"type": "plain_text", "text": "word07"},
                "image_url": "https://example.org/p.png",
                "alt_text": "word08",
            },
            {"type": "markdown", "text": "word09"},
            {"type": "table", "rows": [[{"type": "raw_text", "text": "word10"}]]},
            {"type": "not_invented_yet", "caption": "word11"},
        ],
        attachments=[
            {
                "pretext": "word12",
                "author_name": "word13",
                "title": "word14",
                "title_link": "https://example.org/t",
                "text": "word15",
                "fields": [{"title": "word16", "value": "word17"}],
                "footer": "word18",
                "fallback": "word19",
                "message_blocks": [{"message": {"blocks": rich(text("word20"))}}],
            },
        ],
        files=[
            {
                "name": "word21.pdf",
                "title": "word22",
                "mimetype": "application/pdf",
                "preview": "word23",
                "plain_text": "word24",
            }
        ],
    )

    content = content_of(message)

    everything = " ".join([content.text, *(f"{a.name} {a.alt}" for a in content.attachments)])
    assert [f"word{n:02}" for n in range(1, 25) if f"word{n:02}" not in everything] == []
    labelled = {content.text[link.start : link.end]: link.target for link in content.links}
    assert labelled["word03"] == "https://example.org/w"
    assert labelled["word06"] == "https://example.org/u"
    assert labelled["word14"] == "https://example.org/t"


def test_what_a_button_sends_is_not_what_people_read() -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Yes"},
        "value": "hidden-payload",
        "action_id": "a",
    }

    assert content_of(a_message("", blocks=[{"type": "actions", "elements": [button]}])).text == "Yes"


def test_a_forwarded_message_is_read() -> None:
    shared = {
        "is_share": True,
        "text": "what was forwarded",
        "from_url": "https://ws.slack.com/archives/C1/p1",
        "author_name": "Gray",
    }

    content = content_of(a_message("", attachments=[shared]))

    assert "what was forwarded" in content.text
    assert content.links == ()


def test_a_preview_of_a_link_is_no_picture_that_somebody_posted() -> None:
    preview = {
        "from_url": "https://example.org/page",
        "title": "A page",
        "title_link": "https://example.org/page",
        "image_url": "https://example.org/i.png",
    }
    posted = {"image_url": "https://example.org/team.png", "fallback": "team"}

    assert content_of(a_message("<https://example.org/page>", attachments=[preview])).attachments == ()
    (picture,) = content_of(a_message("", attachments=[posted])).attachments
    assert (picture.kind, picture.name) == (AttachmentKind.PICTURE, "team.png")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", AttachmentKind.PICTURE),
        ("video/mp4", AttachmentKind.VIDEO),
        ("audio/mp4", AttachmentKind.AUDIO),
        ("application/pdf", AttachmentKind.FILE),
        ("", AttachmentKind.FILE),
    ],
)
def test_files_become_attachments_of_their_kind(mime: str, kind: AttachmentKind) -> None:
    message = a_message("", files=[{"name": "a.bin", "mimetype": mime, "alt_txt": "the team at the bus"}])

    (attachment,) = content_of(message).attachments

    assert (attachment.kind, attachment.name, attachment.alt) == (kind, "a.bin", "the team at the bus")


def test_an_app_that_borrows_a_members_name_is_seen() -> None:
    message = {"subtype": "bot_message", "text": "hello", "username": "Sam Abernethy-Quill", "bot_id": "B1"}

    sender = content_of(message, member_names={"sam abernethy-quill"}).sender

    assert (sender.is_app, sender.is_known, sender.has_borrowed_name) == (True, True, True)
    assert not content_of(message).sender.has_borrowed_name
    assert not content_of({"subtype": "bot_message", "text": "hello", "username": "?"}).sender.is_known


def test_versions_before_an_edit_or_deletion_are_found() -> None:
    row: Row = {
        "type": "message",
        "subtype": "message_changed",
        "ts": "1.0",
        "original": {"text": "before"},
        "text": "after",
    }

    assert [version["text"] for version in earlier_versions(row)] == ["before"]


def test_what_slack_itself_wrote_is_told_from_what_members_typed() -> None:
    assert is_housekeeping({"subtype": "channel_join", "text": "<@U1> has joined the channel"})
    assert not is_housekeeping({"subtype": "channel_topic", "topic": "typed by somebody"})
    assert not is_housekeeping({"subtype": "a_kind_not_invented_yet"})
    assert not is_housekeeping({})


def test_halves_of_characters_are_replaced() -> None:
    content = content_of(json.loads(r'{"text": "a \ud83d b \ud83d\ude00", "files": [{"name": "\udc00.txt"}]}'))

    assert content.text == "a \ufffd b 😀"
    assert content.attachments[0].name == "\ufffd.txt"


def test_what_no_slack_message_nests_is_refused() -> None:
    block: dict[str, Any] = {"type": "section", "text": "inside"}
    for _ in range(DEEPEST + 5):
        block = {"type": "section", "elements": [block]}

    with pytest.raises(NotReadable):
        content_of({"text": "", "blocks": [block]})


def test_a_message_made_to_be_slow_is_read_in_time() -> None:
    many = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"<https://example.org/{n}|words {n}> " * 4}}
        for n in range(2_000)
    ]

    message: Row = {"text": "<" * 100_000 + "|@" * 50_000, "blocks": many}

    content = content_of(message)

    assert len(content.links) == 8_000


def test_every_message_of_the_sample_shape_is_read() -> None:
    rows = json.loads((Path(__file__).parent / "rows.json").read_text(encoding="utf-8"))

    assert len(rows) > 5
    for row in rows:
        content = content_of(row["message"], name_of)
        assert content.text == row["text"], row["about"]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "type",
                    "elements",
                    "blocks",
                    "attachments",
                    "files",
                    "url",
                    "title",
                    "fields",
                    "user_id",
                    "message",
                    "name",
                    "comment",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(
    st.dictionaries(
        st.sampled_from(["text", "blocks", "attachments", "files", "file", "subtype", "username", "topic"]), json_values
    )
)
def test_any_json_is_read_and_its_links_stand_inside_the_text(message: dict[str, Any]) -> None:
    content = content_of(message)

    assert all(0 <= link.start < link.end <= len(content.text) for link in content.links)
    content.text.encode()


@given(st.text())
def test_text_that_a_member_typed_comes_through_slacks_escaping_unchanged(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert shown(escaped, name_of).text == typed
