"""`kill -9` at any instant, under load, a hundred times and more: what was accepted is judged once and alerted once."""

import asyncio
import multiprocessing
import random
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from adapters.playground.tables import cards
from adapters.storage import open_store
from adapters.storage.transaction import SqlTransaction
from bot.ids import ChannelId, MessageId, MessageRef, WorkspaceId
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import incident_id
from bot.records.journal import first_break
from tests.crash import serving

KILLS = 110
SEED = 20261121
LARKFIELD = WorkspaceId("playground:larkfield")
CHANNEL = ChannelId("track-team")
# The coach owns the channel, the principal supervises it; they are told, so they do not write here.
AUTHORS = ("emeka", "iker", "saskia")
BREACH = "chaperone canary drill"


@dataclass
class Ledger:
    """What the page was told was done: message ids, with what stands in them now."""

    posted: dict[str, bool] = field(default_factory=dict)
    edits: Counter[str] = field(default_factory=Counter)
    breached_by_edit: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    answers: int = 0


@dataclass
class Page:
    """Several people at once who post, edit and delete, and send again with the same nonce what was not answered."""

    port: int
    session: aiohttp.ClientSession
    ledger: Ledger
    random: random.Random
    is_open: bool = True

    async def chat(self, who: str) -> None:
        """Goes on until the page is closed."""
        number = 0
        while self.is_open:
            number += 1
            is_breach = self.random.random() < 0.4
            text = f"{BREACH} {who} {number}" if is_breach else f"practice at four, {who} {number}"
            path = f"channels/{CHANNEL}/messages"
            message = await self.insist("POST", who, path, {"text": text, "nonce": f"{who}-{number}"})
            if message is None:
                return
            self.ledger.posted[message] = is_breach
            await self.change(who, message)

    async def change(self, who: str, message: str) -> None:
        draw = self.random.random()
        if draw < 0.15:
            if await self.insist("PATCH", who, f"messages/{message}", {"text": f"changed {BREACH}"}):
                self.ledger.breached_by_edit.add(message)
        elif draw < 0.25 and await self.insist("DELETE", who, f"messages/{message}", None):
            self.ledger.deleted.add(message)

    async def insist(self, method: str, who: str, path: str, body: dict[str, str] | None) -> str | None:
        """Sends until it is answered; None where the page was closed before."""
        url = f"http://127.0.0.1:{self.port}/playground/api/as/{who}/{path}"
        while self.is_open:
            try:
                async with self.session.request(method, url, json=body) as response:
                    answer = await response.json()
                    assert response.status == 200 or (method == "DELETE" and response.status == 409), answer
                    self.ledger.answers += 1
                    # a delete that was done and not answered meets nothing the second time
                    return str(answer.get("id", path.rpartition("/")[2]))
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                await asyncio.sleep(0.01)
        return None


def start(context: ForkServerContext, state: Path, port: int) -> BaseProcess:
    process = context.Process(target=serving.run, args=(state, port), daemon=True)
    process.start()
    return process


async def until_answers(page: Page, more: int) -> None:
    """Returns once so many more requests were answered: the server is up and at work."""
    goal = page.ledger.answers + more
    while page.ledger.answers < goal:
        await asyncio.sleep(0.002)


async def kill_again_and_again(context: ForkServerContext, state: Path, page: Page) -> None:
    process = start(context, state, page.port)
    for _ in range(KILLS):
        await asyncio.wait_for(until_answers(page, page.random.randint(1, 12)), 30)
        await asyncio.sleep(page.random.uniform(0, 0.03))
        process.kill()
        process.join()
        assert serving.is_dead(process), process.exitcode
        process = start(context, state, page.port)
    await asyncio.wait_for(until_answers(page, 20), 30)
    page.is_open = False
    await asyncio.wait_for(drained(page), 60)
    process.terminate()
    process.join(20)
    assert process.exitcode == 0


async def drained(page: Page) -> None:
    """Returns once no event waits and no alert is owed."""
    while True:
        async with page.session.get(f"http://127.0.0.1:{page.port}/metrics") as response:
            figures = dict(line.rsplit(" ", 1) for line in (await response.text()).splitlines() if line[0] != "#")
        # Duties wait for nights and mornings to come; those are not owed yet.
        busy = [
            name
            for name, value in figures.items()
            if "queue_items" in name and float(value) and "dead" not in name and "duties" not in name
        ]
        if not busy:
            return
        await asyncio.sleep(0.05)


@pytest.mark.timeout(240)
async def test_a_process_killed_a_hundred_times_under_load_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.serving"])
    state, ledger = tmp_path / "state", Ledger()
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        page = Page(serving.free_port(), session, ledger, random.Random(SEED))
        chats = [asyncio.create_task(page.chat(who)) for who in AUTHORS]
        await kill_again_and_again(context, state, page)
        await asyncio.gather(*chats)

    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    try:
        assert len(ledger.posted) > 5 * KILLS
        assert sum(ledger.posted.values()) > KILLS
        for message, is_breach in ledger.posted.items():
            is_flagged = is_breach or message in ledger.breached_by_edit
            found = await store.read(lambda tx, m=message: told(tx, m))  # type: ignore[misc]
            assert found == (["darrow", "idella"] if is_flagged else []), message
        await store.read(lambda tx: check_whole(tx, ledger))
    finally:
        await store.close()


def told(tx: Transaction, message: str) -> list[str]:
    """Whose private conversation holds the alert about the message, as the chat itself kept it."""
    assert isinstance(tx, SqlTransaction)
    topic = Topic(TopicKind.INCIDENT, incident_id(MessageRef(LARKFIELD, CHANNEL, MessageId(message))))
    shown = sa.select(cards.c.person).where(cards.c.workspace == LARKFIELD, cards.c.topic == str(topic))
    return sorted(tx.connection.scalars(shown))


def check_whole(tx: Transaction, ledger: Ledger) -> None:
    """Nothing is left over, the journal holds, and what was deleted is known to be."""
    assert (tx.inbox.counts().dead, tx.outbox.counts().dead) == (0, 0)
    assert first_break(tx.journal.rows()) is None
    opened = [row.entry.subject for row in tx.journal.rows() if row.entry.name == "incident:state:opened"]
    assert len(opened) == len(set(opened)) > KILLS
    for message in ledger.deleted:
        state = tx.messages.get(MessageRef(LARKFIELD, CHANNEL, MessageId(message)))
        assert state is not None
        assert state.deleted_at is not None
