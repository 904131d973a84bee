"""Photographs that installed packages carry, with known numbers of faces, and what people make of photographs: smaller,
darker, mirrored, askew, many in one picture."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from io import BytesIO
from pathlib import Path

import yaml
from PIL import Image, ImageEnhance, ImageOps

from adapters.bench.portraits import Portrait

LABELS = Path(__file__).with_name("photographs.yml")
FRAME = (1920, 1080)
ASKEW_DEGREES = 12
DARKER = 0.35
GROUPS = (4, 9, 16)
"""So many photographs of people side by side in one picture."""


def photographs(labels: Path = LABELS) -> tuple[Sequence[Portrait], Sequence[str]]:
    """The labelled photographs of the packages that are installed, and the names of those that are not."""
    known: Mapping[str, Mapping[str, Mapping[str, int]]] = yaml.safe_load(labels.read_text(encoding="utf-8"))
    found, missing = [], []
    for package, files in known.items():
        try:
            home = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            missing.append(package)
            continue
        for file, label in files.items():
            content = Path(str(home.locate_file(file))).read_bytes()
            found.append(Portrait(name=Path(file).name, content=content, faces=label["faces"]))
    return found, missing


def as_posted(originals: Iterable[Portrait]) -> Iterator[Portrait]:
    """Each photograph of somebody as people post it: small in a large picture, darker, mirrored, askew; and groups of
    them."""
    people = [(each, _opened(each)) for each in originals if each.faces]
    for original, picture in people:
        for how, made in (
            ("small", _small(picture)),
            ("dark", ImageEnhance.Brightness(picture).enhance(DARKER)),
            ("mirrored", ImageOps.mirror(picture)),
            ("askew", picture.rotate(ASKEW_DEGREES, Image.Resampling.BICUBIC, expand=True)),
        ):
            yield _photograph(f"{original.name}, {how}", made, original.faces)
    for count in GROUPS if people else ():
        chosen = [people[place % len(people)] for place in range(count)]
        yield _photograph(f"{count} in one picture", _together([each for _, each in chosen]), _faces(chosen))


def _faces(chosen: Iterable[tuple[Portrait, Image.Image]]) -> int:
    return sum(original.faces for original, _ in chosen)


def _opened(photograph: Portrait) -> Image.Image:
    return Image.open(BytesIO(photograph.content)).convert("RGB")


def _small(picture: Image.Image) -> Image.Image:
    """A quarter as high as the large picture that it stands in."""
    frame = Image.new("RGB", FRAME, "#8899aa")
    frame.paste(ImageOps.contain(picture, (FRAME[1] // 4, FRAME[1] // 4)), (FRAME[0] // 3, FRAME[1] // 2))
    return frame


def _together(pictures: Sequence[Image.Image]) -> Image.Image:
    """In rows, each as large as there is room for."""
    side = round(len(pictures) ** 0.5)
    cell = FRAME[0] // side, FRAME[1] // side
    frame = Image.new("RGB", FRAME, "#556655")
    for place, picture in enumerate(pictures):
        row, column = divmod(place, side)
        fitted = ImageOps.contain(picture, cell)
        frame.paste(fitted, (column * cell[0] + (cell[0] - fitted.width) // 2, row * cell[1]))
    return frame


def _photograph(name: str, picture: Image.Image, faces: int) -> Portrait:
    file = BytesIO()
    picture.save(file, "JPEG", quality=85)
    return Portrait(name=name, content=file.getvalue(), faces=faces)
