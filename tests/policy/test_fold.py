"""The plain view undoes what makes the same words look different, and every part of it leads back to what was typed."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.fold import _fold_slowly, _pieces, fold
from policy.letters import LOOKALIKES

NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "naughty-strings.json"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("¿CÓMO Estás?", "¿como estas?"),
        ("El Niño y la PIÑA", "el niño y la piña"),
        ("nin\u0303o", "niño"),
        ("sсhооl", "school"),  # Cyrillic с and о
        ("ＳＣＨＯＯＬ", "school"),
        ("𝓼𝓬𝓱𝓸𝓸𝓵 𝕤𝕔𝕙𝕠𝕠𝕝", "school school"),
        ("ѕᴄʜᴏᴏʟ ⓢⓒⓗⓞⓞⓛ", "school school"),
        ("🅂🄲🄷🄾🄾🄻", "school"),
        ("s\u200bc\u200dh\u2060o\ufeffo\u00adl", "school"),
        ("\u202eschool\u202c", "school"),
        ("s̶c̶h̶o̶o̶l̶", "school"),
        ("🇸🇨🇭🇴🇴🇱", "school"),
        ("5️⃣5️⃣5️⃣", "555"),
        ("it’s “fine”…", 'it\'s "fine".'),
        ("a \t\n b\u00a0\u3000c", "a b c"),
        ("Nike™ shoes", "nike shoes"),
    ],
)
def test_what_only_looks_different_reads_the_same(typed: str, plain: str) -> None:
    assert fold(typed).plain == plain


def test_flags_are_no_letters_and_emoji_stand_apart() -> None:
    assert fold("go🇺🇸team").plain == "go team"
    assert fold("go🎉team").words.split() == ["go", "🎉", "team"]


def test_another_language_is_left_in_its_own_letters_unless_a_word_mixes_them() -> None:
    assert fold("но это не школа").plain == "но это не школа"
    assert fold("это sсhооl").plain == "это school"


@pytest.mark.parametrize("letter", sorted(LOOKALIKES))
def test_every_lookalike_reads_as_its_letter(letter: str) -> None:
    for lookalike in LOOKALIKES[letter]:
        assert fold(f"x{lookalike}x").plain == f"x{letter}x", f"U+{ord(lookalike):04X}"


@settings(deadline=None)
@given(st.text())
def test_any_text_has_a_view_whose_every_character_leads_back_into_the_text(typed: str) -> None:
    folded = fold(typed)

    assert len(folded.words) == len(folded.plain) + 2
    assert "  " not in folded.plain
    spans = [folded.span(at, at + 1) for at in range(len(folded.plain))]
    assert all(0 <= span.start < span.end <= len(typed) for span in spans)
    assert spans == sorted(spans)


RARE = st.text(alphabet="aZ é ñÑ.,  \n\t“”½🍕🎉❤\ufe0f👍\U0001f3fd🇺🇸✅→…ﬁⓐ𝓼ﷺсо中＄\u200b\u0301\u0303\x80\x9f\ud83d")


MANY_RARE = st.permutations([*map(chr, range(0xFF21, 0xFF5B)), *map(chr, range(0x1F600, 0x1F61A)), *" a\nñ🍕🎉"])


@settings(deadline=None)
@given(st.one_of(st.text(alphabet=st.characters(codec="cp1252")), RARE, MANY_RARE.map("".join)))
def test_the_quick_way_gives_what_the_long_way_gives(typed: str) -> None:
    quick, slow = fold(typed), _fold_slowly(typed, set(typed))

    assert (quick.plain, quick.words) == (slow.plain, slow.words)
    assert [quick.span(at, at + 1).start for at in range(len(quick.plain))] == [
        slow.span(at, at + 1).start for at in range(len(slow.plain))
    ]


DISGUISES = st.lists(
    st.sampled_from(["s", "S", "ѕ", "ｓ", "𝓼", "š", "s\u0301", "ⓢ", "s\u200b", "🅂"]), min_size=1, max_size=8
)


@given(st.text(alphabet=" é🎉\u200b\n-ñ…9"), DISGUISES, st.text(alphabet=" é🎉\n-ñ…9"))
def test_a_span_covers_exactly_the_characters_that_were_typed(before: str, letters: list[str], after: str) -> None:
    word = "".join(letters)
    typed = f"{before} {word} {after}"
    folded = fold(typed)

    start = folded.plain.index("s" * len(letters))
    span = folded.span(start, start + len(letters))

    assert typed[span.start : span.end].rstrip("\u200b") == word.rstrip("\u200b")


@given(st.text(min_size=1), st.data())
def test_where_typed_characters_went_leads_back_to_them(typed: str, data: st.DataObject) -> None:
    folded = fold(typed)
    start = data.draw(st.integers(0, len(typed) - 1))

    first, last = folded.view(start, start + 1)

    assert 0 <= first <= last <= len(folded.plain)
    if first < last:
        assert folded.span(first, last).start == start


def origins(typed: str) -> list[int]:
    """The slow truth: for each character of the plain view, where the typed one stands that it came from."""
    found: list[int] = []
    before, begun = "", 0
    for piece, table in _pieces(typed, set(typed)):
        for index, letter in enumerate(piece, begun):
            for sign in table[ord(letter)]:
                if sign != " " or before != " ":
                    found.append(index)
                before = sign
        begun += len(piece)
    return found


LETTERS = [
    "a",
    "b",
    " ",
    "  ",
    "\n",
    "é",
    "n\u0303",
    "\u0301",
    "🍕",
    "🇺🇸",
    "🇲",
    "\u200b",
    "но",
    "ﷺ",
    "™",
    "½",
    "ß",
    "\x80",
    "(",
]


@pytest.mark.parametrize("between", ["", "plain words "], ids=["dense", "sparse"])
@given(letters=st.lists(st.sampled_from(LETTERS), min_size=1, max_size=60))
def test_every_place_of_the_plain_view_leads_back_to_where_it_was_typed(between: str, letters: list[str]) -> None:
    typed = between.join(letters)
    folded = fold(typed)

    expected = origins(typed)

    assert len(expected) == len(folded.plain)
    for at, origin in enumerate(expected):
        assert folded.span(at, at + 1).start == origin
    for at in range(len(typed)):
        assert folded.view(at, at + 1)[0] == sum(origin < at for origin in expected)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the corpus of naughty strings is not on this machine")
def test_naughty_strings_fold() -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))

    folded = [fold(text) for text in strings]

    assert len(folded) > 400
    assert all(len(text.words) == len(text.plain) + 2 for text in folded)
