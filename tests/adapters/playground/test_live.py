"""The stream: nothing is missed, and nobody learns of what is not theirs."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground import live as live_module
from adapters.playground import world as world_module
from adapters.playground.live import Position
from adapters.playground.world import FIRST_WORKSPACE
from adapters.wiring import House
from bot.ids import WorkspaceId
from tests.adapters.playground.page import PATIENCE_SECONDS, Page


async def position_of(page: Page, person: str) -> str:
    return str((await page.get(f"api/as/{person}"))["position"])


async def test_what_happened_while_a_page_was_away_arrives_when_it_is_back(page: Page) -> None:
    start = await position_of(page, "tobin")
    async with page.live("tobin", start) as changes:
        await page.post("darrow", "track-team", "one")
        seen, change = await anext(changes)
        assert change["is"]["text"] == "one"
    missed = [await page.post("darrow", "track-team", f"while away {n}") for n in range(3)]

    async with page.live("tobin", start, last_event_id=seen) as changes:
        back = [(await anext(changes))[1]["is"]["id"] for _ in missed]

    assert back == missed


async def test_a_page_that_has_seen_everything_is_told_nothing_twice(page: Page) -> None:
    await page.post("darrow", "track-team", "before")
    start = await position_of(page, "tobin")

    async with page.live("tobin", start) as changes:
        after = await page.post("darrow", "track-team", "after")
        _, change = await anext(changes)

    assert change["is"]["id"] == after


async def test_nobody_is_told_of_channels_and_cards_that_are_not_theirs(page: Page) -> None:
    start = await position_of(page, "quill")
    async with page.live("quill", start) as changes:
        await page.post("emeka", "marching-band", "This is a chaperone canary drill")
        await page.card("juniper", lambda card: bool(card["title"]))
        own = await page.post("celeste", "drama-club", "for the cast")
        _, change = await anext(changes)

    assert change["is"]["id"] == own


async def test_two_pages_of_one_person_both_learn(page: Page) -> None:
    start = await position_of(page, "tobin")
    async with page.live("tobin", start) as one, page.live("tobin", start) as other:
        message = await page.post("darrow", "track-team", "hello")

        assert (await anext(one))[1]["is"]["id"] == message
        assert (await anext(other))[1]["is"]["id"] == message


async def test_a_page_that_was_away_too_long_loads_everything_anew(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    start = await position_of(page, "tobin")
    await page.post("darrow", "track-team", "hello")
    monkeypatch.setattr(world_module, "CHANGES_KEPT", 0)

    async with page.live("tobin", start) as changes:
        name, _ = await anext(changes)

    assert name == "reset"


async def test_starting_over_makes_open_pages_load_anew(page: Page) -> None:
    start = await position_of(page, "tobin")
    async with page.live("tobin", start) as changes:
        await page.send("POST", "api/start-over", {"confirm": True})
        name, _ = await anext(changes)

    assert name == "reset"


async def test_a_quiet_stream_shows_that_it_is_alive(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "HEARTBEAT_SECONDS", 0.01)
    start = await position_of(page, "tobin")

    async with page.session.get("api/as/tobin/live", params={"after": start}) as response:
        lines = [await response.content.readline() for _ in range(4)]

    assert b": still here\n" in lines


async def test_a_server_that_stops_ends_its_streams(page: Page, house: House) -> None:
    start = await position_of(page, "tobin")
    async with page.session.get("api/as/tobin/live", params={"after": start}) as response:
        await response.content.readline()
        await house.app.shutdown()

        async with asyncio.timeout(PATIENCE_SECONDS):
            rest = await response.content.read()

    assert b"event" not in rest


@given(st.text(max_size=20), st.integers(0, 10**18 - 1))
def test_a_position_reads_back_as_it_was_written(name: str, seq: int) -> None:
    position = Position(WorkspaceId(name), seq)

    assert Position.parse(str(position)) == position


@pytest.mark.parametrize("text", ["", "x", f"{FIRST_WORKSPACE}/", f"{FIRST_WORKSPACE}/-1", f"{FIRST_WORKSPACE}/²"])
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.parse(text) is None
