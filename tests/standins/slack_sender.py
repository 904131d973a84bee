"""Sends what Slack sends, as Slack sends it: signed, anew after a failure, one request for one event."""

import hashlib
import hmac
import io
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
RETRIES = ((0.0, "http_timeout"), (60.0, "http_error"), (300.0, "http_error"))
"""After how many seconds Slack sends an event again, and what it says of the time before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack was told."""

    status: int
    text: str


@dataclass
class SlackSender:
    """Slack's side of the wire. `clock` tells seconds since 1970; `wait` lets so many pass."""

    session: aiohttp.ClientSession
    url: str
    clock: Callable[[], float]
    wait: Callable[[float], None] = lambda _: None
    secret: str = SECRET
    ids: Any = field(default_factory=lambda: itertools.count(1))

    async def event(self, payload: Mapping[str, Any], *, retry: int = 0, reason: str = "http_timeout") -> Answer:
        """One request with the payload as it stands."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return await self.send(json.dumps(payload).encode(), "application/json", headers)

    async def deliver(self, payload: Mapping[str, Any]) -> list[Answer]:
        """An event, sent until it is answered with 200: at once, after a minute, after five. Returns all answers."""
        answers = [await self.event(payload)]
        for number, (seconds, reason) in enumerate(RETRIES, start=1):
            if answers[-1].status == 200:
                break
            self.wait(seconds)
            answers.append(await self.event(payload, retry=number, reason=reason))
        return answers

    async def copies(self, payload: Mapping[str, Any], count: int) -> list[Answer]:
        """The same event under fresh ids, as it happened (slackapi/node-slack-sdk#2141)."""
        return [await self.event(self.copy(payload)) for _ in range(count)]

    def copy(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload under another event id."""
        return {**payload, "event_id": f"Ev0COPY{next(self.ids):06}"}

    async def form(self, fields: Mapping[str, str]) -> Answer:
        """A slash command."""
        return await self.send(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """A button, a shortcut, a modal."""
        return await self.form({"payload": json.dumps(payload)})

    async def send(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Signs the body and sends it; `headers` come on top and may replace what was signed."""
        given = {"Content-Type": content_type, **signed(body, self.clock(), self.secret), **(headers or {})}
        async with self.session.post(self.url, data=io.BytesIO(body), headers=given) as response:
            return Answer(response.status, await response.text())


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers that say: Slack sent this, at this second."""
    timestamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
