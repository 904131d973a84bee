"""The journal shows every later change."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.records.journal import GENESIS, Entry, Row, first_break, hash_of

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def a_chain(length: int) -> list[Row]:
    rows: list[Row] = []
    for seq in range(1, length + 1):
        entry = Entry(at=NOON, name="incident:state:opened", subject=f"incident:{seq}", actor="bot", facts={"n": seq})
        previous = rows[-1].hash if rows else GENESIS
        rows.append(Row(seq=seq, entry=entry, previous=previous, hash=hash_of(seq, entry, previous)))
    return rows


def test_a_chain_as_written_holds() -> None:
    rows = a_chain(5)

    assert first_break(rows) is None
    assert first_break([]) is None


@given(length=st.integers(1, 12), data=st.data())
def test_any_changed_row_is_named(length: int, data: st.DataObject) -> None:
    rows = a_chain(length)
    index = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(["name", "subject", "actor", "at", "facts"]))
    changes = {"name": "x:y:z", "subject": "incident:0", "actor": "me", "at": NOON.replace(hour=13), "facts": {"n": 0}}
    changed = replace(rows[index].entry, **{field: changes[field]})  # type: ignore[arg-type]
    rows[index] = replace(rows[index], entry=changed)

    found = first_break(rows)

    assert found is not None
    assert found.seq == index + 1


@given(length=st.integers(2, 12), data=st.data())
def test_any_missing_row_is_named(length: int, data: st.DataObject) -> None:
    rows = a_chain(length)
    index = data.draw(st.integers(0, length - 2))
    del rows[index]

    found = first_break(rows)

    assert found is not None
    assert found.seq == index + 1


def test_a_row_whose_hash_was_made_anew_breaks_at_the_next() -> None:
    rows = a_chain(3)
    entry = replace(rows[1].entry, actor="somebody")
    rows[1] = replace(rows[1], entry=entry, hash=hash_of(2, entry, rows[1].previous))

    found = first_break(rows)

    assert found is not None
    assert found.seq == 3


def test_a_chain_cut_off_or_rewritten_whole_is_found_by_a_head_kept_elsewhere() -> None:
    rows = a_chain(4)
    kept = rows[-1].hash

    assert first_break(rows, head=kept) is None
    assert first_break(rows[:-1], head=kept) is not None
