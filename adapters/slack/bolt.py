"""Slack's framework, as we use it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.versions import Unreadable
from bot.errors import StoreUnavailable

log = structlog.get_logger()

READ_BY_BOLT = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
)


def new_bolt() -> AsyncApp:
    """An app without listeners. Requests were checked before, no event costs a call to Slack, our own posts are told to
    us like any other, and Slack is answered only when the listener has done its work: what fails is a 5xx, and comes
    again."""

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=context.enterprise_id, team_id=context.team_id, user_id=context.user_id)

    silent = logging.getLogger(__name__)
    silent.disabled = True  # it would log payloads; what goes wrong is logged by _on_error
    with _environment_hidden():
        bolt = AsyncApp(
            name="chaperone",
            logger=silent,
            client=AsyncWebClient(logger=silent),
            signing_secret="",
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    bolt.error(_on_error)
    return bolt


@contextmanager
def _environment_hidden() -> Iterator[None]:
    """Bolt reads these itself and, finding some, would start an OAuth flow of its own with files in the home folder."""
    kept = {name: os.environ.pop(name) for name in READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


async def _on_error(error: Exception) -> BoltResponse:
    log.error("slack.failed", error=type(error).__name__)
    match error:
        case Unreadable():
            return BoltResponse(status=400, body="")
        case StoreUnavailable():
            return BoltResponse(status=503, body="")
        case _:
            return BoltResponse(status=500, body="")
