"""Pictures that wait to be looked at hold up nothing else: neither messages nor what else is due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.wakeup.local import LocalBell
from bot.events import Content
from bot.inbox.intake import Intake
from bot.moderate import inbox_worker
from bot.ports import Transaction
from bot.ports.pictures import Seen
from bot.records.duties import DUTIES_BELL
from bot.records.incidents import incident_id
from bot.workers.delivery import outbox_worker
from bot.workers.duty_worker import LOOKS_AT_ONCE, duties_worker, looks_worker
from policy.message import Attachment, AttachmentKind
from tests.bot.photos.at_photos import AtPhotos, people
from tests.district import OTHER, STUDENT, District, a_post

PICTURES = 100
TEXTS = 20
BREACH = "chaperone canary drill"


class ToldBell(LocalBell):
    """A bell that tells a test of each ring: whoever waits for something to happen looks again then."""

    def __init__(self) -> None:
        super().__init__()
        self.rings = asyncio.Condition()

    async def ring(self, name: str) -> None:
        """Rings, and tells."""
        await super().ring(name)
        async with self.rings:
            self.rings.notify_all()


class GatedSight:
    """Looks at nothing until the gate opens, and counts how many wait in front of it."""

    def __init__(self, bell: ToldBell) -> None:
        self.bell = bell
        self.gate = asyncio.Event()
        self.waiting = 0
        self.most_waiting = 0
        self.done = 0

    async def look(self, content: bytes, *, name: str) -> Seen:
        """A face, once the gate is open."""
        assert content
        assert name
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        await self.bell.ring("sight")
        await self.gate.wait()
        self.waiting -= 1
        self.done += 1
        return people()

    async def close(self) -> None:
        return


async def test_a_hundred_pictures_that_wait_hold_up_neither_messages_nor_other_duties(photos: AtPhotos) -> None:
    unanswered = await photos.post(people(), by=OTHER, message="before")
    bell = ToldBell()
    sight = GatedSight(bell)
    core = replace(photos.district.core, sight=sight, bell=bell)
    at_work = replace(photos, desk=replace(photos.desk, district=District(core, photos.district.platform)))
    async with _working(at_work):
        for number in range(PICTURES):
            await _picture(at_work, f"p{number}")
        await _until(at_work, lambda tx: tx.messages.counts()["checked"] == PICTURES + 1)
        await _until(at_work, lambda _: sight.waiting == LOOKS_AT_ONCE)

        for number in range(TEXTS):
            event = a_post(BREACH, at=photos.desk.clock.now, by=STUDENT, message=f"t{number}")
            await Intake(core).receive(event)
        await _until(at_work, lambda tx: tx.messages.counts()["checked"] == PICTURES + 1 + TEXTS)
        photos.desk.clock.pass_(days=2)  # whoever posted the first picture has not answered in time
        await bell.ring(DUTIES_BELL)
        await _until(at_work, lambda tx: tx.incidents.get(incident_id(unanswered)) is not None)

        assert sight.done == 0
        assert sight.most_waiting == LOOKS_AT_ONCE
        assert (await at_work.district.read(lambda tx: tx.duties.counts())).waiting >= PICTURES - LOOKS_AT_ONCE
        sight.gate.set()
        await _until(at_work, lambda _: sight.done == PICTURES)


async def _picture(photos: AtPhotos, name: str) -> None:
    event = a_post("", at=photos.desk.clock.now, by=STUDENT, message=name)
    photos.district.platform.files[event.message, name] = b"picture"
    picture = Attachment(AttachmentKind.PICTURE, name="meet.jpg", id=name)
    await Intake(photos.district.core).receive(replace(event, content=Content(text="", attachments=(picture,))))


@asynccontextmanager
async def _working(photos: AtPhotos) -> AsyncIterator[None]:
    """All workers of a house at work, as wiring starts them."""
    core = photos.district.core
    parts = [make(core, "test") for make in (inbox_worker, outbox_worker, duties_worker, looks_worker)]
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(part.run())
        yield
        for part in parts:
            await part.stop()


async def _until(photos: AtPhotos, is_so: Callable[[Transaction], bool]) -> None:
    """Returns once it is so; looks whenever a bell rings."""
    bell = photos.district.core.bell
    assert isinstance(bell, ToldBell)
    while True:
        async with bell.rings:
            if await photos.district.read(is_so):
                return
            await bell.rings.wait()
