"""The whole house in this process, with its server on a free port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from adapters.settings import load_settings
from adapters.wiring import House, build
from bot.core import Shelf
from bot.records.journal import first_break
from tests.adapters.playground.page import Page, shelf
from tests.house.serving import until_settled


@dataclass(frozen=True, slots=True)
class Open:
    """The house, and a page of its playground."""

    house: House
    page: Page

    async def settled(self) -> None:
        """Waits until all is worked through, and sees that nothing was given up and the journal holds."""
        figures = await until_settled(self.page.session)
        assert [name for name, value in figures.items() if "dead" in name and value] == []
        assert await self.house.core.store.read(lambda tx: first_break(tx.journal.rows())) is None


@asynccontextmanager
async def opened(folder: Path, packs: Shelf | None = None, **settings: object) -> AsyncIterator[Open]:
    """Opens the house over a state folder there, and closes it; opened there again it is the same after a restart."""
    house = await build(load_settings(state=folder / "state", host="127.0.0.1", **settings), packs or shelf())
    server = TestServer(house.app, host="127.0.0.1")
    await server.start_server()
    try:
        async with ClientSession(server.make_url("/playground/")) as session:
            yield Open(house, Page(session))
    finally:
        await server.close()
        await house.close()
