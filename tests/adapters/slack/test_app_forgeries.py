"""Nothing that Slack did not send just now is let in, nothing of it is logged, and nothing breaks over it."""

import gzip
import json
import logging
import os
import random
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from aiohttp import web
from multidict import CIMultiDict

from adapters.slack.app import LARGEST_BODY, Door
from adapters.slack.receiving import Receiver
from adapters.slack.signing import Signing
from tests.adapters.slack.at_door import NOON, AtDoor, Desk, said
from tests.adapters.slack.payloads import recorded
from tests.standins.slack_sender import SECRET, signed

MUTATIONS = 100_000
SEED = 20261121
NOW = NOON.timestamp()
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
POST = said(recorded("message").payload, "zqlwv")
BODY = json.dumps(POST).encode()
BUTTON = ("payload=" + quote(json.dumps(recorded("block_actions").payload))).encode()


@dataclass
class Taken:
    """Stands where events go in; a forged one that comes here was accepted."""

    bodies: list[object] = field(default_factory=list)

    async def receive(self, body: object) -> None:
        self.bodies.append(body)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: bytes and headers as they stand."""

    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def named(self) -> dict[str, str]:
        return dict(self.headers)


def a_request(body: bytes = BODY, content_type: str = JSON, *, at: float = NOW, secret: str = SECRET) -> Request:
    return Request(body, (("Content-Type", content_type), *signed(body, at, secret).items()))


def with_header(request: Request, name: str, value: str) -> Request:
    return Request(request.body, tuple((key, value if key == name else old) for key, old in request.headers))


def a_door(taken: Taken, desk: Desk, clock: Callable[[], float] = lambda: NOW) -> Door:
    receiver: Any = taken
    assert isinstance(Receiver, type)
    nobody_leaves: Any = None
    return Door(receiver, desk, Signing(SECRET, clock), nobody_leaves)


@dataclass(frozen=True, slots=True)
class OnTheWire:
    """As much of a request as a handler reads, without a socket between."""

    request: Request

    @property
    def headers(self) -> CIMultiDict[str]:
        return CIMultiDict(self.request.headers)

    @property
    def content_type(self) -> str:
        return self.request.named["Content-Type"]

    @property
    def content(self) -> "OnTheWire":
        return self

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for at in range(0, len(self.request.body), size):
            yield self.request.body[at : at + size]


async def answered(door: Door, request: Request) -> int:
    """The status that the handler itself gives."""
    wire: Any = OnTheWire(request)
    response = await door.handle(wire)
    return response.status


def flipped(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]


def _flip_body(request: Request, draw: random.Random) -> Request:
    return Request(flipped(request.body, draw), request.headers)


def _cut_or_grow(request: Request, draw: random.Random) -> Request:
    at = draw.randrange(len(request.body))
    changed = draw.choice((request.body[:at], request.body[at:] or b"x", request.body + b" ", b" " + request.body, b""))
    return Request(changed if changed != request.body else b"", request.headers)


def _other_words(request: Request, draw: random.Random) -> Request:
    return Request(request.body.replace(b"zqlwv", b"%05d" % draw.randrange(99_999)) + b"\n", request.headers)


def _signature(request: Request, draw: random.Random) -> Request:
    old = request.named["X-Slack-Signature"]
    digits = old[3:]
    at = draw.randrange(64)
    other = draw.choice("0123456789abcdef".replace(digits[at], ""))
    new = draw.choice((
        f"v0={digits[:at]}{other}{digits[at + 1:]}", f"v1={digits}", digits, f"v0={digits}X", f"v0={digits[1:]}",
        f"v0={digits}0", f"v0= {digits}", f"V0={digits}", "", "v0=", "v0=" + "0" * 64, f"{old},{old}", "v0=" + "é" * 64,
        f"v0={digits[::-1]}0",
    ))  # fmt: skip
    return with_header(request, "X-Slack-Signature", new)


def _timestamp(request: Request, draw: random.Random) -> Request:
    stale = draw.choice((-1, 1)) * draw.randrange(301, 10**8)
    near = draw.choice((-1, 1)) * draw.randrange(1, 300)
    now = int(NOW)
    new = draw.choice((
        str(now + stale), str(now + near), "soon", "", "-1", f"+{now}", f"{now}.0", f"0x{now:x}", f"{now}e0", "NaN",
        "inf", "9" * 400, "١٧٩٥١٩٠٤٠٠", f" {now}0", f"{now}_0", "null", f"{now};{now}",
    ))  # fmt: skip
    return with_header(request, "X-Slack-Request-Timestamp", new)


def _headers(request: Request, draw: random.Random) -> Request:
    signing = ("X-Slack-Signature", "X-Slack-Request-Timestamp")
    name = draw.choice(signing)
    value = request.named[name]
    match draw.randrange(4):
        case 0:
            return Request(request.body, tuple(pair for pair in request.headers if pair[0] != name))
        case 1:
            return Request(request.body, tuple(pair for pair in request.headers if pair[0] not in signing))
        case 2:
            return Request(request.body, (*request.headers, (name, value)))
        case _:
            return Request(request.body, (*request.headers, (name.lower(), value[:-1] + "0")))


def _other_secret(request: Request, draw: random.Random) -> Request:
    secret = draw.choice(("", SECRET[:-1], SECRET + "0", SECRET.upper(), f"{draw.getrandbits(128):032x}"))
    return a_request(request.body, request.named["Content-Type"], secret=secret)


def _old(request: Request, draw: random.Random) -> Request:
    """Rightly signed, and sent by somebody who kept it."""
    seconds = draw.choice((-1, 1)) * draw.randrange(301, 10**7)
    return a_request(request.body, request.named["Content-Type"], at=NOW + seconds)


FORGING: tuple[Callable[[Request, random.Random], Request], ...] = (
    _flip_body, _cut_or_grow, _other_words, _signature, _timestamp, _headers, _other_secret, _old,
)  # fmt: skip


@pytest.mark.timeout(180)
async def test_of_a_hundred_thousand_forged_requests_none_is_accepted_and_none_breaks_anything() -> None:
    draw, taken, desk = random.Random(SEED), Taken(), Desk()
    door = a_door(taken, desk)
    genuine = (a_request(), a_request(BUTTON, FORM))
    statuses: Counter[int] = Counter()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        for number in range(MUTATIONS):
            forged = FORGING[number % len(FORGING)](draw.choice(genuine), draw)
            statuses[await answered(door, forged)] += 1
    finally:
        structlog.reset_defaults()

    assert statuses == {401: MUTATIONS}
    assert (taken.bodies, desk.calls) == ([], [])
    assert [await answered(door, request) for request in genuine] == [200, 200], "the genuine ones are let in"
    assert (len(taken.bodies), len(desk.calls)) == (1, 1)


MALFORMED: Mapping[str, tuple[bytes, str]] = {
    "no JSON": (b"hello", JSON),
    "half of it": (BODY[:-9], JSON),
    "nothing": (b"", JSON),
    "a list": (b"[]", JSON),
    "a number": (b"7", JSON),
    "a text": (b'"x"', JSON),
    "null": (b"null", JSON),
    "bad UTF-8": (BODY.replace(b"zqlwv", b"\xff\xfe\x80"), JSON),
    "UTF-16": (BODY.decode().encode("utf-16"), JSON),
    "nested without end": (b'{"event":' + b"[" * 100_000, JSON),
    "nested far": (b'{"event":' + b"[" * 100_000 + b"]" * 100_000 + b"}", JSON),
    "a number without end": (b'{"event_time":' + b"9" * 10_000 + b"}", JSON),
    "an event that is a text": (json.dumps(POST | {"event": "x"}).encode(), JSON),
    "an event that is a list": (json.dumps(POST | {"event": ["x"]}).encode(), JSON),
    "authorizations that are a text": (json.dumps(POST | {"authorizations": "xx"}).encode(), JSON),
    "another type": (BODY, "text/plain"),
    "no type": (BODY, ""),
    "XML": (b"<xml/>", "application/xml"),
    "a payload that is no JSON": (b"payload=%7Bx", FORM),
    "a payload that is a list": (b"payload=%5B%5D", FORM),
    "a payload in bad UTF-8": (b"payload=%FF%FE", FORM),
    "a payload of half characters": (b'payload=%22%ED%A0%80%22', FORM),
    "fields without end": (b"&".join(b"a%d=1" % n for n in range(5_000)), FORM),
}  # fmt: skip


@pytest.mark.parametrize("what", MALFORMED)
async def test_what_is_signed_and_malformed_is_refused_and_no_fault_of_ours(what: str) -> None:
    taken, desk = Taken(), Desk()

    status = await answered(a_door(taken, desk), a_request(*MALFORMED[what]))

    assert status == 400
    assert (taken.bodies, desk.calls) == ([], [])


async def test_what_is_too_large_is_refused_before_it_is_read_whole(at: AtDoor) -> None:
    huge = BODY.replace(b"zqlwv", b"z" * (LARGEST_BODY + 1))
    large = BODY.replace(b"zqlwv", b"z" * 1_200_000)

    assert (await at.slack.send(huge, JSON)).status == 400
    assert (await at.slack.send(large, JSON)).status == 200


async def test_packed_bodies_do_no_harm(at: AtDoor) -> None:
    bomb = gzip.compress(b"0" * (LARGEST_BODY * 4))
    broken = zlib.compress(BODY)[:-20] + b"x" * 20

    for body, coding in ((bomb, "gzip"), (broken, "deflate"), (b"x", "br"), (gzip.compress(BODY), "gzip")):
        answer = await at.slack.send(body, JSON, {"Content-Encoding": coding})
        assert answer.status in (400, 401), coding


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_other_methods_are_refused(at: AtDoor, method: str) -> None:
    async with at.slack.session.request(method, at.slack.url) as response:
        assert response.status == 405


async def test_a_request_that_was_taken_is_refused_the_second_time() -> None:
    """Slack's own repetitions of an event say which they are, and pass once each: our answer may have been lost."""
    taken, desk = Taken(), Desk()
    door = a_door(taken, desk)
    event, button = a_request(), a_request(BUTTON, FORM)

    def again(request: Request, number: str) -> Request:
        return Request(request.body, (*request.headers, ("X-Slack-Retry-Num", number)))

    assert await answered(door, event) == 200
    assert await answered(door, event) == 401
    for number in ("1", "2", "3"):
        assert await answered(door, again(event, number)) == 200
        assert await answered(door, again(event, number)) == 401
    for number in ("4", "0", "-1", "x", "1 "):
        assert await answered(door, again(event, number)) == 401
    assert await answered(door, button) == 200
    for request in (button, again(button, "1"), again(button, "2")):
        assert await answered(door, request) == 401
    assert (len(taken.bodies), len(desk.calls)) == (4, 1)


