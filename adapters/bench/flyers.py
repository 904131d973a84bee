"""Draws flyers as people post them: a few words in some typeface and colours, a little askew, photographed badly."""

import random
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
TYPEFACES = (
    "DejaVuSans",
    "DejaVuSerif",
    "LiberationSans",
    "LiberationSerif",
    "DejaVuSans-Bold",
    "LiberationSans-Italic",
)
COLOURS = (
    ("#fffdf4", "#1b2a55"),
    ("#113355", "#ffffff"),
    ("#ffe14d", "#222222"),
    ("#b3202a", "#fff4dc"),
    ("#e8f4ea", "#0d4a22"),
    ("#d9d9e8", "#4a1a5c"),
    ("#d8d8d8", "#b4b4b4"),
)
MOST_DEGREES = 12.0
NOISE = 12
LEAST_SIZE, LARGEST_SIZE = 26, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Flyer:
    """A drawn flyer as a file, and how it was drawn."""

    content: bytes
    typeface: str
    degrees: float


def drawn(text: str, chance: random.Random, size: tuple[int, int] = (1920, 1080), *, quarters: int = 0) -> Flyer:
    """The text on a flyer of that size, as a JPEG, so many times turned by a quarter as it may lie in a photograph."""
    ground, ink = chance.choice(COLOURS)
    typeface = chance.choice(sorted(_typefaces()) or [""])
    degrees = chance.uniform(-MOST_DEGREES, MOST_DEGREES)
    picture = Image.new("RGB", size, ground)
    margin = size[0] // 10
    font, lines = _fitted(text, typeface, (size[0] - 2 * margin, round(size[1] * 0.6)))
    ImageDraw.Draw(picture).multiline_text(
        (margin, size[1] // 5), "\n".join(lines), fill=ink, font=font, spacing=font.size * 0.4
    )
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=ground)
    noisy = Image.blend(turned, Image.effect_noise(size, NOISE * 4).convert("RGB"), NOISE / 100)
    file = BytesIO()
    lying = noisy.filter(ImageFilter.GaussianBlur(0.6)).rotate(90 * quarters, expand=True)
    lying.save(file, "JPEG", quality=75)
    return Flyer(content=file.getvalue(), typeface=typeface or "Pillow's own", degrees=degrees + 90 * quarters)


def _fitted(text: str, typeface: str, room: tuple[int, int]) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest print in which the text has room, in lines as wide as the flyer."""
    for size in range(LARGEST_SIZE, LEAST_SIZE - 1, -2):
        font = _font(typeface, size)
        lines = [line for paragraph in text.splitlines() for line in _wrapped(paragraph, font, room[0])]
        if len(lines) * size * 1.6 <= room[1]:
            return font, lines
    font = _font(typeface, LEAST_SIZE)
    return font, [line for paragraph in text.splitlines() for line in _wrapped(paragraph, font, room[0])]


def _wrapped(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


@cache
def _typefaces() -> dict[str, Path]:
    """Those of our list that this machine has."""
    found = {path.stem: path for folder in FOLDERS if folder.is_dir() for path in folder.rglob("*.ttf")}
    return {name: found[name] for name in TYPEFACES if name in found} | {
        name: found[f"{name}-Regular"] for name in TYPEFACES if f"{name}-Regular" in found
    }


@cache
def _font(typeface: str, size: int) -> ImageFont.FreeTypeFont:
    path = _typefaces().get(typeface)
    font = ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so no text can be drawn")
    return font
