"""What a channel is asked for, on every platform: approval, the notice before anything is read, members who were
invited."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.governance.watch import look
from bot.ids import ChannelRef
from bot.ports import Ability
from bot.records.governance import Answer
from bot.records.registry import ChannelState
from tests.contract.harness import PlatformHarness, ShownCard
from tests.contract.test_platforms import PLATFORMS

REGISTER = "register club Study hall: quiet work after school"
NOTICE = "Messages in this channel are checked"


@pytest.fixture(params=PLATFORMS)
async def platform(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlatformHarness]:
    async with PLATFORMS[request.param](tmp_path) as made:
        await made.settle()
        yield made


async def registered(platform: PlatformHarness) -> ShownCard:
    """The owner asks for a channel that nobody sponsors; the card with which the supervisor decides."""
    cast = platform.cast
    await platform.command(cast.owner, cast.unsponsored, REGISTER)
    await platform.settle()
    return next(card for card in await platform.cards(cast.supervisor) if offers(card, "channel.approve"))


def offers(card: ShownCard, name: str) -> bool:
    return any(button.name == name for button in card.buttons)


async def state_of(platform: PlatformHarness, ref: ChannelRef) -> ChannelState | None:
    channel = await platform.core.store.read(lambda tx: tx.registry.channel(ref))
    return channel.state if channel else None


async def test_a_channel_is_asked_for_approved_and_its_owner_told(platform: PlatformHarness) -> None:
    cast = platform.cast
    asked = await registered(platform)
    assert await state_of(platform, cast.unsponsored) is ChannelState.REQUESTED

    await platform.press(cast.supervisor, asked.button("channel.approve"), {})
    await platform.settle()

    assert await state_of(platform, cast.unsponsored) is ChannelState.APPROVED
    assert any("approved" in card.title for card in await platform.cards(cast.owner))


async def test_a_declined_channel_comes_back_with_its_reason(platform: PlatformHarness) -> None:
    cast = platform.cast
    asked = await registered(platform)

    await platform.press(cast.supervisor, asked.button("channel.decline"), {"reason": "Please name the days."})
    await platform.settle()

    assert await state_of(platform, cast.unsponsored) is ChannelState.DECLINED
    assert any("Please name the days." in card.words for card in await platform.cards(cast.owner))


async def test_the_notice_stands_in_the_channel_and_a_member_says_that_they_read_it(platform: PlatformHarness) -> None:
    cast = platform.cast
    await registered(platform)

    if platform.core.can(cast.unsponsored.workspace, Ability.ANNOUNCE):
        assert NOTICE in await platform.conversation(cast.author, cast.unsponsored)
    card = await platform.command(cast.author, cast.unsponsored, "notices")
    await platform.press(cast.author, card.button("notice.read"), {})

    receipt = await platform.core.store.read(lambda tx: tx.notices.receipt(cast.unsponsored, "monitoring", cast.author))
    assert receipt is not None
    assert receipt.answer == Answer.READ


async def test_the_owner_decides_about_somebody_whom_nobody_invited(platform: PlatformHarness) -> None:
    cast, core = platform.cast, platform.core
    await core.store.write(lambda tx: look(core, tx, cast.club))
    newcomer = await platform.joins(cast.club)
    await platform.settle()
    card = next(card for card in await platform.cards(cast.owner) if offers(card, "member.approve"))

    await platform.press(cast.owner, card.button("member.approve"), {})
    await platform.settle()

    places = await core.store.read(lambda tx: tx.registry.memberships(cast.club))
    approved = next(place for place in places if place.person == newcomer)
    assert approved.approved_by == cast.owner
