"""Counts faces with BlazeFace (full range). What it gives is where a face is, and nothing that could tell whose."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from adapters.pictures.models import opened
from bot.ports.pictures import Box

SIDE = 192
"""The model sees squares of so many pixels."""

GRID = 48
LEAST_CHANCE = 0.7
BESIDE = 0.5
"""Where one face is that sure, so much is enough for the others: people stand together."""

HINT = 0.25
"""What is less sure than this is nothing; what is less sure than the others says only where to look closer."""

SAME_FACE = 0.45
"""Two boxes that share so much of the smaller one are one face, seen twice."""

HALVES, THIRDS = 0.5625, 0.3
"""The squares that are looked at beside the whole, as shares of its long side: always the large ones; the small ones
where the others hint at a face that is hardly large enough for the model."""

OVERLAP = 0.1
HARDLY = 20
"""The model overlooks faces of so few pixels."""

EDGE = 0.012

Floats = npt.NDArray[np.float32]
Look = tuple[Box, float, Box]
"""The part that was looked at, how sure the model is of a face, and where that is in the whole picture."""


class Faces:
    """Finds faces in pictures: the whole and squares of it, so that those in the back row count too."""

    def __init__(self, threads: int = 1) -> None:
        self._session = opened("faces", threads)

    def find(self, picture: Image.Image) -> tuple[Box, ...]:
        """Where faces are in an RGB picture."""
        found = self._in_parts(picture, [_WHOLE, *_squares(picture.size, HALVES)])
        found += self._closer(picture, [box for part, _, box in found if _is_hardly_seen(box, part)])
        return _apart([each for each in found if each[1] >= BESIDE]) if _is_anybody_in(found) else ()

    def _closer(self, picture: Image.Image, hints: Sequence[Box]) -> list[Look]:
        """What the small squares show that hold a hint; where that is a face, all others too: few stand alone."""
        squares = _squares(picture.size, THIRDS) if hints else []
        near = [square for square in squares if any(_holds(square, hint) for hint in hints)]
        found = self._in_parts(picture, near)
        return found + self._in_parts(picture, [each for each in squares if each not in near and _is_anybody_in(found)])

    def _in_parts(self, picture: Image.Image, parts: Iterable[Box]) -> list[Look]:
        return [(part, *each) for part in parts for each in self._look(picture, part)]

    def _look(self, picture: Image.Image, part: Box) -> Iterator[tuple[float, Box]]:
        square, across, down = _square(picture, part)
        coordinates, scores = self._session.run(None, {"picture": square})
        return _boxes(coordinates[0], scores[0, :, 0], part, across, down)


_WHOLE = Box(left=0.0, top=0.0, right=1.0, bottom=1.0)


def _squares(size: tuple[int, int], share: float) -> list[Box]:
    """Squares that cover the picture and overlap; none where they would show no more than the picture itself."""
    side = share * max(size)
    if side <= SIDE / 2:
        return []
    across, down = side / size[0], side / size[1]
    return [
        Box(left=x, top=y, right=min(1.0, x + across), bottom=min(1.0, y + down))
        for y in _starts(down)
        for x in _starts(across)
    ]


def _starts(length: float) -> list[float]:
    """Where pieces of that length begin, so that they cover all and overlap."""
    if length >= 1:
        return [0.0]
    more = math.ceil((1 - length) / (length * (1 - OVERLAP)))
    return [place * (1 - length) / more for place in range(more + 1)]


def _is_anybody_in(found: Iterable[Look]) -> bool:
    return any(chance >= LEAST_CHANCE for _, chance, _ in found)


def _holds(square: Box, box: Box) -> bool:
    """Whether the box's middle is in the square."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return square.left <= x <= square.right and square.top <= y <= square.bottom


def _is_hardly_seen(box: Box, part: Box) -> bool:
    """Whether the face was so small in the part that others of its size are overlooked."""
    wide, high = (box.right - box.left) / (part.right - part.left), (box.bottom - box.top) / (part.bottom - part.top)
    return min(wide, high) * SIDE < HARDLY


def _square(picture: Image.Image, part: Box) -> tuple[Floats, float, float]:
    """The part as the model wants it, with black around; and which shares of the square its width and height take."""
    width, height = picture.size
    corners = (part.left * width, part.top * height, part.right * width, part.bottom * height)
    wide, high = corners[2] - corners[0], corners[3] - corners[1]
    scale = SIDE / max(wide, high)
    fitted = (max(1, round(wide * scale)), max(1, round(high * scale)))
    small = picture.resize(fitted, Image.Resampling.BILINEAR, box=corners, reducing_gap=2.0)
    square = Image.new("RGB", (SIDE, SIDE))
    at = ((SIDE - fitted[0]) // 2, (SIDE - fitted[1]) // 2)
    square.paste(small, at)
    values = np.asarray(square, dtype=np.float32)[None] / np.float32(127.5) - np.float32(1.0)
    return values, fitted[0] / SIDE, fitted[1] / SIDE


def _boxes(coordinates: Floats, scores: Floats, part: Box, across: float, down: float) -> Iterator[tuple[float, Box]]:
    """The model says, for each cell of a grid, how sure it is and where the face lies from the cell's middle."""
    chances = 1 / (1 + np.exp(-np.clip(scores, -50, 50)))
    for cell in np.flatnonzero(chances >= HINT):
        row, column = divmod(int(cell), GRID)
        x, y, wide, high = (float(value) / SIDE for value in coordinates[cell, :4])
        middle = _unpadded(x + (column + 0.5) / GRID, across), _unpadded(y + (row + 0.5) / GRID, down)
        half = wide / across / 2, high / down / 2
        ends = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        box = _within(ends, part)
        if box.left < box.right and box.top < box.bottom:
            yield float(chances[cell]), box


def _unpadded(share: float, filled: float) -> float:
    return (share - (1 - filled) / 2) / filled


def _within(ends: Sequence[float], part: Box) -> Box:
    wide, high = part.right - part.left, part.bottom - part.top
    left, top, right, bottom = (min(max(each, 0.0), 1.0) for each in ends)
    return Box(
        left=part.left + left * wide,
        top=part.top + top * high,
        right=part.left + right * wide,
        bottom=part.top + bottom * high,
    )


def _is_cut(box: Box, part: Box) -> bool:
    """Whether it ends where the square ends, within the picture: it may be half a face."""
    inner = ((box.left, part.left), (box.top, part.top), (box.right, part.right), (box.bottom, part.bottom))
    return any(abs(end - edge) < EDGE and 0.0 < edge < 1.0 for end, edge in inner)


def _apart(found: list[Look]) -> tuple[Box, ...]:
    """Each face once. What the whole picture shows goes first, what ends at a square's edge last."""
    kept: list[Box] = []
    for _, _, box in sorted(found, key=lambda each: (each[0] != _WHOLE, _is_cut(each[2], each[0]), -each[1])):
        if all(_shared(box, other) < SAME_FACE for other in kept):
            kept.append(box)
    return tuple(kept)


def _area(box: Box) -> float:
    return max(0.0, box.right - box.left) * max(0.0, box.bottom - box.top)


def _shared(one: Box, other: Box) -> float:
    both = Box(
        left=max(one.left, other.left),
        top=max(one.top, other.top),
        right=min(one.right, other.right),
        bottom=min(one.bottom, other.bottom),
    )
    if both.left >= both.right or both.top >= both.bottom:
        return 0.0
    return _area(both) / min(_area(one), _area(other))
