"""Channels that nobody registered are looked over at night, some each night, and people asked a few at a time."""

from datetime import timedelta

import pytest

from bot.channels.unregistered import noticing
from bot.channels.unregistered.noticing import SWEEP
from bot.errors import PlatformBusy
from bot.ids import ChannelRef
from bot.ports import Ability
from bot.records.unregistered import ListedChannel, Sign, Why
from tests.bot.channels.unregistered.at_unregistered import (
    BAND,
    FACTS,
    added,
    calls,
    cards,
    listed,
    night,
    press,
    record,
    students,
)
from tests.bot.desk.at_desk import button, words
from tests.district import COACH, OPERATOR, STUDENT, WORKSPACE, District, ref
from tests.fakes import FakeClock


async def test_at_night_channels_that_look_like_a_schools_are_noticed_and_their_makers_asked(
    district: District, clock: FakeClock
) -> None:
    district.platform.channels = [
        listed("varsity-soccer", creator=COACH),
        listed("lunch-menu", creator=COACH),
        listed("soccer-fans", creator=STUDENT),
        listed("phone-tests", creator=COACH, is_added=True),
    ]
    await night(district, clock)
    await night(district, clock)

    shown = {card.title: card for card in cards(district, COACH)}
    assert set(shown) == {"Is #varsity-soccer a school channel?", "Is #phone-tests a school channel?"}
    soccer = shown["Is #varsity-soccer a school channel?"]
    assert "by its name, staff made it" in words(soccer)
    assert "Bring your boots" in words(soccer)
    assert button(soccer, "channel.register").fields[0].value == "team"
    assert calls(district, COACH) == 2
    assert (await record(district, listed("varsity-soccer").ref)).signs == (Sign.NAME, Sign.STAFF)


async def test_families_in_it_are_a_sign_and_nobody_is_put_on_the_register_for_it(
    district: District, clock: FakeClock
) -> None:
    place = listed("varsity-soccer")
    kids = await students(district, 5)
    before = await district.read(lambda tx: len(tx.registry.people()))
    district.platform.channels = [place]
    district.platform.inside[place.ref] = {*kids, COACH.person, ref("never-met").person}
    await night(district, clock)

    assert (await record(district, place.ref)).signs == (Sign.NAME, Sign.FAMILIES)
    assert len(cards(district, COACH)) == 1
    assert await district.read(lambda tx: len(tx.registry.people())) == before
    assert await district.read(lambda tx: tx.registry.members(place.ref)) == []


async def test_one_person_is_asked_a_few_at_a_time(district: District, clock: FakeClock) -> None:
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(8)]
    await night(district, clock)
    assert len(cards(district, COACH)) == 5

    for card in cards(district, COACH):
        await press(district, COACH, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert len(cards(district, COACH)) == 8


async def test_operators_are_asked_a_few_at_a_time_too(district: District, clock: FakeClock) -> None:
    kids = await students(district, 5)
    district.platform.channels = [listed(f"team-{n}") for n in range(8)]
    district.platform.inside |= {each.ref: kids for each in district.platform.channels}
    await night(district, clock)
    await night(district, clock)
    assert len(cards(district, OPERATOR)) == 5

    for card in cards(district, OPERATOR):
        await press(district, OPERATOR, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert len(cards(district, OPERATOR)) == 8


async def test_who_has_many_questions_open_is_asked_later_about_one_where_chaperone_was_put(
    district: District, clock: FakeClock
) -> None:
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(5)]
    await night(district, clock)
    await added(district, clock)
    assert len(cards(district, COACH)) == 5
    # Not every platform says of the channels that it lists where Chaperone is.
    district.platform.channels.append(ListedChannel(ref=BAND, name=FACTS.name))
    district.platform.inside[BAND] = {COACH.person}

    for card in cards(district, COACH):
        await press(district, COACH, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert "Is #larkfield-marching-band a school channel?" in {card.title for card in cards(district, COACH)}
    assert (await record(district)).why is Why.ADDED


async def test_where_the_platform_lists_nothing_the_night_goes_by(district: District, clock: FakeClock) -> None:
    district.platform.can = frozenset(Ability) - {Ability.LIST_CHANNELS}
    district.platform.channels = [listed("varsity-soccer", creator=COACH)]
    await night(district, clock)

    assert cards(district, COACH) == []
    due = await district.read(lambda tx: tx.duties.get(SWEEP, WORKSPACE))
    assert due is not None
    assert clock.now < due.due_at < clock.now + timedelta(days=2)


async def test_no_channel_is_passed_over_for_good_because_many_others_come_before_it(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_LOOKED_INTO", 4)
    monkeypatch.setattr(noticing, "FOR_OTHERS", 1)
    nothing_in_it = [listed(f"a-team-{n}") for n in range(5)]
    unnamed = [listed(f"b-lunch-{n}") for n in range(5)]
    last = listed("zebra-team", creator=COACH)
    quiet = listed("zz-friday", creator=COACH)
    district.platform.channels = [*nothing_in_it, *unnamed, last, quiet]
    district.platform.inside[quiet.ref] = await students(district, 5)

    for _ in range(7):
        await night(district, clock)

    shown = {card.title for card in cards(district, COACH)}
    assert shown == {"Is #zebra-team a school channel?", "Is #zz-friday a school channel?"}


async def test_a_busy_platform_ends_the_look_for_the_night(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ChannelRef] = []

    async def busy(channel: ChannelRef) -> tuple[str, ...]:
        asked.append(channel)
        raise PlatformBusy(30)

    monkeypatch.setattr(type(district.platform), "rough_members", lambda _self, channel: busy(channel))
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(3)]
    await night(district, clock)
    for _ in range(5):
        clock.pass_(minutes=1)
        await district.settle()

    assert len(asked) == 1, "what the platform has to give is for others"
    await night(district, clock)
    assert len(asked) == 2
