"""Finds lines of text in a picture: PP-OCRv6's detector, which says of each point how surely it belongs to a line."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from adapters.pictures.models import opened
from adapters.pictures.patches import Slanted, around, outlines

SIDE = 1280
"""A larger picture is searched in this size; what is found is read in the full one."""

STEP = 32
LEAST_POINT, LEAST_LINE = 0.3, 0.5
LEAST_HEIGHT = 3
GROWN = 1.6
"""The model marks the inner part of a line. So much of its area, laid around it, gives the whole."""

MOST_LINES = 600


class Lines:
    """Where the lines of text are."""

    def __init__(self, threads: int = 1) -> None:
        self._session = opened("lines", threads)

    def find(self, picture: Image.Image) -> list[Slanted]:
        """The lines of an RGB picture in its own pixels."""
        small = picture.resize(_searched_size(picture.size), Image.Resampling.BILINEAR)
        values = np.asarray(small, dtype=np.float32)[:, :, ::-1] / np.float32(127.5) - np.float32(1.0)
        chances = self._session.run(None, {"x": values.transpose(2, 0, 1)[None]})[0][0, 0]
        scale = picture.width / small.width, picture.height / small.height
        found = (_line(chances, around(each)) for each in outlines(_thickened(chances > LEAST_POINT), MOST_LINES))
        return [_scaled(each, *scale) for each in found if each is not None]


def _searched_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(size))
    wide, high = (max(STEP, round(length * scale / STEP) * STEP) for length in size)
    return wide, high


def _thickened(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Each point and its neighbours to the right and below, so that thin letters hold together."""
    thick = mask.copy()
    thick[1:] |= mask[:-1]
    thick[:, 1:] |= thick[:, :-1].copy()
    return thick


def _line(chances: npt.NDArray[np.float32], core: Slanted) -> Slanted | None:
    """The whole line around its marked core; None where the model is not sure enough, or it is too small to be read."""
    if min(core.long, core.short) < LEAST_HEIGHT or _sureness(chances, core) < LEAST_LINE:
        return None
    more = 2 * core.long * core.short * GROWN / (2 * (core.long + core.short))
    return replace(core, long=core.long + more, short=core.short + more)


def _sureness(chances: npt.NDArray[np.float32], core: Slanted) -> float:
    """The mean over the rectangle."""
    corners = core.corners()
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = chances[top:bottom, left:right]
    shape = Image.new("1", (part.shape[1], part.shape[0]))
    ImageDraw.Draw(shape).polygon([(x - left, y - top) for x, y in corners.tolist()], fill=1, outline=1)
    inside = np.asarray(shape)
    return float(part[inside].mean()) if inside.any() else 0.0


def _scaled(line: Slanted, across: float, down: float) -> Slanted:
    """Sides were rounded to whole steps, so the two scales differ by very little: their mean serves the lengths."""
    mean = (across + down) / 2
    return replace(line, x=line.x * across, y=line.y * down, long=line.long * mean, short=line.short * mean)
