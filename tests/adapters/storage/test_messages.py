"""Messages: checked once a revision, held by one unit at a time, and words that are soon gone."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.storage.tables import findings
from bot.ids import ChannelRef, MessageId, PersonId
from bot.ports import Store, Transaction
from bot.records.incidents import FindingRecord
from policy.verdict import PackId
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import BAND, MINUTE, SECOND, START, TRACK, Ticker, connection_of, finding, message


async def keep(
    store: Store,
    name: str,
    said_at: datetime,
    *,
    thread: str | None = None,
    channel: ChannelRef = TRACK,
    sealed: bytes | None = None,
) -> None:
    thread_id = MessageId(f"M-{thread}") if thread else None
    until, words = said_at + 15 * MINUTE, sealed or name.encode()
    await store.write(
        lambda tx: tx.messages.keep_context(
            message(name, channel), thread=thread_id, said_at=said_at, sealed=words, until=until
        )
    )


async def before(
    store: Store, said_before: datetime, *, thread: str | None = None, limit: int = 10, channel: ChannelRef = TRACK
) -> list[bytes]:
    thread_id = MessageId(f"M-{thread}") if thread else None
    return list(
        await store.read(
            lambda tx: tx.messages.context_before(channel, thread=thread_id, said_before=said_before, limit=limit)
        )
    )


async def judged(store: Store, revision: int, *records: FindingRecord) -> bool:
    return await store.write(
        lambda tx: tx.messages.add_verdict(
            message(), revision, pack=PackId("crec"), pack_version="12ab", findings=records
        )
    )


async def test_an_unknown_message_has_no_state_until_it_is_locked(store: Store) -> None:
    assert await store.read(lambda tx: tx.messages.get(message())) is None

    state = await store.write(lambda tx: tx.messages.lock(message()))

    assert (state.ref, state.thread, state.author, state.newest_revision, state.deleted_at) == (
        message(),
        None,
        None,
        -1,
        None,
    )
    assert await store.read(lambda tx: tx.messages.get(message())) == state


async def test_the_state_is_read_back_as_it_was_saved(store: Store) -> None:
    state = await store.write(lambda tx: tx.messages.lock(message()))
    saved = replace(
        state,
        thread=MessageId("M-0"),
        author=PersonId("U-coach"),
        newest_revision=1_772_463_600_123_456,
        deleted_at=START + timedelta(microseconds=7),
    )

    await store.write(lambda tx: tx.messages.save(saved))

    assert await store.write(lambda tx: tx.messages.lock(message())) == saved
    assert await store.read(lambda tx: tx.messages.get(message("other"))) is None


async def test_units_that_lock_one_message_follow_one_another(store: Store, open_another: OpenAnother) -> None:
    other = await open_another()

    async def add_one(place: Store) -> None:
        def unit(tx: Transaction) -> None:
            state = tx.messages.lock(message())
            tx.messages.save(replace(state, newest_revision=state.newest_revision + 1))

        await place.write(unit)

    await asyncio.gather(*(add_one(place) for place in (store, other) * 10))

    state = await store.read(lambda tx: tx.messages.get(message()))
    assert state is not None
    assert state.newest_revision == 19


async def test_a_revision_is_judged_once(store: Store) -> None:
    assert await judged(store, 0, finding()) is True
    assert await judged(store, 0) is False
    assert await judged(store, 5) is True

    assert await store.read(lambda tx: tx.messages.is_clean(message(), 0)) is False
    assert await store.read(lambda tx: tx.messages.is_clean(message(), 5)) is True
    assert await store.read(lambda tx: tx.messages.is_clean(message(), 6)) is False


async def test_trial_findings_are_kept_and_flag_nothing(store: Store) -> None:
    await judged(store, 0, finding("commercial", is_trial=True), finding("respect", is_trial=True))

    assert await store.read(lambda tx: tx.messages.is_clean(message(), 0)) is True
    rows = await store.read(
        lambda tx: connection_of(tx).execute(sa.select(findings).order_by(findings.c.position)).mappings().all()
    )
    assert [(row["rule"], row["is_trial"], row["score"]) for row in rows] == [
        ("commercial", True, 0.9),
        ("respect", True, 0.9),
    ]


async def test_counts_tell_how_many_revisions_were_checked_and_flagged(store: Store) -> None:
    assert await store.read(lambda tx: tx.messages.counts()) == {"checked": 0, "flagged": 0}

    await judged(store, 0, finding())
    await judged(store, 1)
    await judged(store, 2, finding(is_trial=True))

    assert await store.read(lambda tx: tx.messages.counts()) == {"checked": 3, "flagged": 1}


async def test_context_is_the_last_words_before_oldest_first(store: Store) -> None:
    for n in range(5):
        await keep(store, str(n), START + n * SECOND)

    assert await before(store, START + 4 * SECOND, limit=3) == [b"1", b"2", b"3"]
    assert await before(store, START) == []


async def test_context_stays_within_its_channel_and_thread(store: Store) -> None:
    await keep(store, "first", START)
    await keep(store, "reply", START + SECOND, thread="first")
    await keep(store, "aside", START + 2 * SECOND)
    await keep(store, "elsewhere", START + 3 * SECOND, channel=BAND)

    assert await before(store, START + MINUTE) == [b"first", b"aside"]
    assert await before(store, START + MINUTE, thread="first") == [b"first", b"reply"]
    assert await before(store, START + MINUTE, thread="aside") == [b"aside"]
    assert await before(store, START + MINUTE, channel=BAND) == [b"elsewhere"]


async def test_a_first_message_that_names_its_own_thread_is_part_of_both(store: Store) -> None:
    await keep(store, "first", START, thread="first")

    assert await before(store, START + MINUTE) == [b"first"]
    assert await before(store, START + MINUTE, thread="first") == [b"first"]


async def test_a_newer_revision_replaces_the_words(store: Store) -> None:
    await keep(store, "1", START, sealed=b"old")
    await keep(store, "1", START, sealed=b"new")

    assert await before(store, START + SECOND) == [b"new"]


async def test_words_that_passed_their_time_are_not_given_out_and_then_forgotten(store: Store, clock: Ticker) -> None:
    await keep(store, "old", START)
    await keep(store, "young", START + SECOND)
    clock.advance(15 * MINUTE)

    assert await before(store, START + MINUTE) == [b"young"]
    assert await store.write(lambda tx: tx.messages.purge_context()) == 1
    assert await store.write(lambda tx: tx.messages.purge_context()) == 0
    clock.advance(SECOND)
    assert await store.write(lambda tx: tx.messages.purge_context()) == 1


async def test_the_words_of_one_message_can_be_dropped(store: Store) -> None:
    await keep(store, "1", START)
    await keep(store, "2", START)

    await store.write(lambda tx: tx.messages.drop_context(message("1")))

    assert await before(store, START + SECOND) == [b"2"]
