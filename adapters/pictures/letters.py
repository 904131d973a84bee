"""Reads one line of text: PP-OCRv6's recognizer, cut down to Latin letters."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from adapters.pictures.models import opened
from adapters.pictures.patches import Slanted

HEIGHT = 48
MOST_WIDTH = 3200
LEAST_SURE = 0.5
TOGETHER = 6
UPRIGHT = 1.5
"""A patch so much higher than wide is a line that runs down the page: it is turned before it is read."""


@dataclass(frozen=True, slots=True)
class ReadStrip:
    """The text of a line, empty where it cannot be read, and how sure the model is of its letters."""

    text: str
    sureness: float


UNREAD = ReadStrip("", 0.0)


class Letters:
    """Reads lines."""

    def __init__(self, threads: int = 1) -> None:
        self._session = opened("letters", threads)
        characters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._characters = ("", *characters, " ")

    def read(self, picture: Image.Image, lines: Sequence[Slanted], *, is_turned: bool = False) -> list[ReadStrip]:
        """The text of each line and how sure that is; `is_turned` reads them standing on their head."""
        strips = [_strip(picture, line) for line in lines]
        if is_turned:
            strips = [strip.transpose(Image.Transpose.ROTATE_180) for strip in strips]
        texts = [UNREAD] * len(strips)
        # Strips of like length go together, so that little is read of the padding behind the shorter ones.
        order = sorted(range(len(strips)), key=lambda place: strips[place].width)
        for start in range(0, len(order), TOGETHER):
            places = order[start : start + TOGETHER]
            for place, text in zip(places, self._texts([strips[place] for place in places]), strict=True):
                texts[place] = text
        return texts

    def _texts(self, strips: list[Image.Image]) -> Iterator[ReadStrip]:
        widest = max(strip.width for strip in strips)
        batch = np.zeros((len(strips), 3, HEIGHT, widest), dtype=np.float32)
        for row, strip in zip(batch, strips, strict=True):
            values = np.asarray(strip, dtype=np.float32)[:, :, ::-1] / np.float32(127.5) - np.float32(1.0)
            row[:, :, : strip.width] = values.transpose(2, 0, 1)
        for chances in self._session.run(None, {"x": batch})[0]:
            yield self._text(chances)

    def _text(self, chances: npt.NDArray[np.float32]) -> ReadStrip:
        """At each step the model names a character or none; a repeated one counts once."""
        best = chances.argmax(axis=1)
        is_new = np.append(True, best[1:] != best[:-1]) & (best != 0)
        if not is_new.any():
            return UNREAD
        sureness = float(chances.max(axis=1)[is_new].mean())
        text = " ".join("".join(self._characters[place] for place in best[is_new]).split())
        return ReadStrip(text if sureness >= LEAST_SURE else "", sureness)


def _strip(picture: Image.Image, line: Slanted) -> Image.Image:
    """The line, set straight and as high as the model wants it."""
    wide, high = max(line.long, 1.0), max(line.short, 1.0)
    if high > wide * UPRIGHT:
        turned = _cut(picture, line, (HEIGHT, _width(high / wide)))
        return turned.transpose(Image.Transpose.ROTATE_90)
    return _cut(picture, line, (_width(wide / high), HEIGHT))


def _width(ratio: float) -> int:
    return min(MOST_WIDTH, max(HEIGHT // 4, math.ceil(HEIGHT * ratio)))


def _cut(picture: Image.Image, line: Slanted, size: tuple[int, int]) -> Image.Image:
    corners = line.corners()
    origin, along, across = corners[0], (corners[1] - corners[0]) / size[0], (corners[3] - corners[0]) / size[1]
    shrunk = max(1, int(min(np.hypot(*along), np.hypot(*across))))
    if shrunk > 1:  # print far larger than the model wants: points picked out of it would be noise
        ends = corners.min(axis=0), corners.max(axis=0)
        box = tuple(int(each) for each in (*np.floor(ends[0]).clip(0), *np.minimum(np.ceil(ends[1]) + 1, picture.size)))
        left, top, right, bottom = box
        if left < right and top < bottom:
            picture, origin = picture.reduce(shrunk, box=(left, top, right, bottom)), (origin - (left, top)) / shrunk
            along, across = along / shrunk, across / shrunk
    matrix = (along[0], across[0], origin[0], along[1], across[1], origin[1])
    return picture.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC, fillcolor=_MISSING)


_MISSING = (128, 128, 128)
