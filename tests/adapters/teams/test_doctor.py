"""`chaperone doctor` against Teams: tokens, consent, whether messages without a mention arrive, and what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.commandline.doctor_teams import teams_lines
from adapters.commandline.lines import Line, Mark
from adapters.settings import load_settings
from adapters.teams.rights import BLOCK, OF_A_TEAM, READ_GRANTS, READ_MESSAGES
from tests.adapters.teams.opening import Connected, joined
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.standins.teams_connector import BOT, FakeTeams, fake_teams
from tests.standins.teams_graph import FakeGraph, fake_graph
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity, identity

MENTION = {"type": "mention", "text": "<at>Chaperone</at>", "mentioned": {"id": BOT, "name": "Chaperone"}}


@dataclass
class Practice:
    """Teams, and a deployment that a test brings into a state."""

    folder: Path
    teams: FakeTeams
    graph: FakeGraph
    server: Identity

    async def lines(self, **changed: object) -> list[Line]:
        given: dict[str, object] = {
            "state": self.folder / "state",
            "microsoft_app_id": APP_ID,
            "microsoft_app_password": SECRET,
            "microsoft_app_tenant_id": TENANT,
            "teams_openid_metadata_url": self.server.metadata_url,
            "teams_token_url": self.server.token_url,
            "teams_service_hosts": self.teams.url.removeprefix("http://"),
            "teams_graph_url": self.graph.url,
        }
        return [line async for line in teams_lines(load_settings(**(given | changed)))]

    async def hear(self, *said: tuple[str, dict[str, object]]) -> None:
        """The server runs for a while, and this is written in these channels."""
        async with joined(self.folder, self.teams, self.server, teams_graph_url=self.graph.url) as open_:
            await open_.house.core.store.write(furnish)
            for room, more in said:
                await _written(open_, room, more)


async def _written(open_: Connected, room: str, more: dict[str, object]) -> None:
    assert (await open_.arrives(open_.said("hello", "emeka", room, **more)))[0] == 200
    await open_.settled()


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    async with identity() as server, fake_teams(server) as teams, fake_graph(server) as graph:
        for person in PEOPLE:
            teams.enrol(person.ref.person)
        for room in ("19:team-drama@thread.tacv2", CAST.club.channel, CAST.families.channel):
            teams.rosters[room] = [person.ref.person for person in PEOPLE]
        graph.granted |= {right.name for right in OF_A_TEAM}
        yield Practice(tmp_path, teams, graph, server)


def marked(lines: list[Line], mark: Mark) -> str:
    return "\n".join(f"{line.seen} | {line.todo}" for line in lines if line.mark is mark)


async def test_where_all_is_well_nothing_is_to_be_done(practice: Practice) -> None:
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {}))

    lines = await practice.lines()

    assert {line.mark for line in lines} == {Mark.GOOD}
    said = marked(lines, Mark.GOOD)
    assert "token of the bot: given" in said
    assert "consented to all" in said
    assert "from all 2 channels" in said


@pytest.mark.parametrize("is_granted", [True, False])
async def test_blocking_is_looked_up_where_it_is_switched_on(is_granted: bool, practice: Practice) -> None:
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {}))
    practice.graph.consented.update({BLOCK} if is_granted else ())

    lines = await practice.lines(teams_blocking=True)

    assert ("blocking messages: the administrator consented" in marked(lines, Mark.GOOD)) == is_granted
    assert (f"{BLOCK} is missing" in marked(lines, Mark.BAD)) == (not is_granted)


async def test_a_team_without_consent_is_told_by_what_is_missing(practice: Practice) -> None:
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {}))
    practice.graph.granted.remove(READ_MESSAGES)

    bad = marked(await practice.lines(), Mark.BAD)

    assert "only messages that mention Chaperone arrive" in bad
    assert "removes Chaperone from the team, adds it again" in bad


async def test_a_right_that_is_missing_is_told_with_what_is_lost(practice: Practice) -> None:
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {}))
    practice.graph.granted.remove("TeamMember.Read.Group")

    look = marked(await practice.lines(), Mark.LOOK)

    assert "TeamMember.Read.Group is missing, and so closed membership" in look


async def test_consent_that_cannot_be_looked_up_is_said_to_be_unknown(practice: Practice) -> None:
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {}))
    practice.graph.granted.remove(READ_GRANTS)

    lines = await practice.lines()

    assert "cannot be looked up" in marked(lines, Mark.LOOK)
    assert marked(lines, Mark.BAD) == ""


async def test_a_channel_from_which_only_mentions_came_is_looked_at(practice: Practice) -> None:
    slash: dict[str, object] = {"recipient": {"id": BOT, "isTargeted": True}}
    await practice.hear((CAST.club.channel, {}), (CAST.families.channel, {"entities": [MENTION]}))
    await practice.hear((CAST.families.channel, slash))

    look = marked(await practice.lines(), Mark.LOOK)

    assert "Drama / familias: no message without a mention" in look
    assert "Drama / stage" not in look


async def test_before_anything_came_the_endpoint_is_named(practice: Practice) -> None:
    await practice.hear()

    look = marked(await practice.lines(), Mark.LOOK)

    assert "/api/messages" in look


async def test_a_wrong_secret_is_told_by_microsofts_own_reason(practice: Practice) -> None:
    lines = await practice.lines(microsoft_app_password="another")

    assert "invalid_client" in marked(lines, Mark.BAD)
    assert "secrets run out" in marked(lines, Mark.BAD)


async def test_servers_of_microsoft_that_do_not_answer_are_told(practice: Practice) -> None:
    practice.server.broken = 503

    bad = marked(await practice.lines(), Mark.BAD)

    assert "signing keys cannot be fetched" in bad
    assert "sign-in does not answer" in bad


async def test_what_is_not_or_half_connected_is_said(practice: Practice) -> None:
    [line] = await practice.lines(microsoft_app_id="")
    [half] = await practice.lines(microsoft_app_password=None)

    assert (line.mark, "docs/teams.md" in line.todo) == (Mark.LOOK, True)
    assert (half.mark, "MicrosoftAppPassword" in half.todo) == (Mark.BAD, True)


async def test_an_open_door_is_told(practice: Practice) -> None:
    assert "taken from anybody" in marked(await practice.lines(teams_auth_disabled=True), Mark.BAD)
