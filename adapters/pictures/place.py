"""Whether a file says where it was taken. Only headers are read, and where that was is never looked at."""

import re
from collections.abc import Mapping

from PIL import ExifTags, Image

# XMP writes the same as text: exif:GPSLatitude="41,40.2N", or as an element of that name.
_XMP = re.compile(rb"GPS(?:Latitude|Longitude)\b")
_VIDEO_TAGS = ("location", "location-eng", "com.apple.quicktime.location.iso6709")
_EXIF_START = b"Exif\x00\x00"
_MOST_EXIF_BYTES = 1 << 20


def has_place(picture: Image.Image) -> bool:
    """Whether EXIF or XMP hold a position. A GPS block without one (a clock alone) does not count."""
    return _in_exif(picture.getexif()) or _in_xmp(picture)


def heic_has_place(content: bytes) -> bool:
    """The same for a HEIC file, whose pixels need a library that may be missing: its EXIF stands there unpacked."""
    for start in _starts_of_tiff(content):
        exif = Image.Exif()
        try:
            exif.load(_EXIF_START + content[start : start + _MOST_EXIF_BYTES])
            if _in_exif(exif):
                return True
        except (SyntaxError, ValueError, TypeError, KeyError, OverflowError, OSError):
            continue
    return bool(_XMP.search(content))


def video_has_place(tags: Mapping[str, str]) -> bool:
    """Whether a video's own tags hold a position."""
    return any(value.strip() for name, value in tags.items() if name.lower() in _VIDEO_TAGS)


def _in_exif(exif: Image.Exif) -> bool:
    block = exif.get_ifd(ExifTags.IFD.GPSInfo)
    return ExifTags.GPS.GPSLatitude in block or ExifTags.GPS.GPSLongitude in block


def _in_xmp(picture: Image.Image) -> bool:
    """JPEG and WebP keep XMP under one name, PNG under another; each as bytes or text."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        packet = picture.info.get(name)
        raw = packet.encode() if isinstance(packet, str) else packet
        if isinstance(raw, bytes) and _XMP.search(raw):
            return True
    return False


def _starts_of_tiff(content: bytes) -> list[int]:
    starts = [match.end() for match in re.finditer(re.escape(_EXIF_START), content)]
    return starts[:8]
