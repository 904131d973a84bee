"""The made-up district: complete, harmless, made once."""

from collections import Counter

import pytest

from adapters.playground.seed_file import SeedChannel, district, tries
from adapters.playground.world import FIRST_WORKSPACE
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.registry import ChannelState
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.verdict import Finding, PackId
from policy.words import Lang
from tests.adapters.playground.conftest import Opened
from tests.adapters.playground.page import Page, shelf


def test_the_district_has_what_the_tour_needs() -> None:
    found = district()
    roles = Counter(person.role for person in found.people)
    schools = {person.school for person in found.people} - {"District office"}
    kinds = {channel.kind for channel in found.channels}
    waiting = [channel for channel in found.channels if channel.state is ChannelState.REQUESTED]

    assert len(found.people) >= 25
    assert min(roles[Role.STAFF], roles[Role.STUDENT], roles[Role.PARENT]) >= 5
    assert (len(found.channels), len(schools), len(waiting)) == (8, 2, 1)
    assert kinds == set(ChannelKind)
    assert sum(person.operator for person in found.people) == 1
    assert sum(person.lang is Lang.ES for person in found.people) >= 5
    assert {one.lang for one in found.tries} == set(Lang)


def test_every_chain_of_supervisors_ends_at_the_top() -> None:
    above = {person.id: person.supervisor for person in district().people}

    for channel in district().channels:
        chain = [channel.owner]
        while (next_above := above[chain[-1]]) is not None:
            assert next_above not in chain
            chain.append(next_above)
        assert channel.supervisor in chain[1:]
        assert chain[-1] == "vesna"


def test_only_members_speak_in_the_history_and_in_the_samples() -> None:
    members = {channel.id: channel.members for channel in district().channels}
    spoken = [
        (channel, one.by)
        for channel, messages in district().history.items()
        for message in messages
        for one in (message, *message.answers)
    ]

    assert len(spoken) > 40
    for channel, person in spoken + [(one.channel, one.by) for one in district().tries]:
        assert person in members[channel]


def harmless() -> list[tuple[SeedChannel, str, str]]:
    channels = {channel.id: channel for channel in district().channels}
    return [
        (channels[name], one.by, one.says)
        for name, messages in district().history.items()
        for message in messages
        for one in (message, *message.answers)
    ]


@pytest.mark.parametrize("pack", [pack.id for pack in shelf()])
def test_no_rule_fires_on_the_history(pack: PackId) -> None:
    fired = [
        (says, finding.detector) for channel, by, says in harmless() for finding in _findings(channel, by, says, pack)
    ]

    assert fired == []


def test_most_samples_show_something_and_one_of_each_language_does_not() -> None:
    channels = {channel.id: channel for channel in district().channels}
    flagged = {
        one.says: bool(_findings(channels[one.channel], one.by, one.says, PackId("crec"))) for one in district().tries
    }

    quiet = [one.lang for one in district().tries if not flagged[one.says]]
    assert sorted(quiet) == [Lang.EN, Lang.ES]
    assert sum(flagged.values()) >= 4


def _findings(channel: SeedChannel, by: str, says: str, pack: PackId) -> tuple[Finding, ...]:
    roles = {person.id: person.role for person in district().people}
    role = Role.OWNER if by == channel.owner else roles[by]
    context = Context(channel=channel.kind, channel_name=channel.name)
    return judge(Message(text=says, author=role), context, shelf()[pack]).findings


async def test_the_district_is_made_once_and_survives_a_restart(opened: Opened) -> None:
    async with opened() as (_, page):
        message = await page.post("darrow", "track-team", "before the restart")
        before = await page.get("api/as/darrow/channels/track-team/messages")

    async with opened() as (_, page):
        after = await page.get("api/as/darrow/channels/track-team/messages")
        start = await page.get("api/start")

    assert after == before
    assert after["messages"][-1]["id"] == message
    assert len(start["people"]) == len(district().people)


async def test_starting_over_brings_the_first_day_back_and_leaves_the_records(opened: Opened) -> None:
    async with opened() as (house, page):
        await page.post("emeka", "marching-band", "This is a chaperone canary drill")
        await page.card("juniper", lambda card: bool(card["title"]))
        first = [message["text"] for message in await page.messages("darrow", "track-team")]
        await page.post("darrow", "track-team", "this goes")
        await page.send("POST", "api/start-over", {"confirm": True})

        again = [message["text"] for message in await page.messages("darrow", "track-team")]
        cards = await page.cards("juniper")
        counts = await house.core.store.read(lambda tx: tx.incidents.counts())
        states = await house.core.store.read(_states)

    assert again == first
    assert cards == []
    assert sum(counts.values()) == 1
    assert states == {
        FIRST_WORKSPACE: {ChannelState.CLOSED},
        WorkspaceId(f"{FIRST_WORKSPACE}.2"): {ChannelState.APPROVED, ChannelState.REQUESTED},
    }


async def test_starting_over_asks_for_a_yes(page: Page) -> None:
    status, _ = await page.error("POST", "api/start-over", {"confirm": False})

    assert status == 400


def _states(tx: Transaction) -> dict[WorkspaceId, set[ChannelState]]:
    found: dict[WorkspaceId, set[ChannelState]] = {}
    for channel in tx.registry.channels():
        found.setdefault(channel.ref.workspace, set()).add(channel.state)
    return found


async def test_the_register_knows_people_channels_and_members(opened: Opened) -> None:
    track = ChannelRef(FIRST_WORKSPACE, ChannelId("track-team"))
    async with opened() as (house, _):
        darrow = await house.core.store.read(
            lambda tx: tx.registry.person(PersonRef(FIRST_WORKSPACE, PersonId("darrow")))
        )
        members = await house.core.store.read(lambda tx: tx.registry.members(track))

    assert darrow is not None
    assert darrow.supervisor == PersonRef(FIRST_WORKSPACE, PersonId("idella"))
    assert {member.person for member in members} == {
        "darrow",
        "idella",
        "tobin",
        "saskia",
        "emeka",
        "iker",
        "hester",
        "bram",
        "amaia",
    }


def test_lists_of_people_follow_the_file() -> None:
    order = [person.id for person in district().people]

    assert order.index("rubens") < order.index("idella") < order.index("tobin")
    assert tries()[0]["says"]
