"""In which order lines of text are read, however the picture lies."""

import math
import statistics
from collections.abc import Sequence

from adapters.pictures.patches import Slanted

SAME_LINE = 0.5
"""Pieces whose middles differ by less than this share of their height stand beside each other."""


def reading_order(lines: Sequence[Slanted], *, is_turned: bool = False) -> list[int]:
    """The places of the lines: from the first line to the last, and along each what stands side by side. Text may run
    askew or down the picture; `is_turned`: it stands on its head, or runs up."""
    if not lines:
        return []
    angle = _angle(lines, is_turned=is_turned)
    seen = [_laid_straight(line, angle) for line in lines]
    rows: list[list[int]] = []
    for place in sorted(range(len(lines)), key=lambda place: seen[place][1]):
        last = rows[-1][-1] if rows else None
        if last is not None and _is_beside(seen[last], seen[place]):
            rows[-1].append(place)
        else:
            rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda place: seen[place][0])]


def _angle(lines: Sequence[Slanted], *, is_turned: bool) -> float:
    """The direction in which the picture's text is read: that of its middle line, where long ones count for more."""
    runs_down = sum(line.short - line.long for line in lines) > 0
    weighed = [line.angle for line in lines for _ in range(1 + round(8 * _length(line) / _length(_longest(lines))))]
    return statistics.median(weighed) + (math.pi / 2 if runs_down else 0.0) + (math.pi if is_turned else 0.0)


def _length(line: Slanted) -> float:
    return max(line.long, line.short, 1.0)


def _longest(lines: Sequence[Slanted]) -> Slanted:
    return max(lines, key=_length)


def _laid_straight(line: Slanted, angle: float) -> tuple[float, float, float, float]:
    """How far along its line the piece stands, how far down, how high it is, and how much it climbs."""
    along = line.x * math.cos(angle) + line.y * math.sin(angle)
    down = line.y * math.cos(angle) - line.x * math.sin(angle)
    slope = (line.angle - angle + math.pi / 4) % (math.pi / 2) - math.pi / 4
    return along, down, min(line.long, line.short), math.tan(slope)


def _is_beside(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether the other stands where the one would be, were it longer."""
    expected = one[1] + one[3] * (other[0] - one[0])
    return abs(other[1] - expected) < SAME_LINE * min(one[2], other[2])
