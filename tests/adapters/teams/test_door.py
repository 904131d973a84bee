"""Over the wire: what is let in is kept before Teams hears so, what is not is refused, and our token stays at home."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.storage.tables import inbox
from adapters.teams import conversations
from bot.errors import StoreUnavailable
from bot.ids import MessageId, MessageRef
from bot.ports import Transaction
from bot.records.incidents import incident_id
from tests.adapters.teams.opening import Connected, connected
from tests.adapters.teams.test_auth import forged
from tests.adapters.teams.test_events import EXPECTED, recorded
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.standins.teams_connector import BOT

BREACH = "chaperone canary drill"
STAGE = CAST.club.channel


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as made:
        await made.house.core.store.write(furnish)
        for person in PEOPLE:
            made.teams.enrol(person.ref.person)
        yield made


async def accepted(open_: Connected) -> int:
    """How many events were ever accepted."""

    def unit(tx: Transaction) -> int:
        found = conversations.connection_of(tx).execute(inbox.select()).all()
        return len(found)

    return await open_.house.core.store.read(unit)


async def test_forgeries_are_refused_and_leave_nothing(open_: Connected) -> None:
    activity = open_.said(BREACH, "emeka", STAGE)
    answers = {name: (await open_.arrives(activity, token=token))[0] for name, token in forged(open_.identity).items()}
    async with open_.session.post("/api/messages", json=activity) as without:
        answers["nothing at all"] = without.status

    assert len(answers) == 19
    # One longer than a server's header lines may be does not even get as far as the check.
    assert {status for name, status in answers.items() if name not in ("too long", "deep nesting")} == {401}
    assert answers["too long"] == 400
    assert await accepted(open_) == 0
    assert open_.teams.calls == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"message"', 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"{}", 401),
        (b'{"type": 7, "channelData": "x", "conversation": [], "from": null}', 401),
        (b"{" + b" " * 1024 * 1024, 413),
    ],
)
async def test_what_is_no_activity_is_refused(open_: Connected, body: bytes, status: int) -> None:
    async with open_.session.post("/api/messages", data=io.BytesIO(body)) as response:
        assert response.status == status


@pytest.mark.parametrize(
    "shape", [{}, {"from": "x"}, {"timestamp": "soon"}, {"channelData": 7}, {"conversation": "19:x"}]
)
async def test_odd_shapes_that_microsoft_signed_are_no_error(open_: Connected, shape: dict[str, Any]) -> None:
    whole = open_.said(BREACH, "emeka", STAGE) | shape

    status, _ = await open_.arrives(whole)

    assert status in (200, 403)


async def test_every_recorded_activity_is_taken(open_: Connected) -> None:
    statuses = {}
    for name in EXPECTED:
        activity = recorded(name) | {"serviceUrl": open_.teams.service_url}
        statuses[name], _ = await open_.arrives(activity)
    await open_.settled()

    assert {name: status for name, status in statuses.items() if status != 200} == {}
    assert len(statuses) == len(EXPECTED)


async def test_a_message_is_durable_before_teams_hears_that_we_have_it(
    open_: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_unit: object) -> None:
        raise StoreUnavailable

    activity = open_.said(BREACH, "emeka", STAGE)
    with monkeypatch.context() as broken:
        broken.setattr(open_.house.core.store, "write", full)
        assert (await open_.arrives(activity))[0] == 503

    assert (await open_.arrives(activity))[0] == 200
    assert await accepted(open_) == 1
    assert (await open_.arrives(activity))[0] == 200
    assert await accepted(open_) == 1, "the same again changes nothing"


async def test_an_edit_may_come_before_its_post(open_: Connected) -> None:
    post = open_.said("practice is at four", "emeka", STAGE)
    edit = post | {
        "type": "messageUpdate",
        "text": BREACH,
        "timestamp": open_.activity("x", "emeka")["timestamp"],
        "channelData": post["channelData"] | {"eventType": "editMessage"},
    }

    assert (await open_.arrives(edit))[0] == 200
    await open_.settled()
    assert (await open_.arrives(post))[0] == 200
    await open_.settled()

    ref = MessageRef(CAST.club.workspace, STAGE, MessageId(post["id"]))
    state = await open_.house.core.store.read(lambda tx: tx.messages.get(ref))
    assert state is not None
    assert state.newest_revision > 0
    assert await open_.house.core.store.read(lambda tx: tx.messages.is_clean(ref, 0))
    assert len(open_.teams.seen_by("pearl")) == 1


async def test_a_message_of_a_channel_that_nobody_sponsors_is_not_stored_for_a_moment(open_: Connected) -> None:
    assert (await open_.arrives(open_.said(BREACH, "emeka", CAST.unsponsored.channel)))[0] == 200
    assert await accepted(open_) == 0

    assert (await open_.arrives(open_.said(BREACH, "emeka", STAGE)))[0] == 200
    assert await accepted(open_) == 1


async def test_a_signed_activity_with_a_foreign_address_brings_nothing_out(open_: Connected) -> None:
    """The message is genuine, so it is judged; but no call goes to the address that it names."""
    called: list[str] = []

    async def note(request: web.Request) -> web.Response:
        called.append(request.path)
        return web.json_response({"id": "1"})

    elsewhere = web.Application()
    elsewhere.router.add_route("*", "/{path:.*}", note)
    server = TestServer(elsewhere, host="127.0.0.1")
    await server.start_server()
    foreign = str(server.make_url("/"))
    button = {"verb": "command.run", "data": {"act": "command.run", "subject": "||rules"}}
    assert (await open_.arrives(open_.said("see you", "emeka", STAGE)))[0] == 200
    for activity in (
        open_.said("help", "pearl"),
        open_.said("help", "pearl", STAGE, recipient={"id": BOT, "isTargeted": True}),
        open_.said(BREACH, "emeka", STAGE),
        open_.pressed(button, "pearl"),
    ):
        assert (await open_.arrives(activity | {"serviceUrl": foreign}))[0] == 200
    await open_.settled()
    await asyncio.sleep(0.1)

    assert called == []
    kept = await open_.house.core.store.read(lambda tx: conversations.place_of_person(tx, CAST.owner))
    assert kept is None or kept.service_url != foreign
    assert await accepted(open_) == 2
    assert len(open_.teams.seen_by("pearl")) == 2, "the alert and the button's answer take the way we know"
    await server.close()


async def test_a_teams_that_does_not_say_who_somebody_is_holds_up_no_judgement(open_: Connected) -> None:
    open_.teams.delay_seconds = 8
    activity = open_.said(BREACH, "newcomer", STAGE)
    ref = MessageRef(CAST.club.workspace, CAST.club.channel, MessageId(activity["id"]))

    assert (await open_.arrives(activity))[0] == 200
    async with asyncio.timeout(7):
        while await open_.house.core.store.read(lambda tx: tx.incidents.get(incident_id(ref))) is None:
            await asyncio.sleep(0.02)

    open_.teams.delay_seconds = 0
    waiting = await open_.house.core.store.read(lambda tx: tx.duties.counts())
    assert waiting.waiting + waiting.leased >= 1, "who it was is asked again"
