"""What needs an extra: named to people and operators where it is missing, really looked at where it is there."""

import re
import sys
from importlib.metadata import metadata
from types import ModuleType

import pytest
from PIL import Image

from adapters.pictures import looking, parts
from adapters.pictures.limits import Limits
from adapters.pictures.looking import Eyes
from adapters.pictures.parts import FILM, HEIC
from adapters.pictures.sight import ProcessSight
from bot.photos.finding import WHY_NOT_SEEN
from bot.ports.pictures import Unseen
from bot.records.photos import NotSeen
from tests.adapters.pictures.files import PLACE, a_picture, exif_with, faces, film_of, saved

SMALL = (480, 270)
PATIENT = Limits(soft_seconds=100, seconds=200, frames=4, frames_read=1)
"""A busy machine may take its time."""


@pytest.fixture
def heic() -> ModuleType:
    """The package that writes and reads HEIC."""
    found: ModuleType = pytest.importorskip(HEIC.module, reason="no HEIC picture can be made: pip install pillow-heif")
    found.register_heif_opener()
    return found


@pytest.mark.usefixtures("heic")
async def test_a_heic_picture_is_looked_at_in_the_process_with_its_limits() -> None:
    content = saved(faces(2, SMALL), "HEIF", exif=exif_with(PLACE).tobytes())
    sight = ProcessSight(PATIENT)

    seen = await sight.look(content, name="IMG_0134.HEIC")
    await sight.close()

    assert content[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix")
    assert (len(seen.faces), seen.has_place, seen.unseen) == (2, True, None)


@pytest.mark.usefixtures("heic")
def test_a_heic_picture_lies_as_people_see_it(eyes: Eyes) -> None:
    content = saved(faces(2).transpose(Image.Transpose.ROTATE_90), "HEIF", exif=exif_with(orientation=6).tobytes())

    seen = eyes.look(content)

    assert (len(seen.faces), seen.width, seen.height) == (2, 960, 540)


async def test_a_short_video_is_looked_at_in_the_process_with_its_limits() -> None:
    content = film_of([faces(1, SMALL), faces(2, SMALL)])
    sight = ProcessSight(PATIENT)

    seen = await sight.look(content, name="clip.mp4")
    await sight.close()

    assert (len(seen.faces), seen.unseen) == (2, None)


@pytest.mark.parametrize(("part", "why"), [(FILM, Unseen.NO_VIDEOS), (HEIC, Unseen.NO_HEIC)])
def test_where_an_extra_is_missing_people_read_which_one(
    part: parts.Part, why: Unseen, eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "is_here", lambda asked: asked != part)
    content = b"\0\0\0\x18ftypheic\0\0\0\0" if part is HEIC else film_of([a_picture()])

    seen = eyes.look(content)

    assert seen.unseen is why
    told = WHY_NOT_SEEN[NotSeen(why.value)]
    assert part.requirement in told.en
    assert part.requirement in told.es


@pytest.mark.parametrize("part", [FILM, HEIC])
def test_the_extra_that_is_named_brings_the_package(part: parts.Part) -> None:
    """What people type is known to pip: the project's own metadata names the extra and what it needs."""
    found = re.fullmatch(r"chaperone\[(\w+)\]", part.requirement)
    assert found is not None
    needed = [
        line for line in metadata("chaperone").get_all("Requires-Dist", []) if line.endswith(f"extra == '{found[1]}'")
    ]

    assert found[1] in metadata("chaperone").get_all("Provides-Extra", [])
    assert [line.partition(">")[0].replace("-", "_") for line in needed] == [part.module]


def test_one_command_adds_all_that_is_missing_to_the_environment_at_work() -> None:
    assert parts.command_for([FILM, HEIC]) == (f"{sys.executable} -m pip install 'chaperone[videos]' 'chaperone[heic]'")
