"""What comes through a socket: each envelope is worked on once, however often and over which connection it comes."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from adapters.slack.content import Payload

log = structlog.get_logger()

MOST_REMEMBERED = 20_000
"""Envelopes that are remembered, with what was answered: many minutes of a large district."""


class Envelopes:
    """Hands payloads on to `dispatch`, and remembers the answers. Events are kept apart by the inbox too, also after a
    restart; commands and buttons only here."""

    def __init__(self, dispatch: Callable[[Payload], Awaitable[BoltResponse]]) -> None:
        self._dispatch = dispatch
        self._taken: OrderedDict[str, asyncio.Task[BoltResponse | None]] = OrderedDict()

    async def taken(self, envelope: dict[str, Any]) -> BoltResponse | None:
        """The answer, the same each time; None where it could not be kept, and Slack has to send it again."""
        key = _key(envelope)
        task = self._taken.get(key)
        if task is None:
            task = asyncio.create_task(self._worked(envelope["payload"]))
            self._taken[key] = task
            while len(self._taken) > MOST_REMEMBERED:
                self._taken.popitem(last=False)
        answer = await asyncio.shield(task)
        if answer is None and self._taken.get(key) is task:
            del self._taken[key]
        return answer

    async def _worked(self, payload: Payload) -> BoltResponse | None:
        try:
            response = await self._dispatch(payload)
        except Exception as error:  # noqa: BLE001 - the edge: nothing is acknowledged that was not kept
            log.error("slack.failed", error=type(error).__name__)
            return None
        return response if response.status == 200 else None


def envelope_in(said: object) -> dict[str, Any] | None:
    """The message where it is an envelope; None for whatever else Slack says."""
    if not isinstance(said, dict):
        return None
    id_, payload = said.get("envelope_id"), said.get("payload")
    return said if isinstance(id_, str) and id_ and isinstance(payload, dict) else None


def answer_to(envelope: dict[str, Any], response: BoltResponse) -> dict[str, Any]:
    """What Slack is told of the envelope: that we have it, and where it wants one, the answer for the person."""
    answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
    if response.body and envelope.get("accepts_response_payload"):
        is_json = any("json" in value for value in response.headers.get("content-type", ()))
        answer["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return answer


def _key(envelope: dict[str, Any]) -> str:
    """What people did is named by its trigger, which Slack gives out once; after a late answer the same command may
    come in another envelope."""
    trigger = envelope["payload"].get("trigger_id")
    return trigger if isinstance(trigger, str) and trigger else str(envelope["envelope_id"])
