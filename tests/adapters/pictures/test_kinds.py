"""What a file is, by its bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pictures.kinds import Kind, sniffed
from tests.adapters.pictures.files import a_picture, film_of, saved


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"])
def test_a_picture_is_known_by_its_first_bytes(kind: str) -> None:
    assert sniffed(saved(a_picture(), kind)) is Kind(kind)


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_video_is_known_by_its_first_bytes(kind: str) -> None:
    assert sniffed(film_of([a_picture()], kind)) is Kind.VIDEO


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"#EXTM3U\nfile:///etc/passwd",
        b"\0\0\0\x18ftypM4A ",
        b"RIFF\0\0\0\0WAVE",
        b"PK\x03\x04",
        b"Hello",
    ],
)
def test_scripts_documents_playlists_and_sounds_are_no_pictures(content: bytes) -> None:
    assert sniffed(content) is None


@given(st.binary(max_size=80))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    assert sniffed(content) in {None, *Kind}
