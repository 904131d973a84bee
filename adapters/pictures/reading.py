"""Reads the text in a picture, in English and Spanish, with where each line stands."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageOps

from adapters.pictures.letters import Letters, ReadStrip
from adapters.pictures.lines import Lines
from adapters.pictures.order import reading_order
from adapters.pictures.patches import Slanted
from bot.ports.pictures import Box, ReadLine

UPRIGHT_IS_SURE = 0.9
"""Text that stands on its head is read with some 0.7; the right way up with 0.98 and more."""

LEAST_CONTRAST = 60
SAMPLED = (320, 180)


class Reading:
    """Finds lines of text and reads them."""

    def __init__(self, threads: int = 1) -> None:
        self._lines, self._letters = Lines(threads), Letters(threads)

    def read(self, picture: Image.Image, most_lines: int, at_seconds: float = 0.0) -> tuple[ReadLine, ...]:
        """The lines of an RGB picture, in the order one reads them."""
        clear = _with_contrast(picture)
        lines = self._lines.find(clear)
        lines = [lines[place] for place in reading_order(lines)][:most_lines]
        read = self._letters.read(clear, lines)
        is_turned = False
        if lines and _sureness(lines, read) < UPRIGHT_IS_SURE:
            turned = self._letters.read(clear, lines, is_turned=True)
            is_turned = _sureness(lines, turned) > _sureness(lines, read)
            read = turned if is_turned else read
        return tuple(
            ReadLine(text=read[place].text, box=_box(lines[place], picture.size), at_seconds=at_seconds)
            for place in reading_order(lines, is_turned=is_turned)
            if read[place].text
        )


def _sureness(lines: Sequence[Slanted], read: Sequence[ReadStrip]) -> float:
    """The mean over the lines, where long ones count for more."""
    lengths = [max(line.long, line.short, 1.0) for line in lines]
    return sum(length * each.sureness for length, each in zip(lengths, read, strict=True)) / sum(lengths)


def _with_contrast(picture: Image.Image) -> Image.Image:
    """Grey on grey as black on white; any other picture as it is."""
    shades = np.asarray(picture.convert("L").resize(SAMPLED, Image.Resampling.BILINEAR))
    if np.ptp(shades) >= LEAST_CONTRAST:
        return picture
    return ImageOps.autocontrast(picture, cutoff=1, preserve_tone=True)


def _box(line: Slanted, size: tuple[int, int]) -> Box:
    """The upright box around a line that may stand askew."""
    corners = line.corners() / size
    (left, top), (right, bottom) = corners.min(axis=0).clip(0, 1).tolist(), corners.max(axis=0).clip(0, 1).tolist()
    return Box(left=left, top=top, right=right, bottom=bottom)
