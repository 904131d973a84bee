"""What a newcomer starts with: the whole house, rules and model, and a history that alerts nobody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from adapters.playground import notes
from adapters.playground.seed_file import district
from adapters.playground.world import FIRST_WORKSPACE, World
from adapters.settings import load_settings
from adapters.wiring import House, build
from bot.ids import ChannelId, PersonId
from bot.ports import Transaction
from bot.records.governance import CheckState
from bot.records.registry import ChannelState


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A fresh house whose workers have done what they had to."""
    house = await build(load_settings(state=tmp_path / "state", host="127.0.0.1", port=0))
    server = TestServer(house.app, host="127.0.0.1")
    await server.start_server()
    try:
        async with asyncio.timeout(60):
            while await house.core.store.read(is_busy):
                await asyncio.sleep(0.05)
        yield house
    finally:
        await server.close()
        await house.close()


def is_busy(tx: Transaction) -> bool:
    """Whether an event waits, or an approved channel's checks were not looked at yet."""
    approved = [c.ref for c in tx.registry.channels() if c.state is ChannelState.APPROVED]
    return tx.inbox.next_due() is not None or any(not tx.checks.of(ref) for ref in approved)


async def test_the_history_of_a_fresh_playground_is_read_and_alerts_nobody(house: House) -> None:
    checked = await house.core.store.read(lambda tx: tx.messages.counts())
    opened = await house.core.store.read(lambda tx: tx.incidents.counts())

    assert checked["checked"] > 40
    assert checked["flagged"] == 0
    assert sum(opened.values()) == 0


async def test_every_check_of_its_approved_channels_holds_and_nobody_has_a_card(house: House) -> None:
    def unit(tx: Transaction) -> tuple[list[str], int, int]:
        world = World(tx, house.core.keys, FIRST_WORKSPACE)
        channels = [channel for channel in district().channels if channel.state is ChannelState.APPROVED]
        records = [r for c in channels for r in tx.checks.of(world.channel_ref(ChannelId(c.id)))]
        wanting = [f"{r.channel.channel}: {r.name}" for r in records if r.outcome.state is not CheckState.HOLDS]
        cards = [note for person in district().people for note in notes.latest(world, PersonId(person.id))]
        return wanting, len(records), len(cards) + tx.outbox.counts().waiting

    wanting, looked_at, shown = await house.core.store.read(unit)

    assert wanting == []
    assert looked_at > 40
    assert shown == 0
