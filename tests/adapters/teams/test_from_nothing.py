"""From nothing to a working bot, as docs/teams.md leads there: the package, four variables, consent, register, approve,
and the first alert. The real server in a process of its own, against the stand-ins."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import ClientSession
from yarl import URL

from adapters.teams.rights import READ_MESSAGES
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from tests.adapters.teams.opening import TEAM, Connected
from tests.contract.harness import ShownCard
from tests.contract.teams import WORKSPACE, TeamsHarness
from tests.house.command import LONGEST_SECONDS, chaperone, served
from tests.house.serving import free_port, until_settled
from tests.standins.teams_connector import BOT, FakeTeams, fake_teams
from tests.standins.teams_graph import FakeGraph, fake_graph
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity, identity

if TYPE_CHECKING:
    from adapters.wiring import House

COACH, PRINCIPAL, STUDENT = (PersonRef(WORKSPACE, PersonId(id_)) for id_ in ("coach", "principal", "student"))
RELAY = ChannelRef(WORKSPACE, ChannelId("19:relay@thread.tacv2"))
MENTION = {"type": "mention", "text": "<at>Chaperone</at>", "mentioned": {"id": BOT, "name": "Chaperone"}}


class Tenant(TeamsHarness):
    """The people of the invented tenant in front of Teams. The server works in a process of its own."""

    def __init__(
        self, folder: Path, world: FakeTeams, server: Identity, graph: FakeGraph, session: ClientSession
    ) -> None:
        super().__init__(folder, world, server, graph, AsyncExitStack())
        self.session = session
        no_house = cast("House", None)  # the people do not look into the server
        self._open = Connected(no_house, world, server, session, URL(str(session._base_url)))

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            while not is_so():
                await asyncio.sleep(0.05)

    async def card_to(self, who: PersonRef, words: str) -> ShownCard:
        """The card with these words in the person's chat, once it is there."""
        await self.until(lambda: words in json.dumps(self.world.seen_by(who.person), ensure_ascii=False))
        return next(card for card in reversed(await self.cards(who)) if words in card.words)

    async def added(self, asked: Mapping[str, Any]) -> None:
        """The owner adds the app, and so consents to what its package asks for."""
        listed = asked["authorization"]["permissions"]["resourceSpecific"]
        self._graph.granted |= {each["name"] for each in listed if each["type"] == "Application"}
        chosen = {"settings": {"selectedChannel": {"id": RELAY.channel}}}
        for kind, more in (
            ("installationUpdate", {"action": "add"}),
            ("conversationUpdate", {"membersAdded": [{"id": BOT}]}),
        ):
            activity = self._open.activity(kind, COACH.person, RELAY.channel, **more)
            activity["channelData"] |= chosen | {"team": {"id": TEAM, "name": "Track"}}
            await self._delivered(activity)

    async def mention(self, who: PersonRef, words: str) -> None:
        said = self._open.said(f"{MENTION['text']} {words}", who.person, RELAY.channel, entities=[MENTION])
        await self._delivered(said)

    async def says(self, who: PersonRef, words: str) -> None:
        """Somebody posts without a mention, of which a bot hears only where the team's owner consented."""
        assert READ_MESSAGES in self._graph.granted
        await self.post(who, RELAY, words)


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[Tenant, dict[str, str]]]:
    """The server as the page says."""
    async with identity() as server, fake_teams(server) as world, fake_graph(server) as graph:
        for who, name in ((COACH, "robin@staff"), (PRINCIPAL, "idella@staff"), (STUDENT, "emeka@students")):
            world.enrol(who.person, email=f"{name}.example.org", name=name.partition("@")[0].title())
        for room in (TEAM, RELAY.channel):
            world.rosters[room] = [COACH.person, PRINCIPAL.person, STUDENT.person]
        world.channels[TEAM] = [{"id": TEAM}, {"id": RELAY.channel, "name": "relay", "type": "standard"}]
        graph.channels[RELAY.channel] = {"displayName": "relay", "membershipType": "standard", "isArchived": False}
        port = free_port()
        variables = {
            "MicrosoftAppId": APP_ID,
            "MicrosoftAppTenantId": TENANT,
            "MicrosoftAppPassword": SECRET,
            "CHAPERONE_STAFF_EMAIL": "staff.example.org",
        }
        # Where the stand-ins are, and where a test keeps its things.
        variables |= {
            "TEAMS_OPENID_METADATA_URL": server.metadata_url,
            "TEAMS_TOKEN_URL": server.token_url,
            "TEAMS_GRAPH_URL": graph.url,
            "TEAMS_SERVICE_HOSTS": world.url.removeprefix("http://"),
            "CHAPERONE_PLAYGROUND": "false",
            "CHAPERONE_PORT": str(port),
            "CHAPERONE_STATE": str(folder / "state"),
        }
        async with served(folder / "log", variables) as session:
            yield Tenant(folder, world, server, graph, session), variables


@pytest.mark.timeout(240)
async def test_an_it_person_comes_from_nothing_to_the_first_alert(tmp_path: Path) -> None:
    out = tmp_path / "chaperone.zip"
    made = await asyncio.to_thread(
        chaperone,
        "manifest",
        "teams",
        "--site",
        "https://www.district.example.org",
        "--out",
        str(out),
        MicrosoftAppId=APP_ID,
    )
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    async with connected(tmp_path) as (here, variables):
        await here.added(manifest)
        await here.mention(COACH, "register")
        form = (await here.card_to(COACH, "Register this channel")).button("channel.register")
        await here.press(COACH, form, {"kind": "team", "purpose": "Practice times", "supervisor": PRINCIPAL.person})
        await here.press(PRINCIPAL, (await here.card_to(PRINCIPAL, "approve a channel")).button("channel.approve"), {})
        await here.card_to(COACH, "approved")
        await here.until(lambda: any(room == RELAY.channel for room in here.world.posts))
        await until_settled(here.session)
        await here.says(STUDENT, "chaperone canary drill")
        alerts = [await here.card_to(who, "canary drill") for who in (COACH, PRINCIPAL)]
        await until_settled(here.session)

        assert [alert.excerpts for alert in alerts] == [("chaperone canary drill",)] * 2
        assert "canary" not in json.dumps(here.world.seen_by(STUDENT.person))
        await doctor_finds_all_well(variables)
        log = (tmp_path / "log").read_text()
        assert "drill" not in log
        assert "Emeka" not in log
        assert "Traceback" not in log


async def doctor_finds_all_well(variables: Mapping[str, str]) -> None:
    seen = await asyncio.to_thread(chaperone, "doctor", **variables)

    assert "token of the bot: given" in seen.stdout
    assert "its owner consented to all that is asked for" in seen.stdout
    assert "messages without a mention have come from all 1 channels" in seen.stdout
    # Two people are not enough for a finding about the supervisor, as the page says of it too.
    assert [line for line in seen.stdout.splitlines() if line.startswith("BAD")] == [
        "BAD  #Track / relay: some findings would have nobody to go to"
    ]
