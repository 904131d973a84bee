"""`kill -9` at any instant, under load through Slack's door: what got its 200 is judged once and told once."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.storage import open_store
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import incident_id
from bot.records.journal import first_break
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from policy.verdict import PackId
from tests.crash.serving import is_dead
from tests.house.serving import Serving, figures, free_port
from tests.standins.slack_sender import SECRET, SlackSender
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import APP, BOT, BOT_TOKEN, TEAM, Json, World

KILLS = 20
SEED = 20261121
BREACH = "chaperone canary drill"
WORKSPACE = WorkspaceId(f"slack:{TEAM}")
TRACK = ChannelRef(WORKSPACE, ChannelId("CTRACK"))
COACH, PRINCIPAL = PersonRef(WORKSPACE, PersonId("UCOACH")), PersonRef(WORKSPACE, PersonId("UPRINCIPAL"))
AUTHORS = ("UEMEKA", "UIKER", "USASKIA", "UTOVE")


def seed(tx: Transaction) -> None:
    """The people, and the team's channel."""
    tx.registry.save_person(Person(ref=PRINCIPAL, name="Prim Principal", role=Role.STAFF))
    tx.registry.save_person(Person(ref=COACH, name="Cody Coach", role=Role.STAFF, supervisor=PRINCIPAL))
    for author in AUTHORS:
        ref = PersonRef(WORKSPACE, PersonId(author))
        tx.registry.save_person(Person(ref=ref, name=author.title(), role=Role.STUDENT))
    tx.registry.save_channel(
        Channel(
            ref=TRACK, name="track", kind=ChannelKind.TEAM, pack=PackId("crec"), state=ChannelState.APPROVED,
            owner=COACH, supervisor=PRINCIPAL, asked_at=tx.now,
        )
    )  # fmt: skip


@dataclass
class Channelful:
    """Several people who post, edit and delete in the invented workspace, and Slack, which sends each event until it is
    answered with 200. `breached` and `deleted` hold what Slack was told we received."""

    world: World
    slack: SlackSender
    random: random.Random
    received: set[str] = field(default_factory=set)
    breached: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    answers: int = 0
    unanswered: int = 0
    faults: list[str] = field(default_factory=list)
    is_open: bool = True

    async def chat(self, who: str) -> None:
        """Goes on until the channel is closed."""
        while self.is_open:
            is_breach = self.may_breach(0.05)
            message = self.world.say(TRACK.channel, who, BREACH if is_breach else "practice is at four")
            if not await self.insist(self.event(message)):
                return
            self.received.add(message["ts"])
            if is_breach:
                self.breached.add(message["ts"])
            await self.change(message)

    def may_breach(self, chance: float) -> bool:
        """Not so often that the alerts, at Slack's one a second, keep the test waiting for minutes."""
        return len(self.breached) < 15 and self.random.random() < chance

    async def change(self, message: Json) -> None:
        ts, draw = message["ts"], self.random.random()
        if draw < 0.12:
            is_breach = self.may_breach(0.1)
            before, after = self.world.change(TRACK.channel, ts, BREACH if is_breach else "practice is at five")
            change = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": self.world.ts()}
            if await self.insist(self.event({**change, "message": after, "previous_message": before})) and is_breach:
                self.breached.add(ts)
        elif draw < 0.2:
            gone = self.world.remove(TRACK.channel, ts)
            removal = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": self.world.ts()}
            if await self.insist(self.event({**removal, "deleted_ts": ts, "previous_message": gone})):
                self.deleted.add(ts)

    def event(self, inner: Mapping[str, Any]) -> Json:
        """The inner event as Slack sends it."""
        event = {**inner, "channel": TRACK.channel, "channel_type": "channel", "event_ts": inner["ts"]}
        own = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        return {
            "token": "x", "team_id": TEAM, "api_app_id": APP, "event": event, "type": "event_callback",
            "event_id": f"Ev{self.world.number()}", "event_time": int(time.time()), "authorizations": [own],
            "is_ext_shared_channel": False,
        }  # fmt: skip

    async def insist(self, payload: Json) -> bool:
        """Sends as Slack does, though it does not wait its minutes; False where the channel was closed before."""
        retry = 0
        while self.is_open:
            try:
                answer = await self.slack.event(payload, retry=retry)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self.unanswered += 1
                await asyncio.sleep(0.02)
            else:
                # Sent again within the second it may be the very request that was taken, and answered to nobody.
                if answer.status not in (200, 401, 503):
                    self.faults.append(str(answer))
                if answer.status == 200:
                    self.answers += 1
                    return True
            retry = retry % 3 + 1
        return False


