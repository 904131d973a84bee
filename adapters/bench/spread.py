"""A few of many, where somebody would rather wait less than measure all."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(items: Sequence[T], most: int | None) -> Sequence[T]:
    """So many of the items, in order and evenly spread over all; all of them where none is told."""
    if most is None or len(items) <= most:
        return items
    return [items[at * len(items) // most] for at in range(most)]
