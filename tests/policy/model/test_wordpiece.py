"""Words are split as the encoder was taught to read them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy
from policy.model.wordpiece import WordPiece, words_of

PIECES = (Path(policy.__file__).parent / "model" / "data" / "vocab.txt").read_text(encoding="utf-8").splitlines()
NUMBER = {piece: number for number, piece in enumerate(PIECES)}
WORD_PIECE = WordPiece(NUMBER)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("practice at 4", ["practice", "at", "4"]),
        ("don't", ["don", "'", "t"]),
        ("entrenamiento", ["en", "##tre", "##nami", "##ent", "##o"]),
        ("Café!", ["cafe", "!"]),
        ("x" * 101, ["[UNK]"]),
        ("", []),
    ],
)
def test_text_is_split_into_the_longest_pieces(text: str, pieces: list[str]) -> None:
    assert [PIECES[number] for number in WORD_PIECE.ids(text)] == pieces


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_pieces_put_together_give_the_words_back(text: str) -> None:
    words = words_of(text)

    for word in words:
        pieces = [PIECES[number] for number in WORD_PIECE.of_word(word)]
        assert pieces == ["[UNK]"] or "".join(piece.removeprefix("##") for piece in pieces) == word
    assert WORD_PIECE.ids(text) == [number for word in words for number in WORD_PIECE.of_word(word)]


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters=" "), max_size=50), max_size=8))
def test_chunk_by_chunk_gives_the_same_pieces_and_words_as_the_whole_view(chunks: list[str]) -> None:
    view = " ".join(chunks)

    split = [WORD_PIECE.of_chunk(chunk) for chunk in chunks]

    assert [piece for pieces, _ in split for piece in pieces] == WORD_PIECE.ids(view)
    assert [word for _, words in split for word in words] == words_of(view)
