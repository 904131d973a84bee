"""Files that a member could post: whole, odd and hostile."""

import random
import struct
import zlib
from collections.abc import Mapping
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from adapters.bench.portraits import portrait

PLACE = {1: "N", 2: (41.0, 40.0, 12.0), 3: "W", 4: (73.0, 5.0, 1.0)}


def saved(picture: Image.Image, kind: str, **more: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def a_picture(size: tuple[int, int] = (320, 240)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert("RGB")


def exif_with(gps: Mapping[int, object] | None = None, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif[0x8825] = dict(gps)
    return exif


def png_of(width: int, height: int) -> bytes:
    """Black, in one bit a pixel: a few kilobytes for any number of pixels."""
    rows = zlib.compressobj(9)
    row = bytes(1 + -(-width // 8))
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def gif_of(pictures: list[Image.Image]) -> bytes:
    return saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)


def deep_gif(frames: int) -> bytes:
    """One tiny frame, said again and again: Pillow would join equal ones, so the bytes are put together here."""
    small = saved(Image.new("P", (1, 1)), "GIF")
    start = small.index(b",")
    return small[:start] + small[start:-1] * frames + b";"


def film_of(pictures: list[Image.Image], kind: str = "mp4", tags: dict[str, str] | None = None) -> bytes:
    """A video that shows each picture for a second, with one frame alone to jump to."""
    av = pytest.importorskip("av", reason="no video can be made: pip install av")
    file = BytesIO()
    with av.open(file, "w", format=kind) as film:
        film.metadata.update(tags or {})
        stream = film.add_stream("mpeg4" if kind == "mp4" else "libvpx", rate=Fraction(5))
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        stream.gop_size = 1000
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            for _ in range(5):
                film.mux(stream.encode(frame.reformat(format="yuv420p")))
        film.mux(stream.encode())
    return file.getvalue()


def faces(count: int, size: tuple[int, int] = (960, 540), seed: int = 1) -> Image.Image:
    return Image.open(BytesIO(portrait(count, random.Random(seed), size).content))
