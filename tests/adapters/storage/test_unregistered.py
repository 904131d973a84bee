"""Channels that nobody registered come back as they were saved."""

from dataclasses import replace

from bot.ids import ChannelId, ChannelRef, WorkspaceId
from bot.ports import Store
from bot.records.unregistered import Sign, UnregisteredChannel, Why
from tests.adapters.storage.records import BAND, LARKFIELD, MINUTE, SECOND, START, TRACK, person

BAND_NOTICED = UnregisteredChannel(
    ref=BAND,
    name="band",
    about="Señor Ñandú's band",
    why=Why.LOOKS,
    signs=(Sign.NAME, Sign.FAMILIES),
    noticed_at=START,
    owner=person("coach"),
    asked_at=START + SECOND,
    version=1,
)


async def test_they_come_back_as_they_were_saved(store: Store) -> None:
    track = UnregisteredChannel(ref=TRACK, name="a-track", why=Why.ADDED, noticed_at=START)
    away = replace(track, ref=ChannelRef(WorkspaceId("slack:T0123"), ChannelId("C1")))
    for one in (BAND_NOTICED, track, away):
        await store.write(lambda tx, one=one: tx.unregistered.save(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.unregistered.get(BAND)) == BAND_NOTICED
    assert await store.read(lambda tx: tx.unregistered.of(LARKFIELD)) == [track, BAND_NOTICED]
    answered = replace(
        BAND_NOTICED, answered_at=START + MINUTE, answered_by=person("coach"), answer="Lunch", is_gone=True
    )
    await store.write(lambda tx: tx.unregistered.save(answered))
    assert await store.write(lambda tx: tx.unregistered.get(BAND)) == answered


async def test_open_are_those_that_were_asked_about_and_not_answered(store: Store) -> None:
    await store.write(lambda tx: tx.unregistered.save(BAND_NOTICED))
    await store.write(lambda tx: tx.unregistered.save(replace(BAND_NOTICED, ref=TRACK, asked_at=None)))

    assert await store.read(lambda tx: tx.unregistered.open_for(person("coach"))) == [BAND_NOTICED]
    assert await store.read(lambda tx: tx.unregistered.open_for(person("owner"))) == []
    await store.write(lambda tx: tx.unregistered.save(replace(BAND_NOTICED, is_gone=True)))
    assert await store.read(lambda tx: tx.unregistered.open_for(person("coach"))) == []
