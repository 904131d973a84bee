"""Slack's door: `POST /slack/events` for events, commands and interactivity; who is let in, and what they are told."""

import json
import re
from collections.abc import Mapping
from typing import Protocol, cast
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.bolt import new_bolt
from adapters.slack.content import Json, Payload
from adapters.slack.departures import KINDS, Departures
from adapters.slack.receiving import Receiver
from adapters.slack.signing import Refusal, Signing

log = structlog.get_logger()

ROUTE = "/slack/events"
LARGEST_BODY = 8 * 1024 * 1024
MOST_FORM_FIELDS = 100
HOME_OPENED = "app_home_opened"
HANDLED = KINDS | {HOME_OPENED}
"""Kinds of events that are no event of the product's and are acted on here."""

_ANY = re.compile(".*", re.DOTALL)

Ack = Mapping[str, Json] | None
"""What Slack is answered at once; None: just that we have it."""


class Interactions(Protocol):
    """What people do in Slack with Chaperone itself. Each answers within Slack's three seconds."""

    async def command(self, form: Payload) -> Ack:
        """Somebody typed a slash command."""

    async def action(self, payload: Payload) -> Ack:
        """Somebody pressed a button or chose in a menu (`block_actions`)."""

    async def shortcut(self, payload: Payload) -> Ack:
        """Somebody used a shortcut, of a message (`message_action`) or for everything (`shortcut`)."""

    async def view(self, payload: Payload) -> Ack:
        """Somebody sent a modal off (`view_submission`) or closed it (`view_closed`)."""

    async def home_opened(self, body: Payload) -> None:
        """Somebody opened Chaperone's home (`app_home_opened`); the whole callback, with its workspace."""


class BadShape(ValueError):
    """Slack does not send requests of this shape; says nothing of what stood in it."""


class Door:
    """Lets Slack in. `dispatch` is for what a socket brings, `handle` for requests over HTTP."""

    def __init__(
        self, receiver: Receiver, interactions: Interactions, signing: Signing, departures: Departures
    ) -> None:
        self._receiver = receiver
        self._interactions = interactions
        self._signing = signing
        self.departures = departures
        self.bolt = new_bolt()
        self._listen()

    async def dispatch(self, body: Payload) -> BoltResponse:
        """The answer to a payload that is known to come from Slack. Raises BadShape, and StoreUnavailable where Slack
        must send it again."""
        if body.get("type") == "app_rate_limited":
            await self._receiver.receive(body)
            return BoltResponse(status=200, body="")
        try:
            request = AsyncBoltRequest(body=dict(body), mode="socket_mode")
        except (AttributeError, TypeError, ValueError, LookupError) as error:
            raise BadShape from error
        response = await self.bolt.async_dispatch(request)
        # What nobody listens for is no fault; told otherwise, Slack would send it again.
        return BoltResponse(status=200, body="") if response.status == 404 else response

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request: 401 where it is not Slack's, 400 where it is malformed, 5xx where nothing could be
        stored and it must come again."""
        headers = {name.lower(): request.headers.getall(name) for name in request.headers}
        refusal = self._signing.fault_in_headers(headers)
        if refusal is not None:
            return _refused(401, refusal)
        try:
            raw = await _read(request)
            refusal = self._signing.fault(headers, raw)
            if refusal is not None:
                return _refused(401, refusal)
            is_form = request.content_type == "application/x-www-form-urlencoded"
            body = _form(raw) if is_form else _json(raw, request.content_type)
            if not self._signing.take(headers, may_repeat=not is_form):
                return _refused(401, Refusal.REPLAYED)
            return await self._answered(body, headers, may_repeat=not is_form)
        except BadShape:
            return _refused(400, "malformed")

    async def _answered(self, body: Payload, headers: Mapping[str, list[str]], *, may_repeat: bool) -> web.Response:
        is_done = False
        try:
            response = await self.dispatch(body)
            is_done = response.status < 500
            return await to_aiohttp_response(response)
        finally:
            if not is_done:
                self._signing.give_back(headers, may_repeat=may_repeat)

    def _listen(self) -> None:
        """One listener for each family of payloads; each answers only when all is done."""
        self.bolt.event(HOME_OPENED)(self._on_home)
        for kind in KINDS:
            self.bolt.event(kind)(self._on_departure)
        self.bolt.event(_ANY)(self._on_event)
        self.bolt.command(_ANY)(self._on_command)
        self.bolt.action(_ANY)(self._on_action)
        self.bolt.shortcut(_ANY)(self._on_shortcut)
        self.bolt.view_submission(_ANY)(self._on_view)
        self.bolt.view_closed(_ANY)(self._on_view)

    async def _on_event(self, body: dict[str, Json]) -> None:
        await self._receiver.receive(body)

    async def _on_departure(self, body: dict[str, Json]) -> None:
        await self.departures.note(body)

    async def _on_home(self, body: dict[str, Json]) -> None:
        await self._interactions.home_opened(body)

    async def _on_command(self, body: dict[str, Json], ack: AsyncAck) -> None:
        await _acknowledge(ack, await self._interactions.command(body))

    async def _on_action(self, body: dict[str, Json], ack: AsyncAck) -> None:
        await _acknowledge(ack, await self._interactions.action(body))

    async def _on_shortcut(self, body: dict[str, Json], ack: AsyncAck) -> None:
        await _acknowledge(ack, await self._interactions.shortcut(body))

    async def _on_view(self, body: dict[str, Json], ack: AsyncAck) -> None:
        await _acknowledge(ack, await self._interactions.view(body))


async def _acknowledge(ack: AsyncAck, answer: Ack) -> None:
    await (ack() if answer is None else ack(dict(answer)))


async def _read(request: web.Request) -> bytes:
    """The raw body. Raises BadShape where it is too large or breaks off."""
    raw = bytearray()
    try:
        async for chunk in request.content.iter_chunked(65_536):
            raw += chunk
            if len(raw) > LARGEST_BODY:
                raise BadShape
    except web.RequestPayloadError as error:
        raise BadShape from error
    return bytes(raw)


def _json(raw: bytes, content_type: str = "application/json") -> Payload:
    if content_type != "application/json":
        raise BadShape
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadShape from error
    return _checked(body)


def _form(raw: bytes) -> Payload:
    """A command's fields, or the JSON that a button's request carries in one."""
    try:
        fields = dict(
            parse_qsl(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FORM_FIELDS, errors="strict")
        )
    except ValueError as error:
        raise BadShape from error
    return _json(fields["payload"].encode("utf-8", "surrogatepass")) if "payload" in fields else _checked(dict(fields))


def _checked(body: object) -> Payload:
    if not isinstance(body, dict) or not isinstance(body.get("event", {}), dict):
        raise BadShape
    return cast("Payload", body)


def _refused(status: int, why: str) -> web.Response:
    log.info("slack.refused", error=str(why))
    response = web.Response(status=status)
    # What was not read of the request goes with the connection.
    response.force_close()
    return response
