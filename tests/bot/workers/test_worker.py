"""A worker takes what is due as soon as a slot is free, whatever else it has begun."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.wakeup.local import LocalBell
from bot.workers.worker import Worker
from tests.district import District

HOUR = timedelta(hours=1)


async def test_one_that_takes_long_holds_up_none_that_come_after_it(district: District) -> None:
    bell = LocalBell()
    core = replace(district.core, bell=bell, limits=replace(district.core.limits, poll=HOUR))
    queue, begun, may_end = ["slow"], asyncio.Queue[str](), asyncio.Event()

    async def claim(limit: int) -> Sequence[str]:
        taken, queue[:] = queue[:limit], queue[limit:]
        return taken

    async def handle(item: str) -> None:
        begun.put_nowait(item)
        if item == "slow":
            await may_end.wait()

    async def next_due() -> datetime | None:
        return None

    worker = Worker("test", core, claim=claim, handle=handle, next_due=next_due, at_once=2)
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run())
        assert await begun.get() == "slow"
        for item in ("quick", "quick again"):
            queue.append(item)
            await bell.ring("test")
            assert await begun.get() == item

        may_end.set()
        await worker.stop()
