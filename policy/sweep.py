"""One pass over a text for all phrases and all patterns of all rules, whatever their number."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Any, NamedTuple

import ahocorasick_rs
import re2

from policy import patterns
from policy.common_words import rarity
from policy.fold import Folded
from policy.patterns import compiled
from policy.phrases import GAP_WORDS, Phrase, Slot, Wording, joined, parse, written_out
from policy.rule import GroupId

PATTERN_PREFIX = "re:"
MOST_SPANS = 100
"""Of a pattern that matches more often in one message, the first ones are marked, and count as near everything."""


class Hit(NamedTuple):
    """A group's words at `start` up to `end` of the plain view. `is_disguised`: they had to be unmasked."""

    start: int
    end: int
    is_disguised: bool = False


Hits = dict[GroupId, list[Hit]]


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: hits by group, and which of the extra patterns occur."""

    hits: Hits
    extras: frozenset[str]


class Sweep:
    """All phrases and patterns of a pack's groups, compiled once.

    `extras` are patterns of the engine's own that only need a yes or no, such as "there may be a link".
    """

    def __init__(self, groups: Mapping[GroupId, Iterable[str]], extras: Mapping[str, str] | None = None) -> None:
        phrases: dict[Phrase, set[GroupId]] = defaultdict(set)
        expressions: dict[str, set[GroupId]] = defaultdict(set)
        for group, entries in groups.items():
            for entry in entries:
                if entry.startswith(PATTERN_PREFIX):
                    expressions[entry.removeprefix(PATTERN_PREFIX).strip()].add(group)
                else:
                    for phrase in parse(entry):
                        phrases[phrase].add(group)
        self._index = _PhraseIndex(phrases)
        self._patterns = _Patterns(expressions, extras or {})

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every single word that some phrase is made of; a stem ends with `*`."""
        return self._index.vocabulary

    def scan(self, text: Folded) -> Swept:
        """Everything of the sweep that is in `text`."""
        hits: Hits = {}
        self._index.find(text, hits)
        extras = self._patterns.find(text.plain, hits)
        return Swept(hits, extras)


# Phrases


