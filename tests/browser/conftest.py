"""A real server, a real Chromium, and pages that must not complain."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from adapters.settings import load_settings
from adapters.wiring import build
from tests.adapters.playground.page import shelf
from tests.browser.screen import Screen

Look = Callable[..., Awaitable[Screen]]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these share one browser, which lives in one event loop."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where the playground of a fresh house is."""
    house = await build(load_settings(state=tmp_path / "state", host="127.0.0.1", port=0), shelf())
    server = TestServer(house.app, host="127.0.0.1")
    await server.start_server()
    yield str(server.make_url("/playground/"))
    await server.close()
    await house.close()


@pytest_asyncio.fixture(loop_scope="session")
async def look(browser: Browser, address: str) -> AsyncIterator[Look]:
    """Opens the page in a browser of its own, as somebody, somewhere. In the end no page may have complained."""
    complaints: list[str] = []
    async with AsyncExitStack() as opened:

        async def open_it(route: str = "", *, viewport: dict[str, int] = WIDE, **options: Any) -> Screen:
            context = await browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type] # a TypedDict
            opened.push_async_callback(context.close)
            return await Screen.opened(context, address, route, complaints)

        yield open_it
    assert complaints == []
