"""Units: all or nothing, each on its own, at one instant, on one picture, durable before the answer."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import ChaperoneError, StoreUnavailable
from bot.ports import Inbox, Incidents, Journal, Messages, Outbox, Questions, Registry, Store, Transaction
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import SECOND, START, Ticker, connection_of
from tests.servers import PostgresServer


class WrongTurn(ChaperoneError):
    """A unit of this suite changed its mind. Nothing to do."""


async def waiting_in(store: Store) -> int:
    return (await store.read(lambda tx: tx.inbox.counts())).waiting


async def test_a_transaction_is_all_that_the_ports_promise(store: Store) -> None:
    """The types say so too: this assignment is checked."""

    def unit(
        tx: Transaction,
    ) -> tuple[Inbox, Outbox, Messages, Incidents, Registry, Questions, Journal]:
        return tx.inbox, tx.outbox, tx.messages, tx.incidents, tx.registry, tx.questions, tx.journal

    assert len(await store.read(unit)) == 7


async def test_the_answer_of_a_unit_is_handed_back(store: Store) -> None:
    assert await store.write(lambda tx: (tx.inbox.add("k", b"x"), "answer")) == (True, "answer")
    assert await store.read(lambda tx: tx.inbox.counts().waiting) == 1


async def test_an_error_undoes_all_of_its_unit_and_reaches_the_caller(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        tx.inbox.add("a", b"x")
        tx.inbox.add("b", b"x")
        raise WrongTurn("changed my mind")

    with pytest.raises(WrongTurn, match="changed my mind"):
        await store.write(unit)

    assert await waiting_in(store) == 0


async def test_a_failing_unit_does_not_harm_those_beside_it(store: Store) -> None:
    def unit(n: int) -> Callable[[Transaction], int]:
        def run(tx: Transaction) -> int:
            tx.inbox.add(f"k{n}", b"x")
            if n % 3 == 0:
                raise WrongTurn(str(n))
            if n % 7 == 0:
                connection_of(tx).execute(sa.text("SELECT no_such_column FROM inbox"))
            return n

        return run

    answers = await asyncio.gather(*(store.write(unit(n)) for n in range(60)), return_exceptions=True)

    assert [n for n, answer in enumerate(answers) if answer == n] == [n for n in range(60) if n % 3 and n % 7]
    assert [n for n, answer in enumerate(answers) if isinstance(answer, WrongTurn)] == list(range(0, 60, 3))
    assert await waiting_in(store) == len([n for n in range(60) if n % 3 and n % 7])


async def test_what_was_answered_is_seen_from_outside(
    store: Store, database_url: str, request: pytest.FixtureRequest
) -> None:
    """By somebody who knows nothing of our connections: it has been committed."""
    await asyncio.gather(*(store.write(lambda tx, n=n: tx.inbox.add(f"k{n}", b"x")) for n in range(20)))  # type: ignore[misc]

    url = sa.make_url(database_url)
    count = "SELECT count(*) FROM inbox"
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(Path(url.database or "")) as outside:
            seen = outside.execute(count).fetchone()[0]
        outside.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        seen = int(server.run(count, database=url.database or ""))
    assert seen == 20


async def test_now_stays_the_same_throughout_a_unit_and_follows_the_clock_between(store: Store, clock: Ticker) -> None:
    def unit(tx: Transaction) -> list[object]:
        first = tx.now
        clock.advance(SECOND)
        return [first, tx.now]

    assert await store.write(unit) == [START, START]
    assert await store.read(unit) == [START + SECOND, START + SECOND]


async def test_moments_keep_their_microseconds_and_their_zone(store: Store, clock: Ticker) -> None:
    clock.advance(timedelta(microseconds=1))
    await store.write(lambda tx: tx.inbox.add("k", b"x"))

    due = await store.read(lambda tx: tx.inbox.next_due())

    assert due == START + timedelta(microseconds=1)
    assert due is not None
    assert due.utcoffset() == timedelta(0)


async def test_a_reader_sees_one_picture_whatever_is_written_meanwhile(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()
    await store.write(lambda tx: tx.inbox.add("before", b"x"))
    loop = asyncio.get_running_loop()
    writing: list[asyncio.Task[bool]] = []

    def start_writing() -> None:
        writing.append(asyncio.create_task(other.write(lambda tx: tx.inbox.add("meanwhile", b"x"))))

    def unit(tx: Transaction) -> tuple[int, int]:
        first = again = tx.inbox.counts().waiting
        loop.call_soon_threadsafe(start_writing)
        # Reading again and again lets the other store get its turn, in both drivers.
        for _ in range(300):
            again = tx.inbox.counts().waiting
            if again != first:
                break
        return first, again

    assert await store.read(unit) == (1, 1)
    assert await writing[0] is True
    assert await waiting_in(store) == 2


async def test_a_reading_unit_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(lambda tx: tx.inbox.add("k", b"x"))

    assert await waiting_in(store) == 0


async def test_readers_go_on_while_a_writer_is_busy(store: Store) -> None:
    loop = asyncio.get_running_loop()
    has_read = asyncio.Event()
    counts: list[int] = []

    async def read() -> None:
        counts.append(await waiting_in(store))
        has_read.set()

    def slow(tx: Transaction) -> None:
        tx.inbox.add("k", b"x")
        loop.call_soon_threadsafe(lambda: reading.append(asyncio.create_task(read())))
        for _ in range(200):
            tx.inbox.counts()
            if has_read.is_set():
                break

    reading: list[asyncio.Task[None]] = []
    await store.write(slow)
    await asyncio.gather(*reading)

    assert counts
    assert await waiting_in(store) == 1


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()

    with pytest.raises(StoreUnavailable, match="closed"):
        await store.write(lambda tx: tx.inbox.add("k", b"x"))
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.read(lambda tx: tx.inbox.counts())


async def test_closing_lets_what_waits_be_written_first(store: Store, open_another: OpenAnother) -> None:
    waiting = [
        asyncio.create_task(store.write(lambda tx, n=n: tx.inbox.add(f"k{n}", b"x")))  # type: ignore[misc]
        for n in range(30)
    ]
    await asyncio.sleep(0)

    await store.close()

    assert all(task.done() for task in waiting)
    assert await waiting_in(await open_another()) == 30


async def test_who_stops_waiting_does_not_disturb_the_others(store: Store) -> None:
    tasks = [
        asyncio.create_task(store.write(lambda tx, n=n: tx.inbox.add(f"k{n}", b"x")))  # type: ignore[misc]
        for n in range(20)
    ]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(answer is True for answer in answers[1::2])
    assert await store.write(lambda tx: tx.inbox.add("afterwards", b"x")) is True


async def test_without_a_clock_of_ours_the_store_tells_the_time(database_url: str) -> None:
    from adapters.storage import open_store

    store = await open_store(database_url)
    first = await store.read(lambda tx: tx.now)
    second = await store.write(lambda tx: tx.now)
    await store.close()

    assert first.utcoffset() == timedelta(0)
    assert timedelta(0) <= second - first < timedelta(seconds=60)
