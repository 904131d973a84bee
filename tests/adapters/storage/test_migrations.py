"""Migrations: a fresh start, an older database, two processes at once, one that died half-way: the same tables."""

import asyncio
import importlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import adapters
from adapters.storage import open_store
from adapters.storage.migrate import alembic_config, known_versions, stored_version
from adapters.storage.tables import metadata
from bot.errors import StoreTooNew
from tests.servers import PostgresServer

T = TypeVar("T")
ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing has been made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'chaperone.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(scope="module", autouse=True)
def all_tables() -> None:
    """Every adapter's tables are on the metadata."""
    found = sorted(path.parent.name for path in Path(adapters.__path__[0]).glob("*/tables.py"))
    assert "storage" in found
    for name in found:
        importlib.import_module(f"adapters.{name}.tables")


async def on(url: str, work: Callable[[sa.Connection], T]) -> T:
    """Works on the database directly, in a transaction."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            return work(connection)
    async_engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"), poolclass=NullPool)
    async with async_engine.begin() as async_connection:
        return await async_connection.run_sync(work)


async def make(url: str) -> None:
    store = await open_store(url)
    await store.close()


def differences(connection: sa.Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_a_fresh_start_ends_at_the_tables_of_this_version(fresh_url: str) -> None:
    await make(fresh_url)

    assert await on(fresh_url, differences) == []
    tables = await on(fresh_url, lambda connection: sa.inspect(connection).get_table_names())
    assert {table.name for table in metadata.sorted_tables} | {"alembic_version"} == set(tables)


async def test_a_missing_table_or_column_would_be_noticed(fresh_url: str) -> None:
    await make(fresh_url)

    await on(fresh_url, lambda connection: connection.execute(sa.text("DROP TABLE questions")))
    await on(
        fresh_url, lambda connection: connection.execute(sa.text("ALTER TABLE people ADD COLUMN shoe_size INTEGER"))
    )

    found = repr(await on(fresh_url, differences))
    assert "questions" in found
    assert "shoe_size" in found


async def test_opening_again_changes_nothing(fresh_url: str) -> None:
    await make(fresh_url)
    before = await on(fresh_url, stored_version)

    await make(fresh_url)

    assert before == await on(fresh_url, stored_version) is not None


async def test_every_step_goes_on_from_the_one_before(fresh_url: str) -> None:
    def steps(connection: sa.Connection) -> list[str]:
        config = alembic_config(connection)
        revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
        for revision in revisions:
            command.upgrade(config, revision)
            assert stored_version(connection) == revision
        return revisions

    revisions = await on(fresh_url, steps)

    assert revisions == known_versions() == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert await on(fresh_url, differences) == []


async def test_a_database_of_a_newer_version_is_left_alone(fresh_url: str) -> None:
    await make(fresh_url)
    await on(
        fresh_url, lambda connection: connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    )

    with pytest.raises(StoreTooNew, match="Install the Chaperone that wrote it"):
        await make(fresh_url)

    assert await on(fresh_url, stored_version) == "9999"


def opening(url: str, *, killed_after: int | None = None) -> subprocess.Popen[str]:
    """Another process that opens the store; killed by itself after so many statements."""
    program = """
import asyncio, os, signal, sys
import sqlalchemy as sa
from adapters.storage import open_store

url, killed_after = sys.argv[1], int(sys.argv[2])
seen = 0

@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def count(*_):
    global seen
    seen += 1
    if seen == killed_after:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = await open_store(url)
    await store.close()

asyncio.run(main())
"""
    return subprocess.Popen(
        [sys.executable, "-c", program, url, str(killed_after or 0)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("killed_after", [6, 25, 45])
async def test_a_migration_that_was_killed_half_way_starts_again(fresh_url: str, killed_after: int) -> None:
    with opening(fresh_url, killed_after=killed_after) as process:
        await asyncio.to_thread(process.wait)
    assert process.returncode == -9
    assert await on(fresh_url, lambda connection: sa.inspect(connection).get_table_names()) == []

    await make(fresh_url)

    assert await on(fresh_url, differences) == []


async def test_of_processes_that_start_together_one_migrates(fresh_url: str) -> None:
    processes = [opening(fresh_url) for _ in range(3)]
    for process in processes:
        _, errors = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0, errors

    assert await on(fresh_url, differences) == []


def test_sqlite_is_new_enough_for_what_the_statements_use() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)
