"""The pictures in a file: one, or some of those that an animation or a video is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageFile, ImageOps

from adapters.pictures.kinds import Kind
from adapters.pictures.limits import Limits
from bot.ports.pictures import Unseen

SIDE = 2000
"""What is larger is looked at in this size. The smallest legible print of a photographed flyer survives it."""


_FIRST_ON_ITS_SIDE = 5
"""EXIF counts eight orientations; from the fifth on, width and height change places."""


class CannotLook(Exception):
    """The file, or what is left of it, cannot be looked at; `why` says it."""

    def __init__(self, why: Unseen) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An upright RGB picture, its moment in a video, and the size in which a still picture is shown."""

    picture: Image.Image
    at_seconds: float = 0.0
    shown_size: tuple[int, int] = (0, 0)


def opened(content: bytes, kind: Kind, limits: Limits) -> Image.Image:
    """The picture with its header read and no pixel decoded. Raises CannotLook where the header promises too many."""
    Image.MAX_IMAGE_PIXELS = None  # ours is the stricter cap
    picture = Image.open(BytesIO(content), formats=[kind.value])
    if picture.width * picture.height > limits.pixels:
        raise CannotLook(Unseen.TOO_LARGE)
    return picture


def still(picture: Image.Image) -> Frame:
    """The picture itself. A JPEG is decoded at a half or a quarter where that is enough. Raises OSError for a torn
    file."""
    width, height = picture.size
    if picture.getexif().get(ExifTags.Base.Orientation, 1) >= _FIRST_ON_ITS_SIDE:
        width, height = height, width
    if picture.format == "JPEG":
        shrunk = max(1, max(picture.size) * 5 // (SIDE * 4))
        picture.draft("RGB", (picture.width // shrunk, picture.height // shrunk))
    picture.load()
    return Frame(picture=_plain(ImageOps.exif_transpose(picture)), shown_size=(width, height))


def torn(content: bytes, kind: Kind, limits: Limits) -> Frame:
    """What there is of a picture that ends too soon."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        return still(opened(content, kind, limits))
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def animated(picture: Image.Image, limits: Limits, is_late: Callable[[], bool]) -> Iterator[Frame]:
    """Frames spread over the animation. How many there are is not asked: the file would have to be decoded for it."""
    kept: list[Frame] = []
    stride, at = 1, 0
    while True:
        try:
            picture.seek(at)
        except EOFError:
            break
        if picture.width * picture.height > limits.pixels:
            raise CannotLook(Unseen.TOO_LARGE)
        if at % stride == 0:
            kept.append(Frame(picture=_plain(picture)))
        if len(kept) > 2 * limits.frames:
            kept, stride = kept[::2], stride * 2
        at += 1
        if at >= limits.frames_walked or is_late():
            yield from kept
            raise CannotLook(Unseen.TOO_SLOW)
    yield from spread(kept, limits.frames)


def spread(frames: list[Frame], most: int) -> list[Frame]:
    """So many of them, evenly, with the first and the last."""
    if len(frames) <= most:
        return frames
    return [frames[round(place * (len(frames) - 1) / (most - 1))] for place in range(most)]


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, on white where it is see-through: black print on nothing would be black on black."""
    small = picture
    if max(picture.size) > SIDE:
        factor = -(-max(picture.size) // SIDE)
        small = picture.reduce(factor) if picture.mode in ("RGB", "RGBA", "L") else picture
    if small.has_transparency_data:
        layers = small.convert("RGBA")
        white = Image.new("RGBA", layers.size, "white")
        small = Image.alpha_composite(white, layers)
    if small.mode.startswith("I"):
        # Sixteen bits a pixel: convert() alone would cut off all that is brighter than 255.
        small = small.point(lambda value: value / 256).convert("L")
    plain = small.convert("RGB")
    plain.thumbnail((SIDE, SIDE))
    return plain
