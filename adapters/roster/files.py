"""The CSV files of a roster: in a zip, in a folder, or a single one, opened without trusting them."""

import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from bot.errors import ChaperoneError

MOST_BYTES = 256 * 1024 * 1024
"""Of one file, unpacked: a million enrollments have less."""
_PART = 1024 * 1024


class BadRoster(ChaperoneError):
    """The roster cannot be read. The message says what is wrong with it and what to give; nothing was changed."""


def files_of(path: Path, names: Collection[str]) -> Mapping[str, bytes]:
    """What those of the files hold that are there, by name in lower case. Others are not even opened. Raises
    BadRoster."""
    try:
        if path.is_dir():
            return _in_folder(path, names)
        if not path.exists():
            raise BadRoster(f"There is no {path}. Give the zip, the folder or the CSV file of the roster.")
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04"
        return _in_zip(path, names) if is_zip else {"": _limited(path)}
    except OSError as error:
        raise BadRoster(f"{error.filename or path} cannot be read ({error.strerror}). Look at its rights.") from error


def _in_folder(folder: Path, names: Collection[str]) -> Mapping[str, bytes]:
    found = [each for each in sorted(folder.iterdir()) if each.name.lower() in names and each.is_file()]
    return {each.name.lower(): _limited(each) for each in found}


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return _not_too_much(content, path.name)


def _in_zip(path: Path, names: Collection[str]) -> Mapping[str, bytes]:
    """Only files at the top or in one folder around them; names that lead elsewhere are nobody's."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                inside = PurePosixPath(info.filename)
                name = inside.name.lower()
                if info.is_dir() or name not in names or len(inside.parts) > 2 or inside.parts[0] == "__MACOSX":
                    continue
                if name in found:
                    raise BadRoster(f"{path.name} holds two files called {name}. Leave one of them.")
                found[name] = _unpacked(archive, info)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadRoster(
            f"{path.name} is damaged, locked with a password or packed in an unusual way. Export it again, or give the "
            "folder that it unpacks to."
        ) from error
    return found


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The file's bytes, counted while they come: what a zip says of itself may be a lie."""
    parts: list[bytes] = []
    size = 0
    with archive.open(info) as file:
        while part := file.read(_PART):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                break
    return _not_too_much(b"".join(parts), info.filename)


def _not_too_much(content: bytes, name: str) -> bytes:
    if len(content) > MOST_BYTES:
        raise BadRoster(
            f"{name} is larger than {MOST_BYTES // 1024 // 1024} MB unpacked, and was not read further. Export single "
            "schools, or a delta."
        )
    return content
