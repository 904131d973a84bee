"""Socket Mode: what was not kept is not acknowledged, nothing is taken twice, and connections replace themselves."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from adapters.slack.app import BadShape
from adapters.slack.content import Payload
from adapters.slack.envelopes import Envelopes
from adapters.slack.sockets import AT_ONCE, Sockets
from adapters.slack.tickets import MENDING, Tickets
from bot.errors import StoreUnavailable
from tests.standins.slack_sockets import APP_TOKEN, Refusal, SlackSockets

EVENT = {"type": "event_callback", "team_id": "T0LARKFLD", "event_id": "Ev1", "event": {"type": "message"}}
COMMAND = {"command": "/policy", "text": "help", "trigger_id": "1.2.abc", "team_id": "T0LARKFLD"}
FINE = BoltResponse(status=200, body="")


@dataclass
class Working:
    """What takes the payloads; each waits for `may_go` where a test holds it back."""

    taken: list[Payload] = field(default_factory=list)
    done: list[Payload] = field(default_factory=list)
    answers: list[BoltResponse | Exception] = field(default_factory=list)
    may_go: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, payload: Payload) -> BoltResponse:
        self.taken.append(payload)
        self.came.set()
        await self.may_go.wait()
        answer = self.answers.pop(0) if self.answers else FINE
        if isinstance(answer, Exception):
            raise answer
        self.done.append(payload)
        return answer


@dataclass
class Connected:
    """Our end and Slack's."""

    slack: SlackSockets
    sockets: Sockets
    working: Working
    task: asyncio.Task[None]
    sight: list[str]
    slept: list[float]

    async def stop(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


@asynccontextmanager
async def connected(
    *, connections: int = 1, heartbeat: float = 15.0, token: str = APP_TOKEN, waits: bool = True, **slack_is: Any
) -> AsyncIterator[Connected]:
    """Our end, calling Slack; `waits`: until all connections stand. Pauses take no time."""
    slack = SlackSockets()
    for name, value in slack_is.items():
        setattr(slack, name, value)
    working, sight, slept = Working(), list[str](), list[float]()
    working.may_go.set()
    greeted = asyncio.Event()

    def opened() -> None:
        sight.append("opened")
        greeted.set()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async with slack.serving():
        sockets = Sockets(
            Tickets(token, slack.api),
            working,
            opened=opened,
            closed=lambda: sight.append("closed"),
            connections=connections,
            heartbeat=heartbeat,
            sleep=sleep,
        )
        here = Connected(slack, sockets, working, asyncio.create_task(sockets.run()), sight, slept)
        try:
            if waits:
                await slack.until(lambda: len(slack.open) >= connections)
                await greeted.wait()
            yield here
        finally:
            await here.stop()
            assert slack.complaints == []


async def test_an_event_is_acknowledged_only_after_it_was_kept() -> None:
    async with connected() as at:
        at.working.may_go.clear()

        envelope = await at.slack.envelope(at.slack.open[0], EVENT)
        await at.working.came.wait()
        early = at.slack.acks(envelope)
        at.working.may_go.set()

        assert await at.slack.acked(envelope) == {"envelope_id": envelope}
        assert early == []
        assert at.working.done == [EVENT]


@pytest.mark.parametrize(
    "fault", [StoreUnavailable(), BadShape(), BoltResponse(status=503, body=""), BoltResponse(status=400, body="")]
)
async def test_what_could_not_be_kept_is_not_acknowledged_and_is_taken_when_it_comes_again(fault: Any) -> None:
    async with connected() as at:
        at.working.answers = [fault]
        line = at.slack.open[0]

        first = await at.slack.envelope(line, EVENT, id_="E1")
        other = await at.slack.envelope(line, {**EVENT, "event_id": "Ev2"})
        await at.slack.acked(other)
        early = at.slack.acks(first)
        await at.slack.envelope(line, EVENT, id_="E1", retry=1)

        assert await at.slack.acked(first) == {"envelope_id": first}
        assert early == []
        assert len(at.working.taken) == 3


async def test_the_same_envelope_over_two_connections_is_worked_on_once_and_acknowledged_on_both() -> None:
    async with connected(connections=2) as at:
        at.working.may_go.clear()
        one, two = at.slack.open

        for line in (one, two, one):
            await at.slack.envelope(line, EVENT, id_="E1")
        await at.working.came.wait()
        at.working.may_go.set()
        await at.slack.acked("E1", times=3)

        assert at.working.taken == [EVENT]
        assert (len(one.acks), len(two.acks)) == (2, 1)


async def test_a_command_that_comes_again_in_another_envelope_is_answered_alike_and_done_once() -> None:
    async with connected() as at:
        answer = BoltResponse(status=200, body='{"text": "here"}', headers={"content-type": ["application/json"]})
        at.working.answers = [answer]
        line = at.slack.open[0]

        first = await at.slack.acked(await at.slack.envelope(line, COMMAND, "slash_commands"))
        again = await at.slack.acked(await at.slack.envelope(line, COMMAND, "slash_commands"))

        assert first["payload"] == again["payload"] == {"text": "here"}
        assert at.working.taken == [COMMAND]


async def test_an_answer_for_a_person_goes_with_the_acknowledgement_only_where_slack_takes_one() -> None:
    async with connected() as at:
        at.working.answers = [BoltResponse(status=200, body="ok"), BoltResponse(status=200, body="ok")]
        line = at.slack.open[0]

        pressed = await at.slack.acked(await at.slack.envelope(line, {"type": "block_actions"}, "interactive"))
        event = await at.slack.acked(await at.slack.envelope(line, EVENT))

        assert pressed["payload"] == {"text": "ok"}
        assert "payload" not in event


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_before_slack_ends_a_connection_another_stands_and_the_old_one_is_still_heard(
    reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.sockets.STEADY_SECONDS", 0.0)
    async with connected() as at:
        [old] = at.slack.open

        await at.slack.warn(old, reason)
        await at.slack.until(lambda: len(at.slack.open) == 2)
        late = await at.slack.envelope(old, EVENT)
        await at.slack.acked(late)
        await at.slack.end(old)
        await at.slack.until(lambda: len(at.slack.open) == 1)
        new = await at.slack.acked(await at.slack.envelope(at.slack.open[0], {**EVENT, "event_id": "Ev2"}))

        assert new
        assert at.slack.open[0] is not old
        assert at.sight == ["closed", "opened"]
        assert at.slept == []


async def test_a_connection_that_breaks_is_replaced() -> None:
    async with connected() as at:
        for number in range(3):
            await at.slack.cut(at.slack.lines[-1])
            await at.slack.until(lambda n=number: len(at.slack.lines) == n + 2)  # type: ignore[misc]

        assert await at.slack.acked(await at.slack.envelope(at.slack.lines[-1], EVENT))
        assert at.sight.count("opened") == 4


async def test_a_connection_that_answers_no_ping_is_replaced_though_nobody_said_that_it_ended() -> None:
    async with connected(heartbeat=0.05, deaf_from=0) as at:
        await at.slack.until(lambda: len(at.slack.lines) == 2)
        at.slack.deaf_from = None

        await at.slack.until(lambda: any(not line.is_dead for line in at.slack.lines))
        living = next(line for line in at.slack.lines if not line.is_dead)

        assert await at.slack.acked(await at.slack.envelope(living, EVENT))
        assert all(line.is_dead for line in at.slack.lines[: living.number])


async def test_a_connection_that_never_greets_us_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.sockets.HELLO_SECONDS", 0.05)
    async with connected(silent_from=0, waits=False) as at:
        await at.slack.until(lambda: len(at.slack.lines) == 2)
        at.slack.silent_from = None

        await at.slack.until(lambda: len(at.slack.lines) >= 3)
        assert await at.slack.acked(await at.slack.envelope(at.slack.lines[-1], EVENT))
        assert at.sight[:2] == ["closed", "opened"]


async def test_an_envelope_whose_connection_ended_before_the_answer_is_answered_when_it_comes_again() -> None:
    async with connected() as at:
        at.working.may_go.clear()
        [old] = at.slack.open

        await at.slack.envelope(old, EVENT, id_="E1")
        await at.working.came.wait()
        await at.slack.cut(old)
        at.working.may_go.set()
        await at.slack.until(lambda: len(at.slack.open) == 1 and at.slack.open[0] is not old)
        await at.slack.envelope(at.slack.open[0], EVENT, id_="E1", retry=1)

        await at.slack.acked("E1")
        assert at.working.taken == [EVENT]


async def test_stopping_answers_what_was_read_and_then_closes() -> None:
    async with connected(connections=2) as at:
        at.working.may_go.clear()
        envelope = await at.slack.envelope(at.slack.open[0], EVENT)
        await at.working.came.wait()

        stopping = asyncio.create_task(at.stop())
        await asyncio.sleep(0)
        at.working.may_go.set()
        await stopping

        assert await at.slack.acked(envelope)
        await at.slack.until(lambda: at.slack.open == [])
        assert at.slack.asked == 2


async def test_no_more_is_read_than_can_be_worked_on() -> None:
    async with connected() as at:
        at.working.may_go.clear()
        line = at.slack.open[0]

        sent = [await at.slack.envelope(line, {**EVENT, "event_id": f"Ev{n}"}) for n in range(AT_ONCE + 20)]
        while len(at.working.taken) < AT_ONCE:
            at.working.came.clear()
            await at.working.came.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        most = len(at.working.taken)
        at.working.may_go.set()
        for envelope in sent:
            await at.slack.acked(envelope)

        assert most == AT_ONCE
        assert len(at.working.done) == AT_ONCE + 20


@pytest.mark.parametrize(
    ("refusal", "wait"),
    [
        (Refusal("ratelimited", 429, "7"), 7.0),
        (Refusal("invalid_auth"), MENDING),
        (Refusal("not_allowed_token_type"), MENDING),
    ],
)
async def test_where_slack_gives_no_ticket_it_is_asked_again_when_it_says(refusal: Refusal, wait: float) -> None:
    async with connected(refusals=deque([refusal])) as at:
        assert at.slept == [wait]
        assert at.slack.asked == 2
        assert at.sight == ["closed", "opened"]


async def test_while_slack_is_away_pauses_grow_and_end_with_the_first_greeting() -> None:
    away = deque([Refusal("internal_error", 500)] * 7)
    async with connected(refusals=away) as at:
        assert len(at.slept) == 7
        assert all(seconds <= 30.0 for seconds in at.slept)
        assert sum(at.slept[:2]) < sum(at.slept[-2:])


async def test_connections_that_do_not_last_are_not_replaced_in_a_rush() -> None:
    async with connected() as at:
        for number in range(4):
            await at.slack.warn(at.slack.lines[-1], "refresh_requested")
            await at.slack.until(lambda n=number: len(at.slack.lines) == n + 2)  # type: ignore[misc]

        assert len(at.slept) == 4
        assert sum(at.slept[:2]) < sum(at.slept[2:])


@pytest.mark.parametrize("reason", ["link_disabled", "too_many_websockets"])
async def test_where_another_connection_would_not_last_either_it_is_tried_later(reason: str) -> None:
    async with connected() as at:
        [line] = at.slack.open

        await at.slack.warn(line, reason)
        await at.slack.end(line)
        await at.slack.until(lambda: len(at.slack.lines) == 2)

        assert at.slept == [30.0]


async def test_what_is_no_message_of_slacks_is_passed_over() -> None:
    async with connected() as at:
        line = at.slack.open[0]

        for text in (
            "",
            "nonsense",
            "[]",
            "null",
            '{"type": "surprise"}',
            '{"envelope_id": 5, "payload": {}}',
            "[" * 9_999,
        ):
            await line.socket.send_str(text)

        assert await at.slack.acked(await at.slack.envelope(line, EVENT))
        assert at.working.taken == [EVENT]


async def test_only_so_many_envelopes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.envelopes.MOST_REMEMBERED", 3)
    working = Working()
    working.may_go.set()
    envelopes = Envelopes(working)

    for number in range(5):
        await envelopes.taken({"envelope_id": f"E{number}", "payload": EVENT})
    await envelopes.taken({"envelope_id": "E4", "payload": EVENT})
    await envelopes.taken({"envelope_id": "E0", "payload": EVENT})

    assert len(working.taken) == 6
