"""Through sockets the same happens as over HTTP; and when no socket stands, that is a gap which is read afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from adapters.slack.sight import PATIENCE, Sight
from adapters.slack.sockets import Sockets
from adapters.slack.tickets import Tickets
from bot.errors import StoreUnavailable
from bot.records.gaps import Gap
from tests.adapters.slack.at_door import BREACH, COACH, PRINCIPAL, TRACK, AtDoor, said
from tests.adapters.slack.payloads import recorded
from tests.standins.slack_sockets import APP_TOKEN, SlackSockets


@asynccontextmanager
async def listening(at: AtDoor, *, connections: int = 1) -> AsyncIterator[SlackSockets]:
    """The door, open to Slack's sockets."""
    slack = SlackSockets()
    async with slack.serving():
        tickets = Tickets(APP_TOKEN, slack.api)
        sockets = Sockets(tickets, at.door.dispatch, opened=lambda: None, closed=lambda: None, connections=connections)
        task = asyncio.create_task(sockets.run())
        await slack.until(lambda: len(slack.open) == connections)
        yield slack
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert slack.complaints == []


async def test_an_event_is_in_the_inbox_before_slack_hears_that_we_have_it_and_is_told_once(at: AtDoor) -> None:
    async with listening(at, connections=2) as slack:
        post = said(recorded("message").payload, BREACH)

        first = await slack.envelope(slack.open[0], post)
        await slack.acked(first)
        waiting = await at.core.store.read(lambda tx: tx.inbox.counts())
        for number in range(10):
            copy = at.slack.copy(post)
            await slack.acked(await slack.envelope(slack.open[number % 2], copy, retry=number % 3))
        await at.settle()

        assert waiting.waiting == 2  # the message, and whether its channel is shared
        assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_over_http_and_through_a_socket_it_is_the_same_message(at: AtDoor) -> None:
    async with listening(at) as slack:
        post = said(recorded("message").payload, BREACH)

        over_http = await at.slack.event(post)
        await slack.acked(await slack.envelope(slack.open[0], at.slack.copy(post)))
        await at.settle()

        assert over_http.status == 200
        assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_while_the_database_takes_nothing_nothing_is_acknowledged(at: AtDoor) -> None:
    async with listening(at) as slack:
        post = said(recorded("message").payload, BREACH)
        write = at.core.store.write

        async def refused(_unit: object) -> object:
            raise StoreUnavailable

        at.core.store.write = refused  # type: ignore[method-assign,assignment]
        lost = await slack.envelope(slack.open[0], post)
        home = await slack.acked(await slack.envelope(slack.open[0], recorded("app_home_opened").payload))
        early = slack.acks(lost)
        at.core.store.write = write  # type: ignore[method-assign]
        await slack.acked(await slack.envelope(slack.open[0], post, id_=lost, retry=1))
        await at.settle()

        assert home
        assert early == []
        assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_commands_buttons_and_forms_come_through_sockets_too(at: AtDoor) -> None:
    kinds = {
        "command": "slash_commands",
        "block_actions": "interactive",
        "shortcut": "interactive",
        "message_action": "interactive",
        "view_submission": "interactive",
    }
    async with listening(at) as slack:
        at.desk.answer = {"text": "here"}
        answers = {}
        for name, kind in kinds.items():
            payload = {**recorded(name).payload, "trigger_id": f"1.{name}"}
            answers[name] = await slack.acked(await slack.envelope(slack.open[0], payload, kind))

        assert [what for what, _ in at.desk.calls] == ["command", "action", "shortcut", "shortcut", "view"]
        assert answers["command"]["payload"] == {"text": "here"}


class Pauses:
    """Sleeping that lasts until a test lets it end."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.over.wait()


async def open_gaps(at: AtDoor) -> list[Gap]:
    return [gap for gap in await at.core.store.read(lambda tx: tx.coverage.gaps(TRACK)) if gap.ended_at is None]


def a_sight(at: AtDoor, pauses: Pauses) -> Sight:
    def now() -> datetime:
        return at.clock()

    return Sight(at.core, clock=now, sleep=pauses)


async def until_noted(sight: Sight) -> None:
    assert sight._noting is not None
    await sight._noting


async def test_without_any_socket_for_a_while_there_is_a_gap_until_one_stands_again(at: AtDoor) -> None:
    pauses = Pauses()
    sight, lost_at = a_sight(at, pauses), at.clock()

    sight.closed()
    at.clock.pass_(minutes=1)
    pauses.over.set()
    await until_noted(sight)
    [gap] = await open_gaps(at)
    at.clock.pass_(minutes=10)
    sight.opened()
    await until_noted(sight)

    assert pauses.asked == [PATIENCE]
    assert gap.started_at == lost_at
    assert await open_gaps(at) == []
    [closed] = await at.core.store.read(lambda tx: tx.coverage.gaps(TRACK))
    assert closed.ended_at == at.clock()


async def test_a_moment_without_a_socket_is_no_gap(at: AtDoor) -> None:
    pauses = Pauses()
    sight = a_sight(at, pauses)

    sight.closed()
    await asyncio.sleep(0)
    sight.opened()
    await until_noted(sight)
    pauses.over.set()

    assert await at.core.store.read(lambda tx: tx.coverage.gaps(TRACK)) == []
    await sight.close()


async def test_a_gap_that_the_database_does_not_take_is_noted_later(at: AtDoor) -> None:
    pauses = Pauses()
    pauses.over.set()
    sight, write, tries = a_sight(at, pauses), at.core.store.write, list[int]()

    async def refused(_unit: object) -> object:
        tries.append(1)
        if len(tries) == 3:
            at.core.store.write = write  # type: ignore[method-assign]
        raise StoreUnavailable

    at.core.store.write = refused  # type: ignore[method-assign,assignment]
    sight.closed()
    await until_noted(sight)

    assert len(tries) == 3
    assert len(await open_gaps(at)) == 1
