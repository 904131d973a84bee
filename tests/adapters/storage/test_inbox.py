"""The inbox: accepted once, worked on by one, never forgotten."""

import asyncio
from datetime import timedelta

import pytest

from adapters.storage.tables import inbox
from bot.errors import StaleLease
from bot.ports import InboxItem, Store
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import LEASE, MINUTE, SECOND, START, Ticker, connection_of


async def accept(store: Store, *keys: str) -> None:
    for key in keys:
        await store.write(lambda tx, key=key: tx.inbox.add(key, f"sealed {key}".encode()))  # type: ignore[misc]


async def claim(store: Store, *, worker: str = "w1", limit: int = 10) -> list[InboxItem]:
    return list(await store.write(lambda tx: tx.inbox.claim(worker, limit=limit, lease=LEASE)))


async def test_an_event_is_accepted_once_however_often_it_comes(store: Store) -> None:
    answers = [await store.write(lambda tx: tx.inbox.add("k", b"first")) for _ in range(3)]

    assert answers == [True, False, False]
    assert [item.payload for item in await claim(store)] == [b"first"]


async def test_a_late_duplicate_is_known_after_the_work_is_done(store: Store) -> None:
    await accept(store, "k")
    (item,) = await claim(store)
    await store.write(lambda tx: tx.inbox.finish(item))

    assert await store.write(lambda tx: tx.inbox.add("k", b"again")) is False
    assert await claim(store) == []


