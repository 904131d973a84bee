"""A message's menu in Teams: checked or reported for one person; who wrote it is what we know ourselves."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.teams import chat_messages
from adapters.teams.activity import Payload
from adapters.teams.menus import CHECK_MESSAGE, CHOSEN, REPORT_MESSAGE, SUBMITTED
from bot.ports import Transaction
from policy.message import AttachmentKind
from tests.adapters.teams.opening import TEAM, Connected, connected
from tests.adapters.teams.test_events import recorded
from tests.contract.teams import CAST, PEOPLE, as_chat_message, furnish
from tests.standins.teams_connector import check_dialog

STAGE = CAST.club.channel
FINE = "<div><div>practice is at four</div>\n</div>"


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, fold_minutes=0) as made:
        await made.house.core.store.write(furnish)
        for person in PEOPLE:
            made.teams.enrol(person.ref.person)
        for room in (TEAM, STAGE):
            made.teams.rosters[room] = [person.ref.person for person in PEOPLE]
        yield made


def posted(open_: Connected, person: str, conversation: str = STAGE) -> dict[str, Any]:
    return open_.said("", person, conversation, attachments=[{"contentType": "text/html", "content": FINE}])


async def chosen(
    open_: Connected, person: str, command: str, shown: object, name: str = CHOSEN, **more: object
) -> dict[str, Any]:
    """The card of the dialog that opens."""
    value = {"commandId": command, "commandContext": "message", "messagePayload": shown, **more}
    status, answer = await open_.arrives(open_.activity("invoke", person, STAGE, name=name, value=value))
    assert status == 200
    return check_dialog(answer)


async def authors(open_: Connected) -> list[str]:
    def unit(tx: Transaction) -> list[str]:
        return [incident.author for incident in tx.incidents.told(CAST.owner, limit=10)]

    await open_.settled()
    return await open_.house.core.store.read(unit)


def test_a_message_in_a_menu_is_read_like_one_that_was_posted() -> None:
    shown = recorded("menu_submitted")["value"]["messagePayload"]

    content = chat_messages.content_in(shown)

    assert content.text == "Practice is at four."
    assert [(link.target, content.text[link.start : link.end]) for link in content.links] == [
        ("https://elsewhere.example.org/form", "four")
    ]
    assert [(each.kind, each.name) for each in content.attachments] == [(AttachmentKind.FILE, "plan.txt")]
    assert not content.sender.is_app
    assert chat_messages.author_of(shown) == "aaaa0001-0000-4000-8000-000000000001"
    assert chat_messages.thread_in(shown) is None


def test_an_apps_message_in_a_menu_is_an_apps() -> None:
    shown: Payload = {
        "id": "1",
        "from": {"user": None, "application": {"id": "app"}},
        "body": {"content": "a", "contentType": ""},
    }

    assert chat_messages.author_of(shown) == "28:app"
    assert chat_messages.content_in(shown).sender.is_app


async def test_who_wrote_a_reported_message_is_what_teams_told_us_and_not_what_the_reporters_client_says(
    open_: Connected,
) -> None:
    message = posted(open_, "emeka")
    await open_.arrives(message)
    await open_.settled()
    forged = as_chat_message(message)
    forged["from"]["user"]["id"] = "pearl"

    card = await chosen(open_, "saskia", REPORT_MESSAGE, forged, SUBMITTED, data={"f0:note": "look", "act": "x"})

    assert "your report is in" in json.dumps(card)
    assert await authors(open_) == ["emeka"]


async def test_the_notes_words_and_the_message_reach_the_owner(open_: Connected) -> None:
    message = posted(open_, "emeka")
    await open_.arrives(message)
    form = await chosen(open_, "saskia", REPORT_MESSAGE, as_chat_message(message))
    [field] = [element["id"] for element in form["body"] if element["type"] == "Input.Text"]

    data = form["actions"][0]["data"] | {field: "every <b>day</b>"}
    await chosen(open_, "saskia", REPORT_MESSAGE, as_chat_message(message), SUBMITTED, data=data)

    await open_.settled()
    said = json.dumps(open_.teams.seen_by("pearl"))
    assert "every <b>day</b>" in said
    assert "practice is at four" in said
    assert open_.teams.seen_by("emeka") == []
    assert not [room for room in open_.teams.posts if room.startswith("19:")]


@pytest.mark.parametrize("shown", [None, {}, [], "x", {"id": 7}, {"id": ""}])
async def test_an_entry_chosen_for_nothing_says_so(open_: Connected, shown: object) -> None:
    for command in (CHECK_MESSAGE, REPORT_MESSAGE):
        assert "not possible" in json.dumps(await chosen(open_, "saskia", command, shown))


async def test_an_entry_that_we_do_not_have_says_so(open_: Connected) -> None:
    assert "not possible" in json.dumps(
        await chosen(open_, "saskia", "another", as_chat_message(posted(open_, "emeka")))
    )


async def test_dialogs_are_in_the_readers_language(open_: Connected) -> None:
    shown = as_chat_message(posted(open_, "emeka"))
    value = {"commandId": REPORT_MESSAGE, "commandContext": "message", "messagePayload": shown}

    activity = open_.activity("invoke", "paloma", STAGE, name=CHOSEN, value=value)
    _, answer = await open_.arrives(activity)

    assert answer["task"]["value"]["title"] == "Reportar al supervisor"
    assert "puede quedar" in json.dumps(check_dialog(answer))


async def test_somebody_who_is_not_on_the_register_is_told_so(open_: Connected) -> None:
    def leave(tx: Transaction) -> None:
        for each in PEOPLE:
            tx.registry.save_person(replace(each, is_active=False))

    await open_.house.core.store.write(leave)

    card = await chosen(open_, "saskia", CHECK_MESSAGE, as_chat_message(posted(open_, "emeka")))

    assert "not met" in json.dumps(card)


async def test_who_adds_chaperone_is_shown_their_home_once(open_: Connected) -> None:
    activity = open_.activity("installationUpdate", "emeka", action="add")
    for _ in range(2):
        await open_.arrives(activity)
    async with asyncio.timeout(20):
        while not open_.teams.seen_by("emeka"):
            await asyncio.sleep(0.01)

    [post] = open_.teams.seen_by("emeka")

    assert "The rules in plain words" in json.dumps(post)
    assert len(post["attachments"]) == 2


async def test_a_team_that_adds_chaperone_is_not_shown_anybodys_home(open_: Connected) -> None:
    await open_.arrives(open_.activity("installationUpdate", "pearl", STAGE, action="add"))
    await open_.settled()

    said = json.dumps([open_.teams.seen_by(each.ref.person) for each in PEOPLE])
    assert "in plain words" not in said
    assert "Open alerts" not in said
