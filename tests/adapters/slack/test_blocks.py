"""Cards as Block Kit: within every limit of Slack's, and whatever anybody typed stays literal text."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from adapters.slack.blocks import ANSWER, MESSAGE, SHORTENED, VIEW, Room, blocks_of, fallback_of
from adapters.slack.buttons import read, value_for
from bot.cards import Action, Bullets, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.records.deliveries import Topic, TopicKind
from policy.verdict import Span
from tests.adapters.slack.card_strategies import CONTROLS, cards
from tests.standins.slack_checks import active_nodes, faults_in_answer, faults_in_message, literal_text, nodes

TOPIC = Topic(TopicKind.INCIDENT, "4f2a")
CORPORA = Path(os.environ.get("CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
AT_ONCE = 12


def payloads() -> list[str]:
    """Our own control strings, and lists of hostile ones where this machine has them."""
    found = list(CONTROLS)
    naughty, scripts = CORPORA / "naughty-strings.json", CORPORA / "xss-payloads.txt"
    if naughty.is_file():
        found += [text for text in json.loads(naughty.read_text()) if isinstance(text, str)]
    if scripts.is_file():
        found += scripts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    return found


def everywhere(texts: list[str]) -> Card:
    """A card that says the texts in each place where a card can."""
    asking = (Field(name="note", label=texts[0], value=texts[0], hint=texts[-1]),)
    return Card(
        title=texts[0],
        summary=texts[-1],
        tone=Tone.URGENT,
        blocks=(
            Paragraph(texts[0]),
            *(Excerpt(text, (Span(0, len(text) // 2), Span(len(text) // 2, 9_999)), caption=text) for text in texts),
            Facts(tuple((text, text) for text in texts)),
            Bullets(tuple(texts)),
        ),
        actions=(
            Action(name="incident.take", subject="4f2a", label=texts[0], confirm=texts[0]),
            Action(name="x", subject=texts[0], label="a", fields=asking),
        ),
        footer=texts[-1],
    )


def message(card: Card) -> list[dict[str, object]]:
    return blocks_of(card, MESSAGE, value_of=lambda action: value_for(action, TOPIC), key="c-1")


def test_nothing_that_anybody_typed_can_mention_link_broadcast_or_format() -> None:
    tried = payloads()
    assert len(tried) >= len(CONTROLS)

    for at in range(0, len(tried), AT_ONCE):
        card = everywhere(tried[at : at + AT_ONCE])
        blocks = message(card)
        assert faults_in_message(blocks) == []
        assert active_nodes(blocks) == []
        fallback = fallback_of(card)
        assert not {"<", ">"} & set(fallback)


@pytest.mark.parametrize("words", [text for text in CONTROLS if text.strip() and "\ud800" not in text])
def test_an_excerpt_stands_there_as_it_was_typed(words: str) -> None:
    card = Card(title="t", blocks=(Excerpt(words, (Span(1, 3),)),))

    blocks = message(card)

    assert literal_text(blocks) == words
    marked = [node["text"] for node in nodes(blocks) if node.get("style") == {"bold": True, "code": True}]
    assert marked == [words[1:3]]


def test_a_link_of_our_own_is_one_and_a_members_is_none() -> None:
    ours, theirs = "https://larkfield.slack.com/archives/C1/p1", "https://elsewhere.example.org/archives/C1/p1"
    card = Card(title="t", blocks=(Facts((("Open it", ours), ("Note", theirs))), Paragraph(ours)))

    blocks = blocks_of(card, MESSAGE, value_of=value_for, is_link=lambda value: value == ours)

    assert [node["url"] for node in active_nodes(blocks)] == [ours]
    assert theirs in literal_text(blocks)


@settings(max_examples=25, deadline=None)
@given(cards)
def test_no_card_is_more_than_slack_takes(card: Card) -> None:
    posted = message(card)
    answered = blocks_of(card, ANSWER, value_of=value_for)
    in_view = blocks_of(card, VIEW, value_of=value_for)

    assert faults_in_message(posted) == []
    assert faults_in_answer(answered) == []
    assert len(in_view) <= VIEW.blocks
    assert active_nodes([posted, answered, in_view]) == []
    assert len(fallback_of(card)) < 4_000


def test_what_is_cut_says_so() -> None:
    long = Card(title="t" * 400, blocks=(Excerpt("word " * 2_000), Paragraph("p" * 5_000)), footer="f" * 9_000)

    blocks = message(long)

    assert literal_text(blocks).count(SHORTENED) == 2
    assert "t" * 400 in literal_text(blocks), "a long title stands below the header whole"


def test_a_card_of_many_parts_keeps_its_first_and_last_and_says_how_many_are_not_shown() -> None:
    card = Card(title="t", blocks=tuple(Paragraph(f"part {n} ends") for n in range(200)))

    blocks = blocks_of(card, Room(50, 12_000), value_of=value_for)

    said = literal_text(blocks)
    assert "part 0 ends" in said
    assert "part 199 ends" in said
    assert "more parts" in said
    assert len(blocks) <= 50


def test_a_button_brings_back_what_it_was_given() -> None:
    fields = (
        Field(name="to", label="Refer to", kind="choice", choices=(("U1", "Ida · Principal"), ("U2", "¡Tomás!"))),
        Field(name="note", label="Why?", kind="text", is_required=False, value="because", hint="a hint"),
    )
    action = Action(
        name="incident.refer", subject="4f2a", label="Refer", style="danger", fields=fields, confirm="Sure?"
    )

    value = value_for(action)

    assert value is not None
    assert read(value).action == action


def test_a_form_too_long_for_a_button_names_where_it_comes_from() -> None:
    choices = tuple((f"U{n}", f"Somebody with the number {n}") for n in range(500))
    action = Action(
        name="incident.refer", subject="4f2a", label="Refer", fields=(Field(name="to", label="To", choices=choices),)
    )

    posted, answered = value_for(action, TOPIC), value_for(action)

    assert posted is not None
    assert read(posted).source == str(TOPIC)
    assert (read(posted).action.name, read(posted).action.subject) == ("incident.refer", "4f2a")
    assert answered is not None, "of an answer nothing can be made again: the choice is typed instead"
    assert [field.kind for field in read(answered).action.fields] == ["line"]
