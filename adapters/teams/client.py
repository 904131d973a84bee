"""Calls to Teams (the Bot Framework connector), over connections that are kept, with our token and at Teams' pace."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from yarl import URL

from adapters.teams.activity import Payload, parts, text
from adapters.teams.clouds import Cloud
from adapters.teams.pace import Pace
from adapters.teams.tokens import Tokens
from adapters.teams.wire import TooLarge, body_of, jittered, wait_of
from bot.errors import ChaperoneError, PlatformBusy, Undeliverable

TIMEOUT = ClientTimeout(total=15)
BUSY = frozenset({412, 429, 500, 502, 503, 504})
TRIES = 3
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 5.0
"""A wait that Teams asks for is kept on the spot up to this; longer ones are the outbox's."""
LARGEST_ANSWER = 2 * 1024 * 1024
PAGE = 200


class Rejected(ChaperoneError):
    """Teams does not take what we send it. The message is Teams' own code; tell the developers."""


class Unreachable(Undeliverable):
    """Teams says that this conversation or person is not there, or has blocked us. Ask the person to unblock or add
    Chaperone; mend the registry where they have left. `code` is Teams' word for it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the server that it is reached through."""

    service_url: str
    conversation: str


class Connector:
    """One client for all conversations. Every method raises PlatformBusy, Unreachable, TokenRefused and Rejected; our
    token goes to the hosts of our cloud only, and nothing at all to another."""

    def __init__(
        self,
        session: ClientSession,
        tokens: Tokens,
        cloud: Cloud,
        pace: Pace,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._cloud = cloud
        self._pace = pace
        self._sleep = sleep

    async def send(self, place: Place, activity: Payload, *, is_targeted: bool = False) -> str:
        """Posts an activity and returns its id. A targeted one shows to its recipient only."""
        path = f"v3/conversations/{_quoted(place.conversation)}/activities"
        query = "?isTargetedActivity=true" if is_targeted else ""
        return text(await self._call("POST", place, path + query, activity), "id")

    async def update(self, place: Place, activity_id: str, activity: Payload) -> None:
        """Puts another activity in the place of one of ours."""
        path = f"v3/conversations/{_quoted(place.conversation)}/activities/{_quoted(activity_id)}"
        await self._call("PUT", place, path, {**activity, "id": activity_id})

    async def delete(self, place: Place, activity_id: str) -> None:
        """Takes one of our own activities away."""
        path = f"v3/conversations/{_quoted(place.conversation)}/activities/{_quoted(activity_id)}"
        await self._call("DELETE", place, path)

    async def open(self, service_url: str, *, bot: str, tenant: str, person: str) -> Place:
        """The person's own conversation with us: the one there is, or a new one."""
        asked: Payload = {
            "bot": {"id": bot},
            "members": [{"id": person}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        answer = await self._call("POST", Place(service_url, f"new {person}"), "v3/conversations", asked)
        return Place(service_url, text(answer, "id"))

    async def member(self, place: Place, person: str) -> Payload:
        """What Teams knows of one member of a conversation."""
        return await self._call(
            "GET", place, f"v3/conversations/{_quoted(place.conversation)}/members/{_quoted(person)}"
        )

    async def members(self, place: Place) -> AsyncIterator[Payload]:
        """Everybody in a conversation."""
        path = f"v3/conversations/{_quoted(place.conversation)}/pagedmembers?pageSize={PAGE}"
        after = ""
        while True:
            page = await self._call("GET", place, path + after)
            for member in parts(page, "members"):
                yield member
            token = text(page, "continuationToken")
            if not token:
                return
            after = f"&continuationToken={_quoted(token)}"

    async def team(self, place: Place) -> Payload:
        """The team that the place names: its name, and what the directory calls it."""
        return await self._call("GET", place, f"v3/teams/{_quoted(place.conversation)}")

    async def channels(self, place: Place) -> tuple[Payload, ...]:
        """The channels of the team that the place names."""
        found = await self._call("GET", place, f"v3/teams/{_quoted(place.conversation)}/conversations")
        return tuple(parts(found, "conversations"))

    async def _call(self, method: str, place: Place, path: str, body: Payload | None = None) -> Payload:
        url = f"{place.service_url.rstrip('/')}/{path}"
        if not self._cloud.may_see_our_token(place.service_url):
            raise Unreachable(0, "foreign_host")
        for attempt in range(1, TRIES + 1):
            await self._pace.turn(place.conversation)
            try:
                return await self._once(method, url, body)
            except PlatformBusy as busy:
                if attempt == TRIES or busy.wait_seconds > LONGEST_WAIT_SECONDS:
                    raise
                await self._sleep(jittered(max(busy.wait_seconds, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))))
        raise AssertionError("the last try returns or raises")

    async def _once(self, method: str, url: str, body: Payload | None) -> Payload:
        """One call, and once more with a fresh token where this one is refused."""
        for is_last in (False, True):
            token = await self._tokens.get()
            status, headers, answer = await self._asked(method, url, body, token)
            if status == 401 and not is_last:
                self._tokens.forget(token)
                continue
            if 200 <= status < 300:
                return answer
            raise _error(status, headers, answer)
        raise AssertionError("the last try returns or raises")

    async def _asked(
        self, method: str, url: str, body: Payload | None, token: str
    ) -> tuple[int, Mapping[str, str], Payload]:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self._session.request(
                method, URL(url, encoded=True), json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                content = await body_of(response.content, LARGEST_ANSWER)
                return response.status, response.headers, _read(content)
        except ClientConnectorError:
            raise PlatformBusy(LONGEST_WAIT_SECONDS) from None
        except (ClientError, TimeoutError):
            # Perhaps it arrived and only the answer is lost: not tried again at once.
            raise PlatformBusy(2 * LONGEST_WAIT_SECONDS) from None
        except TooLarge:
            raise Rejected("an answer without end") from None


def _read(content: bytes) -> Payload:
    try:
        found: Any = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    if isinstance(found, list):
        return {"conversations": found}
    return found if isinstance(found, dict) else {}


def _error(status: int, headers: Mapping[str, str], answer: Payload) -> ChaperoneError:
    if status in BUSY:
        return PlatformBusy(wait_of(headers, FIRST_WAIT_SECONDS))
    code = text(answer, "error", "innerHttpError", "body", "subCode") or text(answer, "error", "code")
    if status in (403, 404):
        return Unreachable(status, code[:80])
    return Rejected(f"{status} {code[:80]}")


def _quoted(id_: str) -> str:
    return quote(id_, safe="")
