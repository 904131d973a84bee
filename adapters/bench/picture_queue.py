"""Whether messages wait for pictures: a hundred of them queued for the one process that looks, text messages beside."""

import asyncio
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from adapters.bench.flyers import drawn
from adapters.keys import MasterKeys
from adapters.pictures.limits import Limits
from adapters.pictures.sight import ProcessSight
from adapters.storage import open_store
from adapters.wakeup.local import LocalBell
from bot.cards import Card
from bot.core import Core, Shelf
from bot.events import Content, Posted
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.moderate import inbox_worker
from bot.people.alerts import OUTBOX_BELL
from bot.ports import Ability, Platform, Transaction
from bot.ports.pictures import Seen, Sight
from bot.records.accounts import Account
from bot.records.deliveries import Topic
from bot.records.registry import Channel, ChannelState, Person
from bot.workers.delivery import outbox_worker
from bot.workers.duty_worker import duties_worker, looks_worker
from policy.message import Attachment, AttachmentKind, ChannelKind, Role
from policy.pack import Pack

Row = tuple[str, float, str]
PICTURES = 100
TURNS, MESSAGES = 10, 20
"""So many turns, and messages in each."""
PAUSE_SECONDS = 0.03
"""Between two messages: a busy channel, and no burst."""

CHANNEL = ChannelRef(WorkspaceId("bench:pictures"), ChannelId("track"))
COACH, STUDENT = CHANNEL.person(PersonId("coach")), CHANNEL.person(PersonId("student"))


class _Gallery:
    """As much of a platform as is asked for here: it has one picture in every message and shows cards to nobody."""

    def __init__(self, picture: bytes) -> None:
        self._picture = picture

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Takes the card."""
        del card, shown, notify
        return f"{to.person}/{topic}"

    def link_to(self, message: MessageRef) -> str:
        """None."""
        del message
        return ""

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """Reading files alone."""
        del workspace
        return frozenset({Ability.READ_FILES})

    async def account(self, person: PersonRef) -> Account | None:
        """None: whoever posts is on the register."""
        del person
        return None

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """The picture."""
        del message, attachment, at_most
        return self._picture


class _Turns:
    """The real sight, which begins with a picture only while it is its turn."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._turn = asyncio.Event()
        self._one = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()
        self.looked = 0

    async def look(self, content: bytes, *, name: str) -> Seen:
        """Waits for the turn, then looks."""
        async with self._one:
            await self._turn.wait()
            self._idle.clear()
            try:
                return await self._sight.look(content, name=name)
            finally:
                self.looked += 1
                self._idle.set()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Its turn. It has no picture in hand when this is over."""
        self._turn.set()
        yield
        self._turn.clear()
        await self._idle.wait()

    def hurry(self) -> None:
        """What is waiting for its turn need not wait any more: all is over."""
        self._turn.set()

    async def close(self) -> None:
        """Ends the process."""
        await self._sight.close()


class _ToldBell(LocalBell):
    """Tells whoever waits for a verdict that one was written: the outbox is rung after each."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    async def ring(self, name: str) -> None:
        """Rings, and tells."""
        await super().ring(name)
        if name == OUTBOX_BELL:
            self.written.set()


@dataclass(frozen=True, slots=True)
class _House:
    core: Core
    bell: _ToldBell
    sight: _Turns
    intake: Intake

    async def post(self, name: str, content: Content) -> MessageRef:
        """Receives a message of the student's."""
        message = MessageRef(CHANNEL.workspace, CHANNEL.channel, MessageId(name))
        now = await self.core.store.read(lambda tx: tx.now)
        await self.intake.receive(Posted(message=message, author=STUDENT.person, at=now, content=content))
        return message

    async def judged(self, message: MessageRef) -> None:
        """Returns once the message's verdict is durable."""
        while True:
            self.bell.written.clear()
            if await self.core.store.read(lambda tx: tx.messages.get(message)) is not None:
                return
            await self.bell.written.wait()


