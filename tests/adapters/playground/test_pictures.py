"""Files are what their bytes say, and only plain pictures are shown."""

import pytest

from adapters.playground.pictures import DOWNLOAD, as_download, is_shown, sniffed


@pytest.mark.parametrize(
    ("content", "type_", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png", True),
        (b"\xff\xd8\xff\xe0....", "image/jpeg", True),
        (b"GIF89a....", "image/gif", True),
        (b"RIFF....WEBPVP8 ", "image/webp", True),
        (b"....ftypheic....", "image/heic", False),
        (b"....ftypmp42....", "video/mp4", False),
        (b"RIFF....WAVEfmt ", "audio/wav", False),
        (b"%PDF-1.7", "application/pdf", False),
        (b"<svg onload=alert(1)>", DOWNLOAD, False),
        (b"<!doctype html><script>", DOWNLOAD, False),
        (b"", DOWNLOAD, False),
    ],
)
def test_the_bytes_decide(content: bytes, type_: str, shown: bool) -> None:
    assert sniffed(content) == type_
    assert is_shown(sniffed(content)) is shown


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    header = as_download('a"\r\nX-Evil: 1; é.html')

    assert header.isascii()
    assert not {"\r", "\n"} & set(header)
    assert header.count('"') == 2
