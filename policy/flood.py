"""Texts that are full of what the rules look for: what of them is looked at."""

from collections import Counter
from collections.abc import Sequence

Match = tuple[int, int, int]
"""A string of the automaton that is in a text: which one, where it begins, where it ends."""
Matches = list[Match]

FLOOD = 1_000
"""With so many strings in it a text is a flood: five times what an ordinary one of 4,000 letters has."""
MOST_AT_FIRST = 600
"""So many matches of a flood are looked at before it is asked what else can still change the verdict."""
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


def meaning(matches: Matches, may_mean: Sequence[int], groups: int) -> Matches:
    """Those that may belong to a phrase of the groups that have these bits. `may_mean` has the bits of each string."""
    if len(matches) < FLOOD:
        return [match for match in matches if may_mean[match[0]] & groups]
    numbers = {number for number in {match[0] for match in matches} if may_mean[number] & groups}
    return [match for match in matches if match[0] in numbers]


def may_have(matches: Matches, may_mean: Sequence[int]) -> int:
    """The bits of all groups of which these matches may be hits, whatever stands around them."""
    together = 0
    for number in {match[0] for match in matches}:
        together |= may_mean[number]
    return together