async def until_answers(channel: Channelful, more: int) -> None:
    """Returns once so many more events were received: the server is up and at work."""
    goal = channel.answers + more
    async with asyncio.timeout(60):
        while channel.answers < goal:
            assert channel.faults == []
            await asyncio.sleep(0.002)


async def kill_again_and_again(serving: Serving, channel: Channelful) -> None:
    process = serving.start()
    for _ in range(KILLS):
        await until_answers(channel, channel.random.randint(1, 25))
        await asyncio.sleep(channel.random.uniform(0, 0.05))
        process.kill()
        process.join()
        assert is_dead(process), process.exitcode
        process = serving.start()
    await until_answers(channel, 20)
    channel.is_open = False
    async with serving.session() as session:
        await drained(session)
    process.terminate()
    process.join(20)
    assert process.exitcode == 0


async def drained(session: aiohttp.ClientSession) -> None:
    """Returns once every alert was shown, at the one message a second that Slack takes in a conversation."""
    left = [f'chaperone_queue_items{{queue="{queue}",state="{state}"}}'
            for queue in ("inbox", "outbox") for state in ("waiting", "leased")]  # fmt: skip
    async with asyncio.timeout(150):
        while any([(await figures(session))[name] for name in left]):
            await asyncio.sleep(0.1)


@pytest.mark.timeout(300)
async def test_what_slack_was_told_we_received_survives_kill_9_and_is_told_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    await store.write(seed)
    await store.close()
    world = World(time.time)
    world.add_channel(TRACK.channel, "track", {BOT, "UCOACH", "UPRINCIPAL", *AUTHORS})
    for person in ("UCOACH", "UPRINCIPAL", *AUTHORS):
        world.add_user(person, person.title())

    async with SlackWeb(world).serving() as web, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        settings = {
            "slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET, "slack_api_url": web.api, "fold_minutes": 0,
            "playground": True,
        }  # fmt: skip
        serving = Serving(state=state, port=free_port(), output=tmp_path / "log", temp=tmp_path, settings=settings)
        slack = SlackSender(session, f"{serving.url}/slack/events", time.time)
        channel = Channelful(world, slack, random.Random(SEED))
        chats = [asyncio.create_task(channel.chat(author)) for author in AUTHORS]
        await kill_again_and_again(serving, channel)
        await asyncio.gather(*chats)
        assert web.complaints == []

    assert len(channel.received) > 5 * KILLS
    assert channel.unanswered > KILLS
    assert len(channel.breached) > 5
    store = await open_store(f"sqlite:///{state / 'chaperone.db'}")
    try:
        await store.read(lambda tx: check_whole(tx, channel))
        for reviewer in (COACH, PRINCIPAL):
            cards = await store.read(lambda tx, who=reviewer: cards_of(tx, channel, who))  # type: ignore[misc]
            assert len(set(cards)) == len(channel.breached)
            assert [card for card in cards if world.direct(reviewer.person).message(card) is None] == []
            shown = Counter(message["blocks"][0]["block_id"] for message in world.shown_to(reviewer.person))
            assert set(shown.values()) == {1}, "nothing is posted twice"
    finally:
        await store.close()


def cards_of(tx: Transaction, channel: Channelful, reviewer: PersonRef) -> list[str]:
    """Where the alert of each breach stands in the reviewer's direct messages."""
    found = []
    for ts in channel.breached:
        ref = MessageRef(WORKSPACE, TRACK.channel, MessageId(ts))
        card = tx.outbox.card(Topic(TopicKind.INCIDENT, incident_id(ref)), reviewer)
        assert card is not None, ts
        found.append(card.rpartition(":")[2])
    return found


def check_whole(tx: Transaction, channel: Channelful) -> None:
    """What was received was judged, what broke a rule is an incident, and nothing is left over."""
    for ts in channel.received:
        ref = MessageRef(WORKSPACE, TRACK.channel, MessageId(ts))
        state = tx.messages.get(ref)
        assert state is not None, ts
        assert state.newest_revision >= 0, ts
        assert (tx.incidents.get(incident_id(ref)) is not None) >= (ts in channel.breached), ts
        assert (state.deleted_at is not None) >= (ts in channel.deleted), ts
    assert (tx.inbox.counts().dead, tx.outbox.counts().dead) == (0, 0)
    assert first_break(tx.journal.rows()) is None
    opened = [row.entry.subject for row in tx.journal.rows() if row.entry.name == "incident:state:opened"]
    assert len(opened) == len(set(opened)) >= len(channel.breached)
