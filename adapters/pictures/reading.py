"""Reads the text in a picture, in English and Spanish, with where each line stands."""

from PIL import Image

from adapters.pictures.letters import Letters
from adapters.pictures.lines import Lines
from adapters.pictures.patches import Slanted
from bot.ports.pictures import Box, ReadLine


class Reading:
    """Finds lines of text and reads them."""

    def __init__(self, threads: int = 1) -> None:
        self._lines, self._letters = Lines(threads), Letters(threads)

    def read(self, picture: Image.Image, most_lines: int, at_seconds: float = 0.0) -> tuple[ReadLine, ...]:
        """The lines of an RGB picture, in the order one reads them."""
        lines = self._lines.find(picture)[:most_lines]
        return tuple(
            ReadLine(text=text, box=_box(line, picture.size), at_seconds=at_seconds)
            for line, text in zip(lines, self._letters.read(picture, lines), strict=True)
            if text
        )


def _box(line: Slanted, size: tuple[int, int]) -> Box:
    """The upright box around a line that may stand askew."""
    corners = line.corners() / size
    (left, top), (right, bottom) = corners.min(axis=0).clip(0, 1).tolist(), corners.max(axis=0).clip(0, 1).tolist()
    return Box(left=left, top=top, right=right, bottom=bottom)
