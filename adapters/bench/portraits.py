"""Draws faces roughly as a camera sees them, and things that are none: no photograph of a person is needed."""

import random
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SKINS = ((236, 188, 160), (214, 160, 124), (168, 112, 80), (110, 70, 48))
HAIRS = ((38, 28, 22), (96, 62, 34), (176, 138, 84), (70, 70, 74))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A picture as a file, how many faces are in it, and what a report calls it."""

    content: bytes
    faces: int
    name: str = ""


def portrait(faces: int, chance: random.Random, size: tuple[int, int] = (1920, 1080)) -> Portrait:
    """So many faces side by side in front of a wall."""
    picture = _wall(chance, size)
    columns = max(faces, 1)
    cell = size[0] // columns
    for place in range(faces):
        height = min(int(cell * 0.8), size[1] // 2)
        left = place * cell + (cell - height) // 2
        face = drawn_face(height, chance)
        picture.paste(face, (left, (size[1] - height) // 2 + chance.randint(-40, 40)), face)
    return Portrait(content=_file(picture), faces=faces)


def crowd(columns: int, rows: int, chance: random.Random, size: tuple[int, int] = (1920, 1080)) -> Portrait:
    """As many small faces as columns times rows, with room between them."""
    picture = _wall(chance, size)
    cell = size[0] // columns, size[1] // rows
    height = round(min(cell) * 0.6)
    for place in range(columns * rows):
        row, column = divmod(place, columns)
        face = drawn_face(height, chance)
        picture.paste(face, (column * cell[0] + cell[0] // 5, row * cell[1] + cell[1] // 5), face)
    return Portrait(content=_file(picture), faces=columns * rows)


def faceless(chance: random.Random, size: tuple[int, int] = (1920, 1080)) -> Portrait:
    """Balls, boxes and stripes in front of a wall."""
    picture = _wall(chance, size)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, side = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(60, 400)
        colour = chance.choice(SKINS + HAIRS)
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)((x, y, x + side, y + side), fill=colour)
    return Portrait(content=_file(picture), faces=0)


def drawn_face(height: int, chance: random.Random) -> Image.Image:
    """A face with hair, on nothing."""
    scale = 4
    side = 100 * scale
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    face = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(face)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, ...]) -> None:
        draw.ellipse([(x - wide) * scale, (y - high) * scale, (x + wide) * scale, (y + high) * scale], fill=colour)

    dark = tuple(int(value * 0.72) for value in skin)
    light = tuple(min(255, int(value * 1.1)) for value in skin)
    draw.rectangle([40 * scale, 80 * scale, 60 * scale, 100 * scale], fill=dark)
    oval(50, 42, 35, 40, hair)
    oval(50, 52, 28, 38, skin)
    oval(50, 34, 22, 12, light)
    for x in (38, 62):
        oval(x, 48, 7.5, 5, dark)
        oval(x, 48.5, 5.5, 2.8, (245, 243, 240))
        oval(x, 48.5, 2.6, 2.6, (45, 32, 24))
        oval(x - 0.8, 47.6, 0.7, 0.7, (250, 250, 250))
        draw.arc([(x - 8) * scale, 38 * scale, (x + 8) * scale, 50 * scale], 200, 340, fill=hair, width=2 * scale)
        oval(
            x + (1 if x > 50 else -1) * 3,
            62,
            7,
            5,
            tuple(int(v * w) for v, w in zip(skin, (1, 0.9, 0.88), strict=True)),
        )
    draw.polygon(
        [(48 * scale, 48 * scale), (45 * scale, 64 * scale), (55 * scale, 64 * scale), (52 * scale, 48 * scale)],
        fill=light,
    )
    oval(50, 64.5, 5.5, 2.5, dark)
    oval(50, 63, 4.5, 2.5, skin)
    oval(50, 75, 10, 3.2, (150, 70, 70))
    draw.line([41 * scale, 75 * scale, 59 * scale, 75 * scale], fill=(90, 40, 40), width=scale)
    oval(50, 83, 8, 2.5, light)
    small = face.filter(ImageFilter.GaussianBlur(scale * 1.2)).resize((height, height), Image.Resampling.LANCZOS)
    return small.rotate(chance.uniform(-10, 10), Image.Resampling.BICUBIC)


def _wall(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    tone = chance.randrange(90, 200)
    shade = Image.linear_gradient("L").resize(size).point(lambda value: tone + value // 6)
    return Image.merge("RGB", (shade, shade.point(lambda v: max(0, v - 8)), shade.point(lambda v: max(0, v - 20))))


def _file(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()
