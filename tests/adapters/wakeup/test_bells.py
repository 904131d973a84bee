"""One suite for every bell: within one process, and through a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from time import monotonic

import pytest

from adapters.wakeup import open_bell
from bot.errors import ChaperoneError
from bot.ports import Bell

LONG = timedelta(seconds=20)
SHORT = timedelta(milliseconds=20)


@pytest.fixture(params=["local", "redis"])
async def bell(request: pytest.FixtureRequest) -> AsyncIterator[Bell]:
    """A bell of each kind."""
    url = request.getfixturevalue("redis").url if request.param == "redis" else None
    bell = await open_bell(url)
    yield bell
    await bell.close()


async def seconds(waiting: Awaitable[None]) -> float:
    """How long that took."""
    started = monotonic()
    await waiting
    return monotonic() - started


async def quiet(bell: Bell, name: str) -> None:
    """Hears what still sounds of that name, such as the waking-up of a bell that has just found its Redis."""
    while await seconds(bell.wait(name, at_most=SHORT)) < SHORT.total_seconds() / 2:
        pass


async def test_a_ring_wakes_who_waits(bell: Bell) -> None:
    waiting = asyncio.create_task(seconds(bell.wait("inbox", at_most=LONG)))
    await asyncio.sleep(0)

    await bell.ring("inbox")

    assert await waiting < 5


async def test_a_ring_wakes_who_comes_to_wait_afterwards(bell: Bell) -> None:
    await bell.ring("inbox")

    assert await seconds(bell.wait("inbox", at_most=LONG)) < 5


async def test_a_ring_wakes_everybody_who_waits(bell: Bell) -> None:
    waiting = [asyncio.create_task(seconds(bell.wait("inbox", at_most=LONG))) for _ in range(8)]
    await asyncio.sleep(0)

    await bell.ring("inbox")

    assert max(await asyncio.gather(*waiting)) < 5


async def test_who_waits_for_long_enough_looks_by_themselves(bell: Bell) -> None:
    await quiet(bell, "inbox")

    assert await seconds(bell.wait("inbox", at_most=SHORT)) >= SHORT.total_seconds() * 0.9


async def test_a_ring_wakes_nobody_of_another_name(bell: Bell) -> None:
    await quiet(bell, "outbox")

    await bell.ring("inbox")

    assert await seconds(bell.wait("outbox", at_most=SHORT)) >= SHORT.total_seconds() * 0.9


async def test_closing_wakes_who_waits() -> None:
    bell = await open_bell(None)
    waiting = asyncio.create_task(seconds(bell.wait("inbox", at_most=LONG)))
    await asyncio.sleep(0)

    await bell.close()

    assert await waiting < 5


async def test_a_wrong_address_is_said_with_a_right_one() -> None:
    with pytest.raises(ChaperoneError, match="redis://host:6379/0"):
        await open_bell("http://example.org")
