"""Inserts that tell whether the row is new, and inserts that replace: spelled alike on both databases, but through
constructs of their own. Statements are built once for each table: building one costs more than running it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Value = TypeVar("Value")

_AT_ONCE = 500
"""Databases allow only so many values in one statement."""


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Adds the row. False: a row of the same key is there already, and nothing changes."""
    return connection.execute(_adding(connection.dialect.name, table), values).rowcount == 1


def insert_or_replace(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Adds the row, or changes the one of the same primary key to these values."""
    insert_or_replace_all(connection, table, [values])


def insert_or_replace_all(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds the rows, or changes those of the same primary keys to these values. All rows name the same columns."""
    if rows:
        connection.execute(_replacing(connection.dialect.name, table, tuple(rows[0])), list(rows))


def in_parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """The values, as many at once as one statement may name."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


@cache
def _adding(dialect: str, table: sa.Table) -> sa.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _replacing(dialect: str, table: sa.Table, names: tuple[str, ...]) -> sa.Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    if not changes:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
