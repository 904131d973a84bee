"""The store on PostgreSQL, for several machines: the same units through asyncpg, run again after a lost race, or while
the server is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.storage.migrate import migrate
from adapters.storage.postgres_faults import as_store_fault, is_passing
from adapters.storage.transaction import SqlTransaction
from bot.errors import StoreUnavailable
from bot.ports import Clock, Unit

T = TypeVar("T")

CONNECTIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often, and for how long in all, a unit is run again before its caller is told that the store is unavailable:
    long enough for a server that restarts. Pauses double from the first to the longest, with jitter over their upper
    half."""

    attempts: int = 30
    seconds: float = 8.0
    first_pause: float = 0.02
    longest_pause: float = 0.5

    def pause(self, attempt: int) -> float:
        longest = min(self.longest_pause, self.first_pause * 2**attempt)
        return random.uniform(longest / 2, longest)  # noqa: S311 - only jitter


async def open_postgres(url: sa.URL, clock: Clock | None, *, patience: Patience | None = None) -> "PostgresStore":
    """Opens the database and brings its tables up to date. Raises StoreUnavailable or StoreTooNew."""
    patience = patience or Patience()
    url = _for_asyncpg(url)
    engine = _engine(url, connections=1, lock_seconds=60)
    try:
        await _run_again(patience, lambda: _migrated(engine))
    finally:
        await engine.dispose()
    return PostgresStore(_engine(url, connections=CONNECTIONS, lock_seconds=3), clock, patience)


async def _migrated(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(migrate)


class PostgresStore:
    """`bot.ports.Store` over a pool of connections. To be used from one event loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock | None, patience: Patience) -> None:
        self._engine = engine
        # Where a commit's answer was lost the unit runs again: its keys make the second time do nothing.
        self._writing = engine.execution_options(isolation_level="READ COMMITTED")
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._clock = clock
        self._patience = patience
        self._is_closed = False
        self._running = 0
        self._ended = asyncio.Condition()

    async def write(self, unit: Unit[T]) -> T:
        """Runs the unit in a transaction of its own, again where that is safe and helps, and returns its answer once
        the server has committed."""
        return await self._run(self._writing, unit, is_read_only=False)

    async def read(self, unit: Unit[T]) -> T:
        """Runs the unit on one picture of the database."""
        return await self._run(self._reading, unit, is_read_only=True)

    async def close(self) -> None:
        """Lets what was begun come to its end, then lets all connections go."""
        self._is_closed = True
        async with self._ended:
            await self._ended.wait_for(lambda: self._running == 0)
        await self._engine.dispose()

    async def _run(self, engine: AsyncEngine, unit: Unit[T], *, is_read_only: bool) -> T:
        if self._is_closed:
            raise StoreUnavailable("The store is closed: Chaperone is shutting down.")
        self._running += 1
        try:
            return await _run_again(self._patience, lambda: self._once(engine, unit, is_read_only=is_read_only))
        finally:
            self._running -= 1
            async with self._ended:
                self._ended.notify_all()

    async def _once(self, engine: AsyncEngine, unit: Unit[T], *, is_read_only: bool) -> T:
        async with engine.begin() as connection:
            return await connection.run_sync(lambda sync: unit(self._transaction(sync, is_read_only=is_read_only)))

    def _transaction(self, connection: sa.Connection, *, is_read_only: bool) -> SqlTransaction:
        tell = self._clock or (lambda: _server_time(connection))
        return SqlTransaction(connection, tell, is_read_only=is_read_only)


def _server_time(connection: sa.Connection) -> datetime:
    """The one clock that all replicas share, at the start of this transaction."""
    now: datetime = connection.execute(sa.select(sa.func.now())).scalar_one()
    return now


async def _run_again(patience: Patience, run: Callable[[], Awaitable[T]]) -> T:
    """What `run` returns. Faults that pass are tried again for a while; then, and at once for the others, they become
    StoreUnavailable with what to do."""
    started = monotonic()
    for attempt in range(patience.attempts):
        try:
            return await run()
        except Exception as error:
            is_last = attempt + 1 == patience.attempts or monotonic() - started > patience.seconds
            if is_last or not is_passing(error):
                fault = as_store_fault(error)
                if fault is None:
                    raise
                raise fault from error
        await asyncio.sleep(patience.pause(attempt))
    raise AssertionError("the last attempt returns or raises")  # pragma: no cover


def _engine(url: sa.URL, *, connections: int, lock_seconds: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        connect_args={
            "timeout": 5,
            "command_timeout": lock_seconds + 30,
            "server_settings": {
                "application_name": "chaperone",
                "lock_timeout": f"{lock_seconds}s",
                # A replica that was frozen in the middle of a unit must not hold up the others for long.
                "idle_in_transaction_session_timeout": "30s",
            },
        },
    )


def _for_asyncpg(url: sa.URL) -> sa.URL:
    """The address as asyncpg takes it: `sslmode` is what everybody else calls its `ssl`."""
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)
