"""A bell for one process."""

import asyncio
from collections import defaultdict
from datetime import timedelta


class LocalBell:
    """`bot.ports.Bell` within one event loop. Names cost nothing until somebody waits or rings."""

    def __init__(self) -> None:
        self._rung: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def ring(self, name: str) -> None:
        """Wakes all who wait for `name`, or who comes to wait next."""
        self._rung[name].set()

    async def wait(self, name: str, *, at_most: timedelta) -> None:
        """Returns when the bell rang since the last wait, or after `at_most`."""
        rung = self._rung[name]
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await rung.wait()
        except TimeoutError:
            return
        rung.clear()

    async def ring_all(self) -> None:
        """Wakes everybody, whatever they wait for."""
        for rung in self._rung.values():
            rung.set()

    async def close(self) -> None:
        """Wakes everybody who waits."""
        await self.ring_all()
