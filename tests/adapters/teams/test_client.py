"""Calls to Teams: at its pace, again where it is safe, and nothing to a host that may not see our token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.client import TRIES, Connector, Place, Rejected, Unreachable
from adapters.teams.pace import LONGEST_WAIT_SECONDS, OF_A_CONVERSATION, OF_A_TENANT, Pace
from adapters.teams.tokens import Tokens, source_of
from bot.errors import PlatformBusy, Undeliverable
from tests.adapters.teams.test_auth import Ticking, a_connection
from tests.standins.teams_connector import BOT, FakeTeams, fake_teams
from tests.standins.teams_identity import TENANT, identity

HELLO = {"type": "message", "text": "hello", "textFormat": "plain"}


class Wired:
    """A connector and the stand-in behind it. Waits are noted, not waited."""

    def __init__(self, teams: FakeTeams, session: ClientSession) -> None:
        self.teams = teams
        self.clock = Ticking()
        self.waits: list[float] = []
        connection = a_connection(teams.identity, teams_service_hosts=teams.url.removeprefix("http://"))
        self.connector = Connector(
            session,
            Tokens(source_of(connection, session)),
            connection.cloud,
            Pace(clock=self.clock, sleep=self.sleep),
            sleep=self.sleep,
        )
        teams.enrol("pearl")

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.now += seconds
        await asyncio.sleep(0)

    @property
    def pearl(self) -> Place:
        return Place(self.teams.service_url, self.teams.conversation_of("pearl"))


@pytest.fixture
async def wired() -> AsyncIterator[Wired]:
    async with identity() as server, fake_teams(server) as teams, ClientSession() as session:
        yield Wired(teams, session)


async def test_an_activity_is_posted_and_changed_in_place(wired: Wired) -> None:
    id_ = await wired.connector.send(wired.pearl, HELLO)
    await wired.connector.update(wired.pearl, id_, {**HELLO, "text": "hello again"})

    assert [post["text"] for post in wired.teams.seen_by("pearl")] == ["hello again"]
    assert len(wired.teams.connections) == 1


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
async def test_what_passes_is_tried_again_with_growing_jittered_waits(wired: Wired, status: int) -> None:
    wired.teams.faults = [(status, {}), (status, {})]

    await wired.connector.send(wired.pearl, HELLO)

    assert len(wired.teams.calls) == 3
    first, second = wired.waits
    assert 0.5 <= first <= 0.75
    assert 1 <= second <= 1.5


async def test_who_asks_us_to_wait_is_heard(wired: Wired) -> None:
    wired.teams.faults = [(429, {"Retry-After": "3"})]
    await wired.connector.send(wired.pearl, HELLO)
    assert 3 <= wired.waits[0] <= 4.5

    wired.teams.faults = [(429, {"Retry-After": "120"})]
    with pytest.raises(PlatformBusy) as busy:
        await wired.connector.send(wired.pearl, HELLO)
    assert busy.value.wait_seconds == 120
    assert len(wired.teams.calls) == 3, "a long wait is the outbox's"


async def test_an_outage_is_given_up_for_the_outbox(wired: Wired) -> None:
    wired.teams.faults = [(503, {"Retry-After": "soon"})] * 9

    with pytest.raises(PlatformBusy):
        await wired.connector.send(wired.pearl, HELLO)

    assert len(wired.teams.calls) == TRIES


async def test_a_lost_answer_is_not_tried_again_at_once(wired: Wired) -> None:
    wired.teams.faults = [(0, {})]

    with pytest.raises(PlatformBusy):
        await wired.connector.send(wired.pearl, HELLO)

    assert len(wired.teams.seen_by("pearl")) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(400, Rejected), (413, Rejected), (403, Unreachable), (404, Unreachable)]
)
async def test_what_will_not_pass_is_said_at_once(wired: Wired, status: int, error: type[Exception]) -> None:
    wired.teams.faults = [(status, {})]

    with pytest.raises(error, match=str(status)):
        await wired.connector.send(wired.pearl, HELLO)

    assert len(wired.teams.calls) == 1
    assert issubclass(Unreachable, Undeliverable)


async def test_a_refused_token_is_replaced_once(wired: Wired) -> None:
    await wired.connector.send(wired.pearl, HELLO)
    wired.teams.identity.given.clear()

    await wired.connector.send(wired.pearl, HELLO)
    assert [call.token for call in wired.teams.calls][1] != [call.token for call in wired.teams.calls][2]

    wired.teams.faults = [(401, {}), (401, {})]
    with pytest.raises(Rejected, match="401"):
        await wired.connector.send(wired.pearl, HELLO)


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/", "http://127.0.0.1:1/teams/", "https://127.0.0.1/", "", "x"]
)
async def test_nothing_goes_to_a_foreign_host_not_even_a_request_for_a_token(wired: Wired, url: str) -> None:
    with pytest.raises(Unreachable, match="foreign_host"):
        await wired.connector.send(Place(url, "a:1-pearl"), HELLO)
    with pytest.raises(Unreachable):
        await wired.connector.open(url, bot=BOT, tenant=TENANT, person="pearl")

    assert wired.teams.identity.asked == []
    assert wired.teams.calls == []


@pytest.mark.parametrize("conversation", ["../../v3/teams/x", "a/b?c=d#e", "19:x@thread.tacv2;messageid=17", "a b%2F"])
async def test_a_conversations_name_stays_one_part_of_the_address(wired: Wired, conversation: str) -> None:
    with pytest.raises(Unreachable, match="ConversationNotFound"):
        await wired.connector.send(Place(wired.teams.service_url, conversation), HELLO)

    [call] = wired.teams.calls
    assert call.path == f"/teams/v3/conversations/{conversation}/activities"


async def test_everybody_is_read_page_by_page(wired: Wired) -> None:
    names = [f"member{n}" for n in range(7)]
    for name in names:
        wired.teams.enrol(name)
    wired.teams.rosters["19:room"] = names

    found = [member["name"] async for member in wired.connector.members(Place(wired.teams.service_url, "19:room"))]

    assert found == names
    assert len(wired.teams.calls) == 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 4)), min_size=1, max_size=120))
def test_no_limit_of_a_conversation_or_tenant_is_ever_passed(calls: list[tuple[str, float]]) -> None:
    clock, waits, went = Ticking(), list[float](), list[tuple[str, float]]()

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def play() -> None:
        pace = Pace(clock=clock, sleep=wait)
        for conversation, gap in calls:
            clock.now += gap
            waits.clear()
            with suppress(PlatformBusy):
                await pace.turn(conversation)
                went.append((conversation, clock.now + sum(waits)))
                assert sum(waits) <= LONGEST_WAIT_SECONDS

    asyncio.run(play())

    assert went
    for limits, names in ((OF_A_CONVERSATION, "abc"), (OF_A_TENANT, [None])):
        for name in names:
            times = sorted(at for conversation, at in went if name in (None, conversation))
            for count, seconds in limits:
                for early, late in zip(times, times[count:], strict=False):
                    assert late - early >= seconds - 1e-6
