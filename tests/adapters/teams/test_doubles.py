"""Teams takes a card and its answer is lost: in a channel the post is found again, in a chat the second card goes."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.activity import Payload
from adapters.teams.doubles import is_about, marked, topic_in
from bot.cards import Action, Card, Field
from bot.errors import PlatformBusy
from bot.ports import Platform
from bot.records.deliveries import Topic, TopicKind
from tests.adapters.teams.opening import Connected
from tests.adapters.teams.with_graph import consented
from tests.contract.teams import CAST, WORKSPACE, person
from tests.standins.teams_graph import FakeGraph, message
from tests.standins.teams_identity import APP_ID

PEARL = person("pearl")
STAGE = CAST.club
TOPIC = Topic(TopicKind.INCIDENT, "i1")
OTHER = Topic(TopicKind.INCIDENT, "i2")
ASKED = Field(name="note", label="Why?")
CARD = Card(
    title="look",
    actions=(
        Action(name="incident.take", subject="i1", label="I take it"),
        Action(name="incident.dismiss", subject="i1", label="No problem", fields=(ASKED,)),
    ),
)


@dataclass
class World:
    open_: Connected
    graph: FakeGraph

    @property
    def platform(self) -> Platform:
        return self.open_.house.core.platforms(WORKSPACE)

    def posts(self, conversation: str) -> Mapping[str, Any]:
        return self.open_.teams.posts.get(conversation, {})

    async def lost(self) -> None:
        """Teams takes the card, and the answer is lost."""
        self.open_.teams.faults.append((0, {}))
        with pytest.raises(PlatformBusy):
            await self.platform.show(PEARL, TOPIC, CARD, shown=None, notify=True)

    async def press(self, id_: str, topic: Topic) -> None:
        button = {"verb": "incident.take", "data": {"act": "incident.take", "subject": "i1", "topic": str(topic)}}
        status, _ = await self.open_.arrives({**self.open_.pressed(button, "pearl"), "replyToId": id_})
        assert status == 200


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with consented(tmp_path) as (open_, graph):
        assert (await open_.arrives(open_.said("hello", "pearl")))[0] == 200
        async with asyncio.timeout(20):
            # The answer comes after the activity was taken.
            while not open_.teams.posts.get(open_.teams.conversation_of("pearl")):
                await asyncio.sleep(0.01)
        open_.teams.posts.clear()
        assert (await open_.arrives(open_.said("hello", "emeka", STAGE.channel)))[0] == 200
        await open_.settled()
        yield World(open_, graph)


async def test_a_second_card_goes_when_somebody_uses_it_and_the_one_that_we_know_stays(world: World) -> None:
    chat = world.open_.teams.conversation_of("pearl")
    await world.lost()
    name = await world.platform.show(PEARL, TOPIC, CARD, shown=None, notify=True)
    first, second = world.posts(chat)

    await world.press(first, TOPIC)

    assert [id_ for id_ in world.posts(chat) if id_ in (first, second)] == [second]
    assert name.endswith(second)


async def test_the_card_that_we_know_and_cards_about_other_things_stay_when_they_are_used(world: World) -> None:
    chat = world.open_.teams.conversation_of("pearl")
    known = (await world.platform.show(PEARL, TOPIC, CARD, shown=None, notify=True)).rpartition("|")[2]
    await world.platform.show(PEARL, OTHER, CARD, shown=None, notify=True)

    await world.press(known, TOPIC)
    await world.press(known, Topic(TopicKind.INCIDENT, "never shown"))

    assert known in world.posts(chat)
    assert [call for call in world.open_.teams.calls if call.method == "DELETE"] == []


async def seen_in_graph(world: World) -> None:
    """Graph shows what we posted in the channel."""
    for id_, post in world.posts(STAGE.channel).items():
        shown = [
            {"contentType": each["contentType"], "content": json.dumps(each["content"])} for each in post["attachments"]
        ]
        ours = {"application": {"id": APP_ID, "applicationIdentityType": "bot"}, "user": None}
        made = message(id_, "", "", at=datetime.now(UTC)) | {"from": ours, "attachments": shown}
        world.graph.keep(STAGE.channel, made)


@pytest.mark.parametrize("is_granted", [True, False])
async def test_a_post_in_a_channel_is_found_again_where_we_may_read_it(is_granted: bool, world: World) -> None:
    world.open_.teams.faults.append((0, {}))
    with pytest.raises(PlatformBusy):
        await world.platform.announce(STAGE, TOPIC, CARD, shown=None, pin=False)
    await seen_in_graph(world)
    if not is_granted:
        world.graph.granted.clear()

    name = await world.platform.announce(STAGE, TOPIC, CARD, shown=None, pin=False)
    again = await world.platform.announce(STAGE, TOPIC, CARD, shown=None, pin=False)

    assert name == again
    assert len(world.posts(STAGE.channel)) == (1 if is_granted else 2)


async def test_a_post_that_teams_never_took_is_posted(world: World) -> None:
    world.open_.teams.faults += [(503, {"Retry-After": "60"})]
    with pytest.raises(PlatformBusy):
        await world.platform.announce(STAGE, TOPIC, CARD, shown=None, pin=False)

    await world.platform.announce(STAGE, TOPIC, CARD, shown=None, pin=False)

    assert len(world.posts(STAGE.channel)) == 1


def test_every_button_says_what_its_card_is_about() -> None:
    activity = marked({"attachments": [{"content": {"body": [{"data": {"act": "a"}}, {"data": {"x": 1}}]}}]}, TOPIC)

    assert activity == {
        "attachments": [{"content": {"body": [{"data": {"act": "a", "topic": str(TOPIC)}}, {"data": {"x": 1}}]}}]
    }
    assert topic_in({"value": {"topic": str(TOPIC)}}) == str(TOPIC)
    assert topic_in({"value": {"action": {"data": {"topic": 7}}}}) == ""


def test_only_our_own_card_about_the_topic_is_ours() -> None:
    card: Payload = {"contentType": "x", "content": json.dumps({"data": {"act": "a", "topic": str(TOPIC)}}, indent=2)}
    ours: Payload = {"from": {"application": {"id": APP_ID}}, "attachments": [card]}

    assert is_about(ours, TOPIC, APP_ID)
    assert not is_about(ours, OTHER, APP_ID)
    assert not is_about({**ours, "from": {"application": {"id": "another"}}}, TOPIC, APP_ID)
    assert not is_about({**ours, "attachments": []}, TOPIC, APP_ID)
