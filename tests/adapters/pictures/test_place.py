"""Whether a file says where it was taken: headers alone, in every kind that carries them."""

import pytest
from PIL import Image

from adapters.pictures import looking
from adapters.pictures.looking import Eyes
from adapters.pictures.parts import HEIC
from adapters.pictures.place import heic_has_place, video_has_place
from bot.ports.pictures import Unseen
from tests.adapters.pictures.files import PLACE, a_picture, exif_with, film_of, saved

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf exif:GPSLatitude='41,40.2N'/></x:xmpmeta>"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_place_is_seen_in_each_kind(eyes: Eyes, kind: str) -> None:
    picture = a_picture((64, 64))

    assert eyes.look(saved(picture, kind, exif=exif_with(PLACE))).has_place
    assert not eyes.look(saved(picture, kind, exif=exif_with())).has_place


def test_a_gps_clock_without_a_position_is_no_place(eyes: Eyes) -> None:
    assert not eyes.look(saved(a_picture(), "JPEG", exif=exif_with({29: "2026:11:21"}))).has_place


def test_a_place_in_xmp_is_seen(eyes: Eyes) -> None:
    assert eyes.look(saved(a_picture(), "JPEG", xmp=XMP)).has_place


def test_a_place_is_seen_where_the_pixels_are_broken(eyes: Eyes) -> None:
    whole = saved(a_picture((800, 600)), "JPEG", exif=exif_with(PLACE))

    seen = eyes.look(whole[: len(whole) // 2])

    assert seen.has_place
    assert seen.unseen is Unseen.BROKEN


def test_a_place_in_a_video_is_seen(eyes: Eyes) -> None:
    assert eyes.look(film_of([a_picture()], tags={"location": "+41.6700-073.0836/"})).has_place
    assert not eyes.look(film_of([a_picture()])).has_place
    assert video_has_place({"com.apple.quicktime.location.ISO6709": "+41.6700-073.0836+100/"})


def test_a_heic_file_is_said_to_be_unread_but_its_place_is_seen(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "is_here", lambda part: part != HEIC)
    exif = exif_with(PLACE).tobytes()
    heic = b"\0\0\0\x18ftypheic\0\0\0\0" + b"\0" * 40 + exif

    seen = eyes.look(heic)

    assert seen.unseen is Unseen.NO_HEIC
    assert seen.has_place
    assert not heic_has_place(heic.replace(exif, exif_with().tobytes()))


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_picture_is_as_wide_as_people_see_it(eyes: Eyes, orientation: int) -> None:
    seen = eyes.look(saved(Image.new("RGB", (60, 30)), "JPEG", exif=exif_with(orientation=orientation)))

    assert (seen.width, seen.height) == ((60, 30) if orientation < 5 else (30, 60))
