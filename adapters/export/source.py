"""The files of an export, in a zip or a folder, opened without trusting them: nothing is unpacked, no link followed."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from bot.errors import ChaperoneError
from policy.words import Lang, Text

# Chat packs 5 to 30 times smaller. What promises more is made to fill a machine.
MOST_PACKED = 200
SMALL = 64 * 1024 * 1024

READ_ERRORS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading one file of an export may raise: damaged, encrypted, packed in an unknown way, not permitted."""


class NotAnExport(ChaperoneError):
    """What was given is not a Slack export. The message says what it is instead and what to give."""

    def __init__(self, text: Text, lang: Lang = Lang.EN, **values: object) -> None:
        super().__init__(text(lang, **values))
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file: its path inside the export, and its size unpacked."""

    path: PurePosixPath
    size: int


class Source(Protocol):
    """A place that holds the files of an export."""

    unsafe: list[str]
    """Links and names that lead elsewhere, left out. Complete when all `files` were listed."""

    def files(self) -> Iterator[ExportFile]:
        """All regular files."""
        ...

    def open(self, path: PurePosixPath) -> BinaryIO:
        """One of these files, as a stream. May raise any of READ_ERRORS, then or while reading."""
        ...


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Opens a zip or a folder. Raises NotAnExport on anything else."""
    if path.is_dir():
        yield _Folder(path)
        return
    if not path.exists():
        raise NotAnExport(_NO_SUCH, path=path)
    if not path.is_file():
        raise NotAnExport(_NEITHER, path=path)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise NotAnExport(_BROKEN_ZIP if _looks_like_zip(path) else _NEITHER, path=path) from error
    except OSError as error:
        raise NotAnExport(UNREADABLE, path=path, why=error.strerror or type(error).__name__) from error
    with archive:
        yield _Zip(archive, path)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.unsafe: list[str] = []
        self._archive = archive
        # Entries may share their packed bytes, so the whole is measured against the file, too.
        unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > max(SMALL, MOST_PACKED * path.stat().st_size):
            raise NotAnExport(_BOMB, path=path, gigabytes=f"{unpacked / 1e9:,.1f}")

    def files(self) -> Iterator[ExportFile]:
        for info in self._archive.infolist():
            path = PurePosixPath(info.filename)
            if info.is_dir():
                continue
            if (
                stat.S_ISLNK(info.external_attr >> 16)
                or str(path) != info.filename
                or ".." in path.parts
                or path.is_absolute()
            ):
                self.unsafe.append(info.filename)
            else:
                yield ExportFile(path, info.file_size)

    def open(self, path: PurePosixPath) -> BinaryIO:
        return cast("BinaryIO", self._archive.open(str(path)))


class _Folder:
    def __init__(self, root: Path) -> None:
        self.unsafe: list[str] = []
        self._root = root

    def files(self) -> Iterator[ExportFile]:
        return self._below(self._root)

    def open(self, path: PurePosixPath) -> BinaryIO:
        # O_NOFOLLOW: what was a file a moment ago may be a link by now.
        descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        return os.fdopen(descriptor, "rb")

    def _below(self, folder: Path, depth: int = 0) -> Iterator[ExportFile]:
        # Channel folders lie one level down, in a folder around them two.
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = Path(entry.path).relative_to(self._root)
                if entry.is_symlink():
                    self.unsafe.append(str(path))
                elif entry.is_dir(follow_symlinks=False):
                    if depth < 2:
                        yield from self._below(Path(entry.path), depth + 1)
                elif entry.is_file(follow_symlinks=False):
                    yield ExportFile(PurePosixPath(path), entry.stat(follow_symlinks=False).st_size)


def _looks_like_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


_NO_SUCH = Text(
    en="There is no {path}. Give the zip file that Slack made, or the folder it was unpacked into.",
    es="No existe {path}. Indique el archivo zip que hizo Slack, o la carpeta en que se descomprimió.",
)
_NEITHER = Text(
    en="{path} is not a zip file. Give the zip file that Slack made (Workspace settings, Import/Export data), or the "
    "folder it was unpacked into.",
    es="{path} no es un archivo zip. Indique el zip que hizo Slack (Configuración, Importar/exportar datos), o la "
    "carpeta en que se descomprimió.",
)
_BROKEN_ZIP = Text(
    en="{path} is a damaged zip file; most often the download broke off. Download the export from Slack again.",
    es="{path} es un zip dañado; casi siempre se cortó la descarga. Descargue de nuevo la exportación de Slack.",
)
UNREADABLE = Text(
    en="{path} cannot be read ({why}). Look at the file's permissions.",
    es="No se puede leer {path} ({why}). Revise los permisos del archivo.",
)
_BOMB = Text(
    en="{path} would unpack to {gigabytes} GB, far more than chat of its size does. It was not opened. If it really is "
    "an export of yours, unpack it yourself and give the folder.",
    es="{path} ocuparía {gigabytes} GB al descomprimirse, mucho más que un chat de su tamaño. No se abrió. Si de veras "
    "es una exportación suya, descomprímala usted e indique la carpeta.",
)
