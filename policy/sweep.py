"""One pass over a text for all phrases and all patterns of all rules, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
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
"""Of a group that is found more often in one message, the first hits are marked, and count as near everything."""


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
    """A phrase too long to write out: what stands before the part that it is found by (backwards), and after it."""

    ahead: "tuple[_Place, ...]"
    after: "tuple[_Place, ...]"
    groups: tuple[GroupId, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A slot as the comparison uses it: what may stand there, by number of words."""

    closed: frozenset[str]
    stems: dict[int, tuple[str, ...]]
    lengths: tuple[int, ...]
    is_optional: bool
    is_gap: bool

    @property
    def is_certain(self) -> bool:
        """Whether one of the closed wordings has to stand here."""
        return not (self.is_optional or self.is_gap or self.stems)


class _Target(NamedTuple):
    """What a string of the automaton means when it is met."""

    groups: tuple[GroupId, ...]
    plans: "_Plans | None"
    is_stem: bool
    length: int


class _Plans(NamedTuple):
    """The plans of a target: by the word that must come next, by the word that must come before, and all others."""

    by_next: dict[str, list[_Plan]]
    by_last: dict[str, list[_Plan]]
    others: list[_Plan]


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
                if plan.ahead or plan.after:
                    plans[_needle(wording)].append(plan)
                else:
                    groups[_needle(wording)] |= owners
        self.vocabulary = frozenset(words)
        needles = sorted({*groups, *plans})
        self._targets = [
            _Target(tuple(sorted(groups[n])), _plans(plans.get(n, [])), not n.endswith(" "), n.count(" ", 1, -1) + 1)
            for n in needles
        ]
        self._automaton = ahocorasick_rs.AhoCorasick(needles, store_patterns=False) if needles else None

    def find(self, text: Folded, hits: Hits) -> None:
        if self._automaton is None:
            return
        words, targets = text.words, self._targets
        comparison: _Comparison | None = None
        for number, start, stop in self._automaton.find_matches_as_indexes(words, overlapping=True):
            groups, plans, is_stem, length = targets[number]
            if groups:
                # The needle begins with a blank that the plain view does not have, so the start is right as it is.
                _add(hits, groups, Hit(start, words.index(" ", stop) - 1 if is_stem else stop - 2))
            if plans is not None:
                comparison = comparison or _Comparison(text)
                comparison.add(plans, length, start, hits)


def _add(hits: Hits, groups: tuple[GroupId, ...], hit: Hit) -> None:
    for group in groups:
        found = hits.get(group)
        if found is None:
            hits[group] = [hit]
        elif len(found) < MOST_SPANS and hit not in found[-4:]:
            found.append(hit)


class _Comparison:
    """Compares the words around a hit with the rest of a phrase. Hits come in the order in which they end."""

    __slots__ = ("_at", "_place", "_tokens", "_words")

    def __init__(self, text: Folded) -> None:
        self._tokens = text.tokens
        self._words = text.words
        self._at = self._place = 0

    def add(self, plans: _Plans, length: int, start: int, hits: Hits) -> None:
        """Adds the phrases that go through the words, so many, which begin at `start` of the plain view."""
        tokens, at = self._tokens, self._token_at(start)
        end = at + length
        candidates = plans.others
        if plans.by_next and end < len(tokens) and tokens[end] in plans.by_next:
            candidates = candidates + plans.by_next[tokens[end]]
        if plans.by_last and at and tokens[at - 1] in plans.by_last:
            candidates = candidates + plans.by_last[tokens[at - 1]]
        for plan in candidates:
            is_full = len(hits.get(plan.groups[0], ())) >= MOST_SPANS
            stretch = None if is_full else self._stretch(plan, at, end)
            if stretch is not None:
                _add(hits, plan.groups, self._hit(stretch, at, start))

    def _token_at(self, start: int) -> int:
        """Which token begins at `start`: counted on from the hit before, so that all hits together cost one pass."""
        if start >= self._place:
            self._at += self._words.count(" ", self._place + 1, start + 1)
        else:
            self._at -= self._words.count(" ", start + 1, self._place + 1)
        self._place = start
        return self._at

    def _hit(self, stretch: tuple[int, int], at: int, start: int) -> Hit:
        first, last = stretch
        begin = start - sum(map(len, self._tokens[first:at])) - (at - first)
        return Hit(begin, begin + sum(map(len, self._tokens[first:last])) + last - first - 1)

    def _stretch(self, plan: _Plan, first: int, last: int) -> tuple[int, int] | None:
        ends = {last}
        for place in plan.after:
            ends = self._reached(place, ends, 1)
            if not ends:
                return None
        starts = {first}
        for place in plan.ahead:
            starts = self._reached(place, starts, -1)
            if not starts:
                return None
        return min(starts), max(ends)

    def _reached(self, place: _Place, positions: set[int], step: int) -> set[int]:
        """Where one may stand after the place, going on (step 1) or back (-1) from each of the positions."""
        if place.is_gap:
            return {reached for position in positions for reached in self._gap(position, step)}
        tokens, count = self._tokens, len(self._tokens)
        reached: set[int] = set(positions) if place.is_optional else set()
        for position in positions:
            for length in place.lengths:
                other = position + step * length
                if other < 0 or other > count:
                    continue
                first = position if step > 0 else other
                words = tokens[first] if length == 1 else " ".join(tokens[first : first + length])
                if words in place.closed or (place.stems and words.startswith(place.stems.get(length, _NO_STEMS))):
                    reached.add(other)
        return reached

    def _gap(self, position: int, step: int) -> Iterator[int]:
        """Positions up to four words away; what parts words costs nothing."""
        tokens, count, left = self._tokens, len(self._tokens), GAP_WORDS
        yield position
        while 0 <= (position if step > 0 else position - 1) < count:
            left -= tokens[position if step > 0 else position - 1] != ""
            if left < 0:
                return
            position += step
            yield position


_NO_STEMS: tuple[str, ...] = ()


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
    ahead = tuple(_place(slot) for slot in reversed(phrase[:first]))
    return _Plan(ahead, tuple(_place(slot) for slot in phrase[last + 1 :]), groups), wordings


def _plans(plans: list[_Plan]) -> _Plans | None:
    if not plans:
        return None
    by_next: dict[str, list[_Plan]] = defaultdict(list)
    by_last: dict[str, list[_Plan]] = defaultdict(list)
    others: list[_Plan] = []
    for plan in plans:
        if plan.after and plan.after[0].is_certain:
            for word in {wording.partition(" ")[0] for wording in plan.after[0].closed}:
                by_next[word].append(plan)
        elif plan.ahead and plan.ahead[0].is_certain:
            for word in {wording.rpartition(" ")[2] for wording in plan.ahead[0].closed}:
                by_last[word].append(plan)
        else:
            others.append(plan)
    return _Plans(dict(by_next), dict(by_last), others)


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
