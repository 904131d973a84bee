"""Gaps, marks and the heartbeat, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.ids import MessageId, MessageRef
from bot.ports import MessageState, Store
from bot.records.gaps import Blindness, Gap
from bot.records.incidents import IncidentState
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import BAND, LARKFIELD, MINUTE, START, TRACK, Ticker, incident

HOUR = timedelta(hours=1)
GAP = Gap(channel=TRACK, why=Blindness.REMOVED, started_at=START)


async def test_a_gap_opens_once_and_closes_with_its_time(store: Store) -> None:
    assert await store.write(lambda tx: tx.coverage.open(GAP))
    assert not await store.write(lambda tx: tx.coverage.open(replace(GAP, started_at=START + MINUTE)))
    assert await store.write(lambda tx: tx.coverage.open(replace(GAP, why=Blindness.OUTAGE)))

    (ended,) = await store.write(lambda tx: tx.coverage.close(TRACK, Blindness.REMOVED, at=START + HOUR))

    assert ended == replace(GAP, ended_at=START + HOUR)
    assert await store.read(lambda tx: tx.coverage.get(GAP.id)) == ended
    assert await store.write(lambda tx: tx.coverage.close(TRACK, Blindness.REMOVED, at=START + HOUR)) == []
    assert await store.write(lambda tx: tx.coverage.open(replace(GAP, started_at=START + 2 * HOUR)))


async def test_a_gap_that_is_over_is_kept_once_however_often_it_is_told(store: Store) -> None:
    over = replace(GAP, why=Blindness.DOWN, ended_at=START + HOUR)

    assert await store.write(lambda tx: tx.coverage.open(over))
    assert not await store.write(lambda tx: tx.coverage.open(over))


async def test_gaps_come_newest_first_and_those_still_to_be_read_oldest_first(store: Store) -> None:
    gaps = [replace(GAP, why=Blindness.DOWN, started_at=START + n * HOUR, ended_at=START + n * HOUR) for n in range(3)]
    elsewhere = replace(gaps[0], channel=BAND)
    for gap in (*gaps, elsewhere):
        await store.write(lambda tx, g=gap: tx.coverage.save(g))  # type: ignore[misc]
    await store.write(lambda tx: tx.coverage.save(replace(gaps[1], recovered_at=START, recovered=4)))

    assert await store.read(lambda tx: tx.coverage.gaps(TRACK, limit=2)) == [
        gaps[2],
        replace(gaps[1], recovered_at=START, recovered=4),
    ]
    assert set(await store.read(lambda tx: tx.coverage.pending())) == {gaps[0], gaps[2], elsewhere}
    assert len(await store.read(lambda tx: tx.coverage.pending(LARKFIELD))) == 3


async def test_marks_move_and_a_reading_is_reserved_for_one(
    store: Store, clock: Ticker, open_another: OpenAnother
) -> None:
    other = await open_another()
    await store.write(lambda tx: tx.coverage.set_mark(TRACK, START))
    await store.write(lambda tx: tx.coverage.set_mark(TRACK, START + MINUTE))

    assert await store.write(lambda tx: tx.coverage.take(TRACK, until=START + HOUR))
    assert not await other.write(lambda tx: tx.coverage.take(TRACK, until=START + HOUR))
    assert not await store.write(lambda tx: tx.coverage.take(BAND, until=START + HOUR)), "nobody marked it"
    await store.write(lambda tx: tx.coverage.free(TRACK))
    assert await other.write(lambda tx: tx.coverage.take(TRACK, until=START + HOUR))
    clock.advance(HOUR)
    assert await store.write(lambda tx: tx.coverage.take(TRACK, until=START + 3 * HOUR)), "whoever had it is gone"
    await store.write(lambda tx: tx.coverage.release())
    assert await other.write(lambda tx: tx.coverage.take(TRACK, until=START + 3 * HOUR))
    assert await store.read(lambda tx: dict(tx.coverage.marks())) == {TRACK: START + MINUTE}
    assert await store.read(lambda tx: (tx.coverage.read_since(TRACK), tx.coverage.read_since(BAND))) == (START, None)


async def test_the_heartbeat_tells_when_it_was_last_heard(store: Store, clock: Ticker) -> None:
    assert await store.write(lambda tx: tx.coverage.beat()) is None
    clock.advance(HOUR)
    assert await store.write(lambda tx: tx.coverage.beat()) == START
    assert await store.write(lambda tx: tx.coverage.beat()) == START + HOUR


async def test_messages_are_found_by_when_they_were_said(store: Store) -> None:
    def state(name: str, after: timedelta | None, *, is_gone: bool = False) -> MessageState:
        return MessageState(
            ref=MessageRef(TRACK.workspace, TRACK.channel, MessageId(name)),
            thread=None,
            author=None,
            newest_revision=0,
            deleted_at=START if is_gone else None,
            said_at=None if after is None else START + after,
        )

    states = [state("a", MINUTE), state("b", HOUR), state("c", 2 * HOUR), state("d", None)]
    for each in (*states, state("e", HOUR, is_gone=True)):
        await store.write(lambda tx, s=each: tx.messages.save(s))  # type: ignore[misc]

    found = await store.read(lambda tx: tx.messages.said_in(TRACK, after=START + MINUTE, until=START + 2 * HOUR))
    assert found == states[1:3]
    assert await store.read(lambda tx: tx.messages.get(states[0].ref)) == states[0]
    assert await store.read(lambda tx: tx.messages.said_in(BAND, after=START, until=START + HOUR)) == []


async def test_channels_with_something_undecided_are_known(store: Store) -> None:
    decided = incident("2", state=IncidentState.DISMISSED)
    await store.write(lambda tx: tx.incidents.open(decided, wrapped_key=b"k"))
    assert set(await store.read(lambda tx: tx.incidents.undecided_in())) == set()

    await store.write(lambda tx: tx.incidents.open(incident("1"), wrapped_key=b"k"))

    assert set(await store.read(lambda tx: tx.incidents.undecided_in())) == {TRACK}
