"""What is due is done once, and what cannot be done comes before the operators."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.wakeup.local import LocalBell
from bot.channels.unregistered.noticing import SWEEP
from bot.core import Core
from bot.errors import PlatformBusy
from bot.ids import WorkspaceId
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.duties import Duty, DutyItem
from bot.records.unregistered import ListedChannel
from bot.workers.duty_worker import do, duties_worker
from tests.district import CLUB, District
from tests.fakes import FakeClock

SUBJECT = f"{CLUB.workspace}|{CLUB.channel}"


async def due(district: District, clock: FakeClock) -> DutyItem:
    await district.core.store.write(lambda tx: tx.duties.set(Duty(kind="try", subject=SUBJECT, due_at=clock.now)))
    return await again(district)


async def again(district: District) -> DutyItem:
    [item] = await district.core.store.write(lambda tx: tx.duties.claim("w", limit=9, lease=timedelta(seconds=30)))
    return item


async def test_a_duty_that_is_done_is_gone(district: District, clock: FakeClock) -> None:
    done: list[str] = []

    async def handler(core: Core, item: DutyItem) -> None:
        def unit(tx: Transaction) -> None:
            tx.duties.finish(item)

        await core.store.write(unit)
        done.append(item.duty.subject)

    await do(district.core, await due(district, clock), {"try": handler})

    assert done == [SUBJECT]
    assert await district.core.store.read(lambda tx: tx.duties.next_due()) is None


async def test_a_busy_platform_costs_no_attempt(district: District, clock: FakeClock) -> None:
    async def handler(core: Core, item: DutyItem) -> None:
        del core, item
        raise PlatformBusy(7)

    await do(district.core, await due(district, clock), {"try": handler})

    clock.pass_(seconds=7)
    assert (await again(district)).attempts == 1


async def test_what_fails_too_often_is_told_to_the_operators(district: District, clock: FakeClock) -> None:
    async def handler(core: Core, item: DutyItem) -> None:
        del core, item
        raise OSError

    item = await due(district, clock)
    for _ in range(district.core.limits.attempts):
        await do(district.core, item, {"try": handler})
        clock.pass_(hours=1)
        items = await district.core.store.write(lambda tx: tx.duties.claim("w", limit=9, lease=timedelta(seconds=30)))
        if items:
            [item] = items

    await district.settle()
    told = [card for (_, topic), card in district.platform.cards.items() if topic.kind is TopicKind.TROUBLE]
    assert len(told) == 1
    assert (await district.core.store.read(lambda tx: tx.duties.counts())).dead == 1


async def test_a_duty_that_takes_longer_than_a_message_is_not_begun_a_second_time(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = replace(district.core, bell=LocalBell())
    await core.store.write(lambda tx: tx.duties.set(Duty(kind=SWEEP, subject=CLUB.workspace, due_at=clock.now)))
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        del workspace
        begun.set()
        await may_end.wait()
        return ()

    monkeypatch.setattr(district.platform, "listed", slow)
    worker = duties_worker(core, "first")
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run())
        await begun.wait()
        clock.pass_(seconds=3 * core.limits.lease.total_seconds())
        again = await core.store.write(lambda tx: tx.duties.claim("second", limit=9, lease=core.limits.lease))
        may_end.set()
        await worker.stop()

    assert again == []
