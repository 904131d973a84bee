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

BuildHouse = Callable[[], AbstractAsyncContextManager[House]]
Opened = Callable[[], AbstractAsyncContextManager[tuple[House, Page]]]


@pytest.fixture
def built(tmp_path: Path) -> BuildHouse:
    """Puts the house together in the test's folder; done again there, it is the same house after a restart."""

    @asynccontextmanager
    async def build_it() -> AsyncIterator[House]:
        house = await build(load_settings(state=tmp_path / "state", host="127.0.0.1", port=0), shelf())
        try:
            yield house
        finally:
            await house.close()

    return build_it


@pytest.fixture
def opened(built: BuildHouse) -> Opened:
    """Starts the house with its server and its workers."""

    @asynccontextmanager
    async def start() -> AsyncIterator[tuple[House, Page]]:
        async with built() as house:
            server = TestServer(house.app, host="127.0.0.1")
            await server.start_server()
            try:
                async with ClientSession(server.make_url("/playground/")) as session:
                    yield house, Page(session)
            finally:
                await server.close()

    return start


@pytest.fixture
async def asleep(built: BuildHouse) -> AsyncIterator[House]:
    """The house with nobody at work: what is accepted stays in the inbox, and the test looks at it."""
    async with built() as house:
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
