"""The PostgreSQL store alone: lost races, lost answers and lost servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from adapters.storage.postgres import Patience, PostgresStore, _engine, _for_asyncpg, open_postgres
from bot.errors import StoreUnavailable
from bot.ids import MessageRef
from bot.ports import Store, Transaction
from tests.adapters.storage.records import connection_of, message
from tests.servers import PostgresServer

HASTY = Patience(attempts=3, seconds=1, first_pause=0.001, longest_pause=0.002)


@pytest.fixture
def url(postgres_database: str) -> sa.URL:
    return sa.make_url(postgres_database)


@pytest.fixture
async def store(url: sa.URL) -> AsyncIterator[PostgresStore]:
    """A store on the server's own clock, with no rows in its inbox."""
    store = await open_postgres(url, None)
    await store.write(lambda tx: connection_of(tx).execute(sa.text("TRUNCATE inbox, messages")))
    yield store
    await store.close()


async def keys_in(store: Store) -> list[str]:
    query = sa.text("SELECT key FROM inbox ORDER BY key")
    return list(await store.read(lambda tx: connection_of(tx).execute(query).scalars().all()))


def lock_both(first: MessageRef, second: MessageRef, holding: set[MessageRef]) -> Callable[[Transaction], int]:
    """A unit that holds one message and, once somebody else holds the other, wants that too; answers how often it has
    been run."""
    runs = 0

    def unit(tx: Transaction) -> int:
        nonlocal runs
        runs += 1
        tx.messages.lock(first)
        holding.add(first)
        while second not in holding:
            connection_of(tx).execute(sa.text("SELECT pg_sleep(0.01)"))
        tx.messages.lock(second)
        return runs

    return unit


async def test_the_store_fits_its_port(store: PostgresStore) -> None:
    fitting: Store = store

    assert await fitting.read(lambda tx: tx.inbox.next_due()) is None


async def test_units_that_hold_each_other_off_both_come_through(store: PostgresStore) -> None:
    one, two, holding = message("1"), message("2"), set[MessageRef]()

    runs = await asyncio.gather(store.write(lock_both(one, two, holding)), store.write(lock_both(two, one, holding)))

    assert max(runs) > 1, "the server ended at least one of them, and it was run again"


async def test_a_unit_that_waited_too_long_for_a_lock_is_run_again(store: PostgresStore) -> None:
    is_held, may_end, runs = asyncio.Event(), asyncio.Event(), 0
    loop = asyncio.get_running_loop()

    async def hold() -> None:
        async with store._engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(77)"))
            is_held.set()
            await may_end.wait()

    def unit(tx: Transaction) -> int:
        nonlocal runs
        runs += 1
        if runs == 3:
            loop.call_soon(may_end.set)
        connection_of(tx).execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
        connection_of(tx).execute(sa.text("SELECT pg_advisory_xact_lock(77)"))
        return runs

    holding = asyncio.create_task(hold())
    await is_held.wait()

    assert await store.write(unit) >= 3
    await holding


async def test_a_lock_that_is_never_let_go_of_is_said(url: sa.URL) -> None:
    store = await open_postgres(url, None, patience=HASTY)
    async with store._engine.begin() as connection:
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(78)"))

        def unit(tx: Transaction) -> None:
            connection_of(tx).execute(sa.text("SET LOCAL lock_timeout = '5ms'"))
            connection_of(tx).execute(sa.text("SELECT pg_advisory_xact_lock(78)"))

        with pytest.raises(StoreUnavailable, match="too busy"):
            await store.write(unit)
    await store.close()


async def test_an_error_of_the_unit_itself_is_not_tried_again(store: PostgresStore) -> None:
    runs = 0

    def unit(_: Transaction) -> None:
        nonlocal runs
        runs += 1
        raise LookupError("none of the server's")

    with pytest.raises(LookupError):
        await store.write(unit)

    assert runs == 1


