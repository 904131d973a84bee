"""Words of a channel that nobody sponsors are not even stored for a moment; what somebody reports needs a register."""

from dataclasses import replace

import pytest

from bot.events import Content, Deleted, Edited, Event, Joined, Posted, Reported
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef
from bot.inbox.intake import Intake
from bot.records.incidents import incident_id
from bot.records.registry import ChannelState
from tests.district import CHESS, CLUB, OTHER, STUDENT, WORKSPACE, District
from tests.fakes import FakeClock

UNKNOWN = ChannelRef(WORKSPACE, ChannelId("drama"))
UNREAD = [ChannelState.NOTICED, ChannelState.DECLINED, ChannelState.CLOSED]


def events(channel: ChannelRef, clock: FakeClock) -> tuple[Event, ...]:
    """A post, an edit and a deletion there."""
    message = MessageRef(channel.workspace, channel.channel, MessageId("m1"))
    said = {"message": message, "author": STUDENT.person, "at": clock.now, "content": Content(text="hush")}
    return Posted(**said), Edited(**said, revision=1), Deleted(message=message, at=clock.now)  # type: ignore[arg-type]


def report(channel: ChannelRef, clock: FakeClock) -> Reported:
    message = MessageRef(channel.workspace, channel.channel, MessageId("m1"))
    content = Content(text="hush")
    return Reported(message=message, author=OTHER.person, by=STUDENT.person, at=clock.now, content=content)


async def stand(district: District, state: ChannelState) -> None:
    await district.core.store.write(lambda tx: tx.registry.save_channel(replace(CHESS, state=state)))


async def waiting(district: District) -> int:
    return (await district.read(lambda tx: tx.inbox.counts())).waiting


@pytest.mark.parametrize("state", UNREAD)
async def test_nothing_is_stored_of_a_channel_that_is_not_read(
    state: ChannelState, district: District, clock: FakeClock
) -> None:
    await stand(district, state)

    accepted = [await Intake(district.core).receive(event) for event in events(CLUB, clock)]

    assert accepted == [False, False, False]
    assert await waiting(district) == 0


async def test_nothing_is_stored_of_a_channel_that_nobody_knows(district: District, clock: FakeClock) -> None:
    told = [*events(UNKNOWN, clock), report(UNKNOWN, clock)]

    accepted = [await Intake(district.core).receive(event) for event in told]

    assert accepted == [False] * 4
    assert await waiting(district) == 0
    assert await district.read(lambda tx: tx.messages.get(report(UNKNOWN, clock).message)) is None


@pytest.mark.parametrize("state", [ChannelState.REQUESTED, ChannelState.APPROVED])
async def test_all_of_a_sponsored_channel_is_taken_once(
    state: ChannelState, district: District, clock: FakeClock
) -> None:
    await stand(district, state)

    first = [await Intake(district.core).receive(event) for event in events(CLUB, clock)]
    again = [await Intake(district.core).receive(event) for event in events(CLUB, clock)]

    assert first == [True, True, True]
    assert again == [False, False, False]
    assert await waiting(district) == 3


@pytest.mark.parametrize("state", UNREAD)
async def test_what_somebody_reports_is_taken_wherever_the_channel_is_on_the_register(
    state: ChannelState, district: District, clock: FakeClock
) -> None:
    await stand(district, state)
    event = report(CLUB, clock)

    assert await district.take(event)

    assert await district.read(lambda tx: tx.incidents.get(incident_id(event.message))) is not None


async def test_who_joins_where_nobody_sponsors_is_noted_for_it_holds_no_words(
    district: District, clock: FakeClock
) -> None:
    assert await district.take(Joined(channel=UNKNOWN, person=STUDENT.person, at=clock.now))

    assert await district.read(lambda tx: tx.registry.members(UNKNOWN)) == [STUDENT]


async def test_a_channel_that_is_closed_after_a_message_came_is_not_judged(
    district: District, clock: FakeClock
) -> None:
    posted, *_ = events(CLUB, clock)
    assert await Intake(district.core).receive(posted)

    await stand(district, ChannelState.CLOSED)
    await district.settle()

    assert (await district.read(lambda tx: tx.messages.counts()))["checked"] == 0
    assert await waiting(district) == 0
