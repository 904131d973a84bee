"""The journal: a chain without gaps, whoever writes it and however many at once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from adapters.storage.tables import journal
from bot.ports import Store, Transaction
from bot.records.journal import GENESIS, Break, Entry, Row, first_break
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import START, connection_of

ENTRY = Entry(
    at=START,
    name="incident:state:confirmed",
    subject="incident:4f2a",
    actor="U-owner",
    facts={"rules": "private_contact", "version": 3, "is_urgent": True, "folded_into": None},
)


async def append(store: Store, entry: Entry = ENTRY) -> Row:
    return await store.write(lambda tx: tx.journal.append(entry))


async def rows_of(store: Store, *, after: int = 0) -> list[Row]:
    return await store.read(lambda tx: list(tx.journal.rows(after=after)))


async def test_an_empty_journal_has_no_head(store: Store) -> None:
    assert await store.read(lambda tx: tx.journal.head()) is None
    assert await rows_of(store) == []


async def test_rows_come_back_as_they_were_appended_and_the_chain_holds(store: Store) -> None:
    appended = [await append(store, replace(ENTRY, actor=f"U-{n}")) for n in range(3)]

    assert [row.seq for row in appended] == [1, 2, 3]
    assert appended[0].previous == GENESIS
    assert await rows_of(store) == appended
    assert await rows_of(store, after=2) == appended[2:]
    assert await store.read(lambda tx: tx.journal.head()) == appended[-1]
    assert first_break(appended, head=appended[-1].hash) is None


async def test_a_long_journal_is_read_in_order_to_its_end(store: Store) -> None:
    await store.write(lambda tx: [tx.journal.append(replace(ENTRY, facts={"n": n})) for n in range(1101)])

    rows = await rows_of(store)

    assert [row.entry.facts["n"] for row in rows] == list(range(1101))
    assert first_break(rows) is None


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, at=datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=-5)))),
        replace(ENTRY, subject="incident:\0\ud800", actor="ñ😀", facts={"odd": "\0 ñ \ud800 😀"}),
        replace(ENTRY, facts={}),
    ],
    ids=["another zone", "text that no database holds", "no facts"],
)
async def test_the_chain_holds_over_what_was_really_stored(store: Store, entry: Entry) -> None:
    appended = await append(store, entry)

    rows = await rows_of(store)

    assert rows == [appended]
    assert first_break(rows) is None


async def test_many_writers_make_one_chain(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()
    runs = 0

    def unit(tx: Transaction) -> Row:
        nonlocal runs
        runs += 1
        return tx.journal.append(ENTRY)

    await asyncio.gather(*(place.write(unit) for place in (store, other) * 20))

    assert runs == 40, "they take turns; none had to be run again"
    rows = await rows_of(store)
    assert [row.seq for row in rows] == list(range(1, 41))
    assert first_break(rows) is None


async def test_a_row_that_was_changed_behind_our_back_is_found(store: Store) -> None:
    for _ in range(3):
        await append(store)

    change = sa.update(journal).where(journal.c.seq == 2).values(actor="U-somebody")
    await store.write(lambda tx: connection_of(tx).execute(change))

    assert first_break(await rows_of(store)) == Break(seq=2, reason="was changed after it was written")
