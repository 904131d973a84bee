"""From nothing to a working bot, as docs/slack.md leads there: the manifest, three variables, invite, register,
approve, and the first alert. The real server in a process of its own, against the stand-in, over HTTP and through
sockets."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession

from adapters.slack.rights import COMMAND, SCOPES
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from tests.contract.harness import ShownCard
from tests.contract.slack import WORKSPACE, SlackHarness
from tests.house.command import LONGEST_SECONDS, chaperone, served
from tests.house.serving import free_port, until_settled
from tests.standins.slack_checks import faults_in_message
from tests.standins.slack_sender import SECRET, Answer, SlackSender
from tests.standins.slack_sockets import APP_TOKEN, SlackSockets
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import BOT, BOT_TOKEN, World

COACH, PRINCIPAL, STUDENT = (PersonRef(WORKSPACE, PersonId(id_)) for id_ in ("UCOACH", "UPRINCIPAL", "USTUDENT"))
RELAY = ChannelRef(WORKSPACE, ChannelId("CRELAY"))


class Workspace(SlackHarness):
    """The people of the invented workspace in front of Slack."""

    def __init__(self, folder: Path, web: SlackWeb, running: AsyncExitStack, sender: Any, here: ClientSession) -> None:
        super().__init__(folder, web, running)
        self.sender = sender
        self.web = web
        self.session = here

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns once it is so in the workspace; the server works in a process of its own."""
        async with asyncio.timeout(LONGEST_SECONDS):
            while not is_so():
                await asyncio.sleep(0.05)

    async def card_to(self, who: PersonRef, words: str) -> ShownCard:
        """The card with these words in the person's direct messages, once it is there."""
        await self.until(lambda: words in json.dumps(self.web.world.shown_to(who.person), ensure_ascii=False))
        return next(card for card in reversed(await self.cards(who)) if words in card.words)

    async def joined(self) -> None:
        """`/invite @Chaperone`."""
        self.web.world.conversations[RELAY.channel].members.add(BOT)
        event = {"type": "member_joined_channel", "user": BOT, "inviter": COACH.person, "ts": self.web.world.ts()}
        await self._delivered(RELAY, event)


class ThroughSockets:
    """Sends what `SlackSender` sends, through the stand-in's sockets."""

    def __init__(self, sockets: SlackSockets) -> None:
        self._sockets = sockets

    async def form(self, fields: Mapping[str, str]) -> Answer:
        return await self._sent(fields, "slash_commands")

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        return await self._sent(payload, "interactive")

    async def copies(self, payload: Mapping[str, Any], count: int) -> list[Answer]:
        return [await self._sent(payload, "events_api") for _ in range(count)]

    async def _sent(self, payload: Mapping[str, Any], kind: str) -> Answer:
        await self._sockets.until(lambda: bool(self._sockets.open))
        ack = await self._sockets.acked(await self._sockets.envelope(self._sockets.open[-1], payload, kind))
        return Answer(200, json.dumps(ack["payload"]) if "payload" in ack else "")


def a_world(scopes: list[str]) -> World:
    """A workspace in which the app was just installed with these rights, and nothing else was done."""
    world = World(time.time)
    world.tokens[BOT_TOKEN].scopes = frozenset(scopes)
    for who, name, domain in (
        (COACH, "Robin Lindqvist", "staff.example.org"),
        (PRINCIPAL, "Idella Frost", "staff.example.org"),
        (STUDENT, "Emeka Obi", "students.example.org"),
    ):
        world.add_user(who.person, name, profile={"email": f"{name.split()[0].lower()}@{domain}"})
    world.add_channel(RELAY.channel, "relay", {COACH.person, STUDENT.person}, is_private=True)
    return world


@asynccontextmanager
async def connected(folder: Path, how: str) -> AsyncIterator[tuple[Workspace, dict[str, str], dict[str, Any]]]:
    """The server as the page says, with the app made from its manifest."""
    asked = ["--socket"] if how == "socket" else ["--url", "https://chaperone.example.org"]
    written = chaperone("manifest", "slack", *asked)
    assert written.returncode == 0, written.stderr
    manifest = yaml.safe_load(written.stdout)
    sockets = SlackSockets()
    web = SlackWeb(a_world(manifest["oauth_config"]["scopes"]["bot"]), beside=(sockets.add_routes,))
    async with web.serving(), AsyncExitStack() as running:
        port = free_port()
        proof = {"SLACK_APP_TOKEN": APP_TOKEN} if how == "socket" else {"SLACK_SIGNING_SECRET": SECRET}
        variables = {"SLACK_BOT_TOKEN": BOT_TOKEN, **proof, "CHAPERONE_STAFF_EMAIL": "staff.example.org"}
        # Where the stand-in is, and where a test keeps its things.
        variables |= {"SLACK_API_URL": web.api, "CHAPERONE_PLAYGROUND": "false", "CHAPERONE_PORT": str(port)}
        variables |= {"CHAPERONE_STATE": str(folder / "state")}
        async with served(folder / "log", variables) as session:
            over_http = SlackSender(session, f"http://127.0.0.1:{port}/slack/events", time.time)
            sender = ThroughSockets(sockets) if how == "socket" else over_http
            yield Workspace(folder, web, running, sender, session), variables, manifest
        assert (web.complaints, sockets.complaints) == ([], [])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("how", ["http", "socket"])
async def test_an_it_person_comes_from_nothing_to_the_first_alert(tmp_path: Path, how: str) -> None:
    async with connected(tmp_path, how) as (here, variables, manifest):
        assert manifest["features"]["slash_commands"][0]["command"] == COMMAND
        events = manifest["settings"]["event_subscriptions"]["bot_events"]
        assert {"message.groups", "member_joined_channel"} <= set(events)

        await here.joined()
        asked = await here.command(COACH, RELAY, "register")
        form = asked.button("channel.register")
        await here.press(COACH, form, {"kind": "team", "purpose": "Practice times", "supervisor": PRINCIPAL.person})
        await here.press(PRINCIPAL, (await here.card_to(PRINCIPAL, "approve a channel")).button("channel.approve"), {})
        await here.card_to(COACH, "approved")
        await here.until(lambda: any(m["user"] == BOT for m in here.web.world.conversations[RELAY.channel].messages))
        await until_settled(here.session)
        await here.post(STUDENT, RELAY, "chaperone canary drill")
        alerts = [await here.card_to(who, "canary drill") for who in (COACH, PRINCIPAL)]
        await until_settled(here.session)

        assert [alert.excerpts for alert in alerts] == [("chaperone canary drill",)] * 2
        assert [fault for m in here.web.world.shown_to(COACH.person) for fault in faults_in_message(m["blocks"])] == []
        if how == "http":
            await doctor_finds_all_well(variables)
        log = (tmp_path / "log").read_text()
        assert "drill" not in log
        assert "Emeka" not in log
        assert "Traceback" not in log


async def doctor_finds_all_well(variables: Mapping[str, str]) -> None:
    seen = await asyncio.to_thread(chaperone, "doctor", **variables)

    assert f"the {len(SCOPES)} of the manifest" in seen.stdout
    assert "in all 1 that are registered here" in seen.stdout
    # What the page says of it too: two people are not enough for a finding about the supervisor.
    assert [line for line in seen.stdout.splitlines() if line.startswith("BAD")] == [
        "BAD  #relay: some findings would have nobody to go to"
    ]
