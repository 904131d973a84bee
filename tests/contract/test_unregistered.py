"""A channel that nobody registered, on every platform: whoever put Chaperone there, or made it, is asked about it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.unregistered.noticing import SWEEP
from bot.ids import ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.duties import DUTIES_BELL, Duty
from bot.records.registry import ChannelState, Person
from bot.records.roster import RosterId, RosterPerson
from policy.message import Role
from tests.contract.harness import PlatformHarness, ShownCard
from tests.contract.test_platforms import PLATFORMS


@pytest.fixture(params=PLATFORMS)
async def platform(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlatformHarness]:
    async with PLATFORMS[request.param](tmp_path) as made:
        await settled(made)
        yield made


async def settled(platform: PlatformHarness) -> None:
    """Returns once nothing is due, duties among it, and everything is shown."""
    async with asyncio.timeout(20):
        while True:
            await platform.settle()
            if not await platform.core.store.read(is_something_due):
                break
            await asyncio.sleep(0.02)
        await platform.settle()


def is_something_due(tx: Transaction) -> bool:
    due = tx.duties.next_due()
    return bool(tx.duties.counts().leased) or (due is not None and due <= tx.now)


async def asked(platform: PlatformHarness, who: PersonRef, name: str) -> list[ShownCard]:
    """The questions about the channel of that name that the person was shown."""
    questions = ("school channel", "canal escolar")
    shown = [card for card in await platform.cards(who) if name in card.title]
    return [card for card in shown if any(words in card.title for words in questions)]


async def state_of(platform: PlatformHarness, ref: ChannelRef) -> ChannelState | None:
    channel = await platform.core.store.read(lambda tx: tx.registry.channel(ref))
    return channel.state if channel else None


async def night(platform: PlatformHarness) -> None:
    """The workspace's channels are looked over now, instead of in the night."""

    def unit(tx: Transaction) -> None:
        tx.duties.set(Duty(kind=SWEEP, subject=platform.cast.owner.workspace, due_at=tx.now))

    await platform.core.store.write(unit)
    await platform.core.bell.ring(DUTIES_BELL)
    await settled(platform)


async def test_whoever_put_chaperone_there_is_asked_and_registers_it_from_the_card(platform: PlatformHarness) -> None:
    owner = platform.cast.owner
    made = await platform.adds_chaperone(owner, "garden")
    await settled(platform)
    (card,) = await asked(platform, owner, "garden")

    values = {"kind": "club", "purpose": "Beds and seeds of the garden club", "school": ""}
    await platform.press(owner, card.button("channel.register"), values)
    await settled(platform)

    assert await state_of(platform, made) is ChannelState.REQUESTED
    assert any("on the register" in card.title and "garden" in card.title for card in await platform.cards(owner))
    assert any("garden" in card.title for card in await platform.cards(platform.cast.supervisor))


async def test_the_answer_that_it_is_none_is_kept(platform: PlatformHarness) -> None:
    owner = platform.cast.owner
    made = await platform.adds_chaperone(owner, "lunch")
    await settled(platform)
    (card,) = await asked(platform, owner, "lunch")

    await platform.press(owner, card.button("unregistered.no"), {"what": "Lunch orders of the staff room"})
    await night(platform)

    known = await platform.core.store.read(lambda tx: tx.unregistered.get(made))
    assert known is not None
    assert (known.answered_by, known.answer) == (owner, "Lunch orders of the staff room")
    (after,) = await asked(platform, owner, "lunch")
    assert "Lunch orders of the staff room" in after.words
    assert await state_of(platform, made) is None


async def test_a_channel_that_looks_like_a_schools_is_found_at_night(platform: PlatformHarness) -> None:
    owner = platform.cast.owner
    made = await platform.unheard_channel(owner, "varsity-soccer")
    await settled(platform)
    assert await asked(platform, owner, "varsity-soccer") == []

    await platform.core.store.write(lambda tx: put_on_roster(tx, owner.workspace))
    await night(platform)
    await night(platform)

    known = await platform.core.store.read(lambda tx: tx.unregistered.get(made))
    assert known is not None
    assert known.asked_at is not None
    staff = [p.ref for p in await platform.core.store.read(lambda tx: tx.registry.people()) if p.role.is_staff]
    cards = [card for who in staff for card in await asked(platform, who, "varsity-soccer")]
    assert len(cards) == 1
    assert "by its name" in cards[0].words or "por su nombre" in cards[0].words


async def test_a_channel_found_at_night_and_registered_is_told_that_messages_are_checked(
    platform: PlatformHarness,
) -> None:
    owner, core = platform.cast.owner, platform.core
    made = await platform.unheard_channel(owner, "varsity-soccer")
    await core.store.write(lambda tx: put_on_roster(tx, owner.workspace))
    await night(platform)
    known = await core.store.read(lambda tx: tx.unregistered.get(made))
    assert known is not None
    assert known.owner is not None
    (card,) = await asked(platform, known.owner, "varsity-soccer")

    values = {"kind": "team", "purpose": "Practice and matches of the team"}
    await platform.press(known.owner, card.button("channel.register"), values)
    await settled(platform)

    assert await state_of(platform, made) is ChannelState.REQUESTED
    is_inside = (await core.platforms(made.workspace).facts(made)).is_watched
    posted = "Messages in this channel are checked" in await platform.conversation(known.owner, made)
    whys = await core.store.read(lambda tx: {check.name: check.outcome.why for check in tx.checks.of(made)})
    assert posted == is_inside
    assert (whys["notices"] == "not_inside") == (not is_inside)


def put_on_roster(tx: Transaction, workspace: WorkspaceId) -> None:
    """So many students as make a group of theirs are known, and on the roster. In Teams they are in the team."""
    for number in range(5):
        id_, email = f"kid{number}", f"kid{number}@district.example.org"
        ref = PersonRef(workspace, PersonId(id_))
        tx.registry.save_person(Person(ref=ref, name="Kid Wren", role=Role.STUDENT, email=email))
        kid = RosterPerson(id=RosterId(id_), source="x", given="Kid", family="Wren", role=Role.STUDENT, email=email)
        tx.roster.save([kid])
