"""Cards in Teams' shape: valid, literal, and what comes back from a button is only what was asked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.activity import NOTHING
from adapters.teams.cards import (
    AROUND_A_LABEL,
    MOST_IN_A_ROW,
    WIDEST_ROW,
    adaptive,
    executed,
    message,
    press_in,
)
from bot.cards import Action, Bullets, Card, Excerpt, Facts, Field, Paragraph, Tone
from policy.verdict import Span
from tests.standins.teams_connector import check_activity

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
HOSTILE = st.sampled_from(
    [
        "**bold** _it_",
        "[a](https://elsewhere.example.org)",
        "<at>all</at>",
        "{{DATE(2026-01-01)}}",
        "{{ time (x)}}",
        "a\n\nb",
    ]
)
TEXT = st.one_of(WORDS, HOSTILE)
SPANS = st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)).map(lambda pair: Span(*pair)), max_size=4)
FIELDS = st.lists(
    st.builds(
        Field,
        name=st.sampled_from(["note", "to", "until", "who"]),
        label=WORDS.filter(bool),
        kind=st.sampled_from(["line", "text", "person", "date"]),
        hint=WORDS,
        value=WORDS,
        is_required=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda field: field.name,
).map(tuple)
CARDS = st.builds(
    Card,
    title=TEXT.filter(bool),
    summary=WORDS,
    tone=st.sampled_from(Tone),
    footer=TEXT,
    blocks=st.lists(
        st.one_of(
            st.builds(Paragraph, TEXT),
            st.builds(Excerpt, TEXT, SPANS.map(tuple), WORDS),
            st.builds(Facts, st.lists(st.tuples(WORDS, TEXT), max_size=3).map(tuple)),
            st.builds(Bullets, st.lists(TEXT, max_size=3).map(tuple)),
        ),
        max_size=4,
    ).map(tuple),
    actions=st.lists(
        st.builds(
            Action,
            name=st.sampled_from(["incident.take", "incident.dismiss"]),
            subject=WORDS,
            label=WORDS.filter(bool),
            style=st.sampled_from(["", "primary", "danger"]),
            fields=FIELDS,
            confirm=WORDS,
        ),
        max_size=9,
    ).map(tuple),
)


def shown(card: Card) -> Any:
    """The card as JSON."""
    return json.loads(json.dumps(adaptive(card)))


def runs(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every text run of a card."""
    if isinstance(node, Mapping):
        if node.get("type") == "TextRun":
            yield node
        for value in node.values():
            yield from runs(value)
    elif isinstance(node, list):
        for item in node:
            yield from runs(item)


def excerpt(card: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    """The runs of each line of the card's excerpt."""
    [found] = [element for element in card["body"] if element.get("id", "").startswith("excerpt")]
    return [line["inlines"] for line in found["items"]]


@settings(max_examples=80, deadline=None)
@given(CARDS)
def test_every_card_is_one_that_teams_takes(card: Card) -> None:
    check_activity(json.loads(json.dumps(message(card))))


@settings(max_examples=80, deadline=None)
@given(TEXT, SPANS)
def test_an_excerpt_is_what_was_typed_with_the_words_in_question_marked(words: str, marks: list[Span]) -> None:
    lines = excerpt(shown(Card(title="t", blocks=(Excerpt(words, tuple(marks)),))))

    typed = "\n".join("".join(run["text"].replace("\u2060", "") for run in line) for line in lines)
    # A line that is empty keeps its height as a space.
    assert typed == "\n".join(line or " " for line in words.replace("\u2060", "").split("\n"))
    expected = {n for mark in marks for n in range(max(0, mark.start), mark.end) if words[n : n + 1] not in ("", "\n")}
    assert sum(len(run["text"].replace("\u2060", "")) for line in lines for run in line if run.get("highlight")) == len(
        [n for n in expected if words[n] != "\u2060"]
    )


def test_nothing_is_filled_in_where_a_member_wrote_braces() -> None:
    card = shown(Card(title="{{TIME(x)}}", blocks=(Excerpt("on {{DATE(2026-01-01T00:00:00Z, SHORT)}} or {{y}}"),)))

    texts = [run["text"] for run in runs(card)]
    assert not any("{{DATE(" in text or "{{TIME(" in text for text in texts)
    assert any("{{y}}" in text for text in texts)


def test_marks_are_told_by_weight_too_and_not_by_colour_alone() -> None:
    [[before, marked, after]] = excerpt(shown(Card(title="t", blocks=(Excerpt("call 555-0134 now", (Span(5, 13),)),))))

    assert (before["text"], marked["text"], after["text"]) == ("call ", "555-0134", " now")
    assert marked["highlight"] is True
    assert marked["weight"] == "bolder"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abc ", min_size=1, max_size=40), max_size=14))
def test_buttons_keep_their_order_in_rows_that_fit_into_a_card(labels: list[str]) -> None:
    actions = tuple(Action(name="incident.take", subject="i1", label=label) for label in labels)

    rows = [element["actions"] for element in shown(Card(title="t", actions=actions))["body"][1:]]

    assert [action["title"] for row in rows for action in row] == labels
    assert len({action["id"] for row in rows for action in row}) == len(labels)
    for row in rows:
        assert len(row) <= MOST_IN_A_ROW
        assert len(row) == 1 or sum(len(action["title"]) + AROUND_A_LABEL for action in row) <= WIDEST_ROW


def test_a_button_brings_back_its_name_subject_and_answers() -> None:
    note = Field(name="note", label="Why", kind="text")
    card = shown(Card(title="t", actions=(Action(name="incident.dismiss", subject="i1", label="No", fields=(note,)),)))
    [row] = [element for element in card["body"] if element["type"] == "ActionSet"]
    opened = row["actions"][0]["card"]
    [asked], [button] = opened["body"], opened["actions"]

    pressed = executed(
        {"value": {"action": {"verb": button["verb"], "data": {**button["data"], asked["id"]: "a drill"}}}}
    )
    submitted = press_in({**button["fallback"]["data"], asked["id"]: "a drill"})

    assert pressed == submitted
    assert pressed is not None
    assert (pressed.act, pressed.subject, pressed.values) == ("incident.dismiss", "i1", {"note": "a drill"})


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {"action": 7},
        {"action": {"data": []}},
        {"action": {"data": {"act": 7}}},
        {"action": {"data": {"act": ""}}},
        {"action": {"data": {"subject": "i1"}}},
    ],
)
def test_what_is_no_press_of_ours_is_none(value: Any) -> None:
    assert executed({"value": value}) is None
    assert press_in(NOTHING) is None


def test_answers_of_odd_shapes_and_lengths_are_cut_or_left_out() -> None:
    data: Any = {"act": "a", "subject": ["x"], "f0:note": "x" * 9_000, "f0:odd": 7, "note": "not asked", "fx:n": "no"}

    pressed = press_in(data)

    assert pressed is not None
    assert (pressed.subject, {name: len(value) for name, value in pressed.values.items()}) == ("", {"note": 4_000})


def test_a_link_to_the_message_opens_it() -> None:
    url = "https://teams.microsoft.com/l/message/19%3Ax/17?tenantId=t"

    card = shown(Card(title="t", blocks=(Facts((("Open it", url), ("Where", "#stage"))),)))

    [link] = [run for run in runs(card) if "selectAction" in run]
    assert (link["text"], link["selectAction"]) == ("Open it", {"type": "Action.OpenUrl", "url": url})