def queue_rows(texts: Sequence[str], pack: Pack) -> Sequence[Row]:
    """Name, figure, unit: how long a text message takes from the door to its verdict, with a hundred pictures queued
    and without."""
    return asyncio.run(_measured(texts, pack))


async def _measured(texts: Sequence[str], pack: Pack) -> Sequence[Row]:
    """Two houses, one with pictures and one without, take turns: whatever else this machine does slows both down."""
    picture = drawn("Bake sale on Friday at noon\nBring a friend", random.Random(6)).content  # noqa: S311 - guards nothing
    attached = Content(text="", attachments=(Attachment(AttachmentKind.PICTURE, name="flyer.jpg", id="F1"),))
    async with _house(picture, pack) as without, _house(picture, pack) as house:
        for posted in [await house.post(f"picture-{number}", attached) for number in range(PICTURES)]:
            await house.judged(posted)
        await _times(without, texts, "warm")
        alone, beside = list[float](), list[float]()
        for turn in range(TURNS):
            alone += await _times(without, texts, f"alone-{turn}")
            async with house.sight.at_work():
                beside += await _times(house, texts, f"beside-{turn}")
        return list(_rows(alone, beside, house.sight.looked))


def _rows(alone: Sequence[float], beside: Sequence[float], looked: int) -> Iterator[Row]:
    what = "a text message, from the door to its verdict"
    p99 = statistics.quantiles(alone, n=100)[98], statistics.quantiles(beside, n=100)[98]
    yield f"{what}, p99", p99[0] * 1e3, "ms"
    yield f"the same with {PICTURES} pictures queued, p99", p99[1] * 1e3, "ms"
    yield "ratio of the two", p99[1] / p99[0], "times"
    yield "ratio of the medians", statistics.median(beside) / statistics.median(alone), "times"
    yield f"pictures of the {PICTURES} that were looked at meanwhile", looked, ""


async def _times(house: _House, texts: Sequence[str], name: str) -> list[float]:
    """The seconds that each of the messages took, one after another."""
    times = []
    for number in range(MESSAGES):
        started = time.perf_counter()
        await house.judged(await house.post(f"{name}-{number}", Content(text=texts[number % len(texts)])))
        times.append(time.perf_counter() - started)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


@asynccontextmanager
async def _house(picture: bytes, pack: Pack) -> AsyncIterator[_House]:
    """The workers of a house at work on a database of its own, with the real process that looks at pictures."""
    with tempfile.TemporaryDirectory(prefix="chaperone-bench-") as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        await store.write(lambda tx: _seed(tx, pack))
        gallery, bell = _Gallery(picture), _ToldBell()
        sight = _Turns(ProcessSight(Limits(soft_seconds=60, seconds=120)))
        core = Core(
            store=store,
            bell=bell,
            keys=MasterKeys(secrets.token_bytes(32)),
            shelf=Shelf(lambda: {pack.id: pack}),
            platforms=lambda _workspace: cast("Platform", gallery),
            default_pack=pack.id,
            sight=sight,
        )
        parts = [make(core, "bench") for make in (inbox_worker, outbox_worker, duties_worker, looks_worker)]
        tasks = [asyncio.create_task(part.run()) for part in parts]
        yield _House(core, bell, sight, Intake(core))
        sight.hurry()
        for part in parts:
            await part.stop()
        await asyncio.gather(*tasks)
        await sight.close()
        await store.close()


def _seed(tx: Transaction, pack: Pack) -> None:
    for ref, role in ((COACH, Role.STAFF), (STUDENT, Role.STUDENT)):
        tx.registry.save_person(Person(ref=ref, name=ref.person, role=role))
    tx.registry.save_channel(
        Channel(
            ref=CHANNEL,
            name=CHANNEL.channel,
            kind=ChannelKind.TEAM,
            pack=pack.id,
            state=ChannelState.APPROVED,
            owner=COACH,
        )
    )
