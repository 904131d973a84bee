"""The model reads words in disguise as what they stand for, and knows where each of them was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.fold import fold
from policy.model.plain_text import chunks_of, model_view

WORDS = frozenset(
    {"cooked", "locked", "vape", "stupid", "me", "text", "friendly", "user", "until", "good", "so", "party"}
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("C O O K E D", "cooked"),
        ("c.o.o.k.e.d", "cooked"),
        ("t e x t m e", "text me"),
        ("v4pe", "vape"),
        ("st*u*pid", "stupid"),
        ("l0cked", "locked"),
        ("goooood", "good"),
        ("VÁPE", "vape"),
        ("v\u200bape", "vape"),
    ],
)
def test_a_disguised_word_is_read_as_what_it_stands_for(typed: str, read: str) -> None:
    assert model_view(typed, WORDS) == read


@pytest.mark.parametrize("typed", ["user-friendly", "until 4pm", "2 b or 3 c", "x y z", "50%", "1st", "so 10am"])
def test_ordinary_figures_and_compounds_stay_as_they_are(typed: str) -> None:
    assert model_view(typed, WORDS) == typed


def test_emoji_are_read_by_name() -> None:
    assert "leaf" in model_view("party 🍃", WORDS)


@given(st.text(max_size=200))
def test_every_chunk_stands_where_it_says_and_the_same_text_gives_the_same_view(typed: str) -> None:
    folded = fold(typed)

    chunks = chunks_of(folded, WORDS)

    assert [chunk.start for chunk in chunks] == sorted(chunk.start for chunk in chunks)
    assert all(0 <= chunk.start < chunk.end <= len(folded.plain) for chunk in chunks)
    covered = "".join(folded.plain[chunk.start : chunk.end] for chunk in chunks).replace(" ", "")
    assert covered == folded.plain.replace(" ", "")
    assert model_view(typed, WORDS) == " ".join(chunk.text for chunk in chunks)
