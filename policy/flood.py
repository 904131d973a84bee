"""Texts that are full of what the rules look for: what of them is looked at."""

from collections import Counter
from collections.abc import Sequence

from policy.hits import Hits

Match = tuple[int, int, int]
"""A string of the automaton that is in a text: which one, where it begins, where it ends."""
Matches = list[Match]

FLOOD = 800
"""With so many different strings in it a text is a flood: 40,000 letters of ordinary chat have 550."""
PART, MOST_PARTS = 150, 8
"""So many matches of a flood are looked at together, and so often, before the rest is only asked for what can still
change the verdict."""
MOST_OF_ONE = 1_000
"""Of a string that is repeated more often, the first places are looked at."""


def without_endless(matches: Matches) -> Matches:
    """The matches, without those that say once more what has been said often enough."""
    times = Counter([match[0] for match in matches])
    left = {number: MOST_OF_ONE for number, count in times.items() if count > MOST_OF_ONE}
    if not left:
        return matches
    kept: Matches = []
    going_on = len(left)
    for place, match in enumerate(matches):
        if not going_on:
            return kept + [match for match in matches[place:] if match[0] not in left]
        of_it = left.get(match[0])
        if of_it is None:
            kept.append(match)
        elif of_it:
            kept.append(match)
            left[match[0]] = of_it - 1
            going_on -= of_it == 1
    return kept


def is_flood(matches: Matches) -> bool:
    return len(matches) >= FLOOD and len({match[0] for match in matches}) >= FLOOD


def meaning(matches: Matches, may_mean: Sequence[int], groups: int) -> Matches:
    """Those that may belong to a phrase of the groups that have these bits. `may_mean` has the bits of each string."""
    if len(matches) < FLOOD:
        return [match for match in matches if may_mean[match[0]] & groups]
    numbers = {number for number in {match[0] for match in matches} if may_mean[number] & groups}
    return [match for match in matches if match[0] in numbers]


def part(matches: Matches, begin: int, may_mean: Sequence[int], groups: int) -> tuple[Matches, int]:
    """The next ones, from `begin` on, that may belong to a phrase of the groups, and where those after them begin."""
    found: Matches = []
    for place in range(begin, len(matches)):
        match = matches[place]
        if may_mean[match[0]] & groups:
            found.append(match)
            if len(found) == PART:
                return found, place + 1
    return found, len(matches)


def around(begin: int, end: int) -> tuple[int, int]:
    """A part with what is just before and behind it."""
    return begin - _BESIDE, end + _BESIDE


_BESIDE = 100


def within(found: Hits, matches: Matches, begin: int, end: int) -> Hits:
    """Those of the hits that stand between these matches of a text: not what is said of the text as a whole."""
    text_end = matches[-1][2]
    first, last = (text_end if at >= len(matches) else matches[at][1] if at > 0 else 0 for at in (begin, end))
    kept = {group: [hit for hit in hits if first <= hit.start < min(hit.end, last)] for group, hits in found.items()}
    return {group: hits for group, hits in kept.items() if hits}


def may_have(matches: Matches, may_mean: Sequence[int]) -> int:
    """The bits of all groups of which these matches may be hits, whatever stands around them."""
    together = 0
    for number in {match[0] for match in matches}:
        together |= may_mean[number]
    return together
