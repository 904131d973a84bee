"""Lets people install Chaperone in their workspaces: `/slack/install`, and where Slack sends them back to."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.slack import install_pages as pages
from adapters.slack.connection import Client, is_loopback
from adapters.slack.installations import Installations, Installed
from adapters.slack.rights import SCOPES
from adapters.slack.states import GOOD_FOR, States
from bot.errors import ChaperoneError, StoreUnavailable

log = structlog.get_logger()
Granted: TypeAlias = Mapping[str, Any]

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "chaperone_slack_install"
LONGEST_REQUEST = 10
NOT_THE_APP = frozenset({"bad_client_secret", "bad_redirect_uri", "invalid_client", "invalid_client_id"})
TOO_LATE = frozenset({"code_already_used", "code_expired", "invalid_code"})
LONGEST_CODE = 40


class _Ended(Exception):
    """The installation ends with a page."""

    def __init__(self, page: pages.Page, **values: str) -> None:
        super().__init__(page.title.en)
        self.page = page
        self.values = values


class Installing:
    """The two pages. `installed` is told of each workspace that let Chaperone in, once its token is kept."""

    def __init__(
        self,
        client: Client,
        states: States,
        installations: Installations,
        *,
        api_url: str,
        installed: Callable[[str], Awaitable[None]],
    ) -> None:
        self._client = client
        self._app = {"client_id": client.id, "client_secret": client.secret.get_secret_value()}
        self._states = states
        self._installations = installations
        self._api_url = api_url
        self._installed = installed

    def mount(self, app: web.Application) -> None:
        """Puts the pages on the server."""
        app.router.add_get(INSTALL, self.begin, allow_head=False)
        app.router.add_get(REDIRECT, self.finish, allow_head=False)

    async def begin(self, request: web.Request) -> web.Response:
        """What is about to happen, and the way to Slack; only this browser can come back from there."""
        try:
            state = await self._states.new()
        except StoreUnavailable:
            return pages.shown(pages.BUSY, INSTALL)
        scopes = ",".join(scope.name for scope in SCOPES)
        asked = URL(self._client.authorize_url).with_query(client_id=self._client.id, scope=scopes, state=state)
        response = pages.shown(pages.INSTALL, str(asked))
        response.set_cookie(
            COOKIE,
            state,
            max_age=int(GOOD_FOR.total_seconds()),
            path=REDIRECT,
            secure=not _is_plain(request),
            httponly=True,
            samesite="Lax",
        )
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """Takes the workspace in that Slack sends the browser back with, and says how it went."""
        try:
            granted = await self._granted(request)
            team = await self._kept(granted)
        except _Ended as ended:
            log.warning("slack.not_installed", error=ended.page.title.en)
            response = pages.shown(ended.page, INSTALL, **ended.values)
        except StoreUnavailable:
            response = pages.shown(pages.BUSY, INSTALL)
        else:
            response = pages.shown(pages.DONE, team=team)
        response.del_cookie(COOKIE, path=REDIRECT)
        return response

    async def _granted(self, request: web.Request) -> Granted:
        """What Slack gives for the code that the browser brings."""
        given, ours = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        if not ours or not hmac.compare_digest(given.encode(), ours.encode()):
            raise _Ended(pages.OTHER_BROWSER)
        if not await self._states.spend(given):
            raise _Ended(pages.EXPIRED)
        error = request.query.get("error", "")
        if error:
            raise _Ended(pages.DENIED) if error == "access_denied" else _Ended(pages.REFUSED, error=_code(error))
        code = request.query.get("code", "")
        if not code:
            raise _Ended(pages.EXPIRED)
        return await self._exchanged(code)

    async def _exchanged(self, code: str) -> Granted:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=LONGEST_REQUEST), trust_env=True
        ) as session:
            slack = AsyncWebClient(base_url=self._api_url, session=session, retry_handlers=[])
            try:
                answer = await slack.api_call("oauth.v2.access", data={**self._app, "code": code})
            except SlackApiError as refused:
                raise _why(refused) from None
            except (aiohttp.ClientError, SlackClientError, TimeoutError, UnicodeDecodeError):
                raise _Ended(pages.UNREACHABLE) from None
            granted: Granted = answer.data if isinstance(answer.data, dict) else {}
            fault = self._fault(granted)
            if fault is not None:
                await _give_back(slack, str(granted.get("access_token", "")))
                raise fault
        return granted

    def _fault(self, granted: Granted) -> _Ended | None:
        """Why this workspace cannot be taken in."""
        team, enterprise = granted.get("team") or {}, granted.get("enterprise") or {}
        if granted.get("is_enterprise_install") or not team.get("id"):
            return _Ended(pages.ORGANISATION)
        if not str(granted.get("access_token", "")).startswith("xoxb-"):
            return _Ended(pages.REFUSED, error="no bot token")
        if not {team["id"], enterprise.get("id")} & self._client.teams:
            return _Ended(pages.NOT_LISTED, team=str(team.get("name") or team["id"]), id=str(team["id"]))
        return None

    async def _kept(self, granted: Granted) -> str:
        """Keeps the token, and returns the workspace's name."""
        team = granted["team"]
        installed = Installed(
            team=str(team["id"]),
            name=str(team.get("name") or team["id"]),
            installer=str((granted.get("authed_user") or {}).get("id", "")),
            token=str(granted["access_token"]),
        )
        # What is begun here is ended, also where the browser does not wait for it: the code is good only once.
        await asyncio.shield(asyncio.ensure_future(self._keep(installed)))
        return installed.name

    async def _keep(self, installed: Installed) -> None:
        await self._installations.save(installed)
        log.info("slack.installed", key=installed.team)
        try:
            await self._installed(installed.team)
        except ChaperoneError as error:
            # It is in; what is still to be asked of Slack is asked at the next need of it.
            log.warning("slack.not_connected", key=installed.team, error=type(error).__name__)


def _why(refused: SlackApiError) -> _Ended:
    data = getattr(refused.response, "data", None)
    error = str(data.get("error", "")) if isinstance(data, dict) else ""
    if error in NOT_THE_APP:
        return _Ended(pages.WRONG_CLIENT)
    if error in TOO_LATE:
        return _Ended(pages.EXPIRED)
    return _Ended(pages.REFUSED, error=_code(error)) if error else _Ended(pages.UNREACHABLE)


async def _give_back(slack: AsyncWebClient, token: str) -> None:
    """A token that is not kept is good for nothing."""
    try:
        await slack.api_call("auth.revoke", headers={"Authorization": f"Bearer {token}"})
    except (aiohttp.ClientError, SlackApiError, SlackClientError, TimeoutError, UnicodeDecodeError) as error:
        log.warning("slack.not_revoked", error=type(error).__name__)


def _code(error: str) -> str:
    """Slack's word for an error; what is no such word stands on no page."""
    return error if error.isascii() and error.replace("_", "").isalnum() and len(error) <= LONGEST_CODE else "?"


def _is_plain(request: web.Request) -> bool:
    """Whether the browser speaks plain HTTP to this very machine: it would drop a cookie that is for TLS only."""
    is_tls = request.secure or request.headers.get("X-Forwarded-Proto", "").lower().startswith("https")
    try:
        host = URL(f"http://{request.host}").host or ""
    except ValueError:
        host = ""  # nobody's browser says that
    return not is_tls and is_loopback(host)
