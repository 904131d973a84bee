"""The database behind `bot.ports.Store`: one SQLite file, or PostgreSQL."""

import re
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.ports import Clock, Store


async def open_store(database_url: str, clock: Clock | None = None) -> Store:
    """Opens the database that `DATABASE_URL` names and brings its tables up to date.

    `clock` stands in for the store's own: PostgreSQL's clock, which all replicas share, or this machine's.
    Raises StoreUnavailable or StoreTooNew, each with what to do.
    """
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        from adapters.storage.sqlite import open_sqlite

        return open_sqlite(Path(url.database), clock or _utc_now)
    if url.get_backend_name() == "postgresql":
        from adapters.storage.postgres import open_postgres

        return await open_postgres(url, clock)
    raise StoreUnavailable(_EXPECTED)


def sqlite_file(database_url: str) -> Path | None:
    """The file that a SQLite URL names; None for a server's."""
    url = _parsed(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


_EXPECTED = (
    "DATABASE_URL is not one that Chaperone can use. Write sqlite:///path/to/chaperone.db or "
    "postgresql://user:password@host/database."
)


def _parsed(database_url: str) -> sa.URL:
    try:
        # Some hosts hand out the short name, which SQLAlchemy no longer knows.
        return sa.make_url(re.sub(r"^postgres://", "postgresql://", database_url))
    except sa.exc.ArgumentError:
        raise StoreUnavailable(_EXPECTED) from None


def _utc_now() -> datetime:
    return datetime.now(UTC)
