"""One sweep over all groups finds what a slower look at each phrase by itself finds."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.fold import Folded, fold
from policy.hits import MOST_SPANS
from policy.phrases import Phrase, Slot, parse
from policy.rule import GroupId
from policy.sweep import Sweep

WORDS = ("tell", "your", "mom", "mother", "text", "me", "us", "a", "the", "note", "now")
word = st.sampled_from(WORDS)
wording = st.lists(word, min_size=1, max_size=3).map(" ".join)
stem = word.map(lambda text: f"{text}*")
choice = st.lists(st.one_of(wording, stem), min_size=1, max_size=5).map(lambda options: f"({'|'.join(options)})")
optional = st.lists(wording, min_size=1, max_size=3).map(lambda options: f"[{'|'.join(options)}]")
piece = st.one_of(word, choice, optional, st.just("..."), stem)
entry = st.tuples(st.lists(piece, max_size=4), word, st.lists(piece, max_size=4)).map(
    lambda parts: " ".join([*parts[0], parts[1], *parts[2]])
)
text = st.lists(st.sampled_from([*WORDS, "notes", "mothers", ",", "tells"]), max_size=14).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(entry, text)
def test_a_phrase_is_found_where_a_word_by_word_search_finds_it(entry: str, text: str) -> None:
    group = GroupId("/group")
    folded = fold(text)

    is_found = group in Sweep({group: [entry]}).scan(folded).hits

    assert is_found == any(_is_there(phrase, folded) for phrase in parse(entry))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(entry, min_size=1, max_size=3), min_size=2, max_size=6), text)
def test_one_sweep_equals_scanning_group_by_group(entries: list[list[str]], text: str) -> None:
    groups = {GroupId(f"/group{number}"): group for number, group in enumerate(entries)}
    folded = fold(text)

    together = Sweep(groups).scan(folded).hits

    alone = {group: Sweep({group: own}).scan(folded).hits.get(group) for group, own in groups.items()}
    assert {group: set(hits) for group, hits in together.items()} == {
        group: set(hits) for group, hits in alone.items() if hits
    }


def test_patterns_and_extras_are_found_in_the_same_pass() -> None:
    group = GroupId("/number")

    swept = Sweep({group: [r"re: room \d+"]}, {"digit": r"\d", "at": "@"}).scan(fold("Room 12, ROOM 13"))

    assert [(hit.start, hit.end) for hit in swept.hits[group]] == [(0, 7), (9, 16)]
    assert swept.extras == {"digit"}


def test_a_group_that_is_repeated_without_end_is_found_with_a_limit() -> None:
    group = GroupId("/group")

    hits = Sweep({group: ["tell me"]}).scan(fold("tell me " * 5000)).hits[group]

    assert len(hits) == MOST_SPANS


def test_where_the_set_of_patterns_runs_out_of_memory_each_is_tried_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    group = GroupId("/number")
    sweep = Sweep({group: [r"re: room \d+"]}, {"digit": r"\d"})

    class Exhausted:
        """What RE2 answers then: nothing at all."""

        def Match(self, _text: str) -> list[int]:  # noqa: N802 - RE2's own name
            return []

    for patterns in (sweep.patterns._patterns, sweep.patterns._extras):
        monkeypatch.setattr(patterns, "_set", Exhausted())
    swept = sweep.scan(fold("room 12"))

    assert group in swept.hits
    assert swept.extras == {"digit"}


# The slower truth: every way to lay the phrase over the words, from every word on.


def _is_there(phrase: Phrase, folded: Folded) -> bool:
    tokens = folded.tokens
    spread = any(True for start in range(len(tokens)) for _ in _ends(phrase, tokens, start))
    return spread or _is_glued(phrase, tokens)


def _ends(phrase: Phrase, tokens: list[str], at: int) -> Iterator[int]:
    if not phrase:
        yield at
        return
    slot, rest = phrase[0], phrase[1:]
    for after in {at, *_after(slot, tokens, at)} if slot.is_optional else _after(slot, tokens, at):
        yield from _ends(rest, tokens, after)


def _after(slot: Slot, tokens: list[str], at: int) -> set[int]:
    if slot.is_gap:
        reached, words = {at}, 0
        for position in range(at, len(tokens)):
            words += tokens[position] != ""
            if words > 4:
                break
            reached.add(position + 1)
        return reached
    return {
        at + wording.length
        for wording in slot.wordings
        for words in [" ".join(tokens[at : at + wording.length])]
        if at + wording.length <= len(tokens)
        and (words.startswith(wording.text) if wording.is_stem else words == wording.text)
    }


def _is_glued(phrase: Phrase, tokens: list[str]) -> bool:
    """Whether a phrase of plain words stands there run together. Only words of the test's own length can do that."""
    return any(
        "".join(wording.text.split()) in tokens for slot in phrase for wording in slot.wordings if " " in wording.text
    )
