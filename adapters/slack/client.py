"""Slack's Web API: one connection pool, each method at the pace that Slack allows, and Slack's refusals in our own
words."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.pace import Pace
from bot.errors import ChaperoneError, FileTooLarge, PlatformBusy, Unable, Undeliverable

Answer: TypeAlias = Mapping[str, Any]

READS = frozenset({
    "auth.test", "conversations.history", "conversations.info", "conversations.list", "conversations.members",
    "conversations.replies", "files.info", "users.conversations", "users.info",
})  # fmt: skip
"""Slack takes these with their arguments in the address only, and everything else as JSON."""

UNREACHABLE = frozenset({
    "cannot_dm_bot", "channel_not_found", "is_archived", "is_inactive", "message_not_found", "messages_tab_disabled",
    "method_not_supported_for_channel_type", "no_such_user", "not_in_channel", "thread_not_found", "user_disabled",
    "user_not_found", "user_not_in_channel", "user_not_visible", "users_not_found",
})  # fmt: skip
BUSY = frozenset({
    "fatal_error", "internal_error", "rate_limited", "ratelimited", "request_timeout", "rollup_error",
    "service_unavailable", "team_added_to_org", "update_failed",
})  # fmt: skip
LIMITED = frozenset({"rate_limited", "ratelimited"})
LONGEST_REQUEST = aiohttp.ClientTimeout(total=10)
LONGEST_DOWNLOAD = aiohttp.ClientTimeout(total=15)
DEFAULT_RETRY_AFTER = 30.0
LONGEST_RETRY_AFTER = 3_600.0
BROKEN_RETRY_AFTER = 5.0


class Failed(Unable):
    """Slack refused a request for a reason that lies in how Chaperone is set up there. `chaperone doctor` compares the
    granted rights with the manifest; install the app again with it."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.reason = reason


class Unreached(Undeliverable):
    """Slack says that there is no such person, channel or message for Chaperone. Mend the registry, or invite
    Chaperone to the channel."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.reason = reason


class Unsure(PlatformBusy):
    """Slack's answer was lost: what was asked may have been done. Nothing to do: Chaperone looks before it asks
    again."""


class Tokens(Protocol):
    """The tokens of the workspaces where Chaperone is installed."""

    async def teams(self) -> Collection[str]:
        """Their ids; an empty one is the workspace whose token was configured."""

    async def bot(self, team: str) -> str:
        """The bot's token. Raises Unable where the app is not installed there."""

    async def admin(self, team: str) -> str | None:
        """The token of an administrator who lets Chaperone remove messages; None where nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Chaperone in one workspace, as Slack tells it: its own user, the workspace's address, and the rights that were
    granted."""

    team: str
    user: str
    bot: str
    url: str
    scopes: frozenset[str]
    has_admin: bool


