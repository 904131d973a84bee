"""An invented district for tests: a principal, a coach, students, a parent, an operator, and a club channel."""

import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from adapters.keys import MasterKeys
from adapters.storage import open_store
from bot.core import Core, Limits, Shelf
from bot.errors import StaleLease
from bot.events import Content, Deleted, Edited, Event, Posted
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.moderate import handle
from bot.ports import Bell, Store, Transaction
from bot.records.registry import Channel, ChannelState, Person
from bot.workers.delivery import deliver
from bot.workers.duty_worker import do
from policy import load_packs
from policy.message import ChannelKind, Role
from policy.model.opinion import Model
from policy.pack import Pack
from policy.verdict import PackId
from tests.fakes import FakeClock, FakePlatform, SilentBell

WORKSPACE = WorkspaceId("fake:larkfield")
CLUB = ChannelRef(WORKSPACE, ChannelId("chess"))
CREC = PackId("crec")
TESTING = PackId("testing")
T = TypeVar("T")


def ref(name: str) -> PersonRef:
    return PersonRef(WORKSPACE, PersonId(name))


DIRECTOR, PRINCIPAL, COACH, STUDENT, OTHER, PARENT, OPERATOR = (
    ref(name) for name in ("director", "principal", "coach", "student", "other", "parent", "operator")
)

PEOPLE = (
    Person(ref=DIRECTOR, name="Ola Director", role=Role.STAFF, title="Activities director"),
    Person(ref=PRINCIPAL, name="Prim Principal", role=Role.STAFF, title="Principal", supervisor=DIRECTOR),
    Person(ref=COACH, name="Cody Coach", role=Role.STAFF, title="Chess coach", supervisor=PRINCIPAL),
    Person(ref=STUDENT, name="Stu Student", role=Role.STUDENT),
    Person(ref=OTHER, name="Otis Other", role=Role.STUDENT),
    Person(ref=PARENT, name="Pat Parent", role=Role.PARENT),
    Person(ref=OPERATOR, name="Ida Operator", role=Role.STAFF, title="IT", supervisor=DIRECTOR, is_operator=True),
)
CHESS = Channel(
    ref=CLUB,
    name="chess",
    kind=ChannelKind.CLUB,
    pack=CREC,
    state=ChannelState.APPROVED,
    owner=COACH,
    supervisor=PRINCIPAL,
)


@cache
def shipped() -> Mapping[PackId, Pack]:
    """The packs that are shipped; their cases are tried elsewhere. Read once for all tests."""
    return load_packs(check_cases=False)


def judging_with(model: Model | None, packs: Mapping[PackId, Pack] | None = None) -> Mapping[PackId, Pack]:
    """These packs, or the shipped ones, whose judge asks the model too."""
    return {name: pack.with_model(model) for name, pack in (packs or shipped()).items()}


@cache
def testing() -> Mapping[PackId, Pack]:
    """The pack `testing`: a rule of one word for each severity, so that no test of the core hangs on what a real rule
    finds. Read once for all tests."""
    return load_packs(home=Path(__file__).parent / "policy_home")


def seed(tx: Transaction, pack: PackId = CREC) -> None:
    """Puts the district on the register, its club under this pack."""
    for person in PEOPLE:
        tx.registry.save_person(person)
    tx.registry.save_channel(replace(CHESS, pack=pack))
    for person in PEOPLE:
        tx.registry.join(CLUB, person.ref, by=COACH, at=tx.now)


_FURNISHED: dict[PackId, bytes] = {}


async def furnished_file(pack: PackId) -> bytes:
    """A database file with the district in it, made once: each test starts from a copy."""
    if pack not in _FURNISHED:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chaperone.db"
            store = await open_store(f"sqlite:///{path}", FakeClock())
            await store.write(lambda tx: seed(tx, pack))
            await store.close()
            _FURNISHED[pack] = path.read_bytes()
    return _FURNISHED[pack]


def a_core(
    store: Store,
    platform: FakePlatform,
    *,
    pack: PackId = CREC,
    keys: MasterKeys | None = None,
    bell: Bell | None = None,
) -> Core:
    """The core over this store, with a fake platform and limits that make no test wait."""
    return Core(
        store=store,
        bell=bell or SilentBell(),
        keys=keys or MasterKeys(secrets.token_bytes(32)),
        shelf=Shelf(testing if pack == TESTING else shipped),
        platforms=lambda _: platform,
        default_pack=pack,
        limits=Limits(attempts=3, first_retry=timedelta(seconds=1)),
    )


@dataclass(slots=True)
class District:
    """The core at work, driven by hand: `settle` works everything through that is due."""

    core: Core
    platform: FakePlatform

    async def post(
        self,
        text: str,
        *,
        by: PersonRef = STUDENT,
        message: str = "m1",
        channel: ChannelRef = CLUB,
        thread: str = "",
    ) -> MessageRef:
        """Posts and settles; returns the message."""
        event = a_post(text, by=by, message=message, at=await self.now(), channel=channel, thread=thread)
        await self.take(event)
        return event.message

    async def edit(self, message: MessageRef, text: str, *, revision: int = 1, by: PersonRef = STUDENT) -> None:
        """Changes the message and settles."""
        at = await self.now()
        content = Content(text=text)
        await self.take(Edited(message=message, author=by.person, at=at, content=content, revision=revision))

    async def delete(self, message: MessageRef, *, by: PersonRef = STUDENT) -> None:
        """Deletes the message and settles."""
        await self.take(Deleted(message=message, at=await self.now(), by=by.person))

    async def take(self, event: Event) -> bool:
        """Receives an event and settles; False where it had come before."""
        is_new = await Intake(self.core).receive(event)
        await self.settle()
        return is_new

    async def settle(self) -> None:
        """Works inbox, duties and outbox until nothing is due."""
        lease = self.core.limits.lease
        while True:
            items = await self.core.store.write(lambda tx: tx.inbox.claim("test", limit=10, lease=lease))
            for item in items:
                await handle(self.core, item)
            duties = await self.core.store.write(lambda tx: tx.duties.claim("test", limit=10, lease=lease))
            for duty in duties:
                with suppress(StaleLease):  # set anew by the one before: the worker takes it again, too
                    await do(self.core, duty)
            owed = await self.core.store.write(lambda tx: tx.outbox.claim("test", limit=10, lease=lease))
            for delivery in owed:
                await deliver(self.core, delivery)
            if not items and not duties and not owed:
                return

    async def now(self) -> datetime:
        return await self.read(lambda tx: tx.now)

    async def read(self, unit: Callable[[Transaction], T]) -> T:
        return await self.core.store.read(unit)


def a_post(
    text: str,
    *,
    at: datetime,
    by: PersonRef = STUDENT,
    message: str = "m1",
    channel: ChannelRef = CLUB,
    thread: str = "",
) -> Posted:
    """A posted event."""
    return Posted(
        message=MessageRef(channel.workspace, channel.channel, MessageId(message)),
        author=by.person,
        at=at,
        content=Content(text=text),
        thread=MessageId(thread) if thread else None,
    )
