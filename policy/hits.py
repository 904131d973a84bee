"""Where the words of a group stand in a message."""

from collections.abc import Iterable
from typing import NamedTuple

from policy.rule import GroupId

MOST_SPANS = 100
"""Of a group that is found more often in one message, the first hits are marked, and count as near everything."""


class Hit(NamedTuple):
    """A group's words at `start` up to `end` of the plain view. `is_disguised`: they had to be unmasked."""

    start: int
    end: int
    is_disguised: bool = False


Hits = dict[GroupId, list[Hit]]


def add(hits: Hits, groups: Iterable[GroupId], hit: Hit) -> None:
    for group in groups:
        found = hits.get(group)
        if found is None:
            hits[group] = [hit]
        elif len(found) < MOST_SPANS and hit not in found[-4:]:
            found.append(hit)
