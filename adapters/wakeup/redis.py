"""A bell that all replicas hear, through one Redis stream. Redis only carries the sound: all of it may be lost, and
then each replica still hears itself and looks by itself now and then."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.wakeup.local import LocalBell

log = structlog.get_logger()

STREAM = "chaperone:bell"
"""One stream for all names, so that one connection and one position are enough however many there are."""
KEPT_MILLISECONDS = 60_000
"""Rings older than this are trimmed: by age, for a burst must not push out what somebody has yet to hear."""
LISTEN_SECONDS = 5.0
AWAY_SECONDS = 1.0

Entries: TypeAlias = list[tuple[bytes, dict[bytes, bytes]]]
Position: TypeAlias = tuple[int, int]
"""A stream entry's id: milliseconds of Redis's clock, and a count within."""
START: Position = (0, 0)


class RedisBell:
    """`bot.ports.Bell` for several replicas. Nothing here raises because of Redis, and nobody waits for it. To be made
    and used within one event loop."""

    def __init__(self, url: str, *, away_seconds: float = AWAY_SECONDS) -> None:
        self._local = LocalBell()
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=2,
            socket_timeout=LISTEN_SECONDS + 5,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._away_seconds = away_seconds
        self._unsent: set[str] = set()
        self._has_unsent = asyncio.Event()
        self._sent: Position = START
        self._heard: Position = START
        self._tasks = {
            asyncio.create_task(self._forever("listen", self._listen)),
            asyncio.create_task(self._forever("ring", self._send)),
        }

    async def ring(self, name: str) -> None:
        """Wakes all who wait for `name`: here at once, in the other replicas as soon as Redis carries it."""
        await self._local.ring(name)
        self._unsent.add(name)
        self._has_unsent.set()

    async def wait(self, name: str, *, at_most: timedelta) -> None:
        """Returns when the bell rang since the last wait, here or in another replica, or after `at_most`."""
        await self._local.wait(name, at_most=at_most)

    async def close(self) -> None:
        """Wakes everybody who waits and lets the connections go."""
        pending = self._tasks
        while pending:
            for task in pending:
                task.cancel()
            # redis-py swallows a cancellation that comes while it connects, so once may not be enough.
            _, pending = await asyncio.wait(pending, timeout=0.1)
        await self._redis.aclose()
        await self._local.close()

    async def _forever(self, part: str, step: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        """Goes on with `step` whatever Redis does; says once that it is gone and once that it is back."""
        is_well = True

        def note_well() -> None:
            nonlocal is_well
            if not is_well:
                is_well = True
                log.info("bell.redis_back", part=part)

        while True:
            try:
                await step(note_well)
            except (RedisError, OSError) as error:
                if is_well:
                    is_well = False
                    log.warning("bell.redis_away", part=part, error=type(error).__name__, effect="replicas poll")
                await asyncio.sleep(self._away_seconds * random.uniform(0.5, 1.0))  # noqa: S311 - only jitter

    async def _listen(self, note_well: Callable[[], None]) -> None:
        """Hears what is rung from now on. What was rung while nobody listened is made up for by waking everybody."""
        self._heard = await self._newest()
        note_well()
        await self._local.ring_all()
        while True:
            entries = await self._after(self._heard)
            for entry, fields in entries:
                self._heard = _position_of(entry)
                await self._local.ring(fields.get(b"name", b"").decode())
            if not entries:
                # A Redis that lost everything, or another one in its place, may count from a lower number.
                self._heard = min(self._heard, await self._newest())

    async def _after(self, position: Position) -> Entries:
        """What was rung after the position; waits for it a while."""
        block = int(LISTEN_SECONDS * 1000)
        answer = await self._redis.xread({STREAM: _id_of(position)}, count=1000, block=block)
        streams = cast("list[tuple[bytes, Entries]]", answer or [])
        return streams[0][1] if streams else []

    async def _newest(self) -> Position:
        newest = cast("Entries", await self._redis.xrevrange(STREAM, count=1))
        return _position_of(newest[0][0]) if newest else START

    async def _send(self, note_well: Callable[[], None]) -> None:
        """Sends what was rung since the last time, each name once. What Redis refuses is dropped: a late ring is
        worth no more than the next look."""
        await self._has_unsent.wait()
        self._has_unsent.clear()
        names, self._unsent = self._unsent, set()
        # The age is reckoned by Redis's own clock, as its last answer showed it: ours may be ahead.
        oldest = max(0, self._sent[0] - KEPT_MILLISECONDS)
        async with self._redis.pipeline(transaction=False) as pipeline:
            for name in sorted(names):
                pipeline.xadd(STREAM, {"name": name}, minid=str(oldest))
            answers = await pipeline.execute()
        self._sent = _position_of(answers[-1])
        note_well()


def _id_of(position: Position) -> str:
    return f"{position[0]}-{position[1]}"


def _position_of(entry: bytes) -> Position:
    milliseconds, _, count = entry.decode().partition("-")
    return int(milliseconds), int(count)
