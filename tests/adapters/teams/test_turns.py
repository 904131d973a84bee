"""What people ask of Chaperone in Teams: answered once, privately, and only what they themselves may have."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.turns import DONE_MARK
from tests.adapters.teams.opening import TEAM, Connected, connected
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.standins.teams_connector import BOT

STAGE = CAST.club.channel
BREACH = "chaperone canary drill"
MENTION = {"type": "mention", "text": "<at>Chap+erone (C++)</at>", "mentioned": {"id": BOT, "name": "Chap+erone (C++)"}}


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, fold_minutes=0) as made:
        await made.house.core.store.write(furnish)
        for person in PEOPLE:
            made.teams.enrol(person.ref.person)
        for room in (TEAM, STAGE):
            made.teams.rosters[room] = [person.ref.person for person in PEOPLE]
        yield made


async def answered(open_: Connected, person: str, count: int = 1) -> list[dict[str, Any]]:
    """What we wrote to the person, once there are so many."""
    async with asyncio.timeout(20):
        while len(open_.teams.seen_by(person)) < count:
            await asyncio.sleep(0.01)
    return open_.teams.seen_by(person)


async def alert(open_: Connected, person: str) -> dict[str, Any]:
    """A breach is posted; the person's card about it."""
    assert (await open_.arrives(open_.said(BREACH, "emeka", STAGE)))[0] == 200
    await open_.settled()
    [post] = open_.teams.seen_by(person)
    card: dict[str, Any] = post["attachments"][0]["content"]
    return card


def button(card: dict[str, Any], act: str) -> dict[str, Any]:
    for row in card["body"]:
        for action in row.get("actions", ()):
            inner: dict[str, Any] = action["card"]["actions"][0] if "card" in action else action
            if inner["data"]["act"] == act:
                return inner
    raise AssertionError(f"no button {act}")


async def states(open_: Connected) -> dict[str, int]:
    """How many incidents stand in which state."""
    counts = await open_.house.core.store.read(lambda tx: tx.incidents.counts())
    return {state: count for state, count in counts.items() if count}


@pytest.mark.parametrize(
    "asked", ["rule respect", "/policy rule respect", "/rule respect", "  Policy  rule&nbsp;respect "]
)
async def test_a_question_in_our_own_chat_is_answered_there(open_: Connected, asked: str) -> None:
    await open_.arrives(open_.said(asked, "emeka"))

    [post] = await answered(open_, "emeka")
    assert "espect" in json.dumps(post)
    assert "no “" not in json.dumps(post, ensure_ascii=False)


async def test_the_same_question_delivered_twice_is_answered_once(open_: Connected) -> None:
    activity = open_.said("rule respect", "emeka")
    for _ in range(3):
        await open_.arrives(activity)
    await answered(open_, "emeka")
    await asyncio.sleep(0.2)

    assert len(open_.teams.seen_by("emeka")) == 1


async def test_a_mention_in_a_channel_is_answered_in_private(open_: Connected) -> None:
    asked = f"{MENTION['text']} rule respect"
    await open_.arrives(open_.said(asked, "emeka", STAGE, entities=[MENTION]))

    await answered(open_, "emeka")

    assert not [name for name in open_.teams.posts if name.startswith(STAGE)]


async def test_a_slash_command_in_a_channel_is_answered_to_its_author_alone(open_: Connected) -> None:
    activity = open_.said("/policy rule respect", "emeka", STAGE, recipient={"id": BOT, "isTargeted": True})
    await open_.arrives(activity)

    async with asyncio.timeout(20):
        while not open_.teams.posts:
            await asyncio.sleep(0.01)
    [(place, posts)] = open_.teams.posts.items()
    [post] = posts.values()
    assert place == activity["conversation"]["id"]
    assert post["recipient"]["aadObjectId"] == "emeka"


async def test_who_cannot_be_answered_privately_is_told_how(open_: Connected) -> None:
    open_.teams.missing.add("emeka")
    await open_.arrives(open_.said(f"{MENTION['text']} check {BREACH}", "emeka", STAGE, entities=[MENTION]))

    async with asyncio.timeout(20):
        while not [name for name in open_.teams.posts if name.startswith(STAGE)]:
            await asyncio.sleep(0.01)
    said = json.dumps([posts for name, posts in open_.teams.posts.items() if name.startswith(STAGE)])
    assert "private only" in said
    assert BREACH not in said


async def test_what_members_say_to_each_other_is_not_answered(open_: Connected) -> None:
    other = MENTION | {"mentioned": {"id": "29:1-saskia", "name": "Saskia"}}
    await open_.arrives(open_.said("help", "emeka", STAGE))
    await open_.arrives(open_.said(f"{MENTION['text']} help", "emeka", STAGE, entities=[other]))
    await open_.arrives(open_.said("help", "emeka", STAGE, **{"from": {"id": BOT}}))
    await open_.settled()
    await asyncio.sleep(0.2)

    assert open_.teams.posts == {}


async def test_a_press_is_done_in_the_name_of_who_pressed(open_: Connected) -> None:
    card = await alert(open_, "pearl")

    status, answer = await open_.arrives(open_.pressed(button(card, "incident.take"), "pearl"))

    assert (status, answer["statusCode"]) == (200, 200)
    assert answer["value"].startswith(DONE_MARK)
    await open_.settled()
    assert len(open_.teams.seen_by("pearl")) == 1, "the card itself says so, no other is posted"
    assert await states(open_) == {"taken": 1}


async def test_a_card_in_other_hands_does_nothing(open_: Connected) -> None:
    """Data of a card can be sent by anybody who can write to the bot; only who sends it counts."""
    card = await alert(open_, "pearl")
    stolen = button(card, "incident.dismiss")
    forged = stolen | {"data": stolen["data"] | {"actor": "pearl", "from": "pearl", "f0:note": "let me through"}}

    for person in ("emeka", "saskia", "paloma"):
        status, answer = await open_.arrives(open_.pressed(forged, person))
        assert status == 200
        assert not answer["value"].startswith(DONE_MARK)

    assert await states(open_) == {"open": 1}


async def test_an_old_clients_submit_does_the_same_as_execute(open_: Connected) -> None:
    card = await alert(open_, "pearl")
    data = button(card, "incident.take")["fallback"]["data"]

    await open_.arrives(open_.activity("message", "pearl", value=data))

    await answered(open_, "pearl", 2)
    await open_.settled()
    assert open_.teams.seen_by("pearl")[1]["text"].startswith(DONE_MARK)
    assert await states(open_) == {"taken": 1}


async def test_a_press_whose_answer_cannot_be_shown_says_so(open_: Connected) -> None:
    press = {"verb": "command.run", "data": {"act": "command.run", "subject": "||rules"}}
    await open_.arrives(open_.said("help", "pearl"))
    await answered(open_, "pearl")
    open_.teams.blocked.add("pearl")

    status, answer = await open_.arrives(open_.pressed(press, "pearl"))

    assert status == 200
    assert "try again" in answer["value"]


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "", "adaptiveCard/action"])
async def test_an_invoke_that_we_do_not_know_is_said_to_be_none_of_ours(open_: Connected, name: str) -> None:
    status, _ = await open_.arrives(open_.activity("invoke", "pearl", name=name, value={"action": {"data": {}}}))

    assert status == 501
