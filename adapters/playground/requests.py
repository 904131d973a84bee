"""What the page may send, read with limits and checked before anything else sees it."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Literal, TypeVar

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from adapters.playground.guard import BadRequest
from adapters.playground.talk import Upload
from policy.words import Text

LONGEST_TEXT = 100_000
MOST_FILES = 4
LARGEST_FILE = 8 * 1024 * 1024
# A character may be written as twelve (`\ud83d\ude00`).
LARGEST_JSON = 12 * LONGEST_TEXT + 10_000

TOO_LONG = Text(
    en="This is too long: a message may have up to 100,000 characters. Shorten it, or post it in parts.",
    es="Es demasiado largo: un mensaje puede tener hasta 100 000 caracteres. Acórtelo o publíquelo por partes.",
)
TOO_LARGE = Text(
    en="This is too large: up to 4 files of 8 MB each. Attach a smaller one.",
    es="Es demasiado grande: hasta 4 archivos de 8 MB cada uno. Adjunte uno más pequeño.",
)
NOT_READABLE = Text(
    en="This request could not be read. Reload the page and try again.",
    es="No se pudo leer la solicitud. Vuelva a cargar la página e inténtelo de nuevo.",
)
WRONG_TYPE = Text(
    en="Send this as JSON (Content-Type: application/json).",
    es="Envíelo como JSON (Content-Type: application/json).",
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Short = Annotated[str, StringConstraints(max_length=4_000)]


class Body(BaseModel):
    """One request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PostBody(Body):
    text: Words = ""
    thread: Name | None = None
    nonce: Name | None = None
    alts: tuple[Annotated[str, StringConstraints(max_length=1_000)], ...] = Field(default=(), max_length=MOST_FILES)


class EditBody(Body):
    text: Words


class ReadBody(Body):
    channel: Name
    upto: int = Field(ge=0, lt=2**62)


class CommandBody(Body):
    channel: Name | None = None
    text: Words = ""


class ActBody(Body):
    name: Name
    subject: Annotated[str, StringConstraints(max_length=500)] = ""
    values: Mapping[Name, Short] = Field(default_factory=dict, max_length=40)


class ReportBody(Body):
    note: Short = ""


class ChannelBody(Body):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    topic: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class MemberBody(Body):
    person: Name


class StartOverBody(Body):
    confirm: Literal[True]


AnyBody = TypeVar("AnyBody", bound=Body)


async def body_of(request: web.Request, shape: type[AnyBody]) -> AnyBody:
    """The request's JSON as `shape`. Raises BadRequest."""
    if request.content_type != "application/json":
        raise BadRequest(WRONG_TYPE, status=415)
    return parsed(await _read(request.content.iter_chunked(65_536), LARGEST_JSON, TOO_LONG), shape)


def parsed(content: bytes, shape: type[AnyBody]) -> AnyBody:
    """JSON as `shape`. Raises BadRequest, which repeats nothing of what was sent."""
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        is_long = any(fault["type"] == "string_too_long" for fault in error.errors(include_input=False))
        raise BadRequest(TOO_LONG if is_long else NOT_READABLE, status=413 if is_long else 400) from None


async def post_of(request: web.Request) -> tuple[PostBody, tuple[Upload, ...]]:
    """A new message: JSON, or a form with JSON as `message` and its files as `file`. Raises BadRequest."""
    if request.content_type != "multipart/form-data":
        return await body_of(request, PostBody), ()
    try:
        return await _form(request)
    except (ValueError, LookupError, AssertionError, HttpProcessingError):  # what aiohttp raises on broken forms
        raise BadRequest(NOT_READABLE) from None


async def _form(request: web.Request) -> tuple[PostBody, tuple[Upload, ...]]:
    body, files = PostBody(), list[tuple[str, bytes]]()
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            raise BadRequest(NOT_READABLE)
        if part.name == "message":
            body = parsed(await _read(_chunks(part), LARGEST_JSON, TOO_LONG), PostBody)
        elif part.name == "file" and len(files) < MOST_FILES:
            files.append((file_name(part.filename or ""), await _read(_chunks(part), LARGEST_FILE, TOO_LARGE)))
        else:
            raise BadRequest(TOO_LARGE, status=413)
    alts = [*body.alts, *[""] * MOST_FILES]
    return body, tuple(Upload(name, alts[n], content) for n, (name, content) in enumerate(files))


def file_name(name: str) -> str:
    """The name without folders and control characters; it is judged and shown, never used as a path."""
    name = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", name).strip()[:200] or "file"


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(65_536):
        yield chunk


async def _read(chunks: AsyncIterator[bytes], limit: int, text: Text) -> bytes:
    content = bytearray()
    try:
        async for chunk in chunks:
            content += chunk
            if len(content) > limit:
                raise BadRequest(text, status=413)
    except web.RequestPayloadError:  # packed in another way than its headers say, or cut off
        raise BadRequest(NOT_READABLE) from None
    return bytes(content)
