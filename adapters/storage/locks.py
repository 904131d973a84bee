"""Locks of a whole matter, not of a row, held until the transaction ends. SQLite has one writer and needs none."""

import sqlalchemy as sa

# Any numbers do, as long as nothing else in this database takes them: "chap" and a count.
MIGRATION_LOCK = 0x63686170_0001
JOURNAL_LOCK = 0x63686170_0002
OUTBOX_LOCK = 0x63686170_0003
ROSTER_LOCK = 0x63686170_0004


def hold(connection: sa.Connection, lock: int) -> None:
    """Waits for the lock and keeps it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
