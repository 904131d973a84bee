"""Whether any socket stands: where none does for a while, that is a gap in coverage of every workspace."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from adapters.slack.events import PLATFORM
from bot.core import Core
from bot.errors import StoreUnavailable
from bot.ids import WorkspaceId, platform_of
from bot.inbox.coverage import note_blind, note_seeing
from bot.records.gaps import Blindness

log = structlog.get_logger()

PATIENCE = 45.0
"""Seconds without any socket that Slack bridges by itself: it sends again after a minute what nobody took."""
AGAIN = 5.0


class Sight:
    """Told of each change by `Sockets`. What it has to note it notes by itself, again until the database takes it."""

    def __init__(
        self,
        core: Core,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._core = core
        self._clock = clock
        self._sleep = sleep
        self._noting: asyncio.Task[None] | None = None
        self._is_blind = False

    def closed(self) -> None:
        """There is no socket now."""
        self._begin(self._go_blind(self._clock()))

    def opened(self) -> None:
        """There is one again."""
        self._begin(self._see_again())

    async def close(self) -> None:
        """Ends what is under way; the time in which the server does not run has a gap of its own."""
        if self._noting is not None:
            self._noting.cancel()
            with suppress(asyncio.CancelledError):
                await self._noting

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        before = self._noting
        if before is not None:
            before.cancel()
        self._noting = asyncio.create_task(work)

    async def _go_blind(self, since: datetime) -> None:
        await self._sleep(PATIENCE)
        log.error("slack.blind")
        self._is_blind = True
        await self._noted(lambda workspace: note_blind(self._core, workspace, Blindness.OUTAGE, since=since))

    async def _see_again(self) -> None:
        if self._is_blind:
            await self._noted(lambda workspace: note_seeing(self._core, workspace, Blindness.OUTAGE))
            self._is_blind = False
            log.info("slack.seeing")

    async def _noted(self, note: Callable[[WorkspaceId], Awaitable[None]]) -> None:
        while True:
            try:
                channels = await self._core.store.read(lambda tx: tx.registry.channels())
                for workspace in sorted({c.ref.workspace for c in channels}):
                    if platform_of(workspace) == PLATFORM:
                        await note(workspace)
            except StoreUnavailable:
                await self._sleep(AGAIN)
            else:
                return
