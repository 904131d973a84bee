"""A burst of events through a platform's door of a real server: what is lost, what is doubled, how long the platform
waits."""

import asyncio
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from adapters.storage import open_store
from bot.errors import ChaperoneError
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.ports import Store, Transaction
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from policy.verdict import PackId

EVENTS = 10_000
AT_ONCE = 100
COPIES = 20
"""One event in so many comes twice."""
PATIENCE_SECONDS = 300.0
STALLED_SECONDS = 60.0
COACH, AUTHOR = "u0coach", "u0author"
TEXTS = (
    "practice is at four, bring water",
    "who has the key to the shed?",
    "¿A qué hora sale el autobús mañana?",
    "great race today, see you on Monday",
)


class BenchFailed(ChaperoneError):
    """The measurement could not be made. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A platform's door: where it is, the settings that open it, the channel that the events are of, the events as they
    arrive, and what goes with each. `beside` runs while they are sent."""

    platform: str
    route: str
    settings: Mapping[str, object]
    channel: ChannelRef
    bodies: Callable[[int], Iterator[bytes]]
    headers: Callable[[bytes], Mapping[str, str]]
    beside: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of it. `lost`: acknowledged and not judged; `doubled`: judged more than once. Seconds from sending to
    the acknowledgement."""

    platform: str
    events: int
    lost: int
    doubled: int
    refused: int
    seconds: float
    median: float
    p99: float


def burst_through(door: Door, events: int, at_once: int) -> Burst:
    """Sends them all to a server in a process of its own, and waits until it has worked them through."""
    with tempfile.TemporaryDirectory(prefix="chaperone-burst-") as folder:
        state, port = Path(folder), free_port()
        asyncio.run(_furnished(state, door.channel))
        server = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(state, port, dict(door.settings)), daemon=True
        )
        server.start()
        try:
            return asyncio.run(_sent(door, state, port, server.is_alive, events, at_once))
        finally:
            server.terminate()
            server.join(20)
            server.kill()


def _serve(state: Path, port: int, settings: Mapping[str, object]) -> None:
    from adapters.commandline.run import serve  # read in the server's process only
    from adapters.settings import load_settings

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    nothing_else = {"slack_bot_token": None, "microsoft_app_id": "", "database_url": "", "redis_url": ""}
    given = {**nothing_else, "state": state, "port": port, "host": "127.0.0.1", "playground": False, **settings}
    asyncio.run(serve(load_settings(**given)))


async def _furnished(state: Path, channel: ChannelRef) -> None:
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    await store.write(lambda tx: _seed(tx, channel))
    await store.close()


def _seed(tx: Transaction, channel: ChannelRef) -> None:
    coach = Person(ref=PersonRef(channel.workspace, PersonId(COACH)), name="Coach", role=Role.STAFF)
    author = Person(ref=PersonRef(channel.workspace, PersonId(AUTHOR)), name="Author", role=Role.STUDENT)
    for person in (coach, author):
        tx.registry.save_person(person)
    tx.registry.save_channel(
        Channel(
            ref=channel,
            name="track",
            kind=ChannelKind.TEAM,
            pack=PackId("crec"),
            state=ChannelState.APPROVED,
            owner=coach.ref,
        )
    )


async def _sent(door: Door, state: Path, port: int, is_alive: Callable[[], bool], events: int, at_once: int) -> Burst:
    base, waits, answers = f"http://127.0.0.1:{port}", list[float](), list[int]()
    bodies = door.bodies(events)

    async def send_some(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            started = time.perf_counter()
            async with session.post(base + door.route, data=body, headers=door.headers(body)) as response:
                answers.append(response.status)
            waits.append(time.perf_counter() - started)

    connector = aiohttp.TCPConnector(limit=at_once)
    timeout = aiohttp.ClientTimeout(PATIENCE_SECONDS)
    async with door.beside(), aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        await _until_up(session, base, is_alive)
        started = time.perf_counter()
        await asyncio.gather(*(send_some(session) for _ in range(at_once)))
        seconds = time.perf_counter() - started
    checked = await _checked(state)
    return Burst(
        platform=door.platform,
        events=len(answers),
        lost=max(0, events - checked),
        doubled=max(0, checked - events),
        refused=sum(status != 200 for status in answers),
        seconds=seconds,
        median=statistics.median(waits),
        p99=statistics.quantiles(waits, n=100)[98],
    )


async def _until_up(session: aiohttp.ClientSession, base: str, is_alive: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if not is_alive():
                raise BenchFailed("The server for the measurement did not start. Try `chaperone run`; it says why.")
            try:
                async with session.get(f"{base}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def _checked(state: Path) -> int:
    """How many messages were judged, once nothing waits any more."""
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    try:
        left, since = await _waiting(store), time.monotonic()
        while left:
            await asyncio.sleep(0.2)
            now_left = await _waiting(store)
            if now_left < left:
                left, since = now_left, time.monotonic()
            elif time.monotonic() - since > STALLED_SECONDS:
                raise BenchFailed(f"{left} events wait, and nothing works on them. Look at the server's own log.")
        return (await store.read(lambda tx: tx.messages.counts()))["checked"]
    finally:
        await store.close()


async def _waiting(store: Store) -> int:
    counts = await store.read(lambda tx: tx.inbox.counts())
    return counts.waiting + counts.leased


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rows_of(burst: Burst) -> Sequence[tuple[str, float, str]]:
    """The burst as lines of name, value, unit."""
    what = f"{burst.platform}, {burst.events:,} signed events in a burst"
    return [
        (f"{what}: lost", burst.lost, ""),
        (f"{what}: doubled", burst.doubled, ""),
        (f"{what}: refused", burst.refused, ""),
        (f"{what}: acknowledged", burst.events / burst.seconds, "a second"),
        (f"{what}: median acknowledgement", burst.median * 1000, "ms"),
        (f"{what}: p99 of the acknowledgement", burst.p99 * 1000, "ms"),
    ]
