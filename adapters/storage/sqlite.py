"""The store in one SQLite file: one writer thread that commits many units together, and a few readers."""

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from adapters.storage.migrate import migrate
from adapters.storage.sqlite_faults import as_store_fault
from adapters.storage.transaction import SqlTransaction
from bot.errors import StoreUnavailable
from bot.ports import Clock, Unit

T = TypeVar("T")

READERS = 4
UNITS_A_COMMIT = 512
"""So many at most, for those at the front of a long queue should not wait for those at its end."""


def open_sqlite(path: Path, clock: Clock, *, busy_seconds: float = 10.0) -> "SqliteStore":
    """Opens the file, making it and its folder (for our own eyes only) where there is none, and brings its tables up to
    date. Raises StoreUnavailable or StoreTooNew."""
    with _faults_of(path):
        _make(path)
        _write_ahead(path, busy_seconds)
        writer = _engine(path, busy_seconds, pool_size=1)
        try:
            with _immediate(writer) as connection:
                migrate(connection)
        except BaseException:
            writer.dispose()
            raise
    return SqliteStore(
        path, clock, writer=writer, readers=_engine(path, busy_seconds, "PRAGMA query_only = ON", pool_size=READERS)
    )


class SqliteStore:
    """`bot.ports.Store` over one file. To be used from one event loop."""

    def __init__(self, path: Path, clock: Clock, *, writer: sa.Engine, readers: sa.Engine) -> None:
        self._path = path
        self._clock = clock
        self._writer_engine = writer
        self._reader_engine = readers
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="store-read")
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="store-write", daemon=True)
        self._is_closed = False
        self._writer.start()

    async def write(self, unit: Unit[T]) -> T:
        """Runs the unit in the writer's next commit, and returns its answer once that is on the disk."""
        self._must_be_open()
        waiting = _Waiting(unit, asyncio.get_running_loop())
        self._waiting.put(waiting)
        answer: T = await waiting.future
        return answer

    async def read(self, unit: Unit[T]) -> T:
        """Runs the unit on one picture of the database, beside the writer."""
        self._must_be_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, partial(self._read, unit))

    async def close(self) -> None:
        """Commits what waits, then lets the file go."""
        if self._is_closed:
            return
        self._is_closed = True
        self._waiting.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    def _must_be_open(self) -> None:
        if self._is_closed:
            raise StoreUnavailable("The store is closed: Chaperone is shutting down.")

    def _read(self, unit: Unit[T]) -> T:
        with _faults_of(self._path), self._reader_engine.connect() as connection:
            _driver(connection).execute("BEGIN")
            return unit(SqlTransaction(connection, self._clock, is_read_only=True))

    def _write_all(self) -> None:
        """The writer thread: one commit after another, each with all units that wait by then."""
        while (first := self._waiting.get()) is not None:
            batch, is_last = [first], False
            while len(batch) < UNITS_A_COMMIT and not is_last:
                try:
                    waiting = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if waiting is None:
                    is_last = True
                else:
                    batch.append(waiting)
            self._commit(batch)
            if is_last:
                return

    def _commit(self, batch: "list[_Waiting]") -> None:
        try:
            with _faults_of(self._path), _immediate(self._writer_engine) as connection:
                for waiting in batch:
                    self._run(waiting, connection)
        except BaseException as error:  # noqa: BLE001 - it is raised where the units' answers are awaited
            for waiting in batch:
                waiting.error = error
        # Only now, also for units that failed: what they saw of their neighbours may just have been undone.
        _answer(batch)

    def _run(self, waiting: "_Waiting", connection: sa.Connection) -> None:
        """Runs one unit so that its failure undoes it alone."""
        driver = _driver(connection)
        driver.execute("SAVEPOINT unit")
        try:
            waiting.answer = waiting.unit(SqlTransaction(connection, self._clock, is_read_only=False))
        except BaseException as error:
            if not driver.in_transaction:
                # A full disk, for one, makes SQLite undo the whole transaction on its own.
                raise
            waiting.error = as_store_fault(error, self._path) or error
            driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")


@dataclass(slots=True)
class _Waiting:
    """A unit on its way to the disk, and its answer on the way back."""

    unit: Unit[Any]
    loop: asyncio.AbstractEventLoop
    answer: Any = None
    error: BaseException | None = None
    future: asyncio.Future[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.future = self.loop.create_future()

    def resolve(self) -> None:
        if self.future.done():  # whoever waited has been cancelled
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


def _answer(batch: list[_Waiting]) -> None:
    """Hands the answers over to the event loop, all at once."""

    def resolve() -> None:
        for waiting in batch:
            waiting.resolve()

    try:
        batch[0].loop.call_soon_threadsafe(resolve)
    except RuntimeError:
        # The loop was closed under us: nobody waits any more, and what was committed stays.
        return


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Turns the database's faults into StoreUnavailable with what to do."""
    try:
        yield
    except Exception as error:
        fault = as_store_fault(error, path)
        if fault is None:
            raise
        raise fault from error


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives the files beside it (-wal, -shm) the same rights.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be opened for writing ({error.strerror}). Look whether the folder exists, whether the "
            "account that runs Chaperone may write it, and whether the disk has space."
        ) from error


def _write_ahead(path: Path, busy_seconds: float) -> None:
    """Switches the file to a write-ahead log, for good. SQLite refuses that at once, without the usual patience, where
    another process opens the file at the same instant."""
    until = monotonic() + busy_seconds
    with closing(sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
                sleep(0.01)
            else:
                return


def _engine(path: Path, busy_seconds: float, *pragmas: str, pool_size: int) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        for pragma in (
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",
            *pragmas,
        ):
            connection.execute(pragma)
        return connection

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool, pool_size=pool_size, max_overflow=0)


@contextmanager
def _immediate(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that holds the one write lock from its start, so that it never loses it to another half-way."""
    with engine.connect() as connection:
        connection.begin()
        driver = _driver(connection)
        driver.execute("BEGIN IMMEDIATE")
        yield connection
        driver.execute("COMMIT")


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.dbapi_connection
    return cast("sqlite3.Connection", driver)
