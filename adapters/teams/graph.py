"""Calls to Microsoft Graph, which knows what bots are not told: over connections that are kept, with our own token."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from adapters.teams.activity import Payload, parts, text
from adapters.teams.connection import Connection
from adapters.teams.tokens import Tokens, source_of
from adapters.teams.wire import TooLarge, body_of, jittered, wait_of
from bot.errors import ChaperoneError, FileTooLarge, PlatformBusy, Unable, Undeliverable

TIMEOUT = ClientTimeout(total=30)
FILE_TIMEOUT = ClientTimeout(total=120)
BUSY = frozenset({412, 429, 500, 502, 503, 504, 509})
FIRST_WAIT_SECONDS = 1.0
A_LOOK, A_LONG_LOOK = 5.0, 300.0
"""Seconds of waiting that one call, and the reading of a whole history, put up with in place; longer ones are
PlatformBusy."""
AWAY_SECONDS = 30.0
LARGEST_ANSWER = 16 * 1024 * 1024
VERSION = "v1.0"


class GraphRefused(ChaperoneError):
    """Microsoft Graph does not take what we ask it. The message is Graph's own code; tell the developers."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def payload(self) -> Payload:
        try:
            found: Any = json.loads(self.content or b"{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Graph:
    """Asks Graph about our own tenant. Every method raises Unable where nobody consented to it, Undeliverable where the
    thing asked for is gone, PlatformBusy, TokenRefused and GraphRefused. Our token goes to Graph alone."""

    def __init__(
        self,
        session: ClientSession,
        connection: Connection,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        scope = f"{connection.cloud.graph}/.default"
        asked = replace(connection, cloud=replace(connection.cloud, scope=scope))
        self._session = session
        self._tokens = Tokens(source_of(asked, session))
        self._base = f"{connection.graph_url}/{VERSION}"
        self._files = connection.cloud.files
        self._sleep = sleep

    async def close(self) -> None:
        """Gives up fetching a token."""
        await self._tokens.close()

    async def get(self, path: str, **query: str) -> Payload:
        """One object. `path` begins with a slash and is quoted already."""
        return (await self._asked(self._url(path, query), patience=A_LOOK)).payload

    async def patch(self, path: str, body: Payload) -> None:
        """Changes one object. Asked twice it is changed once."""
        await self._asked(self._url(path, {}), patience=A_LOOK, body=body)

    async def consented(self) -> frozenset[str] | None:
        """What the tenant's administrator consented to, as our own token says; None where it does not say."""
        try:
            claims = jwt.decode(await self._tokens.get(), options={"verify_signature": False})
        except jwt.PyJWTError:
            return None
        roles = claims.get("roles", [])
        return frozenset(str(each) for each in roles) if isinstance(roles, list) else None

    async def pages(self, path: str, **query: str) -> AsyncIterator[Payload]:
        """Every object of a collection, page by page."""
        async for item in self.following(self._url(path, query)):
            yield item

    async def following(self, url: str) -> AsyncIterator[Payload]:
        """Every object from the page of that address on; it must be one that Graph gave."""
        while url:
            if not url.startswith(f"{self._base}/"):
                raise GraphRefused("a next page elsewhere")
            page = (await self._asked(url, patience=A_LONG_LOOK)).payload
            for item in parts(page, "value"):
                yield item
            url = text(page, "@odata.nextLink")

    async def content(self, path: str, *, at_most: int) -> bytes:
        """The bytes of a file. Where Graph says that they lie elsewhere they are fetched there, without our token, if
        that is one of Microsoft's own file servers. Raises FileTooLarge."""
        answer = await self._asked(self._url(path, {}), patience=A_LOOK, at_most=at_most)
        if answer.status not in (301, 302, 307):
            return answer.content
        url = answer.headers.get("Location", "")
        if not self._is_file_server(url):
            raise Undeliverable("the file lies where Chaperone does not fetch it")
        async with self._opened(url, {}, FILE_TIMEOUT) as response:
            found = _Answer(response.status, response.headers, await _whole(response, at_most))
        if found.status != 200:
            raise _error(found)
        return found.content

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        # Graph wants spaces as %20, and its options' names with their dollar.
        return f"{self._base}{path}" + (f"?{urlencode(query, quote_via=quote, safe='$')}" if query else "")

    def _is_file_server(self, url: str) -> bool:
        try:
            parts_ = urlsplit(url)
            host, port = (parts_.hostname or "").lower(), parts_.port
        except ValueError:
            return False
        if f"{parts_.scheme}://{parts_.netloc}" == self._base.removesuffix(f"/{VERSION}"):
            return True
        is_plain = parts_.username is None and port in (None, 443)
        return parts_.scheme == "https" and is_plain and host.endswith(self._files)

    async def _asked(
        self, url: str, *, patience: float, at_most: int = LARGEST_ANSWER, body: Payload | None = None
    ) -> _Answer:
        """The answer, waited for in place where Graph asks for no more than `patience` seconds in all."""
        left, tries = patience, 0
        while True:
            try:
                return await self._with_token(url, at_most, body)
            except PlatformBusy as busy:
                wait = jittered(max(busy.wait_seconds, FIRST_WAIT_SECONDS * 2**tries))
                if wait > left:
                    raise
                left, tries = left - wait, tries + 1
                await self._sleep(wait)

    async def _with_token(self, url: str, at_most: int, body: Payload | None) -> _Answer:
        for is_last in (False, True):
            token = await self._tokens.get()
            headers = {"Authorization": f"Bearer {token}"}
            async with self._opened(url, headers, TIMEOUT, body) as response:
                limit = at_most if response.status == 200 else LARGEST_ANSWER
                answer = _Answer(response.status, response.headers, await _whole(response, limit))
            if answer.status == 401 and not is_last:
                self._tokens.forget(token)
                continue
            if 200 <= answer.status < 400:
                return answer
            raise _error(answer)
        raise AssertionError("the last try returns or raises")

    @asynccontextmanager
    async def _opened(
        self, url: str, headers: Mapping[str, str], limit: ClientTimeout, body: Payload | None = None
    ) -> AsyncIterator[ClientResponse]:
        """The response while it is read; whatever breaks meanwhile is PlatformBusy."""
        try:
            async with self._session.request(
                "GET" if body is None else "PATCH",
                URL(url, encoded=True),
                json=body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as response:
                yield response
        except (ClientError, TimeoutError):
            raise PlatformBusy(AWAY_SECONDS) from None


async def _whole(response: ClientResponse, at_most: int) -> bytes:
    try:
        return await body_of(response.content, at_most)
    except TooLarge:
        raise FileTooLarge(f"more than {at_most} bytes") from None


def _error(answer: _Answer) -> ChaperoneError:
    if answer.status in BUSY:
        return PlatformBusy(wait_of(answer.headers, FIRST_WAIT_SECONDS))
    code = text(answer.payload, "error", "code")[:80]
    if answer.status in (401, 402, 403):
        return Unable(f"Microsoft Graph does not let Chaperone: {answer.status} {code}")
    if answer.status in (404, 410):
        return Undeliverable(f"{answer.status} {code}")
    return GraphRefused(f"{answer.status} {code}")
