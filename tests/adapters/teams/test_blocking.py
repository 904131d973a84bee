"""A reviewer blocks a message in Teams and lifts it again: from the card's button to Graph, and what Graph refuses."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.settings import BadSettings, load_settings
from adapters.teams.connection import connection
from adapters.teams.manifest import reasons
from adapters.teams.rights import BLOCK, TO_BLOCK
from bot.errors import PlatformBusy, Unable, Undeliverable
from bot.events import Posted
from bot.ids import MessageId, MessageRef, PersonId
from bot.inbox.intake import Intake
from bot.ports import Ability, Platform, Tip, Transaction
from bot.records.incidents import incident_id
from bot.review.decisions import ACTS
from tests.adapters.teams.opening import Connected, Json, joined
from tests.adapters.teams.with_graph import consented
from tests.contract.teams import CAST, WORKSPACE
from tests.standins.teams_connector import fake_teams
from tests.standins.teams_graph import FakeGraph, fake_graph, message, stamp
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, identity

STAGE = CAST.club
TIP = Tip("They blocked this message.", ("4118.6-R, S8: no private numbers",))
BREACH = "chaperone canary drill"


@dataclass
class World:
    open_: Connected
    graph: FakeGraph

    @property
    def platform(self) -> Platform:
        return self.open_.house.core.platforms(WORKSPACE)

    async def post(self, text: str = BREACH, *, root: str | None = None) -> MessageRef:
        """Emeka writes, and Graph has it too."""
        where = f"{STAGE.channel};messageid={root}" if root else STAGE.channel
        activity = self.open_.said(text, "emeka", where)
        made = message(activity["id"], "emeka", text, at=datetime.now(UTC), root=root)
        self.graph.keep(STAGE.channel, made)
        assert (await self.open_.arrives(activity))[0] == 200
        await self.open_.settled()
        return MessageRef(WORKSPACE, STAGE.channel, MessageId(activity["id"]))

    def violation(self, ref: MessageRef) -> Json | None:
        found: Json | None = self.graph.find(STAGE.channel, ref.message)["policyViolation"]
        return found

    async def press(self, who: str, act: str, ref: MessageRef) -> None:
        core = self.open_.house.core
        person = await core.store.read(lambda tx: tx.registry.person(ref.person(PersonId(who))))
        assert person is not None
        await ACTS[f"incident.{act}"](core, person, incident_id(ref), {})
        async with asyncio.timeout(20):
            while (await self.acts(ref))[-1] == act:
                await asyncio.sleep(0.02)
        await self.open_.settled()

    async def acts(self, ref: MessageRef) -> list[str]:
        def unit(tx: Transaction) -> list[str]:
            return [each.act.value for each in tx.incidents.decisions(incident_id(ref))]

        return await self.open_.house.core.store.read(unit)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A district that lets reviewers block messages, and whose administrator consented."""
    async with consented(tmp_path, teams_blocking=True) as (open_, graph):
        graph.consented.add(BLOCK)
        yield World(open_, graph)


async def test_a_reviewer_blocks_a_message_and_lifts_it_through_graph(world: World) -> None:
    ref = await world.post()

    await world.press("pearl", "block", ref)
    blocked = world.violation(ref)
    await world.press("idella", "lift", ref)

    assert blocked is not None
    assert blocked["dlpAction"] == "BlockAccess"
    assert blocked["verdictDetails"] == "None", "the author cannot overrule a reviewer"
    tip = blocked["policyTip"]
    assert tip["matchedConditionDescriptions"]
    assert tip["matchedConditionDescriptions"][0] in tip["generalText"]
    assert world.violation(ref) == {"dlpAction": "None", "verdictDetails": "None"}
    assert await world.acts(ref) == ["block", "blocked", "lift", "lifted"]


async def test_an_answer_in_a_thread_is_blocked_where_it_stands(world: World) -> None:
    root = await world.post("who is coming?")
    answer = await world.post(root=root.message)

    await world.platform.block(answer, TIP)

    assert world.violation(answer) is not None
    assert world.violation(root) is None


