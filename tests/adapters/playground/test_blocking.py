"""A blocked message of the local chat: its words reach nobody but its author, by whatever way."""

import pytest

from adapters.playground.platform import Playground
from adapters.playground.world import FIRST_WORKSPACE
from adapters.wiring import House
from bot.errors import Undeliverable
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef
from bot.ports import Tip
from tests.adapters.playground.page import Json, Page

BAND = ChannelRef(FIRST_WORKSPACE, ChannelId("marching-band"))
TIP = Tip("Those responsible blocked it.", ("S8: no private numbers",))
WORDS = "bring the blue folders"


def platform_of(house: House) -> Playground:
    found = house.core.platforms(FIRST_WORKSPACE)
    assert isinstance(found, Playground)
    return found


def ref_of(message: str) -> MessageRef:
    return MessageRef(BAND.workspace, BAND.channel, MessageId(message))


async def shown(page: Page, person: str, message: str) -> Json:
    return next(each for each in await page.messages(person, BAND.channel) if each["id"] == message)


async def test_everybody_else_sees_that_it_is_blocked_and_its_author_the_tip(page: Page, house: House) -> None:
    message = await page.post("emeka", BAND.channel, WORDS)

    await platform_of(house).block(ref_of(message), TIP)

    others, own = await shown(page, "juniper", message), await shown(page, "emeka", message)
    assert (others["is_blocked"], others["text"], others["parts"], others["files"]) == (True, "", [], [])
    assert others["tip"] == ""
    assert (own["is_blocked"], own["text"], own["tip"]) == (False, WORDS, TIP.text)


async def test_open_pages_learn_of_the_block_and_of_its_end_and_never_of_the_words(page: Page, house: House) -> None:
    message = await page.post("emeka", BAND.channel, WORDS)
    position = (await page.get("api/as/juniper"))["position"]

    await platform_of(house).block(ref_of(message), TIP)
    await platform_of(house).block(ref_of(message), TIP)
    blocked = await shown(page, "juniper", message)
    async with page.live("juniper", position) as changes:
        told = await anext(change["is"] async for _, change in changes if change["kind"] == "message")
    await platform_of(house).lift_block(ref_of(message))
    await platform_of(house).lift_block(ref_of(message))

    assert blocked["is_blocked"]
    assert (told["id"], told["is_blocked"], told["text"]) == (message, True, "")
    assert (await shown(page, "juniper", message))["text"] == WORDS


async def test_nobody_else_has_it_checked_or_reported(page: Page, house: House) -> None:
    message = await page.post("emeka", BAND.channel, WORDS)
    await platform_of(house).block(ref_of(message), TIP)

    for what in ("check", "report"):
        _, said = await page.error("POST", f"api/as/juniper/messages/{message}/{what}", {"note": ""})
        assert "This message is blocked" in str(said)


async def test_what_is_gone_is_neither_blocked_nor_lifted(page: Page, house: House) -> None:
    message = await page.post("emeka", BAND.channel, WORDS)
    await platform_of(house).block(ref_of(message), TIP)
    await page.send("DELETE", f"api/as/emeka/messages/{message}")

    for late in (platform_of(house).block(ref_of(message), TIP), platform_of(house).lift_block(ref_of(message))):
        with pytest.raises(Undeliverable):
            await late
