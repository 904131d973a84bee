"""What platforms tell of a channel's shape is kept, on both databases, each fact by its own event."""

from dataclasses import replace

import pytest

from bot.events import Archived, Converted, Event, Renamed, Shared, Watched
from bot.ports import Store, Transaction
from bot.records.registry import ChannelFacts
from tests.adapters.storage.records import START, Ticker
from tests.district import CHESS, CLUB, PEOPLE, District, a_core
from tests.fakes import FakePlatform

KNOWN = ChannelFacts(name="chess", is_private=True, is_shared=False, is_archived=False, is_watched=True)


def furnish(tx: Transaction) -> None:
    for person in PEOPLE:
        tx.registry.save_person(person)
    tx.registry.save_channel(CHESS)
    tx.registry.save_facts(CLUB, KNOWN)


@pytest.fixture
async def district(store: Store) -> District:
    """The chess club on the register, and facts of it."""
    platform = FakePlatform()
    await store.write(furnish)
    platform.facts_of[CLUB] = KNOWN
    return District(a_core(store, platform), platform)


async def facts(district: District) -> ChannelFacts:
    return await district.read(lambda tx: tx.registry.facts(CLUB))


CASES: list[tuple[Event, ChannelFacts]] = [
    (Renamed(channel=CLUB, name="checkers", at=START), replace(KNOWN, name="checkers")),
    (Shared(channel=CLUB, is_shared=True, at=START), replace(KNOWN, is_shared=True)),
    (Converted(channel=CLUB, is_private=False, at=START), replace(KNOWN, is_private=False)),
    (Archived(channel=CLUB, is_archived=True, at=START), replace(KNOWN, is_archived=True)),
    (Watched(channel=CLUB, is_watched=False, at=START), replace(KNOWN, is_watched=False)),
]


@pytest.mark.parametrize(("event", "expected"), CASES, ids=[type(event).__name__ for event, _ in CASES])
async def test_each_event_changes_its_own_fact_alone(
    event: Event, expected: ChannelFacts, district: District, clock: Ticker
) -> None:
    assert clock.now == START
    district.platform.facts_of[CLUB] = expected

    assert await district.take(event)
    assert not await district.take(event)

    assert await facts(district) == expected


async def test_a_renamed_channel_has_its_new_name_on_the_register(district: District) -> None:
    await district.take(Renamed(channel=CLUB, name="checkers", at=START))

    channel = await district.read(lambda tx: tx.registry.channel(CLUB))
    assert channel is not None
    assert channel.name == "checkers"


async def test_of_a_channel_of_which_nothing_was_told_nothing_is_known(store: Store) -> None:
    assert await store.read(lambda tx: tx.registry.facts(CLUB)) == ChannelFacts()
