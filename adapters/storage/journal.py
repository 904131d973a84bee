"""The hash chain. Only `append` writes it, one transaction at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from adapters.storage.columns import storable
from adapters.storage.locks import JOURNAL_LOCK, hold
from adapters.storage.tables import journal
from bot.records.journal import GENESIS, Entry, Row, hash_of

_PAGE = 500


class SqlJournal:
    """`bot.ports.Journal` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, entry: Entry) -> Row:
        hold(self._connection, JOURNAL_LOCK)
        head = self.head()
        seq, previous = (head.seq + 1, head.hash) if head else (1, GENESIS)
        entry = _as_stored(entry)
        row = Row(seq=seq, entry=entry, previous=previous, hash=hash_of(seq, entry, previous))
        values = {
            "seq": seq,
            "at": entry.at,
            "name": entry.name,
            "subject": entry.subject,
            "actor": entry.actor,
            "facts": dict(entry.facts),
            "previous": previous,
            "hash": row.hash,
        }
        self._connection.execute(sa.insert(journal), values)
        return row

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        while page := self._page(after):
            yield from page
            after = page[-1].seq

    def _page(self, after: int) -> list[Row]:
        query = sa.select(journal).where(journal.c.seq > after).order_by(journal.c.seq).limit(_PAGE)
        return [_row_of(row) for row in self._connection.execute(query)]

    def head(self) -> Row | None:
        row = self._connection.execute(sa.select(journal).order_by(journal.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else _row_of(row)


def _as_stored(entry: Entry) -> Entry:
    """The entry as it will be read back: the hash is taken over this."""
    return replace(
        entry,
        at=entry.at.astimezone(UTC),
        name=storable(entry.name),
        subject=storable(entry.subject),
        actor=storable(entry.actor),
    )


def _row_of(row: sa.Row[Any]) -> Row:
    entry = Entry(at=row.at, name=row.name, subject=row.subject, actor=row.actor, facts=row.facts)
    return Row(seq=row.seq, entry=entry, previous=row.previous, hash=row.hash)
