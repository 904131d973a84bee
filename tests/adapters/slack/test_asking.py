"""What Slack is asked about accounts and channels, and what it is asked to do there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.client import Failed
from bot.errors import PlatformBusy, Unable, Undeliverable
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Ability
from bot.records.accounts import Account
from bot.records.deliveries import Topic, TopicKind
from policy.words import Lang
from tests.adapters.slack.in_slack import CLUB, OTHER, STUDENT, WORKSPACE, InSlack, a_card, in_slack, message_of, ref
from tests.standins.slack_web import LOST_ANSWER, SERVER_ERROR
from tests.standins.slack_world import BOT, BOT_TOKEN, TEAM

NOWHERE = ChannelRef(WORKSPACE, ChannelId("C0NOWHERE"))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[InSlack]:
    async with in_slack(tmp_path) as opened:
        yield opened


async def test_an_account_is_told_as_slack_has_it(here: InSlack) -> None:
    profile = {"email": "Uma@larkfield.example.org", "title": "Nurse"}
    here.world.add_user(
        "UNURSE", "Uma Nurse", locale="es-ES", tz="America/Chicago", profile=profile, is_restricted=True
    )
    here.world.add_user("USTRANGE", "Olaf Other", team_id="TOTHER", is_stranger=True)

    assert await here.platform.account(ref("UNURSE")) == Account(
        ref=ref("UNURSE"),
        name="Uma Nurse",
        email="Uma@larkfield.example.org",
        title="Nurse",
        zone="America/Chicago",
        lang=Lang.ES,
        is_guest=True,
    )
    stranger = await here.platform.account(ref("USTRANGE"))
    assert stranger is not None
    assert stranger.is_external
    assert await here.platform.account(ref("UNOBODY")) is None


@pytest.mark.parametrize(
    ("more", "is_private", "expected"),
    [
        ({}, True, (True, False, False, True)),
        ({}, False, (False, False, False, True)),
        ({"is_ext_shared": True, "is_shared": True}, True, (True, True, False, True)),
        ({"is_pending_ext_shared": True}, True, (True, True, False, True)),
        ({"is_shared": True, "is_org_shared": True}, True, (True, False, False, True)),
        ({"is_archived": True}, False, (False, False, True, False)),
    ],
)
async def test_a_channels_shape_is_read_by_what_slack_says_of_it_and_not_by_its_name(
    here: InSlack, more: dict[str, bool], is_private: bool, expected: tuple[bool, ...]
) -> None:
    room = here.world.add_channel("G0ROOM001", "room", {BOT}, is_private=is_private)
    room.more |= more

    facts = await here.platform.facts(ChannelRef(WORKSPACE, ChannelId("G0ROOM001")))

    assert (facts.is_private, facts.is_shared, facts.is_archived, facts.is_watched) == expected
    assert facts.name == "room"


async def test_a_channel_that_chaperone_left_is_not_watched_and_a_closed_one_is_unknown(here: InSlack) -> None:
    here.world.add_channel("C0OPEN001", "open", set())

    assert (await here.platform.facts(ChannelRef(WORKSPACE, ChannelId("C0OPEN001")))).is_watched is False
    with pytest.raises(Undeliverable):
        await here.platform.facts(NOWHERE)


async def test_members_are_all_who_are_there_without_apps(here: InSlack) -> None:
    room = here.world.conversations[CLUB.channel]
    for number in range(250):
        here.world.add_user(f"UMEMBER{number}", f"Member {number}")
        room.members.add(f"UMEMBER{number}")
    here.world.add_user("UPOLLBOT", "Poll", is_bot=True)
    room.members.add("UPOLLBOT")

    found = await here.platform.members(CLUB)
    again = await here.platform.members(CLUB)

    assert set(found) == room.members - {BOT, "UPOLLBOT"}
    assert again == found
    assert {call.answer for call in here.web.calls} == {"ok"}
    assert here.web.count("users.info") == 252, "nobody on the register, and nobody twice, is looked up"


async def test_what_is_so_already_is_no_fault(here: InSlack) -> None:
    here.world.add_user("UNEW", "Nia New")
    for _ in range(2):
        await here.platform.invite(CLUB, ref("UNEW"))
    assert "UNEW" in here.world.conversations[CLUB.channel].members
    for _ in range(2):
        await here.platform.remove_member(CLUB, ref("UNEW"))
    assert "UNEW" not in here.world.conversations[CLUB.channel].members

    message = here.world.say(CLUB.channel, STUDENT.person, "words")
    for _ in range(2):
        await here.platform.remove_message(message_of(CLUB.channel, message["ts"]))
    assert here.world.conversations[CLUB.channel].messages == []
    await here.platform.connect()
    ts = message["ts"].replace(".", "")
    assert (
        here.platform.link_to(message_of(CLUB.channel, message["ts"]))
        == f"https://larkfield.slack.com/archives/{CLUB.channel}/p{ts}"
    )


async def test_an_announcement_is_posted_and_pinned_once(here: InSlack) -> None:
    topic = Topic(TopicKind.NOTE, "notice")
    here.web.faults["pins.add"].append(LOST_ANSWER)
    with pytest.raises(PlatformBusy):
        await here.platform.announce(CLUB, topic, a_card("one"), shown=None, pin=True)

    shown = await here.platform.announce(CLUB, topic, a_card("one"), shown=None, pin=True)
    here.clock.pass_(seconds=2)
    await here.platform.announce(CLUB, topic, a_card("two"), shown=shown, pin=True)

    [message] = here.world.conversations[CLUB.channel].messages
    assert here.world.conversations[CLUB.channel].pins == [message["ts"]]
    assert "two" in str(message["blocks"])


async def test_abilities_are_what_was_granted(here: InSlack) -> None:
    assert Ability.REMOVE_MESSAGE not in here.platform.abilities(WORKSPACE)
    await here.platform.connect()
    assert here.platform.abilities(WORKSPACE) == frozenset(Ability) - {Ability.BLOCK_MESSAGE}

    token = here.world.tokens[BOT_TOKEN]
    token.scopes -= {"files:read", "pins:write", "groups:history", "groups:write"}
    here.tokens.admin_token = None
    await here.slack.look_up(TEAM)

    assert here.platform.abilities(WORKSPACE) == {Ability.LIST_MEMBERS, Ability.LIST_CHANNELS}
    with pytest.raises(Unable):
        await here.platform.remove_message(message_of(CLUB.channel, "1.000001"))
    token.scopes -= {"channels:manage"}
    with pytest.raises(Unable):
        await here.platform.invite(CLUB, OTHER)


async def test_another_platforms_and_an_unknown_workspaces_people_are_out_of_reach(here: InSlack) -> None:
    with pytest.raises(Undeliverable):
        await here.show(a_card(), to=PersonRef(WorkspaceId("teams:x"), PersonId("U1")))
    with pytest.raises(Failed):
        await here.platform.facts(ChannelRef(WorkspaceId("slack:TSTRANGER"), CLUB.channel))


async def test_nothing_is_waited_for_at_the_start_where_slack_does_not_answer(here: InSlack) -> None:
    here.web.faults["auth.test"] += [SERVER_ERROR, SERVER_ERROR]

    await here.platform.connect()

    assert Ability.READ_HISTORY in here.platform.abilities(WORKSPACE), "it is tried, and then has to wait"
    assert here.platform.link_to(message_of(CLUB.channel, "1.000001")) == ""
