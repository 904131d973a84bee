"""A store for the year alone: the same tables and repositories over SQLite in memory, without threads or a disk.

What threads, disks and kills do to a store is tried elsewhere (`tests/adapters/storage`, `tests/crash`)."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

import sqlalchemy as sa

from adapters.storage.migrate import migrate
from adapters.storage.transaction import SqlTransaction
from bot.ports import Clock, Unit

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DUE = [f"SELECT MIN(due_at) FROM {table} WHERE due_at IS NOT NULL" for table in ("inbox", "duties", "outbox")]  # noqa: S608


class StraightStore:
    """`bot.ports.Store`: runs each unit where it is asked for, all of it or nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._engine = sa.create_engine("sqlite://", creator=_connected, poolclass=sa.StaticPool)
        self._connection = self._engine.connect()
        self._driver = cast("sqlite3.Connection", self._connection.connection.dbapi_connection)
        self._driver.execute("BEGIN")
        migrate(self._connection)
        self._driver.execute("COMMIT")

    async def write(self, unit: Unit[T]) -> T:
        """Runs the unit. An error of the unit undoes it."""
        return self._run(unit, is_read_only=False)

    async def read(self, unit: Unit[T]) -> T:
        """Runs the unit; whatever it writes is undone."""
        return self._run(unit, is_read_only=True)

    async def close(self) -> None:
        """Forgets all of it."""
        self._connection.close()
        self._engine.dispose()

    def due(self) -> list[datetime]:
        """When the next event, duty and delivery are due, asked of the tables themselves: it is asked all the time."""
        found = [self._driver.execute(each).fetchone()[0] for each in _DUE]
        return [_EPOCH + timedelta(microseconds=each) for each in found if each is not None]

    def _run(self, unit: Unit[T], *, is_read_only: bool) -> T:
        self._driver.execute("BEGIN")
        try:
            answer = unit(SqlTransaction(self._connection, self._clock, is_read_only=is_read_only))
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        self._driver.execute("ROLLBACK" if is_read_only else "COMMIT")
        return answer


def _connected() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
