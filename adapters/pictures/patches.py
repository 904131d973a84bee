"""Patches of a mask, and the rectangle around each: what a line of text is before it is read."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slanted:
    """A rectangle that may stand askew: its middle, its long side along `angle`, and its short side."""

    x: float
    y: float
    long: float
    short: float
    angle: float

    def corners(self) -> Points:
        """Upper left, upper right, lower right, lower left, as one looks along the long side."""
        along = np.array([math.cos(self.angle), math.sin(self.angle)]) * self.long / 2
        across = np.array([-math.sin(self.angle), math.cos(self.angle)]) * self.short / 2
        middle = np.array([self.x, self.y])
        return np.array(
            [middle - along - across, middle + along - across, middle + along + across, middle - along + across]
        )


def outlines(mask: Mask, most: int) -> list[Points]:
    """The ends of each patch's rows: all that a rectangle around it needs. Cells that touch by a corner are one
    patch."""
    rows, starts, ends = _runs(mask)
    leaders = _joined(rows, starts, ends)
    order = np.argsort(leaders, kind="stable")
    _, firsts = np.unique(leaders[order], return_index=True)
    return [
        np.concatenate([np.stack([starts[part], rows[part]], 1), np.stack([ends[part], rows[part]], 1)]).astype(float)
        for part in np.split(order, firsts[1:])[:most]
        if len(part)
    ]


def around(points: Points) -> Slanted:
    """The smallest rectangle around them: one of its sides lies along a side of their hull."""
    hull = _hull(points)
    sides = np.diff(np.vstack([hull, hull[:1]]), axis=0)
    angles = np.unique(np.append(np.arctan2(sides[:, 1], sides[:, 0]) % (math.pi / 2), 0.0))
    cosines, sines = np.cos(angles), np.sin(angles)
    along = np.outer(hull[:, 0], cosines) + np.outer(hull[:, 1], sines)
    across = np.outer(hull[:, 1], cosines) - np.outer(hull[:, 0], sines)
    wide, high = np.ptp(along, axis=0), np.ptp(across, axis=0)
    best = int(np.argmin((wide + 1) * (high + 1)))
    u = (along[:, best].max() + along[:, best].min()) / 2
    v = (across[:, best].max() + across[:, best].min()) / 2
    cosine, sine = cosines[best], sines[best]
    middle = (u * cosine - v * sine, u * sine + v * cosine)
    return _lying(float(middle[0]), float(middle[1]), float(wide[best]), float(high[best]), float(angles[best]))


def _lying(x: float, y: float, wide: float, high: float, angle: float) -> Slanted:
    """With the long side across where the patch is wider than high: text reads from left to right."""
    if angle > math.pi / 4:
        wide, high, angle = high, wide, angle - math.pi / 2
    return Slanted(x=x, y=y, long=wide, short=high, angle=angle)


def _runs(mask: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each row's stretches of set cells: row, first and last column."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return rows, starts, ends - 1


def _joined(
    rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """For each stretch the first one of its patch."""
    leader = list(range(len(rows)))

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    row_of, start_of, end_of = rows.tolist(), starts.tolist(), ends.tolist()
    above = 0
    for place, row in enumerate(row_of):
        while row_of[above] < row - 1 or (row_of[above] == row - 1 and end_of[above] < start_of[place] - 1):
            above += 1
        other = above
        while row_of[other] == row - 1 and start_of[other] <= end_of[place] + 1:
            one, two = first(other), first(place)
            leader[max(one, two)] = min(one, two)
            other += 1
    return np.array([first(place) for place in range(len(leader))], dtype=np.int64)


def _hull(points: Points) -> Points:
    """The corners of the convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(map(tuple, points.tolist())))
    if len(ordered) <= 2:
        return np.array(ordered)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _chain(ordered: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for x, y in ordered:
        while len(chain) >= 2:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain
