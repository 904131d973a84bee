"""Many people at once: one token, no stall of the loop, connections used again."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import pytest
from aiohttp import ClientSession

from adapters.commandline.run import set_aside_what_stays
from adapters.teams.activity import workspace_named
from bot.ids import PersonId, PersonRef
from bot.ports import Transaction
from bot.records.registry import Person
from policy.message import Role
from tests.adapters.teams.opening import Connected, joined
from tests.standins.teams_connector import FakeTeams, fake_teams
from tests.standins.teams_identity import TENANT, Identity, identity

MOST_SECONDS = 0.05
PULSE_SECONDS = 0.005
PEOPLE = [f"member{n}" for n in range(200)]
T = TypeVar("T")


class Elsewhere:
    """Microsoft's side in a thread with a loop of its own, so that our loop carries our work alone."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@asynccontextmanager
async def microsoft(elsewhere: Elsewhere) -> AsyncIterator[tuple[Identity, FakeTeams]]:
    running = AsyncExitStack()

    async def start() -> tuple[Identity, FakeTeams]:
        server = await running.enter_async_context(identity())
        return server, await running.enter_async_context(fake_teams(server))

    try:
        yield await elsewhere.run(start())
    finally:
        await elsewhere.run(running.aclose())
        elsewhere.stop()


def known(tx: Transaction) -> None:
    """Puts everybody on the register, so that each turn is one call."""
    for person in PEOPLE:
        ref = PersonRef(workspace_named(TENANT), PersonId(person))
        tx.registry.save_person(Person(ref=ref, name=person, role=Role.STUDENT))


class Stalls:
    """How long the loop let a short sleep oversleep, at worst, less what other programs on the machine took from us."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            before, waited = perf_counter(), queued_seconds()
            await asyncio.sleep(PULSE_SECONDS)
            overslept = perf_counter() - before - PULSE_SECONDS
            self.longest = max(self.longest, overslept - (queued_seconds() - waited))


def queued_seconds() -> float:
    """How long threads of ours were ready to run and had no processor, all together. Linux tells; elsewhere 0."""
    waited = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):
            waited += int(task.read_text(encoding="ascii").split()[1])
    return waited / 1e9


async def deliver(connected: Connected, activities: list[dict[str, Any]]) -> None:
    """All at once, over connections of their own."""
    tokens = [connected.identity.sign(connected.teams.service_url) for _ in activities]
    async with ClientSession(connected.url) as session:
        calls = (
            session.post("/api/messages", json=activity, headers={"Authorization": f"Bearer {token}"})
            for activity, token in zip(activities, tokens, strict=True)
        )
        for answer in await asyncio.gather(*calls):
            assert answer.status == 200
            answer.release()


async def test_two_hundred_turns_at_once_fetch_one_token_and_hold_nobody_up(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    elsewhere, stalls = Elsewhere(), Stalls()
    request.addfinalizer(gc.unfreeze)
    async with microsoft(elsewhere) as (server, teams), joined(tmp_path, teams, server) as connected:
        server.token_seconds = 0.2
        for person in PEOPLE:
            teams.enrol(person)
        await connected.house.core.store.write(known)
        set_aside_what_stays()
        asked = [connected.said("rule respect", person) for person in PEOPLE]
        watching = asyncio.create_task(stalls.watch())
        await elsewhere.run(deliver(connected, asked))
        async with asyncio.timeout(60):
            while not all(teams.seen_by(person) for person in PEOPLE):
                await asyncio.sleep(0.02)
        watching.cancel()

        assert [len(teams.seen_by(person)) for person in PEOPLE] == [1] * len(PEOPLE)
        assert sum(path.endswith("/token") for path in server.asked) == 1
        assert len(teams.connections) < 30, "connections are used again"
    assert 0 < stalls.longest < MOST_SECONDS
