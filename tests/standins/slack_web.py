"""A stand-in for Slack's Web API that is stricter than Slack: arguments, rights, limits, triggers, and faults on
demand."""

import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.standins import slack_methods
from tests.standins.slack_checks import BY_MINUTE, METHODS, Method, faults_in_answer
from tests.standins.slack_world import Json, Token, World

MINUTE = 60.0


class Refusal(Exception):
    """Slack's `ok: false`, with its code."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong once with the next call of a method. `does` says whether Slack does the work all the same."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    does: bool = False
    is_cut_off: bool = False


LOST_ANSWER = Fault(does=True, is_cut_off=True)
LOST_REQUEST = Fault(is_cut_off=True)
SERVER_ERROR = Fault(status=503, body="<html>upstream</html>")


def limited(retry_after: str | None, *, status: int = 429, error: str = "ratelimited") -> Fault:
    """Slack asks us to wait, in one of the ways in which it does."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(status=status, error=error, headers=headers)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived, at which instant, and how it was answered (`ok`, or the error)."""

    method: str
    arguments: Json
    at: float
    answer: str


class SlackWeb:
    """The server. `complaints` are requests that no sound client sends; a test ends by seeing that there are none.
    `second` is how long a second between messages lasts, for tests that run by the real clock; `beside` adds the routes
    of other stand-ins."""

    def __init__(
        self, world: World, *, second: float = 1.0, beside: tuple[Callable[[web.Application], None], ...] = ()
    ) -> None:
        self.world = world
        self._beside = beside
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.outage: Callable[[float], bool] = lambda _now: False
        self.url = ""
        self._second = second
        self._by_method: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._last_in: dict[str, float] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["SlackWeb"]:
        """Serves on a free port of this machine."""
        app = web.Application(client_max_size=2**20)
        for add_routes in self._beside:
            add_routes(app)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/files-pri/{file}", self._file)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        self.url = str(server.make_url("/"))
        self.world.address = self.url
        try:
            yield self
        finally:
            await server.close()

    @property
    def api(self) -> str:
        return f"{self.url}api/"

    def count(self, method: str) -> int:
        """How often the method was asked for and did its work."""
        return sum(call.method == method and call.answer == "ok" for call in self.calls)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name, now = request.match_info["method"], self.world.clock()
        arguments = await _arguments(request)
        fault = self.faults[name].popleft() if self.faults[name] else Fault()
        if self.outage(now):
            fault = SERVER_ERROR
        if fault.is_cut_off and not fault.does:
            return self._cut_off(request)
        if fault.status != 200 or fault.error:
            self.calls.append(Call(name, arguments, now, fault.error or str(fault.status)))
            return _faulty(fault)
        try:
            answer, headers = self._answer(name, request, arguments, now)
        except _Limited as limit:
            self.calls.append(Call(name, arguments, now, "ratelimited"))
            return _faulty(limited(str(max(1, round(limit.seconds)))))
        except Refusal as refusal:
            answer, headers = {"ok": False, "error": str(refusal)}, {}
        self.calls.append(Call(name, arguments, now, "ok" if answer["ok"] else answer["error"]))
        return self._cut_off(request) if fault.is_cut_off else web.json_response(answer, headers=headers)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file, for a token that may read it; else a page to sign in, as Slack answers."""
        token = self.world.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        content = self.world.files.get(request.match_info["file"])
        if token is None or token.is_revoked or "files:read" not in token.scopes:
            return web.Response(text="<!DOCTYPE html><title>Slack</title>", content_type="text/html")
        return web.Response(status=404) if content is None else web.Response(body=content)

    def _answer(self, name: str, request: web.Request, arguments: Json, now: float) -> tuple[Json, dict[str, str]]:
        method = METHODS.get(name)
        if method is None:
            self.complaints.append(f"unknown method {name}")
            raise Refusal("unknown_method")
        token = self._token(request)
        self._check(name, method, token, request, arguments)
        self._pace(name, method, arguments, now)
        done = slack_methods.DOING[name](self.world, token, arguments)
        if isinstance(done, str):
            if done in ("invalid_arguments", "invalid_blocks", "msg_blocks_too_long", "msg_too_long"):
                self.complaints.append(f"{name}: {done} {slack_methods.why(arguments)}")
            raise Refusal(done)
        headers = {"x-oauth-scopes": ",".join(sorted(token.scopes))} if name == "auth.test" else {}
        return {"ok": True, **done}, headers

    def _token(self, request: web.Request) -> Token:
        given = request.headers.get("Authorization", "")
        token = self.world.tokens.get(given.removeprefix("Bearer "))
        if token is None or not given.startswith("Bearer "):
            raise Refusal("invalid_auth" if given else "not_authed")
        if token.is_revoked:
            raise Refusal("token_revoked")
        return token

    def _check(self, name: str, method: Method, token: Token, request: web.Request, arguments: Json) -> None:
        if method.scopes and not (method.scopes & token.scopes):
            raise Refusal("missing_scope")
        missing = method.needs - {key for key, value in arguments.items() if value not in ("", None)}
        unknown = arguments.keys() - method.takes
        if missing or unknown:
            self.complaints.append(f"{name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
            raise Refusal("invalid_arguments")
        if method.reads and request.content_type == "application/json" and request.can_read_body:
            self.complaints.append(f"{name}: JSON")
            raise Refusal("invalid_arguments")

    def _pace(self, name: str, method: Method, arguments: Json, now: float) -> None:
        if name in ("chat.postMessage", "chat.update"):
            channel = str(arguments["channel"])
            last = self._last_in.get(channel)
            if last is not None and now - last < self._second * 0.98:
                raise _Limited(self._second)
            self._last_in[channel] = now
        if method.tier:
            asked = self._by_method[name, "team"]
            while asked and asked[0] <= now - MINUTE:
                asked.popleft()
            if len(asked) >= BY_MINUTE[method.tier]:
                raise _Limited(asked[0] + MINUTE - now)
            asked.append(now)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        name, body = request.match_info["name"], await request.json()
        known = self.world.response_urls.get(name)
        if known is None:
            return web.Response(status=404, text="expired_url")
        known[1] += 1
        if self.world.clock() - known[0] > 30 * MINUTE or known[1] > 5:
            self.complaints.append("response_url used up")
            return web.Response(status=404, text="used_url")
        faults = faults_in_answer(body.get("blocks", []))
        if faults:
            self.complaints.append(f"response_url: {faults}")
            return web.Response(status=400, text="invalid_blocks")
        self.world.responses[name].append(body)
        return web.Response(text="ok")

    def _cut_off(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response(status=500)


class _Limited(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body = await request.text()
        given: Json = json.loads(body) if body else {}
        return given | dict(request.query)
    form = dict(await request.post())
    found: dict[str, Any] = {**request.query, **form}
    for name in ("blocks", "view", "metadata"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found


def _faulty(fault: Fault) -> web.Response:
    if fault.body is not None:
        return web.Response(status=fault.status, text=fault.body, content_type="text/html", headers=fault.headers)
    answer = {"ok": False, "error": fault.error}
    return web.json_response(answer, status=fault.status, headers=fault.headers)
