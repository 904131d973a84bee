"""What kind of file it is, by its first bytes alone: what it is called means nothing."""

from enum import StrEnum

SNIFFED_BYTES = 64


class Kind(StrEnum):
    """The kinds that are looked at. The value is Pillow's name of a picture's format."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WEBP"
    BMP = "BMP"
    AVIF = "AVIF"
    HEIC = "HEIF"
    VIDEO = "video"


_STARTS = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"BM", Kind.BMP),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_QUICKTIME_STARTS = frozenset({b"moov", b"mdat", b"wide"})


def sniffed(content: bytes) -> Kind | None:
    """The kind, or None where it is none of those: SVG, PDF, sounds, anything else."""
    head = content[:SNIFFED_BYTES]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": Kind.WEBP, b"AVI ": Kind.VIDEO}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _in_a_box(head[8:12])
    return Kind.VIDEO if head[4:8] in _QUICKTIME_STARTS else None


def _in_a_box(brand: bytes) -> Kind | None:
    """MP4, QuickTime, HEIC and AVIF share one container; the brand says which it is."""
    if brand in _HEIC_BRANDS:
        return Kind.HEIC
    if brand in (b"avif", b"avis"):
        return Kind.AVIF
    return None if brand in _SOUND_BRANDS else Kind.VIDEO
