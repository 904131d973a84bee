"""Two processes share the work over one PostgreSQL and one Redis. Redis forgets everything again and again, and one
process is killed again and again: nothing accepted is lost, nothing doubled."""

import asyncio
import base64
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import ClientError, ClientSession

from adapters.playground import tables as chat
from adapters.playground.seed_file import district
from adapters.playground.world import FIRST_WORKSPACE
from adapters.storage import open_store
from adapters.storage.tables import verdicts
from adapters.storage.transaction import SqlTransaction
from bot.ids import ChannelId, MessageId, MessageRef
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import incident_id
from bot.records.journal import first_break
from tests.house.serving import Serving, free_port, until_ready, until_settled
from tests.servers import PostgresServer, RedisServer

MESSAGES = 304
KILLS = 3
CHANNEL = ChannelId("track-team")
# The coach owns the channel, the principal supervises it; they are told, so they do not write here.
AUTHORS = ("emeka", "iker", "saskia", "tobin")
TOLD = ["darrow", "idella"]


@dataclass
class Pair:
    """Two servers on one database, and what they said was done."""

    servers: list[Serving]
    processes: list[BaseProcess] = field(default_factory=list)
    posted: dict[str, bool] = field(default_factory=dict)

    def kill(self, number: int) -> None:
        """`kill -9`, and up again."""
        process = self.processes[number]
        process.kill()
        process.join()
        assert process.exitcode == -9
        self.processes[number] = self.servers[number].start()

    def stop(self) -> None:
        """SIGTERM to both."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(30)


@pytest.fixture
def database(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture
def pair(tmp_path: Path, database: str, redis: RedisServer) -> Iterator[Pair]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    shared = {"database_url": database, "redis_url": redis.url, "key": key, "fold_minutes": 0, "lease_seconds": 5}
    servers = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        servers.append(
            Serving(state=folder / "state", port=free_port(), output=folder / "output", temp=folder, settings=shared)
        )
    made = Pair(servers)
    made.processes = [server.start() for server in servers]  # at once: both find an empty database
    yield made
    for process in made.processes:
        process.kill()


@pytest.mark.timeout(180)
async def test_two_processes_share_the_work_and_nothing_is_lost_or_doubled(
    pair: Pair, database: str, redis: RedisServer
) -> None:
    async with pair.servers[0].session() as first, pair.servers[1].session() as second:
        await asyncio.gather(until_ready(first), until_ready(second))
        await asyncio.gather(
            *(chat_on(pair, session, who) for session in (first, second) for who in AUTHORS), trouble(pair, redis)
        )
        await until_settled(first)
        await until_ready(second)
    pair.stop()

    assert [process.exitcode for process in pair.processes] == [0, 0]
    assert len(pair.posted) == MESSAGES
    done = [work_of(server) for server in pair.servers]
    assert all(len(each) > MESSAGES // 10 for each in done), [len(each) for each in done]
    twice = [key for key, times in (done[0] + done[1]).items() if times > 1]
    assert twice == [], "judged by both, or again after it was done"
    store = await open_store(database)
    try:
        await store.read(lambda tx: check(tx, pair))
    finally:
        await store.close()


async def chat_on(pair: Pair, session: ClientSession, who: str) -> None:
    """Posts one person's share through one server."""
    for number in range(MESSAGES // (len(AUTHORS) * len(pair.servers))):
        is_breach = number % 3 == 0
        text = f"chaperone canary drill {number}" if is_breach else f"practice at four, {number}"
        message = await insist(session, who, {"text": text, "nonce": f"{id(session)}-{number}"})
        assert message not in pair.posted
        pair.posted[message] = is_breach


async def insist(session: ClientSession, who: str, body: dict[str, str]) -> str:
    """Sends until it is answered; the same nonce posts once. Returns the message."""
    while True:
        try:
            async with session.post(f"api/as/{who}/channels/{CHANNEL}/messages", json=body) as response:
                answer = await response.json()
                assert response.status == 200, answer
                return str(answer["id"])
        except ClientError:
            await asyncio.sleep(0.02)


async def trouble(pair: Pair, redis: RedisServer) -> None:
    """Each time so many more messages were posted, Redis forgets everything; now and then the second process dies."""
    client = redis.client()
    for number in range(1, 2 * KILLS + 1):
        goal = number * MESSAGES // (2 * KILLS + 1)
        while len(pair.posted) < goal:
            await asyncio.sleep(0.005)
        await asyncio.to_thread(client.flushall)
        if number % 2:
            await asyncio.to_thread(pair.kill, 1)
    client.close()


def work_of(server: Serving) -> Counter[str]:
    """The keys of the events that this server worked through."""
    lines = [json.loads(line) for line in server.output.read_text().splitlines() if line.startswith("{")]
    assert lines
    return Counter(line["key"] for line in lines if line["event"] == "event.done")


def check(tx: Transaction, pair: Pair) -> None:
    """All that was accepted was judged once and told once, and the district was made once."""
    assert isinstance(tx, SqlTransaction)
    judged = Counter(tx.connection.scalars(sa.select(verdicts.c.message)))
    assert judged.keys() >= pair.posted.keys()
    assert set(judged.values()) == {1}
    assert len(judged) == len(pair.posted) + history()
    told = {message: who_was_told(tx, message) for message in pair.posted}
    assert told == {message: TOLD if is_breach else [] for message, is_breach in pair.posted.items()}
    opened = [row.entry.subject for row in tx.journal.rows() if row.entry.name == "incident:state:opened"]
    assert len(opened) == len(set(opened)) == sum(pair.posted.values()) > MESSAGES // 4
    assert first_break(tx.journal.rows()) is None
    assert (tx.inbox.counts().dead, tx.outbox.counts().dead) == (0, 0)
    assert tx.connection.scalar(sa.select(sa.func.count()).select_from(chat.workspaces)) == 1
    posted = tx.connection.scalar(sa.select(sa.func.count()).select_from(chat.messages))
    assert posted == len(pair.posted) + history()


def history() -> int:
    """How many messages the district begins with."""
    return sum(1 + len(message.answers) for messages in district().history.values() for message in messages)


def who_was_told(tx: SqlTransaction, message: str) -> list[str]:
    """Whose private conversation holds the alert about the message, as the chat itself kept it."""
    topic = Topic(TopicKind.INCIDENT, incident_id(MessageRef(FIRST_WORKSPACE, CHANNEL, MessageId(message))))
    return sorted(tx.connection.scalars(sa.select(chat.cards.c.person).where(chat.cards.c.topic == str(topic))))