@pytest.mark.parametrize("why", ["consent", "licence", "another tenant"])
async def test_what_graph_forbids_is_told_on_the_alert_and_not_tried_on_and_on(why: str, world: World) -> None:
    ref = await world.post()
    if why == "consent":
        world.graph.consented.clear()
    world.graph.is_licensed = why != "licence"
    if why == "another tenant":
        world.graph.homes["emeka"] = "elsewhere"
    before = len(world.graph.calls)

    await world.press("pearl", "block", ref)

    patches = [call for call in world.graph.calls[before:] if call[0] == "PATCH"]
    assert len(patches) == 1
    assert world.violation(ref) is None
    assert await world.acts(ref) == ["block", "not_blocked"]


async def test_a_message_that_graph_does_not_have_is_not_blocked(world: World) -> None:
    ref = await world.post()
    world.graph.roots[STAGE.channel].clear()

    with pytest.raises(Undeliverable):
        await world.platform.block(ref, TIP)


@pytest.mark.parametrize("status", [412, 429, 503])
async def test_what_passes_is_waited_for_and_then_it_is_blocked_once(status: int, world: World) -> None:
    ref = await world.post()
    world.graph.faults = [(status, {"Retry-After": "0"})]

    await world.press("pearl", "block", ref)

    assert world.violation(ref) is not None
    assert await world.acts(ref) == ["block", "blocked"]


async def test_a_graph_that_wants_us_to_wait_for_long_is_asked_later(world: World) -> None:
    ref = await world.post()
    world.graph.faults = [(429, {"Retry-After": "120"})]

    with pytest.raises(PlatformBusy) as busy:
        await world.platform.block(ref, TIP)

    assert busy.value.wait_seconds == 120
    assert world.violation(ref) is None


async def test_words_that_graph_keeps_back_because_of_the_block_are_no_news(world: World) -> None:
    ref = await world.post()
    await world.press("pearl", "block", ref)
    found = world.graph.find(STAGE.channel, ref.message)
    found["body"] = {"contentType": "html", "content": ""}
    found["lastModifiedDateTime"] = stamp(datetime.now(UTC) + timedelta(seconds=5))

    day = timedelta(days=1)
    now = datetime.now(UTC)
    events = [event async for event in world.platform.history(STAGE, since=now - day, until=now + day)]

    (event,) = events
    assert isinstance(event, Posted)
    assert not await Intake(world.open_.house.core).receive(event)


async def test_without_the_setting_nobody_is_offered_it(tmp_path: Path) -> None:
    async with identity() as server, fake_teams(server) as teams, fake_graph(server) as graph:
        graph.consented.add(BLOCK)
        async with joined(tmp_path, teams, server, teams_graph_url=graph.url) as open_:
            platform = open_.house.core.platforms(WORKSPACE)

            assert Ability.BLOCK_MESSAGE not in platform.abilities(WORKSPACE)
            for refused in (
                platform.block(MessageRef(WORKSPACE, STAGE.channel, MessageId("1")), TIP),
                platform.lift_block(MessageRef(WORKSPACE, STAGE.channel, MessageId("1"))),
            ):
                with pytest.raises(Unable):
                    await refused
            assert [call for call in graph.calls if call[0] == "PATCH"] == []


GIVEN: dict[str, object] = {
    "microsoft_app_id": APP_ID,
    "microsoft_app_password": SECRET,
    "microsoft_app_tenant_id": TENANT,
    "teams_blocking": True,
}


@pytest.mark.parametrize("cloud", ["gcc-high", "dod"])
def test_where_microsoft_does_not_offer_it_the_setting_is_refused(cloud: str) -> None:
    with pytest.raises(BadSettings, match="TEAMS_BLOCKING"):
        connection(load_settings(**GIVEN, teams_cloud=cloud))


def test_without_graph_the_setting_is_refused() -> None:
    with pytest.raises(BadSettings, match="TEAMS_BLOCKING"):
        connection(load_settings(**GIVEN, teams_graph=False))


def test_the_permission_is_explained_only_where_it_is_switched_on() -> None:
    names = {right.name for right in TO_BLOCK}

    assert names.isdisjoint(name for _, name, _ in reasons())
    assert names <= {name for _, name, _ in reasons(blocking=True)}
