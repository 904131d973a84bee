"""Cards as the page takes them."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.view import card_json, pieces
from bot.cards import Action, Bullets, Card, Excerpt, Facts, Field, Paragraph, Tone
from policy.verdict import Span

spans = st.builds(Span, st.integers(-5, 40), st.integers(-5, 40))


@given(st.text(max_size=30), st.lists(spans, max_size=6))
def test_the_pieces_are_the_text_and_exactly_the_marked_characters_are_marked(text: str, marks: list[Span]) -> None:
    found = pieces(text, marks)

    flags = [piece["is_marked"] for piece in found for _ in piece["text"]]
    assert "".join(piece["text"] for piece in found) == text
    assert flags == [any(mark.start <= at < mark.end for mark in marks) for at in range(len(text))]


def test_a_card_keeps_all_that_it_says() -> None:
    card = Card(
        title="Title",
        summary="Summary",
        tone=Tone.URGENT,
        blocks=(
            Paragraph("Words"),
            Excerpt("call 555-0100", marks=(Span(5, 13),), caption="As posted"),
            Facts((("Rule", "Private contact"), ("Open it", "/playground/#/c/track-team/m/m7"))),
            Bullets(("one", "two")),
        ),
        actions=(
            Action(name="a.b", subject="s", label="Do", fields=(Field(name="f", label="F", choices=(("x", "X"),)),)),
        ),
        footer="Footer",
    )

    shown = card_json(card)

    assert (shown["title"], shown["summary"], shown["tone"], shown["footer"]) == (
        "Title",
        "Summary",
        "urgent",
        "Footer",
    )
    assert [block["kind"] for block in shown["blocks"]] == ["paragraph", "excerpt", "facts", "bullets"]
    assert shown["blocks"][1]["pieces"] == [
        {"text": "call ", "is_marked": False},
        {"text": "555-0100", "is_marked": True},
    ]
    assert shown["blocks"][2]["rows"] == [
        {"label": "Rule", "parts": [{"text": "Private contact"}], "open": ""},
        {"label": "Open it", "parts": [], "open": "c/track-team/m/m7"},
    ]
    assert shown["actions"][0]["fields"][0]["choices"] == [["x", "X"]]
