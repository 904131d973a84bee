"""Parts words that are run together: the likeliest words of one language, commonest first."""

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import inf, log10

import ahocorasick_rs

_SMALL = (
    "i a to my in is at it on u of me we be so up he us do go no if by or am as an ur hi ok",
    "a de y la el en me se no te un lo al es mi tu su si ya le o yo va da ve di",
)
"""Words of one or two letters that may stand among others, in each language, the commonest first."""
_LONG = 12
"""So many letters are hardly ever one word, so that short words among them count, too, and one unknown name."""
_COST_OF_SOUGHT = 5.0
_COST_OF_NAME, _COST_OF_ITS_LETTERS = 8.0, 1.5
_MOST_OF_THREE = 4.0
"""Rarer words of three letters fit anywhere by chance."""
_MOST_FOR_LETTER = 1.4
_Way = tuple[float, int, int]
"""What the words up to here cost, where the last of them begins, and which way up to there it goes on from."""


class Parting:
    """Parts letters into the words of one of several languages. `sought` words may stand in any of them."""

    def __init__(self, languages: Sequence[Sequence[str]], sought: Iterable[str]) -> None:
        self._languages = languages
        self._sought = [word for word in sought if len(word) > 2]
        self._short = frozenset(word for word in self._sought if len(word) == 3)

    def ways(self, letters: str) -> list[list[str]]:
        """The words that the letters may be, at most two ways, the likeliest first; only those of two words or more."""
        automaton, costs = self._words
        # They come in the order in which they end.
        matches = automaton.find_matches_as_indexes(letters, overlapping=True)
        if len(letters) < _LONG and not _is_covered(letters, matches):
            return []
        ranked = sorted(way for of_language in costs for way in self._cheapest(letters, matches, of_language))
        most = len(letters) * _MOST_FOR_LETTER
        return [parts for cost, parts in ranked if cost <= most and len(parts) > 1][:2]

    @cached_property
    def _words(self) -> tuple[ahocorasick_rs.AhoCorasick, list["array[float]"]]:
        """All words, and what each of them costs in each language; only built where somebody runs words together."""
        sought = dict.fromkeys(self._sought, _COST_OF_SOUGHT)
        costs = [
            sought | _ranked(words, 1.5) | _ranked(small.split(), 1.2)
            for words, small in zip(self._languages, _SMALL, strict=False)
        ]
        every = sorted(set().union(*costs)) or ["\0"]
        automaton = ahocorasick_rs.AhoCorasick(every, store_patterns=False)
        return automaton, [array("d", [of_language.get(word, inf) for word in every]) for of_language in costs]

    def _cheapest(
        self, letters: str, matches: list[tuple[int, int, int]], costs: "array[float]"
    ) -> list[tuple[float, list[str]]]:
        """The two cheapest ways in one language, with what they cost."""
        is_long = len(letters) >= _LONG
        best: list[list[_Way]] = [[(0.0, 0, 0)], *([] for _ in letters)]
        name: _Way | None = None
        at = 0
        for number, start, end in matches:
            while at < end:
                before = best[at]
                if len(before) > 1:
                    before.sort()
                    del before[2:]
                at += 1
                if is_long:
                    name = _named(name, before, at - 1)
                    if name is not None:
                        best[at].append(name)
            cost = costs[number]
            if cost == inf or not best[start]:
                continue
            is_chance = not is_long and end - start == 3 and cost >= _MOST_OF_THREE
            if not (is_chance and letters[start:end] not in self._short):
                best[end] += [(spent + cost, start, way) for way, (spent, _, _) in enumerate(best[start])]
        if at < len(letters):
            return []
        return [(way[0], _walked_back(letters, best, way)) for way in sorted(best[at])[:2]]


def _is_covered(letters: str, matches: list[tuple[int, int, int]]) -> bool:
    """Whether words in a row, of whatever language, reach from the first letter to the last: most letters have none."""
    reached = 1  # a bit for each place that words reach up to
    for _, start, end in matches:
        if reached >> start & 1:
            reached |= 1 << end
    return reached >> len(letters) == 1


def _ranked(words: Sequence[str], least: float) -> dict[str, float]:
    """The cost of a word grows with the logarithm of its rank."""
    return {word: log10(rank) + least for rank, word in enumerate(words, 1)}


def _named(name: _Way | None, before: list[_Way], at: int) -> _Way | None:
    """A name that goes on by one letter, or begins here where that is cheaper."""
    going_on = (name[0] + _COST_OF_ITS_LETTERS, name[1], name[2]) if name else None
    if not before:
        return going_on
    begun = (before[0][0] + _COST_OF_NAME + _COST_OF_ITS_LETTERS, at, 0)
    return begun if going_on is None or begun < going_on else going_on


def _walked_back(letters: str, best: list[list[_Way]], way: _Way) -> list[str]:
    parts: list[str] = []
    end = len(letters)
    while end:
        _, start, number = way
        parts.append(letters[start:end])
        end = start
        way = best[start][number] if start else way
    return parts[::-1]
