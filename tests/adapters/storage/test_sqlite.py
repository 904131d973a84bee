"""The SQLite store alone: its file, its rights, and what it says when the disk or somebody else is in the way."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.storage import open_store, sqlite_file
from adapters.storage.sqlite import SqliteStore, _make, _write_ahead, open_sqlite
from bot.errors import StoreUnavailable
from bot.ports import Store, Transaction
from tests.adapters.storage.records import Ticker, connection_of, message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "deep" / "chaperone.db"


@pytest.fixture
async def file_store(path: Path, clock: Ticker) -> AsyncIterator[SqliteStore]:
    """A store that does not wait long for others."""
    store = open_sqlite(path, clock, busy_seconds=0.05)
    yield store
    await store.close()


async def pragma(store: Store, name: str) -> object:
    """Reads a setting of the writer's connection, or changes it."""

    def unit(tx: Transaction) -> object:
        result = connection_of(tx).exec_driver_sql(f"PRAGMA {name}")
        return result.scalar() if result.returns_rows else None

    return await store.write(unit)


async def test_the_store_fits_its_port(file_store: SqliteStore) -> None:
    store: Store = file_store

    assert await store.read(lambda tx: tx.inbox.next_due()) is None


async def test_folder_and_files_are_for_our_own_eyes(file_store: SqliteStore, path: Path) -> None:
    await file_store.write(lambda tx: tx.inbox.add("k", b"x"))

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert files == dict.fromkeys(("chaperone.db", "chaperone.db-wal", "chaperone.db-shm"), 384)


async def test_what_was_answered_outlives_a_power_cut_and_what_was_deleted_is_overwritten(
    file_store: SqliteStore,
) -> None:
    settings = {name: await pragma(file_store, name) for name in ("journal_mode", "synchronous", "secure_delete")}

    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert await pragma(file_store, "foreign_keys") == 1


async def test_purged_words_are_in_no_file_any_more(path: Path, clock: Ticker) -> None:
    store = open_sqlite(path, clock)
    words = b"marked words that nobody should find"
    until = clock.now
    await store.write(
        lambda tx: tx.messages.keep_context(message(), thread=None, said_at=clock.now, sealed=words, until=until)
    )
    assert any(words in file.read_bytes() for file in path.parent.iterdir())

    await store.write(lambda tx: tx.messages.purge_context())
    await store.close()

    assert [file.name for file in path.parent.iterdir() if words in file.read_bytes()] == []


async def test_a_full_disk_is_said_and_got_over(file_store: SqliteStore) -> None:
    await file_store.write(lambda tx: tx.inbox.add("before", b"x"))
    await pragma(file_store, "max_page_count = 1")  # SQLite takes the present size where that is larger

    with pytest.raises(StoreUnavailable, match=r"is full\. Free some space"):
        await file_store.write(lambda tx: tx.inbox.add("too large", b"x" * 1_000_000))

    await pragma(file_store, "max_page_count = 1000000")
    assert await file_store.write(lambda tx: tx.inbox.add("before", b"x")) is False
    assert await file_store.write(lambda tx: tx.inbox.add("too large", b"x" * 1_000_000)) is True


async def test_of_units_on_a_full_disk_none_is_answered_that_was_not_written(file_store: SqliteStore) -> None:
    await pragma(file_store, "max_page_count = 1")

    answers = await asyncio.gather(
        *(file_store.write(lambda tx, n=n: tx.inbox.add(f"k{n}", b"x" * 10_000)) for n in range(100)),  # type: ignore[misc]
        return_exceptions=True,
    )

    assert any(isinstance(answer, StoreUnavailable) for answer in answers)
    await pragma(file_store, "max_page_count = 1000000")
    stored = await file_store.read(lambda tx: set(connection_of(tx).exec_driver_sql("SELECT key FROM inbox").scalars()))
    assert stored == {f"k{n}" for n, answer in enumerate(answers) if answer is True}


async def test_a_file_that_takes_no_writes_is_said(file_store: SqliteStore) -> None:
    await pragma(file_store, "query_only = 1")

    with pytest.raises(StoreUnavailable, match=r"cannot be written\. Give the account"):
        await file_store.write(lambda tx: tx.inbox.add("k", b"x"))


async def test_another_program_that_holds_the_file_is_said_and_got_over(file_store: SqliteStore, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="Another program has held"):
        await file_store.write(lambda tx: tx.inbox.add("k", b"x"))
    assert await file_store.read(lambda tx: tx.inbox.counts().waiting) == 0

    other.execute("ROLLBACK")
    other.close()
    assert await file_store.write(lambda tx: tx.inbox.add("k", b"x")) is True


def test_processes_that_make_the_file_at_the_same_instant_all_come_to_use_it(tmp_path: Path) -> None:
    """SQLite refuses the switch to a write-ahead log at once where others open the file, however patient one is."""
    together = threading.Barrier(8)
    faults: list[BaseException] = []

    def switch(path: Path) -> None:
        _make(path)
        together.wait()
        try:
            _write_ahead(path, 20)
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            faults.append(error)

    for turn in range(30):
        path = tmp_path / f"{turn}.db"
        threads = [threading.Thread(target=switch, args=(path,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(list(tmp_path.glob("*.db"))) == 30
    assert faults == []


def test_a_file_that_is_no_database_is_left_alone(path: Path, clock: Ticker) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("Minutes of the board meeting. " * 100)

    with pytest.raises(StoreUnavailable, match=r"is not a database\. Point DATABASE_URL"):
        open_sqlite(path, clock)

    assert path.read_text().startswith("Minutes of the board")


async def test_a_damaged_database_is_said(path: Path, clock: Ticker) -> None:
    store = open_sqlite(path, clock)
    await store.close()
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(StoreUnavailable, match=r"is damaged\..*backup"):
        open_sqlite(path, clock)


@pytest.mark.parametrize("kind", ["a folder", "below a file"])
async def test_a_path_that_cannot_be_a_file_is_said(tmp_path: Path, clock: Ticker, kind: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnavailable, match="cannot be opened for writing"):
        open_sqlite(tmp_path if kind == "a folder" else tmp_path / "file" / "chaperone.db", clock)


@pytest.mark.parametrize("url", ["", "chaperone.db", "sqlite://", "mysql://localhost/x", "postgresql"])
async def test_a_url_that_names_no_database_of_ours_is_said_with_a_right_one(url: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"Write sqlite:///path/to/chaperone.db or"):
        await open_store(url)


def test_the_file_of_a_url_is_known() -> None:
    assert sqlite_file("sqlite:///state/chaperone.db") == Path("state/chaperone.db")
    assert sqlite_file("sqlite:////var/lib/chaperone.db") == Path("/var/lib/chaperone.db")
    assert sqlite_file("postgres://db.example.org/chaperone") is None
