"""What a file is, by its first bytes. Only plain pictures are ever shown in the page; everything else is a download."""

from urllib.parse import quote

DOWNLOAD = "application/octet-stream"

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OTHERS = (
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)


def sniffed(content: bytes) -> str:
    """The type that the bytes show, whatever the file is called. What may hold scripts (SVG, HTML) stays unknown."""
    for start, type_ in _PICTURES + _OTHERS:
        if content.startswith(start):
            return type_
    return _in_a_box(content[:12])


def is_shown(type_: str) -> bool:
    """Whether a browser may show it inside the page."""
    return type_ in {"image/png", "image/jpeg", "image/gif", "image/webp"}


def _in_a_box(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], DOWNLOAD)
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in {b"heic", b"heix", b"mif1"} else "video/mp4"
    return DOWNLOAD


def as_download(name: str) -> str:
    """The header that makes a browser save the file under its name instead of opening it."""
    return f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"
