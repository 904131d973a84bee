"""`kill -9` at any instant while Teams delivers: what was answered 200 is judged once and everybody is alerted."""

import asyncio
import json
import multiprocessing
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from adapters.storage import open_store
from adapters.teams.activity import workspace_named
from bot.ids import ChannelId, MessageId, MessageRef
from bot.ports import Transaction
from bot.records.incidents import incident_id
from bot.records.journal import first_break
from tests.adapters.teams.opening import Connected, Json
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.house.serving import Serving, free_port, run, until_settled
from tests.standins.teams_connector import FakeTeams, fake_teams
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity, identity

KILLS = 5
SEED = 20261121
BREACH = "chaperone canary drill"
STAGE = CAST.club.channel


@dataclass
class Delivering:
    """Teams' side: several conversations at once, each activity sent again until it is answered, then now and then
    once more. Some messages are deleted and put back, told in any order; `ends` says whether they are gone."""

    teams: FakeTeams
    server: Identity
    url: str
    random: random.Random
    answered: dict[str, str] = field(default_factory=dict)
    ends: dict[str, bool] = field(default_factory=dict)
    is_open: bool = True

    async def go_on(self, who: str, made: Connected, session: ClientSession) -> None:
        number = 0
        while self.is_open:
            number += 1
            words = f"{BREACH if self.random.random() < 0.15 else 'practice at four'} {who} number {number} end"
            activity = made.said(words, who, STAGE)
            if await self._insist(activity, session):
                self.answered[activity["id"]] = words
            if self.random.random() < 0.2:
                await self._insist(activity, session)
            if self.random.random() < 0.3 and activity["id"] in self.answered:
                await self._go_and_come(activity, session)

    async def _go_and_come(self, post: Json, session: ClientSession) -> None:
        """Deleted, put back, deleted …: each told once at least, in whatever order."""
        told = [after(post, step) for step in range(self.random.randint(1, 4))]
        is_gone = len(told) % 2 == 1
        shuffled = self.random.sample(told, k=len(told)) + self.random.sample(told, k=1)
        if all([await self._insist(activity, session) for activity in shuffled]):
            self.ends[post["id"]] = is_gone

    async def _insist(self, activity: Json, session: ClientSession) -> bool:
        headers = {"Authorization": f"Bearer {self.server.sign(self.teams.service_url)}"}
        while self.is_open:
            try:
                async with session.post(f"{self.url}/api/messages", json=activity, headers=headers) as response:
                    assert response.status == 200
                    return True
            except (ClientError, TimeoutError, ConnectionError):
                await asyncio.sleep(0.02)
        return False

    async def until_more(self, count: int) -> None:
        goal = len(self.answered) + count
        async with asyncio.timeout(40):
            while len(self.answered) < goal:
                await asyncio.sleep(0.005)


def after(post: Json, step: int) -> Json:
    """What happens to a message at each step: it is deleted, and the next time put back."""
    at = datetime.fromisoformat(post["timestamp"]) + timedelta(seconds=step + 1)
    if step % 2 == 0:
        return {**post, "type": "messageDelete", "timestamp": at.isoformat(), "text": ""}
    undone = {**post["channelData"], "eventType": "undeleteMessage"}
    return {**post, "type": "messageUpdate", "timestamp": at.isoformat(), "channelData": undone}


def started(serving: Serving) -> BaseProcess:
    """A process with Microsoft's libraries read where it is forked from: they take a second and more."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.serving", "adapters.teams.app"])
    process = context.Process(target=run, args=(serving,), daemon=True)
    process.start()
    return process


def killed(process: BaseProcess) -> None:
    process.kill()
    process.join()
    assert process.exitcode == -9, "it ended by our kill, and not by a fault of its own"


@pytest.mark.kill
async def test_a_process_killed_while_teams_delivers_loses_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    await store.write(furnish)
    await store.close()
    async with identity() as server, fake_teams(server) as teams, ClientSession() as session:
        for person in PEOPLE:
            teams.enrol(person.ref.person)
        settings = {
            "playground": False,
            "fold_minutes": 0,
            "lease_seconds": 5,
            "microsoft_app_id": APP_ID,
            "microsoft_app_password": SECRET,
            "microsoft_app_tenant_id": TENANT,
            "teams_openid_metadata_url": server.metadata_url,
            "teams_token_url": server.token_url,
            "teams_service_hosts": teams.url.removeprefix("http://"),
        }
        serving = Serving(state=state, port=free_port(), output=tmp_path / "log", temp=tmp_path, settings=settings)
        delivering = Delivering(teams, server, serving.url, random.Random(SEED))
        made = Connected.__new__(Connected)
        made.teams = teams
        process = started(serving)
        people = [asyncio.create_task(delivering.go_on(who, made, session)) for who in ("emeka", "saskia", "ramiro")]
        for _ in range(KILLS):
            await delivering.until_more(delivering.random.randint(5, 25))
            killed(process)
            process = started(serving)
        await delivering.until_more(10)
        delivering.is_open = False
        await asyncio.gather(*people)
        async with ClientSession(serving.url) as asking:
            figures = await until_settled(asking)
        process.terminate()
        await asyncio.to_thread(process.join, 20)

    assert [name for name, value in figures.items() if "dead" in name and value] == []
    await judge_all(state, delivering, teams)


async def judge_all(state: Path, delivering: Delivering, teams: FakeTeams) -> None:
    """Every answered message is judged, every breach is one incident, and its reviewers have its card."""
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    workspace = workspace_named(TENANT)
    breaches = set[str]()

    def judged(tx: Transaction) -> None:
        for id_, words in delivering.answered.items():
            ref = MessageRef(workspace, ChannelId(STAGE), MessageId(id_))
            assert tx.messages.get(ref) is not None, f"{words} was answered and is lost"
            incident = tx.incidents.get(incident_id(ref))
            assert (incident is not None) == words.startswith(BREACH)
            if incident is not None:
                breaches.add(words)
        for id_, is_gone in delivering.ends.items():
            ref = MessageRef(workspace, ChannelId(STAGE), MessageId(id_))
            state, incident = tx.messages.get(ref), tx.incidents.get(incident_id(ref))
            assert state is not None
            assert state.is_deleted == is_gone
            assert incident is None or incident.is_deleted == is_gone

    await store.read(judged)
    assert len(breaches) > KILLS
    assert set(delivering.ends.values()) == {True, False}
    assert await store.read(lambda tx: first_break(tx.journal.rows())) is None
    await store.close()
    for reviewer in ("pearl", "idella"):
        shown = [json.dumps(post) for post in teams.seen_by(reviewer)]
        cards = Counter({words: sum(words.removeprefix(BREACH) in post for post in shown) for words in breaches})
        assert min(cards.values()) == 1, "somebody was not told"
        # A kill between Teams' taking a card and our hearing of it may show that card twice: at most what the process
        # had in hand at each kill.
        doubled = sum(count - 1 for count in cards.values())
        assert doubled <= KILLS * 8
