"""Every store of the suite: one SQLite file, and a real PostgreSQL, on a clock that only the test moves."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.storage import open_store
from adapters.storage.sqlite import open_sqlite
from adapters.storage.tables import metadata
from bot.ports import Store, Transaction
from tests.adapters.storage.records import Ticker, connection_of
from tests.servers import PostgresServer

OpenAnother = Callable[[], Awaitable[Store]]


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """One database for all tests that leave nothing but rows behind."""
    return postgres.new_database()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, so that not every test makes them anew."""
    path = tmp_path_factory.mktemp("empty") / "chaperone.db"
    store = open_sqlite(path, Ticker())
    asyncio.run(store.close())
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind. The rows of the test before are gone once `store` has opened it."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "chaperone.db")
        return f"sqlite:///{copied}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
async def open_another(database_url: str, clock: Ticker) -> AsyncIterator[OpenAnother]:
    """Opens the same database once more, as another process would."""
    opened: list[Store] = []

    async def open_it() -> Store:
        opened.append(await open_store(database_url, clock))
        return opened[-1]

    yield open_it
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_another: OpenAnother) -> Store:
    """An empty store."""
    store = await open_another()
    await store.write(_empty)
    return store


def _empty(tx: Transaction) -> None:
    connection = connection_of(tx)
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
