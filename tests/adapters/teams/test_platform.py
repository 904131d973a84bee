"""People and channels as the outbox reaches them: chats opened, reinstalled, blocked; cards changed in place."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.teams import conversations
from bot.cards import Card, Paragraph
from bot.errors import PlatformBusy, Unable, Undeliverable
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef
from bot.ports import Ability, Platform
from bot.records.deliveries import Topic, TopicKind
from tests.adapters.teams.opening import TEAM, Connected, connected
from tests.contract.teams import CAST, PEOPLE, WORKSPACE
from tests.standins.teams_connector import BOT
from tests.standins.teams_identity import TENANT

TOPIC = Topic(TopicKind.INCIDENT, "i1")
PEARL = CAST.owner
STAGE = CAST.club
FIRST, SECOND = Card(title="first", summary="look"), Card(title="second", summary="look again")


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Connected]:
    """A tenant from which a member was heard once, in a channel."""
    async with connected(tmp_path) as made:
        for person in PEOPLE:
            made.teams.enrol(person.ref.person)
        for room in (TEAM, STAGE.channel):
            made.teams.rosters[room] = [person.ref.person for person in PEOPLE]
        made.teams.channels[TEAM] = [
            {"id": TEAM, "type": "standard"},
            {"id": STAGE.channel, "name": "stage", "type": "private"},
        ]
        await made.arrives(made.said("hello", "emeka", STAGE.channel))
        yield made


def platform(open_: Connected) -> Platform:
    return open_.house.core.platforms(WORKSPACE)


async def show(open_: Connected, card: Card, shown: str | None = None, *, notify: bool = True) -> str:
    return await platform(open_).show(PEARL, TOPIC, card, shown=shown, notify=notify)


def titles(open_: Connected, person: str = "pearl") -> list[str]:
    """What we wrote to the person: titles of cards, and lines."""
    return [title(post) for post in open_.teams.seen_by(person)]


def title(post: dict[str, Any]) -> str:
    if not post.get("attachments"):
        return f"line: {post['text']}"
    return str(post["attachments"][0]["content"]["body"][0]["items"][0]["inlines"][0]["text"])


async def test_a_chat_is_opened_for_who_never_wrote_to_us_and_used_again(open_: Connected) -> None:
    await show(open_, FIRST)
    await platform(open_).show(PEARL, Topic(TopicKind.NOTE, "n1"), SECOND, shown=None, notify=True)

    assert titles(open_) == ["first", "second"]
    assert [call.path for call in open_.teams.calls].count("/teams/v3/conversations") == 1


async def test_a_card_is_changed_in_place_and_a_line_calls_for_attention(open_: Connected) -> None:
    name = await show(open_, FIRST)

    assert await show(open_, SECOND, name, notify=False) == name
    assert titles(open_) == ["second"]
    assert await show(open_, FIRST, name, notify=True) == name
    assert titles(open_) == ["first", "line: look"]


async def test_a_card_whose_answer_never_reached_the_outbox_is_still_one_card(open_: Connected) -> None:
    name = await show(open_, FIRST)

    assert await show(open_, SECOND, None, notify=False) == name
    assert titles(open_) == ["second"]


async def test_a_card_that_was_taken_away_is_shown_anew(open_: Connected) -> None:
    name = await show(open_, FIRST)
    open_.teams.posts[open_.teams.personal["pearl"]].clear()

    again = await show(open_, SECOND, name)

    assert again != name
    assert titles(open_) == ["second"]


async def test_a_chat_that_teams_no_longer_knows_is_opened_anew(open_: Connected) -> None:
    await show(open_, FIRST)
    open_.teams.personal["pearl"] = "a:2-after-reinstalling"

    await platform(open_).show(PEARL, Topic(TopicKind.NOTE, "n1"), SECOND, shown=None, notify=True)

    assert titles(open_) == ["second"]
    place = await open_.house.core.store.read(lambda tx: conversations.place_of_person(tx, PEARL))
    assert place is not None
    assert place.conversation == "a:2-after-reinstalling"


async def test_what_people_do_with_the_app_is_noticed(open_: Connected) -> None:
    async def known() -> bool:
        return await open_.house.core.store.read(lambda tx: conversations.place_of_person(tx, PEARL)) is not None

    assert not await known()
    await open_.arrives(open_.activity("installationUpdate", "pearl", action="add"))
    assert await known()
    await open_.arrives(open_.activity("installationUpdate", "pearl", action="remove"))
    assert not await known()


async def test_who_blocked_us_is_out_of_reach_and_not_pestered(open_: Connected) -> None:
    await show(open_, FIRST)
    open_.teams.blocked.add("pearl")
    before = len(open_.teams.calls)

    with pytest.raises(Undeliverable, match="MessageWritesBlocked"):
        await show(open_, SECOND)

    assert len(open_.teams.calls) == before + 1


@pytest.mark.parametrize("state", ["missing", "unknown"])
async def test_who_cannot_be_written_to_is_out_of_reach(open_: Connected, state: str) -> None:
    person = PersonRef(WORKSPACE, PersonId("nobody" if state == "unknown" else "pearl"))
    open_.teams.missing.add("pearl")

    with pytest.raises(Undeliverable):
        await platform(open_).show(person, TOPIC, FIRST, shown=None, notify=True)


async def test_an_outage_asks_us_to_wait(open_: Connected) -> None:
    open_.teams.faults = [(503, {"Retry-After": "60"})]

    with pytest.raises(PlatformBusy) as busy:
        await show(open_, FIRST)

    assert busy.value.wait_seconds == 60


async def test_an_account_is_found_in_a_team_or_not_at_all(open_: Connected) -> None:
    open_.teams.people["saskia"] |= {"userRole": "guest", "tenantId": "another"}

    pearl = await platform(open_).account(PEARL)
    guest = await platform(open_).account(CAST.other)
    nobody = await platform(open_).account(PersonRef(WORKSPACE, PersonId("nobody")))

    assert pearl is not None
    assert (pearl.name, pearl.email, pearl.is_guest, pearl.is_external) == (
        "pearl",
        "pearl@district.example.org",
        False,
        False,
    )
    assert guest is not None
    assert (guest.is_guest, guest.is_external) == (True, True)
    assert nobody is None


async def test_a_channel_is_described_and_its_members_are_listed(open_: Connected) -> None:
    open_.teams.rosters[STAGE.channel].append(BOT)
    open_.teams.people[BOT] = {"id": BOT, "name": "Chaperone"}

    facts = await platform(open_).facts(STAGE)
    members = await platform(open_).members(STAGE)

    assert (facts.name, facts.is_private, facts.is_shared, facts.is_watched) == ("stage", True, False, True)
    assert members == tuple(person.ref.person for person in PEOPLE)
    with pytest.raises(Undeliverable):
        await platform(open_).facts(ChannelRef(WORKSPACE, ChannelId("19:elsewhere@thread.tacv2")))


async def test_a_notice_in_a_channel_is_one_post_changed_in_place(open_: Connected) -> None:
    card = Card(title="t", blocks=(Paragraph("Chaperone reads this channel."),))
    name = await platform(open_).announce(STAGE, TOPIC, card, shown=None, pin=True)

    assert await platform(open_).announce(STAGE, TOPIC, SECOND, shown=None, pin=True) == name
    assert [title(post) for post in open_.teams.posts[STAGE.channel].values()] == ["second"]


async def test_what_a_bot_cannot_do_is_said(open_: Connected) -> None:
    teams, message = platform(open_), MessageRef(WORKSPACE, STAGE.channel, MessageId("1"))

    assert teams.abilities(WORKSPACE) == {Ability.LIST_MEMBERS, Ability.LIST_CHANNELS, Ability.ANNOUNCE}
    for refused in (teams.invite(STAGE, PEARL), teams.remove_member(STAGE, PEARL), teams.remove_message(message)):
        with pytest.raises(Unable):
            await refused


async def test_a_link_opens_the_message_in_its_tenant(open_: Connected) -> None:
    message = MessageRef(WORKSPACE, STAGE.channel, MessageId("1795250000001"))

    assert platform(open_).link_to(message) == (
        f"https://teams.microsoft.com/l/message/19%3Astage%40thread.tacv2/1795250000001?tenantId={TENANT}"
    )
