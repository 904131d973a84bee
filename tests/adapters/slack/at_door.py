"""Slack's door on a real server, with the core behind it, a clock of its own, and Larkfield on the register."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.http import make_app
from adapters.slack.app import ROUTE, Ack, Door
from adapters.slack.content import Payload
from adapters.slack.departures import Departures
from adapters.slack.receiving import Missed, Receiver
from adapters.slack.signing import Signing
from adapters.storage import open_store
from bot.core import Core
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.ports import Store, Transaction
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from tests.district import TESTING, District, a_core
from tests.fakes import FakeClock, FakePlatform
from tests.standins.slack_sender import SECRET, SlackSender

LARKFIELD = WorkspaceId("slack:T0LARKFLD")
TRACK = ChannelRef(LARKFIELD, ChannelId("C0TRACK01"))
COACH, PRINCIPAL, EMEKA, IKER = (
    PersonRef(LARKFIELD, PersonId(id_)) for id_ in ("U0COACH01", "U0PRINC01", "U0EMEKA01", "U0IKER0001")
)
BREACH = "this is a plainword"
NOON = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@dataclass
class Desk:
    """Keeps what people did in Slack; answers what a test wants."""

    calls: list[tuple[str, Payload]] = field(default_factory=list)
    answer: Ack = None

    async def _take(self, what: str, payload: Payload) -> Ack:
        self.calls.append((what, payload))
        return self.answer

    async def command(self, form: Payload) -> Ack:
        return await self._take("command", form)

    async def action(self, payload: Payload) -> Ack:
        return await self._take("action", payload)

    async def shortcut(self, payload: Payload) -> Ack:
        return await self._take("shortcut", payload)

    async def view(self, payload: Payload) -> Ack:
        return await self._take("view", payload)

    async def home_opened(self, body: Payload) -> None:
        await self._take("home", body)


@dataclass
class Gaps:
    """Keeps what has to be read anew."""

    found: list[Missed] = field(default_factory=list)

    async def missed(self, missed: Missed) -> None:
        self.found.append(missed)


@dataclass
class AtDoor:
    """What a test does at the door, and what it then sees."""

    district: District
    slack: SlackSender
    door: Door
    desk: Desk
    gaps: Gaps
    clock: FakeClock

    @property
    def core(self) -> Core:
        return self.district.core

    async def settle(self) -> None:
        await self.district.settle()

    async def alerts(self) -> dict[PersonRef, int]:
        """How many cards about incidents each person was shown."""
        found: dict[PersonRef, int] = {}
        for to, topic in self.district.platform.cards:
            if topic.kind.value == "incident":
                found[to] = found.get(to, 0) + 1
        return found


def seed(tx: Transaction) -> None:
    """Larkfield's people and its track team."""
    principal = Person(ref=PRINCIPAL, name="Prim Principal", role=Role.STAFF)
    for person in (
        principal,
        Person(ref=COACH, name="Robin Lindqvist", role=Role.STAFF, supervisor=PRINCIPAL),
        Person(ref=EMEKA, name="Emeka Obi", role=Role.STUDENT),
        Person(ref=IKER, name="Iker Zubiri", role=Role.STUDENT),
    ):
        tx.registry.save_person(person)
    tx.registry.save_channel(
        Channel(
            ref=TRACK, name="track", kind=ChannelKind.TEAM, pack=TESTING, state=ChannelState.APPROVED, owner=COACH,
            supervisor=PRINCIPAL,
        )
    )  # fmt: skip


def make_door(core: Core, clock: FakeClock, desk: Desk, gaps: Gaps) -> Door:
    signing = Signing(SECRET, lambda: clock().timestamp())
    return Door(Receiver(core, Intake(core), gaps), desk, signing, Departures(core))


_FURNISHED: list[bytes] = []


async def _furnished_file() -> bytes:
    """A database file with Larkfield in it, made once: each test starts from a copy."""
    if not _FURNISHED:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chaperone.db"
            store = await open_store(f"sqlite:///{path}", FakeClock(NOON))
            await store.write(seed)
            await store.close()
            _FURNISHED.append(path.read_bytes())
    return _FURNISHED[0]


@asynccontextmanager
async def at_door(folder: Path) -> AsyncIterator[AtDoor]:
    """Opens the door over a fresh database."""
    clock = FakeClock(NOON + timedelta(seconds=5))
    (folder / "chaperone.db").write_bytes(await _furnished_file())
    store: Store = await open_store(f"sqlite:///{folder / 'chaperone.db'}", clock)
    core = a_core(store, FakePlatform(), pack=TESTING)
    desk, gaps = Desk(), Gaps()
    door = make_door(core, clock, desk, gaps)
    app = make_app(core)
    app.add_routes([web.post(ROUTE, door.handle)])
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        async with ClientSession() as session:
            url = str(server.make_url(ROUTE))
            slack = SlackSender(
                session, url, lambda: clock().timestamp(), wait=lambda seconds: clock.pass_(seconds=seconds)
            )
            yield AtDoor(District(core, core.platforms(LARKFIELD)), slack, door, desk, gaps, clock)  # type: ignore[arg-type]
    finally:
        await server.close()
        await store.close()


def said(payload: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The payload of a post with other words."""
    event = {**payload["event"], "text": text}
    event.pop("blocks", None)
    return {**payload, "event": event}
