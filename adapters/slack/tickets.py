"""Where a socket is opened: Slack gives out an address for each one (`apps.connections.open`)."""

from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import BUSY, retry_after
from adapters.slack.connection import is_loopback
from bot.errors import PlatformBusy

log = structlog.get_logger()

MENDING = 60.0
"""Seconds between tries where Slack refuses the token: somebody has to mend it first."""


class NotNow(PlatformBusy):
    """Slack gives out no address for a socket now. It is tried again; the log says why."""


class Tickets:
    """Asks with the app's own token, which works for all its workspaces."""

    def __init__(self, app_token: str, api_url: str) -> None:
        self._app_token = app_token
        self._api_url = api_url

    async def new(self, http: aiohttp.ClientSession) -> str:
        """An address that is good for one connection. Raises NotNow, and what aiohttp raises where Slack is away."""
        slack = AsyncWebClient(token=self._app_token, base_url=self._api_url, session=http, retry_handlers=[])
        try:
            answer = await slack.api_call("apps.connections.open")
        except SlackApiError as refused:
            raise _refusal(refused) from None
        except (SlackClientError, UnicodeDecodeError, AssertionError) as error:
            raise aiohttp.ClientPayloadError from error
        url = str(answer.get("url", ""))
        parts = urlsplit(url)
        if parts.scheme == "wss" or (parts.scheme == "ws" and is_loopback(parts.hostname or "")):
            return url
        log.error("slack.socket", kind="refused", error="no address")
        raise NotNow(MENDING)


def _refusal(refused: SlackApiError) -> Exception:
    response = refused.response
    status = int(getattr(response, "status_code", 0) or 0)
    data = getattr(response, "data", None)
    reason = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or reason in ("ratelimited", "rate_limited"):
        given = {key.lower(): value for key, value in getattr(response, "headers", {}).items()}
        return NotNow(retry_after(str(given.get("retry-after", ""))))
    if status >= 500 or not reason or reason in BUSY:
        return aiohttp.ClientPayloadError("Slack is away")
    # A token that is none, or Socket Mode that is switched off on the app's page.
    log.error("slack.socket", kind="refused", error=reason[:40])
    return NotNow(MENDING)
