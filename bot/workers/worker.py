"""Works a queue: takes what is due under a lease, a few at a time, and waits for the bell in between."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from bot.core import Core, Limits
from bot.errors import StaleLease, StoreUnavailable

Item = TypeVar("Item")
log = structlog.get_logger()


class Worker(Generic[Item]):
    """Claims items and hands each to `handle`, at most `at_once` (else `limits.workers`) at once, until `stop`.

    An error of `handle` itself never ends the worker: the lease runs out and the item is taken again.
    """

    def __init__(
        self,
        name: str,
        core: Core,
        *,
        claim: Callable[[int], Awaitable[Sequence[Item]]],
        handle: Callable[[Item], Awaitable[None]],
        next_due: Callable[[], Awaitable[datetime | None]],
        at_once: int | None = None,
    ) -> None:
        self._name = name
        self._core = core
        self._claim = claim
        self._handle = handle
        self._next_due = next_due
        self._at_once = at_once or core.limits.workers
        self._running: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    async def run(self) -> None:
        """Works until `stop` was called and all that was begun is finished."""
        while not self._is_stopping:
            try:
                await self._round()
            except StoreUnavailable as error:
                log.error("worker.store_unavailable", worker=self._name, error=type(error).__name__)
                await self._core.bell.wait(self._name, at_most=self._core.limits.poll)
        if self._running:
            await asyncio.wait(self._running)

    async def stop(self) -> None:
        """Lets `run` end after what it has begun."""
        self._is_stopping = True
        await self._core.bell.ring(self._name)

    async def _round(self) -> None:
        free = self._at_once - len(self._running)
        items = await self._claim(free) if free else ()
        for item in items:
            task = asyncio.create_task(self._guarded(item))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if len(items) == free:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        else:
            await self._more()

    async def _more(self) -> None:
        """Returns when there may be more to take: the bell rang, something came due, or an item that was begun is
        finished. One that takes long holds up none that come after it."""
        ringing = asyncio.create_task(self._core.bell.wait(self._name, at_most=await self._pause()))
        try:
            await asyncio.wait((ringing, *self._running), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()
            await asyncio.wait((ringing,))
        if not ringing.cancelled():
            ringing.result()

    async def _pause(self) -> timedelta:
        poll = self._core.limits.poll
        due = await self._next_due()
        if due is None:
            return poll
        now = await self._core.store.read(lambda tx: tx.now)
        return max(timedelta(milliseconds=5), min(poll, due - now))

    async def _guarded(self, item: Item) -> None:
        try:
            await self._handle(item)
        except StaleLease:
            log.info("worker.lease_lost", worker=self._name)
        except StoreUnavailable as error:
            log.error("worker.store_unavailable", worker=self._name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the edge: what cannot even be given up waits for its lease
            log.error("worker.item_failed", worker=self._name, error=type(error).__name__)


def backoff(limits: Limits, attempts: int, *, draw: Callable[[], float] = random.random) -> timedelta:
    """How long to wait after `attempts` failed ones: doubling, never over the longest, with jitter over its upper
    half."""
    doubled: timedelta = limits.first_retry * 2 ** min(attempts - 1, 20)
    return min(limits.longest_retry, doubled) * (0.5 + 0.5 * draw())