async def test_of_two_that_accept_the_same_at_once_one_is_first(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()

    answers = await asyncio.gather(
        *(place.write(lambda tx: tx.inbox.add("k", b"x")) for place in (store, other) for _ in range(5))
    )

    assert sorted(answers) == [False] * 9 + [True]


async def test_items_are_claimed_oldest_first_and_carry_what_was_accepted(store: Store, clock: Ticker) -> None:
    await accept(store, "a")
    clock.advance(SECOND)
    await accept(store, "b", "c")

    items = await claim(store, limit=2)

    assert [(item.key, item.payload) for item in items] == [("a", b"sealed a"), ("b", b"sealed b")]
    assert [item.received_at for item in items] == [START, START + SECOND]
    assert [(item.attempts, item.fence) for item in items] == [(1, 1), (1, 1)]


async def test_a_claimed_item_is_nobody_elses_while_the_lease_runs(store: Store, clock: Ticker) -> None:
    await accept(store, "a")
    await claim(store)
    clock.advance(LEASE - timedelta(microseconds=1))

    assert await claim(store, worker="w2") == []


async def test_a_lease_that_ran_out_goes_to_the_next_worker_with_a_new_fence(store: Store, clock: Ticker) -> None:
    await accept(store, "a")
    (first,) = await claim(store)
    clock.advance(LEASE)

    (second,) = await claim(store, worker="w2")

    assert (second.id, second.fence, second.attempts) == (first.id, first.fence + 1, 2)


@pytest.mark.parametrize("act", ["finish", "retry", "bury"])
async def test_who_lost_the_lease_can_do_nothing_with_the_item(store: Store, clock: Ticker, act: str) -> None:
    await accept(store, "a")
    (stale,) = await claim(store)
    clock.advance(LEASE)
    (held,) = await claim(store, worker="w2")

    with pytest.raises(StaleLease):
        await do(store, act, stale)

    await do(store, "finish", held)
    assert (await store.read(lambda tx: tx.inbox.counts())).waiting == 0


@pytest.mark.parametrize("act", ["finish", "retry", "bury"])
async def test_an_item_can_be_let_go_of_once(store: Store, act: str) -> None:
    await accept(store, "a")
    (item,) = await claim(store)
    await do(store, act, item)

    with pytest.raises(StaleLease):
        await do(store, act, item)


async def do(store: Store, act: str, item: InboxItem) -> None:
    if act == "finish":
        await store.write(lambda tx: tx.inbox.finish(item))
    elif act == "retry":
        await store.write(lambda tx: tx.inbox.retry(item, after=SECOND, error="ValueError"))
    else:
        await store.write(lambda tx: tx.inbox.bury(item, error="ValueError"))


async def test_a_lease_that_ran_out_may_still_be_finished_if_nobody_took_it(store: Store, clock: Ticker) -> None:
    await accept(store, "a")
    (item,) = await claim(store)
    clock.advance(MINUTE)

    await store.write(lambda tx: tx.inbox.finish(item))

    assert await claim(store) == []


async def test_an_item_given_back_comes_due_later_and_counts_its_attempts(store: Store, clock: Ticker) -> None:
    await accept(store, "a")
    (item,) = await claim(store)
    await store.write(lambda tx: tx.inbox.retry(item, after=MINUTE, error="ValueError"))

    assert await claim(store) == []
    clock.advance(MINUTE)
    (again,) = await claim(store)
    assert (again.attempts, again.payload) == (2, b"sealed a")


async def test_done_and_dead_items_keep_no_payload(store: Store) -> None:
    await accept(store, "a", "b")
    done, dead = await claim(store)
    await store.write(lambda tx: tx.inbox.finish(done))
    await store.write(lambda tx: tx.inbox.bury(dead, error="ValueError"))

    rows = await store.read(lambda tx: connection_of(tx).execute(inbox.select()).mappings().all())
    assert [(row["state"], row["payload"], row["worker"]) for row in rows] == [
        ("done", None, None),
        ("dead", None, None),
    ]


async def test_counts_tell_where_items_stand_and_how_late_the_oldest_is(store: Store, clock: Ticker) -> None:
    await accept(store, "dead", "leased", "lapsed")
    (dead,) = await claim(store, limit=1)
    await store.write(lambda tx: tx.inbox.bury(dead, error="ValueError"))
    clock.advance(LEASE)
    await claim(store, limit=1)
    await accept(store, "waiting", "done")
    clock.advance(SECOND)
    lapsed, waiting, done = await claim(store)
    await store.write(lambda tx: tx.inbox.finish(done))
    await store.write(lambda tx: tx.inbox.retry(waiting, after=timedelta(0), error="x"))
    clock.advance(4 * SECOND)

    counts = await store.read(lambda tx: tx.inbox.counts())

    assert lapsed.key == "lapsed"
    assert (counts.waiting, counts.leased, counts.dead, counts.oldest_due_seconds) == (1, 2, 1, 4.0)


async def test_an_empty_inbox_counts_nothing(store: Store) -> None:
    counts = await store.read(lambda tx: tx.inbox.counts())

    assert (counts.waiting, counts.leased, counts.dead, counts.oldest_due_seconds) == (0, 0, 0, 0.0)
    assert await store.read(lambda tx: tx.inbox.next_due()) is None


async def test_next_due_names_the_first_instant_when_there_is_work(store: Store) -> None:
    await accept(store, "a", "b")
    assert await store.read(lambda tx: tx.inbox.next_due()) == START

    one, _ = await claim(store)
    assert await store.read(lambda tx: tx.inbox.next_due()) == START + LEASE

    await store.write(lambda tx: tx.inbox.retry(one, after=SECOND, error="x"))
    assert await store.read(lambda tx: tx.inbox.next_due()) == START + SECOND


async def test_two_stores_never_claim_the_same_item(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()
    await store.write(lambda tx: [tx.inbox.add(f"k{n}", b"x") for n in range(200)])

    async def work(place: Store, worker: str) -> list[InboxItem]:
        mine: list[InboxItem] = []
        while items := await claim(place, worker=worker, limit=7):
            mine.extend(items)
            for item in items:
                await place.write(lambda tx, item=item: tx.inbox.finish(item))  # type: ignore[misc]
        return mine

    shares = await asyncio.gather(*(work(place, f"w{n}") for n, place in enumerate((store, other, store, other))))

    ids = [item.id for share in shares for item in share]
    assert len(ids) == 200
    assert len(set(ids)) == 200


async def test_what_was_said_just_before_is_there_while_it_still_waits(store: Store) -> None:
    await accept(store, "w|c|1|0", "w|other|2|0", "w|c|3|0", "w|c|4|0", "w|c|5|0")
    done, _, _, item, _ = await claim(store)
    await store.write(lambda tx: tx.inbox.finish(done))

    pending = await store.read(lambda tx: tx.inbox.pending_before(item, limit=5))

    assert item.key == "w|c|4|0"
    assert pending == [b"sealed w|c|3|0"]
    assert await store.read(lambda tx: tx.inbox.pending_before(item, limit=0)) == []


async def test_releasing_makes_every_lease_due_at_once_and_outdates_its_holder(store: Store) -> None:
    await accept(store, "a", "b", "done")
    *held, done = await claim(store)
    await store.write(lambda tx: tx.inbox.finish(done))

    await store.write(lambda tx: tx.inbox.release())

    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.inbox.finish(held[0]))
    assert [item.key for item in await claim(store, worker="w2")] == ["a", "b"]
