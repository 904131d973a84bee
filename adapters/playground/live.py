"""What keeps open pages up to date: one stream of server-sent events for each, which takes up where it broke off."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from aiohttp import web

from adapters.playground import shown
from adapters.playground.view import Json
from adapters.playground.world import Change, Forgotten, World, current
from bot.errors import StoreUnavailable
from bot.ids import MessageId, PersonId, WorkspaceId
from bot.ports import Bell, Keys, Store, Transaction

BELL = "playground"
HEARTBEAT_SECONDS = 15
LOOK_ANYWAY = timedelta(seconds=1)
"""How long a change made by another process goes unseen where no bell tells of it."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a page has seen: which workspace, up to which change."""

    workspace: WorkspaceId
    seq: int

    def __str__(self) -> str:
        return f"{self.workspace}/{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """The position that `str` wrote; None for anything else."""
        workspace, _, seq = text.rpartition("/")
        is_number = seq.isascii() and seq.isdigit() and len(seq) < 19
        return cls(WorkspaceId(workspace), int(seq)) if is_number else None


class Live:
    """The open streams of this process, and the one task that wakes them."""

    def __init__(self, store: Store, keys: Keys, bell: Bell) -> None:
        self._store = store
        self._keys = keys
        self._bell = bell
        self._waiting: set[asyncio.Event] = set()
        self._is_closing = False

    async def run(self) -> None:
        """Wakes all streams when something changed, until cancelled."""
        seen: Position | None = None
        while True:
            await self._bell.wait(BELL, at_most=LOOK_ANYWAY)
            if not self._waiting:
                continue
            with suppress(StoreUnavailable):
                newest = await self._store.read(lambda tx: newest_position(tx, self._keys))
                if newest != seen:
                    seen = newest
                    self._wake()

    def close(self) -> None:
        """Ends all streams; pages connect again by themselves."""
        self._is_closing = True
        self._wake()

    async def stream(self, response: web.StreamResponse, person: PersonId, position: Position) -> None:
        """Writes what changes for the person after `position`, until the page goes away."""
        woken = asyncio.Event()
        woken.set()
        self._waiting.add(woken)
        try:
            await response.write(b"retry: 1000\n\n")
            while not self._is_closing:
                if not await _was_woken(woken):
                    await response.write(b": still here\n\n")
                    continue
                woken.clear()
                position = await self._send_news(response, person, position)
        except (ConnectionError, Forgotten):
            return
        finally:
            self._waiting.discard(woken)

    async def _send_news(self, response: web.StreamResponse, person: PersonId, position: Position) -> Position:
        while True:
            try:
                unit = partial(_news, keys=self._keys, person=person, position=position)
                news = await self._store.read(unit)
            except Forgotten:
                await response.write(b"event: reset\ndata: {}\n\n")
                raise
            for seq, item in news:
                position = Position(position.workspace, seq)
                body = json.dumps(item, separators=(",", ":"), ensure_ascii=False)
                await response.write(f"id: {position}\nevent: change\ndata: {body}\n\n".encode())
            if not news:
                return position

    def _wake(self) -> None:
        for woken in self._waiting:
            woken.set()


def newest_position(tx: Transaction, keys: Keys) -> Position | None:
    """Where a page that loads everything now stands; None before seeding."""
    workspace = current(tx)
    return Position(workspace, World(tx, keys, workspace).last_change()) if workspace else None


async def _was_woken(woken: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await woken.wait()
    except TimeoutError:
        return False
    return True


def _news(tx: Transaction, keys: Keys, person: PersonId, position: Position) -> Sequence[tuple[int, Json]]:
    if current(tx) != position.workspace:
        raise Forgotten
    world = World(tx, keys, position.workspace)
    changes = world.changes(person, after=position.seq)
    if not changes:
        return []
    newest = {(change.kind, change.subject): change for change in changes}
    ordered = sorted(newest.values(), key=lambda change: change.seq)
    return _told(world, person, ordered)


def _told(world: World, person: PersonId, changes: Sequence[Change]) -> list[tuple[int, Json]]:
    ids = [MessageId(change.subject) for change in changes if change.kind == "message"]
    found = {
        "message": {message["id"]: message for message in shown.messages(world, person, ids)},
        "card": {card["id"]: card for card in shown.cards(world, person, [c.subject for c in changes])},
    }
    unread = shown.unread(world, person)
    return [
        (change.seq, {"kind": change.kind, "is": found.get(change.kind, {}).get(change.subject), "unread": unread})
        for change in changes
    ]
