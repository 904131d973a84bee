"""The outbox: everyone gets what they are owed, once, one card at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.errors import StaleLease
from bot.ports import OutboxItem, Store
from bot.records.deliveries import Delivery, Topic, TopicKind
from policy.verdict import Severity
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import LEASE, MINUTE, SECOND, START, Ticker, delivery, person


async def owe(store: Store, *deliveries: Delivery) -> list[bool]:
    return await store.write(lambda tx: [tx.outbox.add(delivery) for delivery in deliveries])


async def claim(store: Store, *, limit: int = 10) -> list[OutboxItem]:
    return list(await store.write(lambda tx: tx.outbox.claim("w1", limit=limit, lease=LEASE)))


async def finish(store: Store, item: OutboxItem, card: str | None = "card-1") -> None:
    await store.write(lambda tx: tx.outbox.finish(item, card=card))


async def retry(store: Store, item: OutboxItem, *, counts: bool = True) -> None:
    await store.write(lambda tx: tx.outbox.retry(item, after=MINUTE, error="PlatformBusy", counts=counts))


async def bury(store: Store, item: OutboxItem) -> None:
    await store.write(lambda tx: tx.outbox.bury(item, error="Undeliverable"))


def named(items: Sequence[OutboxItem]) -> list[tuple[str, str, int]]:
    return [(item.delivery.topic.id, item.delivery.to.person[2:], item.delivery.version) for item in items]


async def test_a_delivery_is_owed_once_however_often_it_is_asked_for(store: Store) -> None:
    assert await owe(store, delivery(), delivery()) == [True, False]
    (item,) = await claim(store)
    await finish(store, item)

    assert await owe(store, delivery(severity=Severity.URGENT)) == [False]
    assert await claim(store) == []


async def test_a_delivery_comes_back_as_it_was_owed(store: Store) -> None:
    owed = delivery("4f2a", to="principal", version=7, severity=Severity.NORMAL, notify=False)
    await owe(store, owed)

    (item,) = await claim(store)

    assert (item.delivery, item.attempts, item.fence) == (owed, 1, 1)


async def test_nothing_is_delivered_before_its_time(store: Store, clock: Ticker) -> None:
    await owe(store, delivery(not_before=START + MINUTE))

    assert await claim(store) == []
    assert await store.read(lambda tx: tx.outbox.next_due()) == START + MINUTE
    clock.advance(MINUTE)
    assert named(await claim(store)) == [("a", "owner", 1)]


async def test_urgent_ones_go_first_then_the_longest_due(store: Store, clock: Ticker) -> None:
    clock.advance(MINUTE)
    await owe(
        store,
        delivery("late", not_before=START + 3 * SECOND),
        delivery("early", severity=Severity.LOW, not_before=START + SECOND),
        delivery("middle", not_before=START + 2 * SECOND),
        delivery("urgent", severity=Severity.URGENT, not_before=START + 4 * SECOND),
    )

    items = await claim(store, limit=3)

    assert [item.delivery.topic.id for item in items] == ["urgent", "early", "middle"]


async def test_of_several_for_one_card_the_newest_is_shown_and_covers_the_older(store: Store) -> None:
    await owe(store, delivery(version=1), delivery(version=3), delivery(version=2), delivery(to="principal"))

    items = await claim(store)
    assert named(items) == [("a", "owner", 3), ("a", "principal", 1)]
    assert await claim(store) == []
    await finish(store, items[0])

    assert await claim(store) == []
    assert (await store.read(lambda tx: tx.outbox.counts())).waiting == 0


async def test_a_newer_one_waits_until_the_card_is_shown(store: Store) -> None:
    await owe(store, delivery(version=1))
    (first,) = await claim(store)
    await owe(store, delivery(version=2))

    assert await claim(store) == []
    await finish(store, first)

    assert named(await claim(store)) == [("a", "owner", 2)]


async def test_a_newer_one_waits_no_longer_than_the_lease_of_the_older(store: Store, clock: Ticker) -> None:
    await owe(store, delivery(version=1))
    (first,) = await claim(store)
    await owe(store, delivery(version=2))
    assert await store.read(lambda tx: tx.outbox.next_due()) == START + LEASE
    clock.advance(LEASE)

    (second,) = await claim(store)
    await finish(store, second)

    assert second.delivery.version == 2
    assert await claim(store) == []
    with pytest.raises(StaleLease):
        await finish(store, first, "another card")
    assert await store.read(lambda tx: tx.outbox.card(second.delivery.topic, person("owner"))) == "card-1"


async def test_the_one_that_is_shown_calls_for_attention_if_any_that_it_covers_does(store: Store) -> None:
    await owe(
        store,
        delivery(version=1, severity=Severity.URGENT),
        delivery("b", severity=Severity.HIGH),
        delivery(version=2, severity=Severity.NORMAL, notify=False),
    )

    first, *_ = await claim(store)

    assert (first.delivery.version, first.delivery.severity, first.delivery.notify) == (2, Severity.URGENT, True)


async def test_a_silent_change_leaves_the_call_for_attention_to_its_hour(store: Store, clock: Ticker) -> None:
    morning = START + 60 * MINUTE
    await owe(store, delivery(version=1, not_before=morning), delivery(version=2, notify=False))
    (silent,) = await claim(store)
    await finish(store, silent)
    assert silent.delivery.notify is False

    assert await claim(store) == []
    clock.advance(60 * MINUTE)
    (calling,) = await claim(store)

    assert calling.delivery.notify is True


async def test_one_that_calls_for_attention_covers_what_was_to_wait(store: Store, clock: Ticker) -> None:
    morning = START + 60 * MINUTE
    await owe(store, delivery(version=1, not_before=morning), delivery(version=2, severity=Severity.URGENT))
    (urgent,) = await claim(store)
    await finish(store, urgent)
    clock.advance(61 * MINUTE)

    assert await claim(store) == []


async def test_after_a_busy_platform_older_ones_wait_as_long(store: Store, clock: Ticker) -> None:
    await owe(store, delivery(version=1), delivery(version=2))
    (item,) = await claim(store)
    await retry(store, item)

    assert await claim(store) == []
    clock.advance(MINUTE)
    assert named(await claim(store)) == [("a", "owner", 2)]


async def test_being_asked_to_wait_does_not_count_as_an_attempt(store: Store, clock: Ticker) -> None:
    await owe(store, delivery())
    (item,) = await claim(store)
    await retry(store, item, counts=False)
    clock.advance(MINUTE)
    (item,) = await claim(store)
    assert (item.attempts, item.fence) == (1, 2)

    await retry(store, item)
    clock.advance(MINUTE)
    (item,) = await claim(store)
    assert (item.attempts, item.fence) == (2, 3)


@pytest.mark.parametrize("act", ["finish", "retry", "bury"])
async def test_who_lost_the_lease_can_do_nothing_with_the_delivery(store: Store, clock: Ticker, act: str) -> None:
    await owe(store, delivery())
    (stale,) = await claim(store)
    clock.advance(LEASE)
    (held,) = await claim(store)

    acts: dict[str, Callable[[], Awaitable[None]]] = {
        "finish": lambda: finish(store, stale, "stale card"),
        "retry": lambda: retry(store, stale),
        "bury": lambda: bury(store, stale),
    }
    with pytest.raises(StaleLease):
        await acts[act]()

    assert await store.read(lambda tx: tx.outbox.card(stale.delivery.topic, stale.delivery.to)) is None
    await finish(store, held)


async def test_a_delivery_given_up_is_listed_newest_first_and_takes_older_ones_along(
    store: Store, clock: Ticker
) -> None:
    await owe(store, delivery("a", version=1), delivery("a", version=2), delivery("b"))
    for item in await claim(store):
        await bury(store, item)
        clock.advance(SECOND)

    assert named(await store.read(lambda tx: tx.outbox.dead())) == [("b", "owner", 1), ("a", "owner", 2)]
    assert await claim(store) == []
    counts = await store.read(lambda tx: tx.outbox.counts())
    assert (counts.waiting, counts.leased, counts.dead) == (0, 0, 2)


async def test_the_card_is_known_by_topic_and_person_and_replaced_by_the_newer(store: Store) -> None:
    topic = Topic(TopicKind.INCIDENT, "a")
    await owe(store, delivery(version=1))
    (item,) = await claim(store)
    await finish(store, item, "card-1")
    await owe(store, delivery(version=2))
    (item,) = await claim(store)
    await finish(store, item, "card-2")

    assert await store.read(lambda tx: tx.outbox.card(topic, person("owner"))) == "card-2"
    assert await store.read(lambda tx: tx.outbox.card(topic, person("principal"))) is None
    assert await store.read(lambda tx: tx.outbox.card(Topic(TopicKind.NOTE, "a"), person("owner"))) is None


async def test_where_there_was_nothing_to_show_the_card_stays_as_it_was(store: Store) -> None:
    topic = Topic(TopicKind.INCIDENT, "a")
    await owe(store, delivery(version=1))
    (item,) = await claim(store)
    await finish(store, item, None)
    assert await store.read(lambda tx: (tx.outbox.card(topic, person("owner")), tx.outbox.shown_to(topic))) == (
        None,
        [],
    )

    await owe(store, delivery(version=2))
    (item,) = await claim(store)
    await finish(store, item, "card-1")
    await owe(store, delivery(version=3))
    (item,) = await claim(store)
    await finish(store, item, None)

    assert await store.read(lambda tx: tx.outbox.card(topic, person("owner"))) == "card-1"


async def test_shown_to_names_who_has_a_card_and_who_is_owed_one(store: Store) -> None:
    await owe(store, delivery(to="shown"))
    (item,) = await claim(store)
    await finish(store, item)
    await owe(store, delivery(to="shown", version=2), delivery(to="owed", not_before=START + MINUTE))
    await owe(store, delivery(to="unreachable"), delivery("other topic", to="stranger"))
    for item in await claim(store):
        if item.delivery.to == person("unreachable"):
            await bury(store, item)

    shown_to = await store.read(lambda tx: tx.outbox.shown_to(Topic(TopicKind.INCIDENT, "a")))

    assert shown_to == [person("owed"), person("shown")]


async def test_counts_and_next_due_of_an_outbox_at_work(store: Store, clock: Ticker) -> None:
    assert await store.read(lambda tx: tx.outbox.next_due()) is None
    await owe(store, delivery("a"), delivery("b"), delivery("later", not_before=START + 10 * MINUTE))
    clock.advance(5 * SECOND)
    await claim(store, limit=1)

    counts = await store.read(lambda tx: tx.outbox.counts())

    assert (counts.waiting, counts.leased, counts.dead, counts.oldest_due_seconds) == (2, 1, 0, 5.0)
    assert await store.read(lambda tx: tx.outbox.next_due()) == START


async def test_two_stores_never_show_one_card_at_the_same_time(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()
    being_shown: set[str] = set()
    shown: list[tuple[str, int]] = []

    async def add_versions() -> None:
        for version in range(1, 16):
            await owe(store, *(delivery(f"t{n}", version=version) for n in range(4)))

    async def show(place: Store) -> None:
        idle = 0
        while idle < 5 or not adding.done():
            items = await claim(place, limit=3)
            idle = 0 if items else idle + 1
            for item in items:
                assert item.delivery.topic.id not in being_shown
                being_shown.add(item.delivery.topic.id)
            await asyncio.sleep(0)
            for item in items:
                being_shown.remove(item.delivery.topic.id)
                await finish(place, item)
                shown.append((item.delivery.topic.id, item.delivery.version))

    adding = asyncio.create_task(add_versions())
    await asyncio.gather(adding, *(show(place) for place in (store, other, store, other)))

    assert len(set(shown)) == len(shown)
    assert dict(sorted(shown)) == {f"t{n}": 15 for n in range(4)}


async def test_releasing_makes_every_lease_due_at_once_and_outdates_its_holder(store: Store) -> None:
    await owe(store, delivery("a"), delivery("b"))
    held = await claim(store)

    await store.write(lambda tx: tx.outbox.release())

    assert len(held) == 2
    with pytest.raises(StaleLease):
        await finish(store, held[0])
    assert named(await claim(store)) == named(held)
