"""The same chat on PostgreSQL, where transactions run beside each other."""

import asyncio
from pathlib import Path

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from adapters.settings import load_settings
from adapters.wiring import build
from tests.adapters.playground.page import Page, marked, shelf, speaks_of
from tests.servers import PostgresServer


async def test_two_processes_share_the_chat_and_both_tell_their_pages(tmp_path: Path, postgres: PostgresServer) -> None:
    settings = load_settings(state=tmp_path, host="127.0.0.1", port=0, database_url=postgres.new_database())
    houses = [await build(settings, shelf()) for _ in range(2)]
    servers = [TestServer(house.app, host="127.0.0.1") for house in houses]
    for server in servers:
        await server.start_server()
    async with (
        ClientSession(servers[0].make_url("/playground/")) as here,
        ClientSession(servers[1].make_url("/playground/")) as there,
    ):
        one, other = Page(here), Page(there)
        start = (await other.get("api/as/tobin"))["position"]
        async with other.live("tobin", start) as changes:
            sent = await asyncio.gather(
                *(
                    page.post("darrow", "track-team", f"number {n}", nonce=f"n{n}")
                    for n in range(10)
                    for page in (one, other)
                )
            )
            told = [(await anext(changes))[1]["is"]["text"] for _ in range(10)]
        await one.post("emeka", "marching-band", "This is a chaperone canary drill")
        card = await other.card("juniper", speaks_of("canary drill"))
    for server in servers:
        await server.close()
    for house in houses:
        await house.close()

    assert len(set(sent)) == 10
    assert sorted(told) == [f"number {n}" for n in range(10)]
    assert marked(card) == ["chaperone canary drill"]
