"""Words in disguise are read as what they stand for, are marked as typed, and the reason says so."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.pack import Pack
from tests.policy.building import a_detector, a_pack, a_rule, marked, only_finding, verdict_on


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack that looks for `banana split`, `pickle`, `moron`, words in `poodle` and `kys`."""
    terms = "word: [banana split, pickle, moron, kys, 'poodle*']"
    return a_pack(tmp_path_factory.mktemp("unmask"), a_rule(terms=terms, detectors=a_detector("all: [word]")))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("you p1ckle", "p1ckle"),
        ("you m0r0n!", "m0r0n"),
        ("you p!ckle", "p!ckle"),
        ("k.y.s", "k.y.s"),
        ("just k y s now", "k y s"),
        ("k-y-s", "k-y-s"),
        ("p i c k l e", "p i c k l e"),
        ("m o r o n s", "m o r o n"),
        ("b a n a n a s p l i t", "b a n a n a s p l i t"),
        ("p*i*ckle", "p*i*ckle"),
        ("pi_ck_le", "pi_ck_le"),
        ("pi.ckle", "pi.ckle"),
        ("p****e", "p****e"),
        ("pick1e", "pick1e"),
        ("ban4na sp1it", "ban4na sp1it"),
        ("p00dles", "p00dles"),
        ("рickle", "рickle"),  # Cyrillic р
        ("p\u200bickle", "p\u200bickle"),
        ("🅿️ickle", "🅿️ickle"),
    ],
)
def test_a_disguise_is_seen_through_and_marked_as_typed(pack: Pack, text: str, typed: str) -> None:
    finding = only_finding(pack, text)

    assert text[finding.start : finding.end] == typed
    assert finding.excerpt == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [("you piiickle", "piiickle"), ("mmmorooon", "mmmorooon"), ("kyssss", "kyssss"), ("poooodle", "poooodle")],
)
def test_stretched_words_are_read_as_they_are_meant(pack: Pack, text: str, typed: str) -> None:
    assert marked(pack, text) == [typed]


@pytest.mark.parametrize(
    "text",
    [
        "meet at 3:30 in room 1042",
        "it's 5:00, don't be late",
        "email me at p1@example.org",
        "the moons of Jupiter",
        "a b c d e",
        "the U.S.A. team",
        "user-friendly, well-known",
        "version 1.0.5",
        "555-0134",
        "k**s",
        "*bold* and _plain_",
    ],
)
def test_ordinary_signs_and_figures_hide_nothing(pack: Pack, text: str) -> None:
    assert verdict_on(pack, text).findings == ()


def test_the_reason_says_what_a_disguised_word_was_read_as(pack: Pack) -> None:
    reason = only_finding(pack, "you p1ckle").reason

    assert reason.en == "Saw “p1ckle” (read as “pickle”)."
    assert "leído como «pickle»" in reason.es


def test_a_plain_word_is_not_called_disguised(pack: Pack) -> None:
    assert only_finding(pack, "you PICKLE").reason.en == "Saw “PICKLE”."


def test_disguised_is_a_signal_of_its_own(tmp_path: Path) -> None:
    detectors = a_detector("all: [hello, '@disguised']")
    hidden = a_pack(tmp_path, a_rule(detectors=detectors))

    assert verdict_on(hidden, "hello").findings == ()
    assert verdict_on(hidden, "h3llo").findings != ()


def test_plain_words_around_a_disguised_one_are_marked_once_and_where_they_stand(pack: Pack) -> None:
    finding = only_finding(pack, "pickle, (p1ckle) and a pickle")

    assert [(mark.start, mark.end) for mark in finding.marks] == [(0, 6), (9, 15), (23, 29)]
    assert finding.reason.en == "Saw “pickle”, “p1ckle” (read as “pickle”)."


@settings(deadline=None)
@given(
    st.text(alphabet="xyz é🎉\n,", max_size=12),
    st.sampled_from(["pickle", "p1ckle", "p i c k l e", "p.i.c.k.l.e", "pi*ckle", "ріckle", "p\u200bickle", "PICKLE"]),
    st.text(alphabet="xyz é🎉\n,", max_size=12),
)
def test_marks_point_at_the_characters_that_were_typed(pack: Pack, before: str, word: str, after: str) -> None:
    text = f"{before}zzz {word} zzz{after}"

    assert marked(pack, text) == [word]
