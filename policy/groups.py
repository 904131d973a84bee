"""Sets of groups as the bits of one number: what a message has is compared with what a detector needs in one step."""

from collections.abc import Iterable, Mapping

from policy.rule import GroupId

Bits = Mapping[GroupId, int]
"""One bit for each group that somebody may ask for."""
EVERY = -1
"""The bits of all groups."""


def a_bit_each(groups: Iterable[GroupId]) -> Bits:
    return {group: 1 << number for number, group in enumerate(sorted(groups))}


def bits_of(groups: Iterable[GroupId], bits: Bits) -> int:
    """The bits of all these groups; a group that nobody asks for has none."""
    together = 0
    for group in groups:
        together |= bits.get(group, 0)
    return together
