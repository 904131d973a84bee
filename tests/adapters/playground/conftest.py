"""The whole house with its playground on a loopback port, and a page that talks to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from adapters.settings import load_settings
from adapters.wiring import House, build
from tests.adapters.playground.page import Page, shelf

Opened = Callable[[], AbstractAsyncContextManager[tuple[House, Page]]]


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    """The house put together in a folder; done again there, it is the same house after a restart."""
    house = await build(load_settings(state=folder, host="127.0.0.1", port=0), shelf())
    try:
        yield house
    finally:
        await house.close()


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[tuple[House, Page]]:
    """The house with its server and its workers, and a page that talks to it."""
    async with a_house(folder) as house:
        server = TestServer(house.app, host="127.0.0.1")
        await server.start_server()
        try:
            async with ClientSession(server.make_url("/playground/")) as session:
                yield house, Page(session)
        finally:
            await server.close()


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Starts the test's house, as often as it likes."""
    return lambda: at_work(tmp_path / "state")


@pytest.fixture
async def asleep(tmp_path: Path) -> AsyncIterator[House]:
    """The house with nobody at work: what is accepted stays in the inbox, and the test looks at it."""
    async with a_house(tmp_path / "state") as house:
        yield house


@pytest.fixture
async def house_and_page(opened: Opened) -> AsyncIterator[tuple[House, Page]]:
    async with opened() as both:
        yield both


@pytest.fixture
def house(house_and_page: tuple[House, Page]) -> House:
    return house_and_page[0]


@pytest.fixture
def page(house_and_page: tuple[House, Page]) -> Page:
    return house_and_page[1]
