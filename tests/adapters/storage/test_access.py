"""Parents' access and handovers come back as they were saved, on both databases."""

from dataclasses import replace

from bot.ports import Store
from bot.records.access import AccessState, Cause, Handover, HandoverState, ParentAccess
from bot.records.roster import RosterId
from tests.adapters.storage.records import BAND, MINUTE, START, TRACK, person

ASKED = ParentAccess(
    channel=TRACK,
    parent=RosterId("m|1"),
    account=person("mum"),
    offered_at=START,
    offered_by=person("coach"),
    asked_at=START + MINUTE,
    version=2,
)
LEAVING = Handover(channel=TRACK, owner=person("coach"), cause=Cause.SAID_SO, opened_at=START)


async def test_access_is_kept_for_each_parent_and_channel(store: Store) -> None:
    other = replace(ASKED, parent=RosterId("dad"), account=None)
    elsewhere = replace(ASKED, channel=BAND)
    declined = replace(
        ASKED, decided_at=START + MINUTE, decided_by=person("coach"), is_granted=False, reason="Full", version=3
    )

    for one in (ASKED, other, elsewhere, declined):
        await store.write(lambda tx, one=one: tx.parents.save(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.parents.of(TRACK)) == [other, declined]
    assert await store.write(lambda tx: tx.parents.get(TRACK, "m|1")) == declined
    assert await store.read(lambda tx: tx.parents.get(TRACK, "nobody")) is None
    assert declined.state is AccessState.DECLINED


async def test_a_channel_has_one_open_handover_and_those_before(store: Store) -> None:
    over = replace(LEAVING, state=HandoverState.DONE, closed_at=START + MINUTE, named=person("next"), version=4)
    again = replace(LEAVING, opened_at=START + 2 * MINUTE, owner=person("next"), cause=Cause.CLOSED)
    named = replace(
        again, state=HandoverState.NAMED, named=person("third"), named_by=person("boss"), named_at=START + 3 * MINUTE
    )

    for one in (LEAVING, over, again, named):
        await store.write(lambda tx, one=one: tx.handovers.save(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.handovers.of(TRACK)) == [over, named]
    assert await store.write(lambda tx: tx.handovers.open_of(TRACK)) == named
    assert await store.read(lambda tx: tx.handovers.open_of(BAND)) is None


async def test_the_channels_of_a_person_are_those_they_are_in(store: Store) -> None:
    for channel, who in ((TRACK, "mum"), (BAND, "mum"), (BAND, "dad")):
        await store.write(
            lambda tx, channel=channel, who=who: tx.registry.join(  # type: ignore[misc]
                channel, person(who), by=None, at=START
            )
        )

    assert await store.read(lambda tx: tx.registry.channels_of(person("mum"))) == sorted([TRACK, BAND])
    assert await store.read(lambda tx: tx.registry.channels_of(person("dad"))) == [BAND]
    assert await store.read(lambda tx: tx.registry.channels_of(person("nobody"))) == []
