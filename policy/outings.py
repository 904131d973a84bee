"""Trips and games on record: where the place of one that is going on is said, students can be found there."""

from collections.abc import Collection
from functools import lru_cache

from policy.fold import Folded, fold
from policy.hits import MOST_SPANS, Hit
from policy.message import Outing


def places_in(text: Folded, outings: Collection[Outing], *, is_on: bool) -> list[Hit]:
    """Where the place of an outing that is going on (or is over) stands, whole words only."""
    hits: list[Hit] = []
    for outing in outings:
        place = _folded(outing.place) if outing.is_on is is_on else ""
        # `words` begins with a blank that `plain` does not have, so where the blank is found the place begins.
        at = text.words.find(f" {place} ") if place else -1
        while at >= 0 and len(hits) < MOST_SPANS:
            hits.append(Hit(at, at + len(place)))
            at = text.words.find(f" {place} ", at + 1)
    return hits


@lru_cache(maxsize=256)
def _folded(place: str) -> str:
    return fold(place).words.strip()
