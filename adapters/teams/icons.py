"""Chaperone's two icons for Teams, drawn: a speech bubble with a tick."""

import math
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise

COLOUR_SIZE, OUTLINE_SIZE = 192, 32
BACKGROUND, PAPER = (0x1D, 0x35, 0x57), (0xF1, 0xFA, 0xEE)
ACCENT = "#1d3557"
_TICK = ((0.36, 0.43), (0.46, 0.53), (0.66, 0.33))
_TAIL = ((0.54, 0.62), (0.34, 0.82), (0.34, 0.60))
Point = tuple[float, float]
Pixel = tuple[int, int, int, int]


def colour() -> bytes:
    """The square one in full colour, 192 pixels wide, as PNG."""

    def pixel(x: float, y: float, size: int) -> Pixel:
        paper = _coverage(_bubble(x, y), size) * (1 - _coverage(_tick(x, y) - 0.035, size))
        mixed = [round(under + (over - under) * paper) for under, over in zip(BACKGROUND, PAPER, strict=True)]
        return mixed[0], mixed[1], mixed[2], 255

    return _png(COLOUR_SIZE, pixel)


def outline() -> bytes:
    """The white one on nothing, 32 pixels wide, as PNG: Teams takes no other colour there."""

    def pixel(x: float, y: float, size: int) -> Pixel:
        edge = abs(_bubble(x, y) + 0.03) - 0.03
        ink = max(_coverage(edge, size), _coverage(_tick(x, y) - 0.035, size))
        return 255, 255, 255, round(255 * ink)

    return _png(OUTLINE_SIZE, pixel)


def _coverage(distance: float, size: int) -> float:
    """How much of the pixel lies inside, where the distance to the shape's edge is so much (negative: inside)."""
    return min(1.0, max(0.0, 0.5 - distance * size))


def _bubble(x: float, y: float) -> float:
    """The distance to a box with round corners that has a tail."""
    across, down = abs(x - 0.5) - 0.20, abs(y - 0.43) - 0.11
    box = math.hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - 0.12
    return min(box, _triangle(x, y))


def _triangle(x: float, y: float) -> float:
    """The distance to the tail, by its three sides."""
    sides = zip(_TAIL, (*_TAIL[1:], _TAIL[0]), strict=True)
    return max(_side((x, y), start, end) for start, end in sides)


def _side(at: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return ((at[0] - start[0]) * dy - (at[1] - start[1]) * dx) / math.hypot(dx, dy)


def _tick(x: float, y: float) -> float:
    """The distance to the line of the tick."""
    return min(_to_line((x, y), start, end) for start, end in pairwise(_TICK))


def _to_line(at: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((at[0] - start[0]) * dx + (at[1] - start[1]) * dy) / (dx * dx + dy * dy)
    near = min(1.0, max(0.0, along))
    return math.hypot(at[0] - start[0] - near * dx, at[1] - start[1] - near * dy)


def _png(size: int, pixel: Callable[[float, float, int], Pixel]) -> bytes:
    """A square PNG with transparency. Each row begins with its filter, which is none."""
    centre = [(n + 0.5) / size for n in range(size)]
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y, size)) for x in centre) for y in centre)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
