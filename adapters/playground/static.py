"""The page's files, read once when the server is put together: a request opens nothing and reaches no other file."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path

from aiohttp import web

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file and what its bytes are called, so that a browser need not fetch it again."""

    content: bytes
    type: str
    etag: str


def read_files(folder: Path) -> Mapping[str, StaticFile]:
    """All files of the page by their path below the folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in _TYPES]
    return {path.relative_to(folder).as_posix(): _read(path) for path in paths}


def answer(request: web.Request, file: StaticFile) -> web.Response:
    """The file, or that the browser has it already."""
    headers = {"Cache-Control": "no-cache", "ETag": f'"{file.etag}"'}
    if any(known.value == file.etag for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=file.content, content_type=file.type, charset="utf-8", headers=headers)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _TYPES[path.suffix], blake2s(content, digest_size=12).hexdigest())
