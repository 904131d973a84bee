"""One pass over a text for all phrases and all patterns of all rules, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import re2

from policy import flood, patterns
from policy.flood import Matches
from policy.fold import Folded
from policy.groups import EVERY, Bits, a_bit_each, bits_of
from policy.hits import MOST_SPANS, Hit, Hits
from policy.patterns import compiled, spans
from policy.phrase_index import Meanings, PhraseIndex, Planned, way_of, words_of
from policy.phrases import Phrase, parse
from policy.rewritten import Near
from policy.rule import GroupId

PATTERN_PREFIX = "re:"
Chances = Mapping[GroupId, float]
"""Roughly how often each group is met at one place of a chat message."""


class Swept:
    """What a sweep found: the groups that may be there, and which of the extra patterns occur.

    Where exactly the words of a group stand is only looked up when somebody asks: most messages have nothing that a
    detector needs, and then nobody wants to know where they say "you".
    """

    __slots__ = (
        *("_looked_up", "_matches", "_numbers", "_of_patterns", "_planned", "_sweep", "_text"),
        *("extras", "found", "may_have"),
    )

    def __init__(
        self,
        sweep: "Sweep",
        text: Folded,
        matches: Matches,
        planned: Planned | None,
        numbers: list[int],
        extras: frozenset[str],
        may_have: int,
    ) -> None:
        self.found: Hits = {}
        """The hits that were looked up, and those that others add."""
        self.extras = extras
        self.may_have = may_have
        """The bits of the groups that the text may have; it has no others."""
        self._sweep = sweep
        self._text = text
        self._matches = matches
        self._planned = planned
        self._numbers = numbers
        self._looked_up = 0
        self._of_patterns: Hits | None = None

    @property
    def hits(self) -> Hits:
        """The hits of every group."""
        return self.look_up(EVERY)

    @property
    def is_flood(self) -> bool:
        """Whether there is so much in the text that most of it is only looked at where it can change something."""
        return self._planned is None

    def look_up(self, groups: int) -> Hits:
        """The hits of the groups that have these bits, and of all others that are known by now."""
        wanted = groups & self.may_have & ~self._looked_up
        if wanted:
            self._looked_up |= wanted
            self._add(self.found, wanted)
        return self.found

    def look_at_part(self, groups: int, around: int, begin: int) -> tuple[Hits, int]:
        """The hits of the groups in a part of a flood, from this match on, and of those `around` it, just before and
        behind it, too; and where the next part begins. What others added is there where it stands in the part."""
        matches, may_mean, bits = self._matches, self._sweep.phrases.may_mean, self._sweep.bits
        open_groups = self.may_have & ~self._looked_up
        some, end = flood.part(matches, begin, may_mean, groups & open_groups)
        first, last = flood.around(begin, end)
        placed = self._placed()
        found = flood.within(placed, matches, begin, end)
        found |= flood.within(
            {group: hits for group, hits in placed.items() if bits.get(group, 0) & around}, matches, first, last
        )
        self._add_phrases(found, groups & open_groups, some)
        beside = matches[max(0, first) : begin] + matches[end:last]
        self._add_phrases(found, around & open_groups, flood.meaning(beside, may_mean, around & open_groups))
        return found, end

    def _placed(self) -> Hits:
        """What is known by now, and the hits of all patterns that are not looked up yet."""
        if self._of_patterns is None:
            self._of_patterns = {}
            self._add_patterns(self._of_patterns, self.may_have & ~self._looked_up)
        known = {group: [*hits] for group, hits in self.found.items()}
        for group, hits in self._of_patterns.items():
            if not self._sweep.bits[group] & self._looked_up:
                known.setdefault(group, []).extend(hits)
        return known

    def _add(self, found: Hits, wanted: int) -> None:
        self._add_phrases(found, wanted, flood.meaning(self._matches, self._sweep.phrases.may_mean, wanted))
        self._add_patterns(found, wanted)

    def _add_phrases(self, found: Hits, wanted: int, matches: Matches) -> None:
        phrases, planned = self._sweep.phrases, self._planned
        if planned is None:
            _, planned = phrases.planned(matches, self._text)
        phrases.add(matches, planned, self._text, found, wanted)

    def _add_patterns(self, found: Hits, wanted: int) -> None:
        if self._numbers:
            self._sweep.patterns.add(self._numbers, self._text.plain, found, wanted)


class Sweep:
    """All phrases and patterns of a pack's groups, compiled once.

    `extras` are patterns of the engine's own that only need a yes or no, such as "there may be a link". `bits` has a
    bit for each group and for each of the `signals`, groups that others look for.
    """

    def __init__(
        self,
        groups: Mapping[GroupId, Iterable[str]],
        extras: Mapping[str, str] | None = None,
        signals: Iterable[GroupId] = (),
    ) -> None:
        self.bits = a_bit_each({*groups, *signals})
        meanings, expressions = Meanings(self.bits), defaultdict[str, set[GroupId]](set)
        chances, vocabulary = defaultdict[GroupId, float](float), set[str]()
        for group, entries in groups.items():
            for pattern in _patterns(entries):
                expressions[pattern].add(group)
                chances[group] += _CHANCE_OF_PATTERN
            for phrase in _phrases(entries):
                way = way_of(phrase)
                meanings.add(way, group)
                chances[group] += way.chance
                vocabulary.update(words_of(phrase))
        self.chances: Chances = dict(chances)
        self.vocabulary = frozenset(vocabulary)
        """Every single word that some phrase is made of; a stem ends with `*`."""
        self.phrases = PhraseIndex(meanings, self.bits)
        self.patterns = Patterns(expressions, extras or {}, self.bits)

    def scan(self, text: Folded, near: Near | None = None) -> Swept:
        """Everything of the sweep that is in `text`; of phrases, where only some of it is asked for, those that are
        `near`."""
        matches = self.phrases.matches(text) if near is None else self.phrases.matches_near(text, near)
        numbers, extras = self.patterns.matches(text.plain)
        may_have, planned = self._planned(matches, text)
        if numbers:
            may_have |= self.patterns.may_mean(numbers)
        return Swept(self, text, matches, planned, numbers, extras, may_have)

    def _planned(self, matches: Matches, text: Folded) -> tuple[int, Planned | None]:
        """Of a flood it is only worked out later which plans may go through it, and then not through all of it."""
        if flood.is_flood(matches):
            return flood.may_have(matches, self.phrases.may_mean), None
        return self.phrases.planned(matches, text)


_CHANCE_OF_PATTERN = 1e-3


def _patterns(entries: Iterable[str]) -> list[str]:
    return [entry.removeprefix(PATTERN_PREFIX).strip() for entry in entries if entry.startswith(PATTERN_PREFIX)]


def _phrases(entries: Iterable[str]) -> Iterable[Phrase]:
    """What the entries that are no patterns stand for, each phrase once."""
    return dict.fromkeys(phrase for entry in entries if not entry.startswith(PATTERN_PREFIX) for phrase in parse(entry))


# Patterns


class Patterns:
    """The patterns of all groups, and the extras."""

    def __init__(self, expressions: Mapping[str, set[GroupId]], extras: Mapping[str, str], bits: Bits) -> None:
        self._owners = [tuple(sorted(expressions[pattern])) for pattern in sorted(expressions)]
        self._bits = bits
        self._may_mean = [bits_of(owners, bits) for owners in self._owners]
        self._names = [*extras]
        # One set of both would need a state for every pair of what is half read of the one and of the other.
        self._patterns, self._extras = _Set(sorted(expressions)), _Set([*extras.values()])
        self._matchers = [compiled(pattern) for pattern in sorted(expressions)]

    def matches(self, plain: str) -> tuple[list[int], frozenset[str]]:
        """The patterns that are in the text, by their numbers, and the names of the extras."""
        encoded = plain.encode()
        names = [self._names[number] for number in self._extras.found_in(encoded)]
        return self._patterns.found_in(encoded), frozenset(names) if names else _NONE

    def may_mean(self, numbers: list[int]) -> int:
        """The bits of the groups of these patterns."""
        may_mean = 0
        for number in numbers:
            may_mean |= self._may_mean[number]
        return may_mean

    def add(self, numbers: list[int], plain: str, hits: Hits, wanted: int) -> None:
        """Adds the hits of these patterns to those of the groups whose bits are wanted."""
        for number in numbers:
            groups = [
                group
                for group in self._owners[number]
                if self._bits[group] & wanted and len(hits.get(group, ())) < MOST_SPANS
            ]
            found = list(_whole_words(self._matchers[number], plain)) if groups else []
            for group in groups if found else ():
                hits.setdefault(group, []).extend(found)


class _Set:
    """Patterns that are looked for all at once."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._expressions = expressions
        self._always = [len(expressions)]
        self._set = re2.Set.SearchSet(patterns.options())
        for pattern in (*expressions, _ALWAYS):
            self._set.Add(pattern)
        self._set.Compile()

    def found_in(self, encoded: bytes) -> list[int]:
        """Which of them are in the text, by their numbers."""
        numbers: list[int] | None = self._set.Match(encoded)
        if numbers == self._always:
            return []
        always = self._always[0]
        if not numbers or always not in numbers:
            return [
                number for number, each in enumerate(self._expressions) if compiled(each).search(encoded) is not None
            ]
        return [number for number in numbers if number < always]


_ALWAYS = ""
"""It is in every text: where the set does not report it, RE2 ran out of memory and nothing that it says counts."""
_NONE: frozenset[str] = frozenset()


def _whole_words(matcher: Any, plain: str) -> Iterator[Hit]:  # noqa: ANN401 - re2 has no types
    for count, (start, end) in enumerate(spans(matcher, plain)):
        if count == MOST_SPANS:
            return
        if start < end and _is_boundary(plain, start) and _is_boundary(plain, end):
            yield Hit(start, end)


def _is_boundary(plain: str, at: int) -> bool:
    """Whether no word goes on across this place, in any alphabet (RE2 knows only ASCII ones)."""
    return at == 0 or at == len(plain) or not (plain[at - 1].isalnum() and plain[at].isalnum())