@pytest.mark.kill
async def test_nothing_answered_is_lost_and_the_store_heals_when_the_server_is_killed(
    store: PostgresStore, postgres: PostgresServer
) -> None:
    answered: list[str] = []
    refused: list[str] = []
    is_over = asyncio.Event()

    async def accept(name: int) -> None:
        count = 0
        while not is_over.is_set():
            key = f"{name:02}-{count:04}"
            try:
                await store.write(lambda tx, key=key: tx.inbox.add(key, b"x"))  # type: ignore[misc]
            except StoreUnavailable:
                # A server that takes long to come back is said; a platform would send the event again.
                refused.append(key)
                assert len(refused) < 50
            else:
                answered.append(key)
            count += 1

    async def until_answered(more: int) -> None:
        goal = len(answered) + more
        while len(answered) < goal:
            await asyncio.sleep(0.002)
            assert not any(writer.done() for writer in writers)

    writers = [asyncio.create_task(accept(name)) for name in range(8)]
    for _ in range(3):
        await until_answered(50)
        await asyncio.to_thread(postgres.kill)
        await asyncio.to_thread(postgres.start)
    await until_answered(50)
    is_over.set()
    await asyncio.gather(*writers)

    assert len(answered) >= 200
    assert set(answered) <= set(await keys_in(store))


@asynccontextmanager
async def cut_at(folder: Path, server: Path, words: bytes, *, cuts: int) -> AsyncIterator[list[bytes]]:
    """A socket in `folder` that leads to the server and is cut, so often, just after `words` went through: the server
    does what it was asked and its answer is lost. Yields what was cut."""
    done: list[bytes] = []

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_asking: bool) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
            if is_asking and words in data and len(done) < cuts:
                done.append(data)
                return
        return

    async def serve(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(server / ".s.PGSQL.5432")
        asking = asyncio.create_task(forward(client, to_server, is_asking=True))
        answering = asyncio.create_task(forward(from_server, to_client, is_asking=False))
        await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        answering.cancel()
        # The request is on its way; only then is the line cut on both sides.
        to_client.transport.abort()
        to_server.close()
        asking.cancel()

    proxy = await asyncio.start_unix_server(serve, folder / ".s.PGSQL.5432")
    try:
        yield done
    finally:
        proxy.close()


async def test_a_commit_whose_answer_was_lost_is_found_out_by_running_the_unit_again(
    url: sa.URL, store: PostgresStore, postgres: PostgresServer, tmp_path: Path
) -> None:
    async with cut_at(tmp_path, postgres.data, b"COMMIT", cuts=2) as cut:
        through_proxy = store_on(url.update_query_dict({"host": str(tmp_path)}), Patience(first_pause=0.05))
        answer = await through_proxy.write(lambda tx: tx.inbox.add("k", b"x"))
        await through_proxy.close()

    assert len(cut) == 2
    assert answer in (True, False)
    assert await keys_in(store) == ["k"]


def store_on(url: sa.URL, patience: Patience) -> PostgresStore:
    """A store that does not look at the tables first."""
    return PostgresStore(_engine(_for_asyncpg(url), connections=2, lock_seconds=3), None, patience)


async def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    url = sa.make_url(f"postgresql://postgres@/chaperone?host={tmp_path}")

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await open_postgres(url, None, patience=HASTY)


async def test_a_database_that_is_not_there_is_said_at_once(url: sa.URL) -> None:
    started = monotonic()

    with pytest.raises(StoreUnavailable, match="no database of the name"):
        await open_postgres(url.set(database="nothing_here"), None)

    assert monotonic() - started < 5


async def test_a_server_that_takes_no_writes_is_said(postgres: PostgresServer) -> None:
    url = sa.make_url(postgres.new_database())
    store = await open_postgres(url, None, patience=HASTY)
    await store.close()
    postgres.run(f"ALTER DATABASE {url.database} SET default_transaction_read_only = on")
    store = store_on(url, HASTY)

    with pytest.raises(StoreUnavailable, match="takes no writes"):
        await store.write(lambda tx: tx.inbox.add("k", b"x"))

    await store.close()


async def test_more_units_at_once_than_connections_follow_one_another(store: PostgresStore) -> None:
    answers: list[Awaitable[bool]] = [
        store.write(lambda tx, n=n: tx.inbox.add(f"k{n:03}", b"x"))  # type: ignore[misc]
        for n in range(60)
    ]

    assert await asyncio.gather(*answers) == [True] * 60
    assert len(await keys_in(store)) == 60


def test_the_address_may_ask_for_tls_as_other_programs_write_it() -> None:
    url = _for_asyncpg(sa.make_url("postgresql://u:p@db.example.org/chaperone?sslmode=verify-full"))

    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", {"ssl": "verify-full"})


def test_pauses_grow_up_to_the_longest_and_are_never_the_same_for_all() -> None:
    patience = Patience(first_pause=1, longest_pause=8)

    for attempt, longest in enumerate((1, 2, 4, 8, 8)):
        pauses = {patience.pause(attempt) for _ in range(50)}
        assert longest / 2 <= min(pauses) < max(pauses) <= longest
