"""How fast we may write: Teams' limits for each conversation and each tenant, kept before Teams has to say so."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bot.errors import PlatformBusy

OF_A_CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""So many calls in so many seconds, as Microsoft documents them for one bot in one conversation."""
OF_A_TENANT = ((50, 1.0),)
LONGEST_WAIT_SECONDS = 10.0
"""Who would have to wait longer comes again later, and holds nothing up meanwhile."""
FORGOTTEN_AFTER = 1_000
"""Conversations that are kept in mind before those at rest are dropped."""


class Pace:
    """Makes calls wait for their turn."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._conversations: dict[str, _Window] = {}
        self._tenant = _Window(OF_A_TENANT)

    async def turn(self, conversation: str) -> None:
        """Returns when one call about that conversation may go out. Raises PlatformBusy where that is far off."""
        now = self._clock()
        window = self._conversations.get(conversation)
        if window is None:
            self._forget(now)
            window = self._conversations[conversation] = _Window(OF_A_CONVERSATION)
        at = max(now, window.next_at(now), self._tenant.next_at(now))
        if at - now > LONGEST_WAIT_SECONDS:
            raise PlatformBusy(at - now)
        window.take(at)
        self._tenant.take(at)
        if at > now:
            await self._sleep(at - now)

    def _forget(self, now: float) -> None:
        if len(self._conversations) >= FORGOTTEN_AFTER:
            busy = {name: window for name, window in self._conversations.items() if not window.is_at_rest(now)}
            self._conversations = busy


class _Window:
    """When calls went out, or will, so that no limit is passed."""

    def __init__(self, limits: tuple[tuple[int, float], ...]) -> None:
        self._limits = limits
        self._taken: deque[float] = deque(maxlen=max(count for count, _ in limits))

    def next_at(self, now: float) -> float:
        """When the next call may go out, not before those that have taken their turn already."""
        at = max(now, self._taken[-1]) if self._taken else now
        for count, seconds in self._limits:
            if len(self._taken) >= count:
                at = max(at, self._taken[-count] + seconds)
        return at

    def take(self, at: float) -> None:
        self._taken.append(at)

    def is_at_rest(self, now: float) -> bool:
        longest = max(seconds for _, seconds in self._limits)
        return not self._taken or self._taken[-1] + longest < now
