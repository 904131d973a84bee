"""What is due is done once, and what cannot be done comes before the operators."""

from datetime import timedelta

from bot.core import Core
from bot.deliveries import TopicKind
from bot.duties import Duty, DutyItem
from bot.duty_worker import do
from bot.errors import PlatformBusy
from bot.ports import Transaction
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