async def test_what_was_signed_ahead_of_our_clock_is_not_taken_twice_when_our_clock_gets_there() -> None:
    now = [NOW]
    taken, desk = Taken(), Desk()
    door = a_door(taken, desk, lambda: now[0])
    ahead = a_request(at=NOW + 299)

    assert await answered(door, ahead) == 200
    now[0] += 301
    assert await answered(door, a_request(BUTTON, FORM, at=now[0])) == 200, "others come in between"
    assert await answered(door, ahead) == 401


async def test_refusals_and_faults_are_logged_without_a_word_of_the_body(
    at: AtDoor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def fails(_unit: object) -> None:
        raise RuntimeError("zqlwv")

    with structlog.testing.capture_logs() as lines:
        await at.slack.send(BODY, JSON, {"X-Slack-Signature": "v0=" + "0" * 64})
        await at.slack.send(BODY, JSON, {"X-Slack-Request-Timestamp": "zqlwv"})
        await at.slack.send(BODY[:-5], JSON)
        await at.slack.form({"command": "/policy", "text": "zqlwv"})
        await at.slack.event(recorded("app_mention").payload | {"type": "zqlwv"})
        monkeypatch.setattr(at.core.store, "write", fails)
        assert (await at.slack.event(POST)).status == 500

    assert [line["event"] for line in lines] == [*["slack.refused"] * 3, "slack.failed"]
    assert [line["error"] for line in lines] == ["forged", "unsigned", "malformed", "RuntimeError"]
    written = repr(lines) + caplog.text + "".join(capfd.readouterr())
    assert "zqlwv" not in written


async def test_bolt_takes_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Finding a client's id and secret it would begin an OAuth flow of its own, with files in the home folder."""
    values = dict.fromkeys(("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"), "from-environment")
    for name, value in {**values, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)

    door = a_door(Taken(), Desk())

    assert door.bolt.oauth_flow is None
    assert door.bolt.installation_store is None
    assert door.bolt.client.token is None
    assert {name: os.environ[name] for name in values} == values, "others read them too"
    assert list(tmp_path.iterdir()) == []


async def test_an_answer_in_a_form_that_nobody_expects_is_no_reason_to_break_off(at: AtDoor) -> None:
    async def raises(_payload: object) -> None:
        raise web.HTTPNotFound

    at.desk.action = raises  # type: ignore[method-assign, assignment]

    assert (await at.slack.interaction(recorded("block_actions").payload)).status == 500
