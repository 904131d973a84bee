"""One pass over a text for all phrases and all patterns of all rules, whatever their number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import Any

import re2

from policy import patterns
from policy.fold import Folded
from policy.hits import MOST_SPANS, Hit, Hits
from policy.patterns import compiled
from policy.phrase_index import Matches, PhraseIndex, Way, way_of
from policy.phrases import Phrase, parse
from policy.rule import GroupId

PATTERN_PREFIX = "re:"
Chances = Mapping[GroupId, float]
"""Roughly how often each group is met at one place of a chat message."""
Choice = Callable[[Chances], Collection[GroupId]]


class Swept:
    """What a sweep found: hits by group, and which of the extra patterns occur.

    `found` holds the groups that are looked for first, and those that were looked up since: most messages have nothing
    that a detector starts from, and then nobody wants to know where else they say "you".
    """

    __slots__ = ("_looked_up", "_matches", "_numbers", "_sweep", "_text", "extras", "found")

    def __init__(
        self, found: Hits, extras: frozenset[str], sweep: "Sweep", text: Folded, matches: Matches, numbers: list[int]
    ) -> None:
        self.found = found
        self.extras = extras
        self._sweep = sweep
        self._text = text
        self._matches = matches
        self._numbers = numbers
        self._looked_up: Set[GroupId] = _NO_GROUPS

    @property
    def hits(self) -> Hits:
        """The hits of every group."""
        return self.look_up(self._sweep.late)

    def look_up(self, groups: Set[GroupId]) -> Hits:
        """The hits of these groups, and of all others that are known by now."""
        sweep = self._sweep
        wanted = (groups & sweep.late) - self._looked_up
        if wanted:
            self._looked_up |= wanted
            sweep.phrases.add(self._matches, self._text, self.found, wanted)
            sweep.patterns.add(self._numbers, self._text.plain, self.found, sweep.patterns.late, wanted)
        return self.found

    def may_have(self) -> set[GroupId]:
        """Every group that is found, and those that are not looked up yet and may be there."""
        late = self._sweep.phrases.late
        return set(self.found).union(
            # Most of them mean one of a few sets of groups.
            *{late[number].may_mean for number, _, _ in self._matches if number in late},
            *[self._sweep.patterns.late[number] for number in self._numbers],
        )


_NO_GROUPS: frozenset[GroupId] = frozenset()


class Sweep:
    """All phrases and patterns of a pack's groups, compiled once.

    `extras` are patterns of the engine's own that only need a yes or no, such as "there may be a link". `first` chooses
    the groups that every text is searched for, by how often each is met; the others are found when they are asked for.
    """

    def __init__(
        self,
        groups: Mapping[GroupId, Iterable[str]],
        extras: Mapping[str, str] | None = None,
        *,
        first: Choice | None = None,
    ) -> None:
        phrases: dict[Phrase, set[GroupId]] = defaultdict(set)
        expressions: dict[str, set[GroupId]] = defaultdict(set)
        for group, entries in groups.items():
            for entry in entries:
                if entry.startswith(PATTERN_PREFIX):
                    expressions[entry.removeprefix(PATTERN_PREFIX).strip()].add(group)
                else:
                    for phrase in parse(entry):
                        phrases[phrase].add(group)
        plans = {phrase: way_of(phrase) for phrase in phrases}
        self.chances = _chances(phrases, plans, expressions)
        self.first = frozenset(self.chances if first is None else first(self.chances))
        self.late = frozenset(self.chances) - self.first
        self.phrases = PhraseIndex(phrases, plans, self.first)
        self.patterns = Patterns(expressions, extras or {}, self.first)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every single word that some phrase is made of; a stem ends with `*`."""
        return self.phrases.vocabulary

    def scan(self, text: Folded) -> Swept:
        """Everything of the sweep that is in `text`."""
        found: Hits = {}
        matches = self.phrases.matches(text)
        if matches:
            self.phrases.add_first(matches, text, found)
        numbers, extras = self.patterns.matches(text.plain)
        if numbers:
            self.patterns.add(numbers, text.plain, found, self.patterns.early, self.first)
        return Swept(found, extras, self, text, matches, numbers)


_CHANCE_OF_PATTERN = 1e-3


def _chances(
    phrases: Mapping[Phrase, set[GroupId]], ways: Mapping[Phrase, Way], expressions: Mapping[str, set[GroupId]]
) -> Chances:
    chances: dict[GroupId, float] = defaultdict(float)
    for phrase, owners in phrases.items():
        for group in owners:
            chances[group] += ways[phrase].chance
    for owners in expressions.values():
        for group in owners:
            chances[group] += _CHANCE_OF_PATTERN
    return dict(chances)


# Patterns

_ALWAYS = ""
"""It is in every text: where the set does not report it, RE2 ran out of memory and nothing that it says counts."""


class Patterns:
    """`early` and `late` are the groups of each pattern that are looked for first, and the others."""

    def __init__(
        self, expressions: Mapping[str, set[GroupId]], extras: Mapping[str, str], first: frozenset[GroupId]
    ) -> None:
        self._matchers = [compiled(pattern) for pattern in sorted(expressions)]
        owners = [expressions[pattern] for pattern in sorted(expressions)]
        self.early = [tuple(sorted(groups & first)) for groups in owners]
        self.late = [tuple(sorted(groups - first)) for groups in owners]
        self._extras = [(name, compiled(pattern)) for name, pattern in extras.items()]
        self._set = re2.Set.SearchSet(patterns.options())
        for pattern in (*sorted(expressions), *extras.values(), _ALWAYS):
            self._set.Add(pattern)
        self._set.Compile()

    def matches(self, plain: str) -> tuple[list[int], frozenset[str]]:
        """The patterns that are in the text, by their numbers, and the names of the extras."""
        numbers = self._set.Match(plain)
        own = len(self._matchers)
        always = own + len(self._extras)
        if numbers == [always]:
            return [], _NONE
        if always not in numbers:
            numbers = self._one_by_one(plain)
        names = frozenset([self._extras[number - own][0] for number in numbers if own <= number < always])
        return [number for number in numbers if number < own], names

    def add(
        self, numbers: list[int], plain: str, hits: Hits, owners: list[tuple[GroupId, ...]], wanted: Set[GroupId]
    ) -> None:
        """Adds the hits of these patterns to the groups that are wanted."""
        for number in numbers:
            groups = [group for group in owners[number] if group in wanted]
            if groups:
                found = list(_whole_words(self._matchers[number], plain))
                for group in groups if found else ():
                    hits.setdefault(group, []).extend(found)

    def _one_by_one(self, plain: str) -> list[int]:
        matchers = self._matchers + [matcher for _, matcher in self._extras]
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
