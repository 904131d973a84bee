"""`chaperone doctor` against Slack: what was granted, where Chaperone is, and what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.commandline.doctor_slack import slack_lines
from adapters.commandline.lines import Line, Mark
from adapters.keys import MasterKeys, master_key
from adapters.settings import load_settings
from adapters.slack.installations import Installations, Installed
from adapters.slack.rights import SCOPES
from adapters.storage import open_store
from bot.ids import ChannelId, ChannelRef, WorkspaceId
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelState
from policy.message import ChannelKind
from policy.verdict import PackId
from tests.standins.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.standins.slack_sender import SECRET
from tests.standins.slack_sockets import APP_TOKEN, SlackSockets
from tests.standins.slack_web import SERVER_ERROR, SlackWeb
from tests.standins.slack_world import ADMIN_TOKEN, BOT, BOT_TOKEN, TEAM, World

ALL = frozenset(scope.name for scope in SCOPES)
CLUB = Channel(
    ref=ChannelRef(WorkspaceId(f"slack:{TEAM}"), ChannelId("C0CLUB")),
    name="club",
    kind=ChannelKind.CLUB,
    pack=PackId("crec"),
    state=ChannelState.APPROVED,
)


@dataclass
class Practice:
    """Slack, and a deployment of which a test says how it is set up."""

    world: World
    web: SlackWeb
    folder: Path

    async def lines(self, **settings: object) -> list[Line]:
        given: dict[str, object] = {"slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET} | settings
        given |= {"state": self.folder, "slack_api_url": self.web.api, "staff_email": "staff.example.org"}
        return [line async for line in slack_lines(load_settings(**{k: v for k, v in given.items() if v is not None}))]

    async def register(self, *channels: Channel) -> None:
        def unit(tx: Transaction) -> None:
            for channel in channels:
                tx.registry.save_channel(channel)

        store = await open_store(f"sqlite:///{self.folder / 'chaperone.db'}")
        await store.write(unit)
        await store.close()


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    world = World()
    world.tokens[BOT_TOKEN].scopes = ALL
    sockets = SlackSockets()
    web = SlackWeb(world, beside=(sockets.add_routes,))
    async with web.serving():
        yield Practice(world, web, tmp_path)
        assert web.complaints == []


def of(lines: list[Line], mark: Mark) -> list[Line]:
    return [line for line in lines if line.mark is mark]


async def test_where_all_is_well_nothing_is_to_be_done(practice: Practice) -> None:
    practice.world.add_channel("C0CLUB", "club", {BOT})
    await practice.register(CLUB)

    lines = await practice.lines(slack_app_token=APP_TOKEN)

    assert {line.mark for line in lines} == {Mark.GOOD}
    words = " ".join(line.seen for line in lines)
    assert f"the {len(SCOPES)} of the manifest" in words
    assert "in all 1 that are registered" in words
    assert "Socket Mode: Slack gives a connection" in words


async def test_rights_that_were_not_granted_are_named_with_what_is_lost(practice: Practice) -> None:
    practice.world.tokens[BOT_TOKEN].scopes = (ALL - {"groups:history", "pins:write"}) | {"chat:write.public"}

    lines = await practice.lines()

    [bad] = of(lines, Mark.BAD)
    assert "groups:history" in bad.seen
    assert "chaperone manifest slack" in bad.todo
    looks = " ".join(line.seen for line in of(lines, Mark.LOOK))
    assert "without pins:write the notice is posted and not pinned" in looks
    assert "beyond the manifest: chat:write.public" in looks


async def test_channels_are_compared_with_the_register_both_ways(practice: Practice) -> None:
    other = replace(CLUB, ref=ChannelRef(CLUB.ref.workspace, ChannelId("C0BAND")), name="band")
    closed = replace(
        CLUB, ref=ChannelRef(CLUB.ref.workspace, ChannelId("C0OLD")), name="old", state=ChannelState.CLOSED
    )
    await practice.register(CLUB, other, closed)
    practice.world.add_channel("C0CLUB", "club", {BOT})
    for number in range(205):
        practice.world.add_channel(f"C0X{number}", f"extra-{number:03}", {BOT}, is_private=True)

    lines = await practice.lines()

    [bad] = of(lines, Mark.BAD)
    assert bad.seen.startswith("#band")
    assert "/invite" in bad.todo
    [look] = of(lines, Mark.LOOK)
    assert look.seen.startswith("in 205 channels that nobody registered: #extra-000, ")
    assert look.seen.endswith(" …")


@pytest.mark.parametrize("token", ["xoxb-of-nobody", BOT_TOKEN])
async def test_a_token_that_slack_does_not_know_is_told_as_such(practice: Practice, token: str) -> None:
    practice.world.tokens[BOT_TOKEN].is_revoked = True

    [bad] = of(await practice.lines(slack_bot_token=token), Mark.BAD)

    assert "does not know Chaperone" in bad.seen
    assert "Install the app again" in bad.todo


async def test_while_slack_is_away_that_is_no_fault_of_the_set_up(practice: Practice) -> None:
    practice.web.faults["auth.test"].extend([SERVER_ERROR] * 9)

    lines = await practice.lines()

    assert of(lines, Mark.BAD) == []
    [look] = of(lines, Mark.LOOK)
    assert "does not answer" in look.seen
    assert practice.web.api in look.todo


async def test_half_a_connection_and_none_are_told(practice: Practice) -> None:
    half = await practice.lines(slack_signing_secret=None)
    none = await practice.lines(slack_signing_secret=None, slack_bot_token=None)

    assert "SLACK_SIGNING_SECRET" in half[0].todo
    assert (half[0].mark, none[0].mark) == (Mark.BAD, Mark.LOOK)
    assert "docs/slack.md" in none[0].todo


async def test_an_app_token_that_gives_no_socket_is_told(practice: Practice) -> None:
    [bad] = of(await practice.lines(slack_app_token="xapp-other"), Mark.BAD)

    assert "Socket Mode" in bad.seen
    assert "connections:write" in bad.todo


async def test_the_alerts_channel_and_the_administrators_token_are_tried(practice: Practice) -> None:
    practice.world.add_channel("C0ALERTS", "alerts", {BOT})
    fine = await practice.lines(slack_admin_token=ADMIN_TOKEN, slack_alerts_channel="C0ALERTS")
    practice.world.tokens[ADMIN_TOKEN].scopes = frozenset({"identify"})
    bad = of(await practice.lines(slack_admin_token=ADMIN_TOKEN, slack_alerts_channel="C0NONE"), Mark.BAD)

    assert of(fine, Mark.BAD) == []
    assert [line.seen.partition(" ")[0] for line in bad] == ["SLACK_ADMIN_TOKEN", "Chaperone"]


async def test_without_a_roster_and_a_staff_domain_nobody_would_be_staff(practice: Practice) -> None:
    settings = load_settings(
        state=practice.folder, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=practice.web.api
    )

    [look] = of([line async for line in slack_lines(settings)], Mark.LOOK)

    assert "CHAPERONE_STAFF_EMAIL" in look.todo


async def test_each_workspace_that_installed_chaperone_is_looked_at(practice: Practice) -> None:
    many = {
        "slack_bot_token": None,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": CLIENT_SECRET,
        "slack_teams": TEAM,
    }
    none_yet = await practice.lines(**many)
    assert not (practice.folder / "chaperone.key").exists(), "looking changes nothing"
    store = await open_store(f"sqlite:///{practice.folder / 'chaperone.db'}")
    keys = MasterKeys(master_key(None, practice.folder / "chaperone.key"))
    await Installations(store, keys).save(Installed(team=TEAM, name="Larkfield", installer="U1", token=BOT_TOKEN))
    await Installations(store, keys).save(Installed(team="TGONE", name="Gone", installer="U1", token="xoxb-gone"))
    await store.close()
    lines = await practice.lines(**many)
    nobody = await practice.lines(**many | {"slack_teams": ""})

    assert "/slack/install" in of(none_yet, Mark.LOOK)[0].todo
    [bad] = of(lines, Mark.BAD)
    assert "TGONE" in bad.seen
    assert any("larkfield.slack.com" in line.seen for line in of(lines, Mark.GOOD))
    assert "CHAPERONE_SLACK_TEAMS" in of(nobody, Mark.BAD)[0].todo
