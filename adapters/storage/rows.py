"""Inserts that tell whether the row is new, and inserts that replace: spelled alike on both databases, but through
constructs of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Adds the row. False: a row of the same key is there already, and nothing changes."""
    statement = _insert(connection, table).on_conflict_do_nothing()
    return connection.execute(statement, values).rowcount == 1


def insert_or_replace(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Adds the row, or changes the one of the same primary key to these values."""
    insert_or_replace_all(connection, table, [values])


def insert_or_replace_all(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds the rows, or changes those of the same primary keys to these values. All rows name the same columns."""
    if not rows:
        return
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if changes:
        whole = statement.on_conflict_do_update(index_elements=keys, set_=changes)
    else:
        whole = statement.on_conflict_do_nothing()
    connection.execute(whole, list(rows))


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