class Slack:
    """Asks the Web API. Raises PlatformBusy where we have to wait, its kind Unsure where the answer was lost,
    Unreached where there is nobody or nothing of that name, Failed where a right is missing."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        base_url: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tokens = tokens
        self._base_url = base_url
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(clock)
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._known: dict[str, Installation] = {}

    async def call(
        self, team: str, method: str, *, as_admin: bool = False, patience: float = 0.0, **arguments: object
    ) -> Answer:
        """Slack's answer. Waits in place for up to `patience` seconds where Slack lets us wait so long."""
        if method != "auth.test":
            await self.installation(team)  # nobody of another organisation is looked up with our token
        token = await self._token(team, as_admin=as_admin)
        channel = str(arguments.get("channel", ""))
        until = self._clock() + patience
        while True:
            wait = self._pace.take(team, method, channel)
            if wait <= 0:
                try:
                    return await self._asked(token, team, method, channel, arguments)
                except Unsure:
                    raise
                except PlatformBusy as busy:
                    wait = busy.wait_seconds
            if self._clock() + wait > until:
                raise PlatformBusy(wait)
            await self._sleep(wait)

    async def pages(
        self, team: str, method: str, *, patience: float = 0.0, **arguments: object
    ) -> AsyncIterator[Answer]:
        """Slack's answers, page after page."""
        cursor = ""
        while True:
            asked = arguments | ({"cursor": cursor} if cursor else {})
            answer = await self.call(team, method, as_admin=False, patience=patience, **asked)
            yield answer
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def teams(self) -> Collection[str]:
        """The workspaces where Chaperone is installed; an empty id is the one whose token was configured."""
        return await self._tokens.teams()

    async def installation(self, team: str) -> Installation:
        """Chaperone in that workspace; asked once, and kept."""
        if team not in self._known:
            await self.look_up(team)
        return self._known[team]

    async def look_up(self, team: str = "") -> Installation:
        """Chaperone in that workspace, asked anew: after another installation the rights are others. Without a
        workspace it is the one whose token was configured."""
        answer = await self.call(team, "auth.test", patience=2)
        told = str(answer.get("team_id", ""))
        if team not in ("", told):
            raise Failed("auth.test", "the token is of another workspace")
        found = Installation(
            team=told,
            user=str(answer.get("user_id", "")),
            bot=str(answer.get("bot_id", "")),
            url=str(answer.get("url", "")),
            scopes=frozenset(word.strip() for word in str(answer.get("scopes", "")).split(",") if word.strip()),
            has_admin=await self._tokens.admin(told) is not None,
        )
        self._known[told] = found
        return found

    def known(self, team: str) -> Installation | None:
        """What was last told of Chaperone in that workspace; None where nobody asked yet."""
        return self._known.get(team)

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Answers a click or command at the address that came with it. Raises PlatformBusy and Unreached."""
        try:
            async with self._pool().post(url, json=body, allow_redirects=False) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            raise Unsure(BROKEN_RETRY_AFTER) from None
        if status == 429 or status >= 500:
            raise PlatformBusy(BROKEN_RETRY_AFTER)
        if status >= 300:
            raise Unreached("response_url", f"status {status}")

    @property
    def base_url(self) -> str:
        """The address of the Web API that is asked."""
        return self._base_url

    async def download(self, team: str, url: str, *, at_most: int) -> bytes:
        """What stands at an address of Slack's file hosts; no redirect is followed, the token goes there alone. Raises
        FileTooLarge beside the rest."""
        headers = {"Authorization": f"Bearer {await self._token(team, as_admin=False)}"}
        try:
            async with self._pool().get(
                url, headers=headers, allow_redirects=False, timeout=LONGEST_DOWNLOAD
            ) as response:
                if response.status == 429 or response.status >= 500:
                    raise PlatformBusy(retry_after(response.headers.get("retry-after", "")))
                if response.status in (404, 410):
                    raise Unreached("download", f"status {response.status}")
                if response.status != 200:
                    raise Failed("download", f"status {response.status}")
                content = bytearray()
                async for chunk in response.content.iter_chunked(65_536):
                    content += chunk
                    if len(content) > at_most:
                        raise FileTooLarge
                return bytes(content)
        except (aiohttp.ClientError, TimeoutError):
            raise PlatformBusy(BROKEN_RETRY_AFTER) from None

    async def close(self) -> None:
        """Lets go of all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _token(self, team: str, *, as_admin: bool) -> str:
        if not as_admin:
            return await self._tokens.bot(team)
        token = await self._tokens.admin(team)
        if token is None:
            raise Failed("token", "no administrator's token")
        return token

    async def _asked(self, token: str, team: str, method: str, channel: str, arguments: Mapping[str, object]) -> Answer:
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            if method in READS:
                response = await self._client(token).api_call(method, http_verb="GET", params=given)
            else:
                response = await self._client(token).api_call(method, json=given)
        except SlackApiError as error:
            raise self._refusal(team, method, channel, error) from None
        except aiohttp.ClientConnectorError:
            raise PlatformBusy(BROKEN_RETRY_AFTER) from None
        except (aiohttp.ClientError, SlackClientError, TimeoutError, UnicodeDecodeError, AssertionError):
            raise Unsure(BROKEN_RETRY_AFTER) from None
        answer: dict[str, Any] = dict(response.data) if isinstance(response.data, dict) else {}
        if method == "auth.test":
            answer["scopes"] = _header(response.headers, "x-oauth-scopes")
        return answer

    def _refusal(self, team: str, method: str, channel: str, error: SlackApiError) -> ChaperoneError:
        response = error.response
        status = int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)
        data = getattr(response, "data", None)
        reason = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or reason in LIMITED:
            wait = retry_after(_header(getattr(response, "headers", {}), "retry-after"))
            self._pace.hold(team, method, channel, wait)
            return PlatformBusy(wait)
        if status >= 500 or reason in BUSY or not reason:
            # Also a fault that Slack names may come after the work was done.
            return Unsure(BROKEN_RETRY_AFTER)
        if reason in UNREACHABLE:
            return Unreached(method, reason)
        return Failed(method, reason)

    def _client(self, token: str) -> AsyncWebClient:
        session = self._pool()
        client = self._clients.get(token)
        if client is None:
            # No retries of its own: a message whose answer was lost would be posted twice.
            client = AsyncWebClient(token=token, base_url=self._base_url, retry_handlers=[])
            self._clients[token] = client
        client.session = session
        return client

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=LONGEST_REQUEST, trust_env=True)
        return self._session


def retry_after(given: str) -> float:
    """The seconds of a `Retry-After` header: a number, or a date as HTTP allows; half a minute where it is neither."""
    try:
        wait = float(given)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return DEFAULT_RETRY_AFTER
    # Nothing, or less than nothing: a second is the least that Slack ever means.
    return DEFAULT_RETRY_AFTER if math.isnan(wait) else min(max(wait, 1.0), LONGEST_RETRY_AFTER)


def _header(headers: Mapping[str, Any], name: str) -> str:
    found = next((value for key, value in headers.items() if key.lower() == name), "")
    return str(found[0] if isinstance(found, list) and found else found)
