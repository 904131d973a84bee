"""Slack, played over signed requests at its door and the stand-in of its Web API."""

import json
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from adapters.settings import load_settings
from adapters.slack import pace
from adapters.slack.app import ROUTE
from adapters.slack.blocks import escaped
from adapters.slack.buttons import read
from adapters.slack.forms import ANSWER
from adapters.slack.shortcuts import CHECK_MESSAGE, REPORT_MESSAGE
from adapters.wiring import House, build
from bot.core import Core
from bot.desk.door import NOT_POSSIBLE
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.journal import first_break
from policy.words import Lang
from tests.adapters.playground.page import shelf
from tests.contract.cast import a_cast, furnishing, people_of
from tests.contract.harness import Button, File, PressRefused, ShownCard
from tests.house.serving import until_settled
from tests.standins.slack_checks import faults_in_answer, faults_in_view, nodes
from tests.standins.slack_sender import SECRET, Answer, SlackSender
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import ADMIN_TOKEN, APP, BOT, BOT_TOKEN, TEAM, World

Json = dict[str, Any]
WORKSPACE = WorkspaceId(f"slack:{TEAM}")
SECOND = 0.05
"""The second between two messages in a channel lasts so long here; we keep twice that, for a busy machine's sake."""


def person(name: str) -> PersonRef:
    return PersonRef(WORKSPACE, PersonId(f"U{name.upper()}"))


def channel(name: str) -> ChannelRef:
    return ChannelRef(WORKSPACE, ChannelId(f"C{name.upper()}"))


CAST = a_cast(person, channel)
PEOPLE = people_of(CAST)
furnish = furnishing(CAST)


def workspace() -> World:
    """The cast's accounts, and three channels of which they and Chaperone are members."""
    world = World(time.time)
    for someone in PEOPLE:
        world.add_user(someone.ref.person, someone.name)
    everybody = {BOT, *(someone.ref.person for someone in PEOPLE)}
    for room in (CAST.club, CAST.families, CAST.unsponsored):
        world.add_channel(room.channel, room.channel.lower(), everybody, is_private=True)
    return world


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator["SlackHarness"]:
    """A workspace with three channels, one of which nobody registered."""
    web = SlackWeb(workspace(), second=SECOND)
    async with web.serving(), AsyncExitStack() as running:
        harness = SlackHarness(folder, web, running)
        with patch.object(pace, "BETWEEN_MESSAGES", SECOND * 2):
            await harness.start()
            await harness.core.store.write(furnish)
            yield harness
        assert web.complaints == []


