"""Who comes and goes is told to the core in the same transaction."""

from datetime import timedelta

import pytest

from adapters.playground import rooms
from adapters.playground.world import World, world
from adapters.wiring import House
from bot.errors import Refused
from bot.events import Event, Joined, Left, decode
from bot.ids import ChannelId, PersonId
from bot.inbox.intake import INBOX_PURPOSE
from bot.ports import Transaction

NOOR, QUILL = PersonId("noor"), PersonId("quill")
CHESS = ChannelId("chess")


async def accepted(house: House, of: ChannelId) -> list[Event]:
    """What the inbox holds about who is in the channel, in order."""
    items = await house.core.store.write(lambda tx: tx.inbox.claim("test", limit=10_000, lease=timedelta(minutes=1)))
    events = [decode(house.core.keys.open(item.payload, purpose=INBOX_PURPOSE)) for item in items]
    return [event for event in events if isinstance(event, Joined | Left) and event.channel.channel == of]


def here(house: House, tx: Transaction) -> World:
    return world(tx, house.core.keys)


async def test_who_comes_and_goes_is_told_to_the_core(asleep: House) -> None:
    def unit(tx: Transaction) -> None:
        chat = here(asleep, tx)
        rooms.make(chat, asleep.intake, by=NOOR, name="Chess", topic="")
        rooms.add(chat, asleep.intake, CHESS, QUILL, by=NOOR)
        rooms.add(chat, asleep.intake, CHESS, QUILL, by=NOOR)
        rooms.remove(chat, asleep.intake, CHESS, QUILL, by=QUILL)

    await asleep.core.store.write(unit)

    told = [(event.kind, event.person) for event in await accepted(asleep, CHESS) if isinstance(event, Joined | Left)]
    assert told == [("joined", NOOR), ("joined", QUILL), ("left", QUILL)]


async def test_what_fails_leaves_neither_a_channel_nor_an_event(asleep: House) -> None:
    def unit(tx: Transaction) -> None:
        rooms.make(here(asleep, tx), asleep.intake, by=NOOR, name="Chess", topic="")
        rooms.add(here(asleep, tx), asleep.intake, CHESS, PersonId("nobody"), by=NOOR)

    with pytest.raises(Refused):
        await asleep.core.store.write(unit)

    assert await asleep.core.store.read(lambda tx: here(asleep, tx).room(CHESS)) is None
    assert await accepted(asleep, CHESS) == []


@pytest.mark.parametrize(("name", "id_"), [("Jardín & más", "jardin-mas"), ("###", "channel"), ("A  b", "a-b")])
def test_a_channel_has_a_name_for_addresses(name: str, id_: str) -> None:
    assert rooms.channel_id(name) == id_
