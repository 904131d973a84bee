"""What the page does, without a browser: asks, posts, and listens to the stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiohttp import ClientResponse, ClientSession, StreamReader

from bot.core import Shelf
from tests.district import shipped

Json = dict[str, Any]
PATIENCE_SECONDS = 20


@cache
def shelf() -> Shelf:
    """The shipped packs, read once; their cases are tried by the tests of `policy`."""
    return Shelf(shipped)


@dataclass(frozen=True, slots=True)
class Page:
    """Asks the playground as a page does. Paths are relative to `/playground/`."""

    session: ClientSession

    async def get(self, path: str) -> Json:
        """The answer's JSON. Fails where it is an error."""
        async with self.session.get(path) as response:
            return await _answer(response)

    async def send(self, method: str, path: str, body: object = None) -> Json:
        async with self.session.request(method, path, json=body) as response:
            return await _answer(response)

    async def error(self, method: str, path: str, body: object = None, **options: Any) -> tuple[int, Json]:
        """Status and words of an error. Fails where there is none."""
        given = options or ({} if body is None else {"json": body})
        async with self.session.request(method, path, **given) as response:
            answer: Json = await response.json()
            assert response.status >= 400, answer
            return response.status, answer["error"]

    async def post(self, person: str, channel: str, text: str, **more: Any) -> str:
        """Posts a message and returns its id."""
        body = {"text": text, **more}
        made = await self.send("POST", f"api/as/{person}/channels/{channel}/messages", body)
        return str(made["id"])

    async def messages(self, person: str, channel: str) -> list[Json]:
        found: list[Json] = (await self.get(f"api/as/{person}/channels/{channel}/messages"))["messages"]
        return found

    async def cards(self, person: str) -> list[Json]:
        found: list[Json] = (await self.get(f"api/as/{person}"))["cards"]
        return found

    async def card(self, person: str, is_it: Callable[[Json], bool]) -> Json:
        """The person's first such card, as soon as the stream tells of it."""
        state = await self.get(f"api/as/{person}")
        for card in state["cards"]:
            if is_it(card):
                return dict(card)
        async with self.live(person, state["position"]) as changes:
            async for _, change in changes:
                if change["kind"] == "card" and is_it(change["is"]):
                    return dict(change["is"])
        raise AssertionError("the stream ended without such a card")

    @asynccontextmanager
    async def live(
        self, person: str, after: str, *, last_event_id: str | None = None
    ) -> AsyncIterator[AsyncIterator[tuple[str, Json]]]:
        """The stream's changes, each with its id, from a position on."""
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        async with self.session.get(f"api/as/{person}/live", params={"after": after}, headers=headers) as response:
            assert response.status == 200
            async with asyncio.timeout(PATIENCE_SECONDS):
                yield _events(response.content)


async def _events(content: StreamReader) -> AsyncIterator[tuple[str, Json]]:
    event: dict[str, str] = {}
    async for raw in content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
            continue
        if event.get("event"):
            yield event.get("id", event["event"]), json.loads(event["data"])
        event = {}


async def _answer(response: ClientResponse) -> Json:
    answer: Json = await response.json()
    assert response.status == 200, answer
    return answer


def speaks_of(*words: str) -> Callable[[Json], bool]:
    """Whether a card holds all these words, in whatever pieces."""

    def is_it(card: Json) -> bool:
        whole = "".join(_strings(card))
        return all(word in whole for word in words)

    return is_it


def _strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for inner in value.values() for text in _strings(inner)]
        case list():
            return [text for inner in value for text in _strings(inner)]
        case _:
            return []


def marked(card: Json) -> list[str]:
    """The words in question, as the card marks them."""
    excerpts = [block for block in card["blocks"] if block["kind"] == "excerpt"]
    return [piece["text"] for block in excerpts for piece in block["pieces"] if piece["is_marked"]]