class SlackHarness:
    """A `PlatformHarness`. What members see in a channel is kept by the stand-in, as Slack keeps it."""

    cast = CAST

    def __init__(self, folder: Path, web: SlackWeb, running: AsyncExitStack) -> None:
        self._folder = folder
        self._web = web
        self._world = web.world
        self._running = running
        self._last: Json = {}
        self._elements: dict[Button, Json] = {}

    async def start(self) -> None:
        self._house: House = await build(
            load_settings(
                state=self._folder / "state",
                playground=False,
                fold_minutes=0,
                slack_bot_token=BOT_TOKEN,
                slack_signing_secret=SECRET,
                slack_admin_token=ADMIN_TOKEN,
                slack_api_url=self._web.api,
            ),
            shelf(),
        )
        door = TestServer(self._house.app, host="127.0.0.1")
        await door.start_server()
        self._running.push_async_callback(self._house.close)
        self._running.push_async_callback(door.close)
        self._session = await self._running.enter_async_context(ClientSession(door.make_url("/")))
        self.sender = SlackSender(self._session, str(door.make_url(ROUTE)), time.time)

    async def restart(self) -> None:
        await self._running.aclose()
        await self.start()

    @property
    def core(self) -> Core:
        return self._house.core

    async def post(
        self,
        who: PersonRef,
        where: ChannelRef,
        text: str,
        *,
        answers: MessageRef | None = None,
        files: Sequence[File] = (),
    ) -> MessageRef:
        more: Json = {**_written(text), "client_msg_id": f"{self._world.number()}-0000"}
        if answers is not None:
            more["thread_ts"] = answers.message
        if files:
            made = [_file(self._world.number(), file) for file in files]
            more |= {"subtype": "file_share", "files": made}
            self._world.files |= {each["id"]: file.content for each, file in zip(made, files, strict=True)}
        markup = more.pop("text")
        message = self._world.say(where.channel, who.person, markup, **more)
        await self._delivered(where, message)
        return MessageRef(where.workspace, where.channel, MessageId(message["ts"]))

    def link(self, label: str, target: str) -> str:
        return f"\ue000{label}\ue001{target}\ue002"

    async def edit(self, message: MessageRef, text: str) -> None:
        written = _written(text)
        before, after = self._world.change(message.channel, message.message, written["text"])
        after["blocks"] = written["blocks"]
        change = {"subtype": "message_changed", "hidden": True, "message": after, "previous_message": before}
        await self._delivered(message.channel_ref, {"type": "message", "ts": self._world.ts(), **change})

    async def delete(self, message: MessageRef) -> None:
        before = self._world.remove(message.channel, message.message)
        gone = {"subtype": "message_deleted", "hidden": True, "deleted_ts": message.message, "previous_message": before}
        await self._delivered(message.channel_ref, {"type": "message", "ts": self._world.ts(), **gone})

    async def _delivered(self, where: ChannelRef, event: Json) -> None:
        self._last = {
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": f"Ev{self._world.number():08}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": False,
            "event": {**event, "channel": where.channel, "channel_type": "group", "event_ts": event["ts"]},
        }
        await self.repeat()

    async def repeat(self) -> None:
        [answer] = await self.sender.copies(self._last, 1)
        assert answer == Answer(200, ""), answer

    async def command(self, who: PersonRef, where: ChannelRef, text: str) -> ShownCard:
        url = self._world.response_url(self._web.url)
        typed = {
            "command": "/policy",
            "text": escaped(text),
            "team_id": TEAM,
            "user_id": who.person,
            "channel_id": where.channel,
            "api_app_id": APP,
            "trigger_id": self._world.trigger(),
            "response_url": url,
        }
        answer = await self.sender.form(typed)
        assert answer.status == 200, answer
        body = json.loads(answer.text)
        assert body["response_type"] == "ephemeral"
        assert faults_in_answer(body["blocks"]) == []
        return self._shown("", body["blocks"], {})

    async def cards(self, who: PersonRef) -> Sequence[ShownCard]:
        shown = self._world.shown_to(who.person)
        cards = [message for message in shown if message["blocks"][0]["type"] == "header"]
        return [self._shown(message["ts"], message["blocks"], message) for message in cards]

    async def press(self, who: PersonRef, button: Button, values: Mapping[str, str]) -> None:
        url = self._world.response_url(self._web.url)
        opened = set(self._world.views)
        pressed = self._interaction(who, "block_actions") | {
            "container": {"type": "message", "channel_id": f"D{who.person}"},
            "response_url": url,
            "actions": [self._elements[button]],
        }
        answer = await self.sender.interaction(pressed)
        assert answer == Answer(200, ""), answer
        views = [view for id_, view in self._world.views.items() if id_ not in opened]
        if views:
            await self._submit(who, views[0], values)
        else:
            for body in self._world.responses[url.rpartition("/")[2]]:
                _raise_if_refused(body["blocks"])

    async def _submit(self, who: PersonRef, view: Json, values: Mapping[str, str]) -> Json:
        assert view["submit"], "a form"
        blocks = [block for block in view["blocks"] if block["type"] == "input"]
        assert {block["block_id"] for block in blocks} >= values.keys()
        state = {
            block["block_id"]: {ANSWER: _given(block["element"], values.get(block["block_id"]))} for block in blocks
        }
        sent = self._interaction(who, "view_submission") | {"view": {**view, "state": {"values": state}}}
        answer = await self.sender.interaction(sent)
        assert answer.status == 200, answer
        body = json.loads(answer.text)
        if body["response_action"] == "errors":
            assert set(body["errors"]) <= set(state)
            raise PressRefused(" ".join(body["errors"].values()))
        if body["response_action"] == "update":
            assert faults_in_view(body["view"]) == []
            _raise_if_refused(body["view"]["blocks"])
        found: Json = body.get("view", {})
        return found

    def _interaction(self, who: PersonRef, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "larkfield"},
            "user": {"id": who.person, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": self._world.trigger(),
        }

    async def home(self, who: PersonRef) -> Sequence[ShownCard]:
        event = {"type": "app_home_opened", "user": who.person, "tab": "home", "ts": self._world.ts()}
        await self._delivered(ChannelRef(WORKSPACE, ChannelId(f"D{who.person}")), event)
        cards: list[list[Json]] = [[]]
        for block in self._world.homes[who.person]["blocks"]:
            if block["type"] == "divider":
                cards.append([])
            else:
                cards[-1].append(block)
        return [self._shown("", blocks, {}) for blocks in cards]

    async def check(self, who: PersonRef, message: MessageRef) -> ShownCard:
        return self._shown("", (await self._chosen(who, CHECK_MESSAGE, message))["blocks"], {})

    async def report(self, who: PersonRef, message: MessageRef, note: str) -> ShownCard:
        form = await self._chosen(who, REPORT_MESSAGE, message)
        return self._shown("", (await self._submit(who, form, {"note": note}))["blocks"], {})

    async def _chosen(self, who: PersonRef, shortcut: str, message: MessageRef) -> Json:
        """The modal that a shortcut of a message's menu opens."""
        opened = set(self._world.views)
        chosen = self._interaction(who, "message_action") | {
            "callback_id": shortcut,
            "channel": {"id": message.channel, "name": "privategroup"},
            "message": self._world.conversations[message.channel].message(message.message),
            "response_url": self._world.response_url(self._web.url),
        }
        assert await self.sender.interaction(chosen) == Answer(200, "")
        [view] = [view for id_, view in self._world.views.items() if id_ not in opened]
        return view

    async def post_unheard(self, who: PersonRef, where: ChannelRef, text: str) -> MessageRef:
        written = _written(text)
        message = self._world.say(where.channel, who.person, written["text"], blocks=written["blocks"])
        return MessageRef(where.workspace, where.channel, MessageId(message["ts"]))

    async def joins(self, where: ChannelRef) -> PersonRef:
        newcomer = person("newcomer")
        self._world.add_user(newcomer.person, "Nico Penn")
        self._world.conversations[where.channel].members.add(newcomer.person)
        joined = {"type": "member_joined_channel", "user": newcomer.person, "team": TEAM, "ts": self._world.ts()}
        await self._delivered(where, joined)
        return newcomer

    async def adds_chaperone(self, who: PersonRef, name: str) -> ChannelRef:
        made = channel(name)
        self._world.add_channel(made.channel, name, {BOT, who.person}, is_private=True)
        added = {"type": "member_joined_channel", "user": BOT, "inviter": who.person, "ts": self._world.ts()}
        await self._delivered(made, added)
        return made

    async def unheard_channel(self, who: PersonRef, name: str) -> ChannelRef:
        made = channel(name)
        self._world.add_channel(made.channel, name, {who.person}, is_private=False)
        self._world.conversations[made.channel].more["creator"] = who.person
        return made

    async def conversation(self, who: PersonRef, where: ChannelRef) -> str:
        del who  # everybody in the channel sees the same
        return json.dumps(self._world.conversations[where.channel].messages, ensure_ascii=False)

    async def settle(self) -> None:
        figures = await until_settled(self._session)
        assert [name for name, value in figures.items() if "dead" in name and value] == []
        assert await self.core.store.read(lambda tx: first_break(tx.journal.rows())) is None

    def _shown(self, key: str, blocks: list[Json], message: Json) -> ShownCard:
        """The card as Slack shows it."""
        quotes = [node for node in nodes(list(reversed(blocks))) if node.get("type") == "rich_text_quote"]
        buttons = {}
        for element in (each for block in blocks if block["type"] == "actions" for each in block["elements"]):
            action = read(element["value"]).action
            buttons[Button(action.name, action.subject, element["text"]["text"])] = element
        self._elements |= buttons
        return ShownCard(
            key=key,
            title=blocks[0]["text"]["text"],
            words=json.dumps([blocks, message.get("text", "")], ensure_ascii=False),
            excerpts=tuple("".join(run["text"] for run in quote["elements"]) for quote in quotes),
            marked=tuple(run["text"] for quote in quotes for run in quote["elements"] if "style" in run),
            buttons=tuple(buttons),
        )


