"""The phrase language says what it should, and what is no phrase is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.fold import fold
from policy.phrases import PhraseError, check, parse
from policy.rule import GroupId
from policy.sweep import Sweep

GROUP = GroupId("/group")


def found(entry: str, text: str) -> list[str]:
    """What the entry finds in the text, as plain words."""
    folded = fold(text)
    hits = Sweep({GROUP: [entry]}).scan(folded).hits.get(GROUP, [])
    return [folded.plain[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ("front office", "Call the FRONT OFFICE.", ["front office"]),
        ("front office", "front-office", ["front-office"]),
        ("front office", "in front. Office hours", []),
        ("art", "party", []),
        ("art", "art's", ["art"]),
        ("escríbeme", "ESCRIBEME ya", ["escribeme"]),
        ("año", "un ano", []),
        ("don't tell", "dont tell", ["dont tell"]),
        ("don't tell", "don’t tell", ["don't tell"]),
        ("(text|dm) me", "dm me", ["dm me"]),
        ("(text|dm) me", "text you", []),
        ("text [me|us] later", "text later", ["text later"]),
        ("text [me|us] later", "text us later", ["text us later"]),
        ("vap*", "vaping vap", ["vaping", "vap"]),
        ("call* shotgun", "I called shotgun", ["called shotgun"]),
        ("(gun|knife)* out", "guns out", ["guns out"]),
        ("mándame ... mensaje", "mándame por favor un mensaje", ["mandame por favor un mensaje"]),
        ("mándame ... mensaje", "mándame, porfa, un mensaje", ["mandame, porfa, un mensaje"]),
        ("mándame ... mensaje", "mándame mensaje", ["mandame mensaje"]),
        ("mándame ... mensaje", "mándame uno dos tres cuatro cinco mensaje", []),
        ("(keep it (between us|quiet)|say nothing)", "keep it quiet", ["keep it quiet"]),
        ("vote yes", "#VoteYes", ["voteyes"]),
        ("🍆", "look🍆🍆", ["🍆", "🍆"]),
        ("w/o me", "w/o me", ["w/o me"]),
        (r"re: \d{3}-\d{4}", "555-0134 or 1555-01345", ["555-0134"]),
        (r"re: ca\pL*", "cañón", ["cañon"]),
        (r"re: \bca", "cañón", []),
    ],
)
def test_an_entry_finds(entry: str, text: str, expected: list[str]) -> None:
    assert found(entry, text) == expected


def test_a_phrase_with_many_variants_is_found_all_the_same() -> None:
    entry = "(a|b|c|d|e) (f|g|h|i|j) [k|l|m] (n|o|p|q) ... (r|s|t) u*"

    assert found(entry, "x b j n one two t under x") == ["b j n one two t under"]
    assert found(entry, "x b j l q s u") == ["b j l q s u"]
    assert found(entry, "x b k q s u") == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("(a|b", "has no “)”"),
        ("a)", "a “)” too many"),
        ("[a] [b]", "would match everything"),
        ("... ...", "would match everything"),
        ("", "would match everything"),
        ("(a)b", "a blank is missing"),
        ("(a)?", "a blank is missing"),
        ("a(b)", "a blank is missing"),
        ("a*b", "only at a word's end"),
        ("(a||b)", "is empty"),
        ("hello !!!", "no letter"),
    ],
)
def test_what_is_no_phrase_is_refused_with_a_reason(entry: str, reason: str) -> None:
    with pytest.raises(PhraseError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse(entry)


WORDS = st.lists(st.text("abñ7", min_size=1, max_size=3), min_size=1, max_size=3).map(" ".join)


@given(options=st.lists(WORDS, min_size=1, max_size=4), brackets=st.sampled_from(["()", "[]"]), star=st.booleans())
def test_brackets_of_words_alone_are_read_like_any_others(options: list[str], brackets: str, star: bool) -> None:
    opening, closing = brackets[0], brackets[1]
    inside, end = "|".join(options), "* end" if star else " end"

    quickly = parse(f"go {opening}{inside}{closing}{end}")
    slowly = parse(f"go {opening} {inside}{closing}{end}")

    assert quickly == slowly
    assert quickly


def test_what_was_checked_is_read_once_and_then_let_go() -> None:
    entry = "a (phrase|sentence) of this test"

    check(entry)
    first, second = parse(entry), parse(entry)

    assert first == second
    assert first is not second
