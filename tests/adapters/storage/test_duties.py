"""Duties: done once, at their time, and as they were set last."""

from datetime import timedelta

import pytest

from bot.errors import StaleLease
from bot.ports import Store
from bot.records.duties import Duty, DutyItem, Kinds
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import LEASE, MINUTE, SECOND, START, Ticker


def duty(subject: str = "w|c", *, after: timedelta = MINUTE, note: str = "") -> Duty:
    return Duty(kind="remind", subject=subject, due_at=START + after, note=note)


async def claim(store: Store, *, limit: int = 10) -> list[DutyItem]:
    return list(await store.write(lambda tx: tx.duties.claim("w1", limit=limit, lease=LEASE)))


async def test_a_duty_waits_for_its_time_and_is_done_once(store: Store, clock: Ticker) -> None:
    await store.write(lambda tx: tx.duties.set(duty(note="n")))
    assert await claim(store) == []
    assert await store.read(lambda tx: tx.duties.next_due()) == START + MINUTE
    clock.advance(MINUTE)

    (item,) = await claim(store)
    await store.write(lambda tx: tx.duties.finish(item))

    assert item.duty == duty(note="n")
    clock.advance(10 * LEASE)
    assert await claim(store) == []
    assert await store.read(lambda tx: tx.duties.get("remind", "w|c")) is None


async def test_set_anew_it_takes_the_place_of_the_one_before(store: Store, clock: Ticker) -> None:
    await store.write(lambda tx: tx.duties.set(duty()))
    await store.write(lambda tx: tx.duties.set(duty(after=2 * MINUTE, note="later")))
    clock.advance(MINUTE)
    assert await claim(store) == []
    clock.advance(MINUTE)

    (item,) = await claim(store)

    assert item.duty.note == "later"


async def test_who_is_at_a_duty_that_was_set_anew_or_dropped_comes_too_late(store: Store, clock: Ticker) -> None:
    for subject in ("set", "dropped"):
        await store.write(lambda tx, s=subject: tx.duties.set(duty(s)))  # type: ignore[misc]
    clock.advance(MINUTE)
    items = await claim(store)
    await store.write(lambda tx: tx.duties.set(duty("set", after=2 * MINUTE)))
    await store.write(lambda tx: tx.duties.drop("remind", "dropped"))

    assert len(items) == 2
    for item in items:
        with pytest.raises(StaleLease):
            await store.write(lambda tx, i=item: tx.duties.finish(i))  # type: ignore[misc]
    clock.advance(MINUTE)
    assert [item.duty.subject for item in await claim(store)] == ["set"]


async def test_a_lost_lease_is_taken_again_by_one(store: Store, clock: Ticker, open_another: OpenAnother) -> None:
    other = await open_another()
    await store.write(lambda tx: tx.duties.set(duty()))
    clock.advance(MINUTE)
    (first,) = await claim(store)
    assert await claim(other) == []
    clock.advance(LEASE)

    (second,) = await claim(other)

    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.duties.finish(first))
    await other.write(lambda tx: tx.duties.finish(second))
    assert second.attempts == 2


async def test_one_given_back_keeps_its_count_where_we_were_only_asked_to_wait(store: Store, clock: Ticker) -> None:
    await store.write(lambda tx: tx.duties.set(duty()))
    clock.advance(MINUTE)
    (item,) = await claim(store)
    await store.write(lambda tx: tx.duties.retry(item, after=SECOND, error="Busy", counts=False))
    clock.advance(SECOND)
    (item,) = await claim(store)
    assert item.attempts == 1
    await store.write(lambda tx: tx.duties.retry(item, after=SECOND, error="Broken"))
    clock.advance(SECOND)
    (item,) = await claim(store)
    assert item.attempts == 2

    await store.write(lambda tx: tx.duties.bury(item, error="Broken"))

    assert (await store.read(lambda tx: tx.duties.counts())).dead == 1
    await store.write(lambda tx: tx.duties.set(duty(after=MINUTE)))
    assert (await store.read(lambda tx: tx.duties.counts())).dead == 0
    (item,) = await claim(store)
    assert item.attempts == 1


async def test_two_workers_share_the_duties_by_kind(store: Store, clock: Ticker) -> None:
    looks = Kinds(names=frozenset({"look"}))
    others = Kinds(names=looks.names, is_without=True)
    for kind, subject in (("look", "1"), ("look", "2"), ("remind", "3")):
        due = Duty(kind=kind, subject=subject, due_at=START + MINUTE * int(subject))
        await store.write(lambda tx, due=due: tx.duties.set(due))  # type: ignore[misc]
    assert await store.read(lambda tx: tx.duties.next_due(looks)) == START + MINUTE
    assert await store.read(lambda tx: tx.duties.next_due(others)) == START + 3 * MINUTE
    clock.advance(5 * MINUTE)

    taken = await store.write(lambda tx: tx.duties.claim("w1", limit=1, lease=LEASE, kinds=others))
    looked = await store.write(lambda tx: tx.duties.claim("w1", limit=9, lease=LEASE, kinds=looks))

    assert [item.duty.subject for item in taken] == ["3"]
    assert [item.duty.subject for item in looked] == ["1", "2"]
    assert await store.write(lambda tx: tx.duties.claim("w1", limit=9, lease=LEASE)) == []
