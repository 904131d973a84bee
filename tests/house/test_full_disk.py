"""A disk that is full: people are told that nothing was saved, what was accepted is judged, and work goes on after."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.playground.world import FIRST_WORKSPACE
from adapters.storage import open_store
from bot.ids import ChannelId, MessageId, MessageRef
from bot.ports import Transaction
from bot.records.incidents import incident_id
from bot.records.journal import first_break
from tests.house.serving import Serving, free_port, until_ready, until_settled

CHANNEL = ChannelId("track-team")
FULL_AT = 4 * 1024 * 1024
"""Bytes that the database's files may grow to: room for the district, and then some for posts."""
MOST_POSTS = 200


@pytest.fixture
def server(tmp_path: Path) -> Serving:
    (tmp_path / "temp").mkdir()
    return Serving(
        state=tmp_path / "state",
        port=free_port(),
        output=tmp_path / "output",
        temp=tmp_path / "temp",
        settings={"fold_minutes": 0},
        largest_file=FULL_AT,
    )


async def test_on_a_full_disk_nothing_accepted_is_lost_and_work_goes_on_once_there_is_room(server: Serving) -> None:
    process = server.start()
    try:
        async with server.session() as session:
            await until_ready(session)
            accepted, error = await post_until_refused(session)
            async with session.get("/healthz") as response:
                assert response.status == 200
    finally:
        process.terminate()
        process.join(30)
    assert process.exitcode == 0
    assert len(accepted) > 3
    assert set(error) == {"en", "es"}
    assert "Nothing was saved" in error["en"]
    assert "Traceback" not in server.output.read_text()

    roomy = replace(server, largest_file=-1)
    process = roomy.start()
    try:
        async with roomy.session() as session:
            await until_ready(session)
            accepted.append(await post(session, "with room again"))
            await until_settled(session)
    finally:
        process.terminate()
        process.join(30)

    store = await open_store(f"sqlite:///{server.state / 'chaperone.db'}")
    try:
        await store.read(lambda tx: check(tx, accepted))
    finally:
        await store.close()


async def post_until_refused(session: ClientSession) -> tuple[list[str], dict[str, str]]:
    """Posts long messages until one is refused; returns those that were accepted, and the words of the refusal."""
    accepted: list[str] = []
    while len(accepted) < MOST_POSTS:
        try:
            accepted.append(await post(session, "x " * 20_000))
        except RefusedPost as refused:
            return accepted, refused.error
    raise AssertionError("the disk never was full")


class RefusedPost(Exception):
    """The server took no message."""

    def __init__(self, error: dict[str, str]) -> None:
        super().__init__("refused")
        self.error = error


async def post(session: ClientSession, words: str) -> str:
    body = {"text": f"chaperone canary drill {words}"}
    async with session.post(f"api/as/emeka/channels/{CHANNEL}/messages", json=body) as response:
        answer = await response.json()
        if response.status == 503:
            raise RefusedPost(answer["error"])
        assert response.status == 200, answer
        return str(answer["id"])


def check(tx: Transaction, accepted: list[str]) -> None:
    """What was accepted has its incident, and the journal holds."""
    refs = {message: MessageRef(FIRST_WORKSPACE, CHANNEL, MessageId(message)) for message in accepted}
    assert [message for message, ref in refs.items() if tx.incidents.get(incident_id(ref)) is None] == []
    assert sum(tx.incidents.counts().values()) == len(accepted)
    assert first_break(tx.journal.rows()) is None
    assert (tx.inbox.counts().dead, tx.outbox.counts().dead) == (0, 0)
