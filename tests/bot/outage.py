"""An outage of a night in virtual time, over a platform that gives its history page by page and is strict about its
limits. `python -m tests.bot.outage` plays it at full size and prints the figures."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from bot.core import Core
from bot.errors import PlatformBusy
from bot.events import Event
from bot.ids import ChannelId, ChannelRef
from bot.inbox.coverage import beat
from bot.inbox.intake import Intake
from bot.inbox.reconcile import Reconciler
from bot.ports import Transaction
from bot.records.gaps import Blindness
from tests.district import CHESS, COACH, STUDENT, TESTING, WORKSPACE, District, a_post
from tests.fakes import FakeClock, FakePlatform

HOURS = timedelta(hours=17)
BREACH = "say graveword now"
BREACH_EVERY = 50


class Limited(FakePlatform):
    """Gives its history in pages, so many a minute; who asks before the time that it named is counted."""

    def __init__(self, clock: FakeClock, *, page: int, pages_a_minute: int = 50) -> None:
        super().__init__()
        self.clock = clock
        self.page = page
        self.pages_a_minute = pages_a_minute
        self.pages = 0
        self.asked_too_soon = 0
        self.order: list[str] = []
        self._asked: list[datetime] = []
        self._not_before = clock.now

    async def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """Pages of what was said, each a call that counts."""
        if channel.channel not in self.order:
            self.order.append(channel.channel)
        said = [event for event in self.said.get(channel, ()) if since < event.at <= until]
        for start in range(0, max(1, len(said)), self.page):
            self._take_turn()
            for event in said[start : start + self.page]:
                yield event

    def _take_turn(self) -> None:
        now = self.clock.now
        self.asked_too_soon += now < self._not_before
        self._asked = [at for at in self._asked if now - at < timedelta(minutes=1)]
        if len(self._asked) >= self.pages_a_minute:
            self._not_before = self._asked[0] + timedelta(minutes=1)
            raise PlatformBusy((self._not_before - now).total_seconds())
        self._asked.append(now)
        self.pages += 1


class Killed(BaseException):
    """The process ended here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an outage left behind."""

    checked: int
    flagged: int
    recovered: int
    gaps: Counter[Blindness]
    asked_too_soon: int
    killed: int
    pages: int
    order: list[str]
    took: timedelta


async def an_outage(
    made: District, clock: FakeClock, *, channels: int, messages: int, page: int, kills: int = 0
) -> Outcome:
    """Seventeen hours of which Chaperone heard nothing, and the reading afterwards, killed so many times while it
    waits for the platform."""
    platform = Limited(clock, page=page)
    core = replace(made.core, platforms=lambda _: platform)
    district = District(core, platform)
    refs = [ChannelRef(WORKSPACE, ChannelId(f"c{n:03}")) for n in range(channels)]
    await core.store.write(lambda tx: _furnish(tx, refs))
    await Reconciler(core).round()
    known = a_post(BREACH, at=clock.now, channel=refs[200 % channels], message="known")
    platform.said[known.message.channel_ref] = [known]
    await Intake(core).receive(known)
    await district.settle()
    platform.order.clear()
    for n in range(messages):
        ref, at = refs[n % channels], clock.now + HOURS * (n + 1) / (messages + 1)
        post = a_post("good" if n % BREACH_EVERY else BREACH, at=at, channel=ref, message=f"m{n}")
        platform.said.setdefault(ref, []).append(post)
    clock.pass_(seconds=HOURS.total_seconds())
    await core.store.write(beat)
    began, killed = clock.now, 0

    async def wait(seconds: float) -> None:
        nonlocal killed
        clock.pass_(seconds=seconds)
        await district.settle()
        if seconds > 1 and killed < kills:
            killed += 1
            raise Killed

    while not await _read(core, Reconciler(core, wait=wait)):
        pass
    took = clock.now - began
    await district.settle()
    counts = await core.store.read(lambda tx: tx.messages.counts())
    gaps = await core.store.read(lambda tx: [gap for ref in refs for gap in tx.coverage.gaps(ref)])
    assert all(gap.recovered_at is not None for gap in gaps)
    return Outcome(
        checked=counts["checked"],
        flagged=counts["flagged"],
        recovered=sum(gap.recovered for gap in gaps),
        gaps=Counter(gap.why for gap in gaps),
        asked_too_soon=platform.asked_too_soon,
        killed=killed,
        pages=platform.pages,
        order=platform.order,
        took=took,
    )


def _furnish(tx: Transaction, refs: list[ChannelRef]) -> None:
    for ref in refs:
        tx.registry.save_channel(replace(CHESS, ref=ref, pack=TESTING))
    tx.registry.join(refs[7], STUDENT, by=COACH, at=tx.now)
    beat(tx)


async def _read(core: Core, reconciler: Reconciler) -> bool:
    """One process reads until it is done or killed; the one that starts next is the only one."""
    await core.store.write(lambda tx: tx.coverage.release())
    try:
        await reconciler.round()
    except Killed:
        return False
    return True


async def _bench() -> None:
    from tests.bot.conftest import a_district

    clock, started = FakeClock(), perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        async with a_district(Path(folder), clock, TESTING) as made:
            outcome = await an_outage(made, clock, channels=300, messages=60_000, page=15)
    print(  # noqa: T201 - the figures are what it is for
        f"outage of 17 hours, 300 channels, 60,000 messages: {outcome.recovered:,} recovered, {outcome.checked:,} "
        f"judged, {outcome.pages:,} pages at 50 a minute, {outcome.asked_too_soon} asked too soon, read in "
        f"{outcome.took} of the platform's time and {perf_counter() - started:.0f} s of ours"
    )


if __name__ == "__main__":
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_bench())
