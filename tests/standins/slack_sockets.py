"""A stand-in for the other end of Socket Mode: tickets that are good once, connections that it greets, asks to be
replaced, cuts off or leaves dead, and envelopes of which it knows what was acknowledged, where and how often."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.standins.slack_world import APP

Json = dict[str, Any]
APP_TOKEN = "xapp-invented"
PATIENCE = 20.0
"""Seconds after which a test fails that waits for something that does not happen."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a ticket is refused once."""

    error: str = ""
    status: int = 200
    retry_after: str = ""


@dataclass(eq=False)
class Line:
    """One connection as Slack sees it. A dead one answers no ping."""

    number: int
    request: web.Request
    socket: web.WebSocketResponse
    is_dead: bool = False
    has_ended: bool = False
    acks: list[Json] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return not self.has_ended and not self.socket.closed


class SlackSockets:
    """Slack's side. `lines` are all connections there ever were, oldest first. `complaints` is what no sound client
    does; a test ends by seeing that there is nothing."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.complaints: list[str] = []
        self.refusals: deque[Refusal] = deque()
        self.asked = 0
        self.deaf_from: int | None = None
        self.silent_from: int | None = None
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["SlackSockets"]:
        """Serves on a free port of this machine."""
        app = web.Application()
        self.add_routes(app)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        self.url = str(server.make_url("/"))
        try:
            yield self
        finally:
            await server.close()

    def add_routes(self, app: web.Application) -> None:
        """Serves beside something else."""
        app.router.add_post("/api/apps.connections.open", self._ticket)
        app.router.add_get("/link/{ticket}", self._line)

    @property
    def api(self) -> str:
        return f"{self.url}api/"

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if line.is_open]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns once it is so; looks again whenever anything happened."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(is_so)

    async def envelope(
        self,
        line: Line,
        payload: Mapping[str, Any],
        kind: str = "events_api",
        *,
        id_: str = "",
        retry: int = 0,
    ) -> str:
        """Sends one, and returns its id."""
        name = id_ or f"envelope-{next(self._numbers)}"
        sent: Json = {"envelope_id": name, "type": kind, "payload": dict(payload)}
        sent["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            sent |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        await line.socket.send_json(sent)
        return name

    def acks(self, envelope: str) -> list[Json]:
        """What was said of the envelope, over whichever connection."""
        return [ack for line in self.lines for ack in line.acks if ack["envelope_id"] == envelope]

    async def acked(self, envelope: str, times: int = 1) -> Json:
        """What Slack was told of it, once it was told so often."""
        await self.until(lambda: len(self.acks(envelope)) >= times)
        return self.acks(envelope)[-1]

    async def warn(self, line: Line, reason: str = "warning") -> None:
        """Slack will end it soon."""
        await line.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "invented"}})

    async def end(self, line: Line) -> None:
        """Slack ends it, in order."""
        await line.socket.close()
        await self._something()

    async def cut(self, line: Line) -> None:
        """It breaks: nothing is said any more."""
        line.request.transport.abort()  # type: ignore[union-attr]
        line.has_ended = True
        await self._something()

    async def _ticket(self, request: web.Request) -> web.Response:
        self.asked += 1
        await self._something()
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if self.refusals:
            refusal = self.refusals.popleft()
            headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
            body = {"ok": False, "error": refusal.error}
            return web.json_response(body, status=refusal.status, headers=headers)
        if len(self.open) >= 10:
            self.complaints.append("more than ten connections")
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        host = request.host
        return web.json_response({"ok": True, "url": f"ws://{host}/link/{ticket}"})

    async def _line(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            self.complaints.append("a ticket that is none, or used")
            return web.Response(status=403)
        self._tickets.remove(ticket)
        number = len(self.lines)
        is_dead = self.deaf_from is not None and number >= self.deaf_from
        socket = web.WebSocketResponse(autoping=not is_dead)
        await socket.prepare(request)
        line = Line(number, request, socket, is_dead)
        self.lines.append(line)
        if self.silent_from is None or number < self.silent_from:
            await socket.send_json(
                {"type": "hello", "num_connections": len(self.open), "connection_info": {"app_id": APP}}
            )
        await self._something()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(line, json.loads(message.data))
                await self._something()
        finally:
            line.has_ended = True
            await self._something()
        return socket

    def _hear(self, line: Line, said: Json) -> None:
        if set(said) - {"envelope_id", "payload"} or not isinstance(said.get("envelope_id"), str):
            self.complaints.append(f"not understood: {sorted(said)}")
            return
        line.acks.append(said)

    async def _something(self) -> None:
        async with self._changed:
            self._changed.notify_all()