_LINK = re.compile("\ue000([^\ue001]*)\ue001([^\ue002]*)\ue002")
_ADDRESS = re.compile(r"https?://[^\s<>\ue000-\ue002]+")


def _written(text: str) -> Json:
    """A message as Slack's editor sends it: as rich text, and again as markup. Addresses are links by themselves."""
    marked = _ADDRESS.sub(lambda found: found[0] if _is_in_link(text, found) else f"\ue000\ue001{found[0]}\ue002", text)
    pieces = _LINK.split(marked)
    markup, elements = "", list[Json]()
    for n in range(0, len(pieces), 3):
        if pieces[n]:
            markup += escaped(pieces[n])
            elements.append({"type": "text", "text": pieces[n]})
        if n + 2 < len(pieces):
            label, target = pieces[n + 1], pieces[n + 2]
            markup += f"<{escaped(target)}|{escaped(label)}>" if label else f"<{escaped(target)}>"
            elements.append({"type": "link", "url": target, **({"text": label} if label else {})})
    section = {"type": "rich_text_section", "elements": elements}
    return {"text": markup, "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [section]}]}


def _is_in_link(text: str, found: re.Match[str]) -> bool:
    return text[: found.start()].endswith("\ue001")


def _file(number: int, file: File) -> Json:
    is_picture = file.name.endswith(".png")
    kind = {"mimetype": "image/png"} if is_picture else {"mimetype": "text/plain"}
    return {"id": f"F{number:09}", "name": file.name, "title": file.name, "alt_txt": file.alt, "mode": "hosted", **kind}


def _given(element: Json, value: str | None) -> Json:
    """What Slack sends of a field as it was filled in."""
    chosen_by = {"users_select": "selected_user", "datepicker": "selected_date"}.get(element["type"])
    if chosen_by is not None:
        return {"type": element["type"], chosen_by: value}
    if element["type"] not in ("static_select", "multi_static_select"):
        return {"type": element["type"], "value": value}
    options = [
        *element.get("options", ()),
        *(o for group in element.get("option_groups", ()) for o in group["options"]),
    ]
    if element["type"] == "multi_static_select":
        several = [option for option in options if option["value"] in (value or "").split(",")]
        assert len(several) == len(value.split(",") if value else ()), f"{value} is not offered"
        return {"type": "multi_static_select", "selected_options": several}
    chosen = next((option for option in options if option["value"] == value), None)
    assert chosen or value is None, f"{value} is not offered"
    return {"type": "static_select", "selected_option": chosen}


def _raise_if_refused(blocks: list[Json]) -> None:
    title = blocks[0]["text"]["text"]
    if any(NOT_POSSIBLE(lang) in title for lang in Lang):
        raise PressRefused(json.dumps(blocks, ensure_ascii=False))
