"""What a newcomer starts with: the whole house, rules and model, and a history that alerts nobody."""

import asyncio
from pathlib import Path

from aiohttp.test_utils import TestServer

from adapters.settings import load_settings
from adapters.wiring import build


async def test_the_history_of_a_fresh_playground_is_read_and_alerts_nobody(tmp_path: Path) -> None:
    house = await build(load_settings(state=tmp_path / "state", host="127.0.0.1", port=0))
    server = TestServer(house.app, host="127.0.0.1")
    await server.start_server()
    try:
        async with asyncio.timeout(60):
            while await house.core.store.read(lambda tx: tx.inbox.next_due()) is not None:
                await asyncio.sleep(0.05)

        checked = await house.core.store.read(lambda tx: tx.messages.counts())
        opened = await house.core.store.read(lambda tx: tx.incidents.counts())
        assert checked["checked"] > 40
        assert checked["flagged"] == 0
        assert sum(opened.values()) == 0
    finally:
        await server.close()
        await house.close()
