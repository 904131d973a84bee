"""A burst of signed events through Slack's door of a real server: what is lost, what is doubled, how long Slack
waits."""

import asyncio
import hashlib
import hmac
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from adapters.storage import open_store
from bot.errors import ChaperoneError
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Store, Transaction
from bot.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from policy.verdict import PackId

EVENTS = 10_000
AT_ONCE = 100
COPIES = 20
"""One event in so many comes twice, the second time under another id."""
PATIENCE_SECONDS = 300.0
STALLED_SECONDS = 60.0
SECRET = "bench-signing-secret"  # noqa: S105 - of a server that nobody else reaches
TEAM, CHANNEL, COACH, AUTHOR = "T0BENCH", "C0BENCH", "U0COACH", "U0AUTHOR"
TEXTS = (
    "practice is at four, bring water",
    "who has the key to the shed?",
    "¿A qué hora sale el autobús mañana?",
    "great race today, see you on Monday",
)


class BenchFailed(ChaperoneError):
    """The measurement could not be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of it. `lost`: acknowledged and not judged; `doubled`: judged more than once. Seconds from sending to
    the acknowledgement."""

    events: int
    lost: int
    doubled: int
    refused: int
    seconds: float
    median: float
    p99: float


def slack_burst(events: int = EVENTS, at_once: int = AT_ONCE) -> Burst:
    """Sends them all to a server in a process of its own, and waits until it has worked them through."""
    with tempfile.TemporaryDirectory(prefix="chaperone-burst-") as folder:
        state, port = Path(folder), _free_port()
        asyncio.run(_furnished(state))
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(state, port), daemon=True)
        server.start()
        try:
            return asyncio.run(_sent(state, port, server.is_alive, events, at_once))
        finally:
            server.terminate()
            server.join(20)
            server.kill()


def _serve(state: Path, port: int) -> None:
    from adapters.commandline.run import serve  # read in the server's process only
    from adapters.settings import load_settings

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    settings = load_settings(
        state=state,
        port=port,
        host="127.0.0.1",
        database_url="",
        redis_url="",
        playground=False,
        slack_bot_token="xoxb-bench",  # noqa: S106 - nothing is ever sent with it
        slack_signing_secret=SECRET,
        slack_api_url="http://127.0.0.1:9/",
        microsoft_app_id="",
    )
    asyncio.run(serve(settings))


async def _furnished(state: Path) -> None:
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    await store.write(_seed)
    await store.close()


def _seed(tx: Transaction) -> None:
    workspace = WorkspaceId(f"slack:{TEAM}")
    coach = Person(ref=PersonRef(workspace, PersonId(COACH)), name="Coach", role=Role.STAFF)
    author = Person(ref=PersonRef(workspace, PersonId(AUTHOR)), name="Author", role=Role.STUDENT)
    for person in (coach, author):
        tx.registry.save_person(person)
    tx.registry.save_channel(
        Channel(
            ref=ChannelRef(workspace, ChannelId(CHANNEL)),
            name="track",
            kind=ChannelKind.TEAM,
            pack=PackId("crec"),
            state=ChannelState.APPROVED,
            owner=coach.ref,
        )
    )


async def _sent(state: Path, port: int, is_alive: Callable[[], bool], events: int, at_once: int) -> Burst:
    url, waits, answers = f"http://127.0.0.1:{port}/slack/events", list[float](), list[int]()
    bodies = _bodies(events)

    async def send_some(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            started = time.perf_counter()
            async with session.post(url, data=body, headers=_headers(body)) as response:
                answers.append(response.status)
            waits.append(time.perf_counter() - started)

    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session:
        await _until_up(session, url, is_alive)
        started = time.perf_counter()
        await asyncio.gather(*(send_some(session) for _ in range(at_once)))
        seconds = time.perf_counter() - started
    checked = await _checked(state)
    return Burst(
        events=len(answers),
        lost=max(0, events - checked),
        doubled=max(0, checked - events),
        refused=sum(status != 200 for status in answers),
        seconds=seconds,
        median=statistics.median(waits),
        p99=statistics.quantiles(waits, n=100)[98],
    )


def _bodies(events: int) -> Iterator[bytes]:
    """Each message once, and some of them again under another event id."""
    began = int(time.time())
    for number in range(events):
        ts = f"{began - events + number}.{number:06d}"
        for copy in range(2 if number % COPIES == 0 else 1):
            yield _body(ts, TEXTS[number % len(TEXTS)], f"Ev{number}x{copy}")


def _body(ts: str, text: str, event_id: str) -> bytes:
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event_id": event_id,
            "event_time": int(float(ts)),
            "is_ext_shared_channel": False,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": {
                "type": "message",
                "user": AUTHOR,
                "text": text,
                "ts": ts,
                "event_ts": ts,
                "channel": CHANNEL,
                "channel_type": "channel",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
                    }
                ],
            },
        }
    ).encode()


def _headers(body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }


async def _until_up(session: aiohttp.ClientSession, url: str, is_alive: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if not is_alive():
                raise BenchFailed("The server for the measurement did not start. Try `chaperone run`; it says why.")
            try:
                async with session.get(url.replace("/slack/events", "/healthz")):
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rows_of(burst: Burst) -> Sequence[tuple[str, float, str]]:
    """The burst as lines of name, value, unit."""
    what = f"Slack, {burst.events:,} signed events in a burst"
    return [
        (f"{what}: lost", burst.lost, ""),
        (f"{what}: doubled", burst.doubled, ""),
        (f"{what}: refused", burst.refused, ""),
        (f"{what}: acknowledged", burst.events / burst.seconds, "a second"),
        (f"{what}: median acknowledgement", burst.median * 1000, "ms"),
        (f"{what}: p99 of the acknowledgement", burst.p99 * 1000, "ms"),
    ]