@dataclass(frozen=True, slots=True)
class _Plan:
    """A phrase that is too long to write out: found by the slots `first` to `last`, then compared word by word."""

    slots: "tuple[_Place, ...]"
    first: int
    last: int
    groups: tuple[GroupId, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A slot as the comparison uses it: what may stand there, by number of words."""

    closed: frozenset[str]
    stems: dict[int, tuple[str, ...]]
    lengths: tuple[int, ...]
    is_optional: bool
    is_gap: bool


@dataclass(slots=True)
class _Target:
    """What a string of the automaton means when it is met."""

    groups: tuple[GroupId, ...]
    plans: tuple[_Plan, ...]
    is_stem: bool
    length: int


class _PhraseIndex:
    def __init__(self, phrases: Mapping[Phrase, set[GroupId]]) -> None:
        groups: dict[str, set[GroupId]] = defaultdict(set)
        plans: dict[str, list[_Plan]] = defaultdict(list)
        words: set[str] = set()
        for phrase, owners in phrases.items():
            words.update(_words_of(phrase))
            wordings = written_out(phrase)
            if wordings is not None:
                for wording in wordings:
                    for needle in _needles(wording):
                        groups[needle] |= owners
                continue
            plan, wordings = _plan(phrase, tuple(sorted(owners)))
            for wording in wordings:
                plans[_needle(wording)].append(plan)
        self.vocabulary = frozenset(words)
        needles = sorted({*groups, *plans})
        self._targets = [
            _Target(tuple(sorted(groups[n])), tuple(plans[n]), not n.endswith(" "), n.count(" ", 1, -1) + 1)
            for n in needles
        ]
        self._automaton = ahocorasick_rs.AhoCorasick(needles, store_patterns=False) if needles else None

    def find(self, text: Folded, hits: Hits) -> None:
        if self._automaton is None:
            return
        words, targets = text.words, self._targets
        comparison: _Comparison | None = None
        for number, start, stop in self._automaton.find_matches_as_indexes(words, overlapping=True):
            target = targets[number]
            # The needle begins with the blank before the word, which is not in the plain view: start stays as it is.
            end = words.index(" ", stop) - 1 if target.is_stem else stop - 2
            if target.groups:
                hit = Hit(start, end)
                for group in target.groups:
                    if group in hits:
                        hits[group].append(hit)
                    else:
                        hits[group] = [hit]
            if target.plans:
                comparison = comparison or _Comparison(text)
                comparison.add(target, start, hits)


class _Comparison:
    """Compares the words around a hit with the rest of a phrase."""

    def __init__(self, text: Folded) -> None:
        self._tokens = text.tokens
        self._starts = list(accumulate((len(token) + 1 for token in self._tokens), initial=0))

    def add(self, target: _Target, start: int, hits: Hits) -> None:
        at = bisect_right(self._starts, start) - 1
        for plan in target.plans:
            stretch = self._stretch(plan, at, at + target.length)
            if stretch is None:
                continue
            first, last = stretch
            hit = Hit(self._starts[first], self._starts[last - 1] + len(self._tokens[last - 1]))
            for group in plan.groups:
                found = hits.setdefault(group, [])
                if hit not in found[-4:]:
                    found.append(hit)

    def _stretch(self, plan: _Plan, first: int, last: int) -> tuple[int, int] | None:
        ends = {last}
        for place in plan.slots[plan.last + 1 :]:
            ends = self._onwards(place, ends)
            if not ends:
                return None
        starts = {first}
        for place in reversed(plan.slots[: plan.first]):
            starts = self._backwards(place, starts)
            if not starts:
                return None
        return min(starts), max(ends)

    def _onwards(self, place: _Place, ends: set[int]) -> set[int]:
        if place.is_gap:
            return {position for end in ends for position in self._gap(end, 1)}
        tokens, count = self._tokens, len(self._tokens)
        reached = set(ends) if place.is_optional else set()
        for end in ends:
            for length in place.lengths:
                if end + length <= count and _fits(place, " ".join(tokens[end : end + length]), length):
                    reached.add(end + length)
        return reached

    def _backwards(self, place: _Place, starts: set[int]) -> set[int]:
        if place.is_gap:
            return {position for start in starts for position in self._gap(start, -1)}
        tokens = self._tokens
        reached = set(starts) if place.is_optional else set()
        for start in starts:
            for length in place.lengths:
                if start >= length and _fits(place, " ".join(tokens[start - length : start]), length):
                    reached.add(start - length)
        return reached

    def _gap(self, position: int, step: int) -> Iterator[int]:
        """Positions that up to four words away; what parts words costs nothing."""
        tokens, count, left = self._tokens, len(self._tokens), GAP_WORDS
        yield position
        while 0 <= (position if step > 0 else position - 1) < count:
            left -= tokens[position if step > 0 else position - 1] != ""
            if left < 0:
                return
            position += step
            yield position


def _fits(place: _Place, words: str, length: int) -> bool:
    return words in place.closed or (length in place.stems and words.startswith(place.stems[length]))


def _plan(phrase: Phrase, groups: tuple[GroupId, ...]) -> tuple[_Plan, tuple[Wording, ...]]:
    """How to find the phrase: by the slot, or the two neighbouring slots, that are met least often."""
    best: tuple[float, int, int, tuple[Wording, ...]] | None = None
    for first, slot in enumerate(phrase):
        if slot.is_optional:
            continue
        for last, wordings in ((first, tuple(slot.wordings)), (first + 1, _pairs(phrase, first))):
            if wordings:
                cost = sum(rarity(wording.text, is_stem=wording.is_stem) for wording in wordings)
                best = min(best or (cost, first, last, wordings), (cost, first, last, wordings), key=lambda way: way[0])
    if best is None:
        raise AssertionError("a phrase without a slot that must be there was parsed")
    _, first, last, wordings = best
    return _Plan(tuple(_place(slot) for slot in phrase), first, last, groups), wordings


_MOST_PAIRS = 256


def _pairs(phrase: Phrase, first: int) -> tuple[Wording, ...]:
    if first + 1 >= len(phrase) or phrase[first + 1].is_optional:
        return ()
    here, there = phrase[first].wordings, phrase[first + 1].wordings
    if len(here) * len(there) > _MOST_PAIRS or any(wording.is_stem for wording in here):
        return ()
    return tuple(joined([one, other]) for one, other in product(here, there))


def _place(slot: Slot) -> _Place:
    stems: dict[int, list[str]] = defaultdict(list)
    for wording in slot.wordings:
        if wording.is_stem:
            stems[wording.length].append(wording.text)
    return _Place(
        closed=frozenset(wording.text for wording in slot.wordings if not wording.is_stem),
        stems={length: tuple(texts) for length, texts in stems.items()},
        lengths=tuple(sorted({wording.length for wording in slot.wordings})),
        is_optional=slot.is_optional,
        is_gap=slot.is_gap,
    )


def _needle(wording: Wording) -> str:
    return f" {wording.text}" if wording.is_stem else f" {wording.text} "


_SHORTEST_GLUED = 7


def _needles(wording: Wording) -> Iterator[str]:
    """The wording, and the same with its words run together, as in hashtags and to get past a filter."""
    yield _needle(wording)
    glued = wording.text.replace(" ", "")
    if len(glued) >= _SHORTEST_GLUED and glued != wording.text:
        yield _needle(Wording(glued, wording.is_stem))


def _words_of(phrase: Phrase) -> Iterator[str]:
    for slot in phrase:
        for wording in slot.wordings:
            *words, last = wording.text.split(" ")
            yield from words
            yield f"{last}*" if wording.is_stem else last


# Patterns

_ALWAYS = ""
"""It is in every text: where the set does not report it, RE2 ran out of memory and nothing that it says counts."""


class _Patterns:
    def __init__(self, expressions: Mapping[str, set[GroupId]], extras: Mapping[str, str]) -> None:
        self._matchers = [(compiled(pattern), tuple(sorted(groups))) for pattern, groups in sorted(expressions.items())]
        self._extras = [(name, compiled(pattern)) for name, pattern in extras.items()]
        self._set = re2.Set.SearchSet(patterns.options())
        for pattern in (*sorted(expressions), *extras.values(), _ALWAYS):
            self._set.Add(pattern)
        self._set.Compile()

    def find(self, plain: str, hits: Hits) -> frozenset[str]:
        """Adds the hits of the patterns, and answers the names of the extras that occur."""
        numbers = self._set.Match(plain)
        own = len(self._matchers)
        always = own + len(self._extras)
        if always not in numbers:
            numbers = self._one_by_one(plain)
        names = []
        for number in numbers:
            if number < own:
                matcher, groups = self._matchers[number]
                found = list(_whole_words(matcher, plain))
                for group in groups if found else ():
                    hits.setdefault(group, []).extend(found)
            elif number < always:
                names.append(self._extras[number - own][0])
        return frozenset(names) if names else _NONE

    def _one_by_one(self, plain: str) -> list[int]:
        matchers = [matcher for matcher, _ in self._matchers] + [matcher for _, matcher in self._extras]
        return [number for number, matcher in enumerate(matchers) if matcher.search(plain) is not None]


_NONE: frozenset[str] = frozenset()


def _whole_words(matcher: Any, plain: str) -> Iterator[Hit]:  # noqa: ANN401 - re2 has no types
    for count, match in enumerate(matcher.finditer(plain)):
        if count == MOST_SPANS:
            return
        start, end = match.span()
        if start < end and _is_boundary(plain, start) and _is_boundary(plain, end):
            yield Hit(start, end)


def _is_boundary(plain: str, at: int) -> bool:
    """Whether no word goes on across this place, in any alphabet (RE2 knows only ASCII ones)."""
    return at == 0 or at == len(plain) or not (plain[at - 1].isalnum() and plain[at].isalnum())
