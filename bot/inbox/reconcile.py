"""Reads the platforms' history from where Chaperone last looked: what had not come is judged, what is gone is noted."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.core import Core
from bot.errors import PlatformBusy, StoreUnavailable, Unable, Undeliverable
from bot.events import Deleted, Edited, Event, Posted, Restored, revision_at
from bot.ids import ChannelRef, MessageId, MessageRef
from bot.inbox.coverage import RECONCILE_BELL, RECOVERED, beat, can_read_back, tell
from bot.inbox.intake import Intake
from bot.ports import MessageState, Transaction
from bot.records.gaps import Blindness, Gap
from bot.records.registry import Channel
from policy.message import Role

log = structlog.get_logger()

BEAT_EVERY = timedelta(seconds=30)
LOOK_EVERY = timedelta(seconds=30)
READ_EVERY = timedelta(hours=6)
"""How long a channel's history stays unread although all seems well."""
READ_BLIND_EVERY = timedelta(minutes=5)
"""How often it is read while a platform sends nothing by itself."""
TRY_AGAIN = timedelta(minutes=15)
OVERLAP = timedelta(hours=1)
OVERLAP_AFTER_GAP = timedelta(hours=24)
"""How far before the mark the reading begins, so that edits of and deletions among what was known are found."""
LONGEST_BACK = timedelta(days=30)
IN_FLIGHT = timedelta(minutes=2)
"""What was said so lately may still be on its way, or not yet in the history: it is neither lost nor gone."""
AHEAD = timedelta(hours=1)
BATCH = 50
MOST_WAITING = 200
"""Events in the inbox above which the reading waits, so that what is said now is judged now."""
LEASE = timedelta(minutes=5)

Wait = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One channel's history to read: everything after `since`. `seen_from` is from when on something unknown in it was
    missed by us rather than never meant for us."""

    channel: Channel
    since: datetime
    seen_from: datetime
    began: datetime
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Found:
    """What one reading came upon: all messages that the history shows, and the events that had not come."""

    shown: set[MessageId] = field(default_factory=set)
    last: datetime | None = None
    new: list[datetime] = field(default_factory=list)


class Reconciler:
    """Keeps the heartbeat and reads histories, the riskiest channels first, until stopped. Several processes may: a
    channel is read by one at a time. Killed at any moment, it goes on with the channels that it had not finished; what
    is read twice is accepted once."""

    def __init__(self, core: Core, *, wait: Wait | None = None) -> None:
        self._core = core
        self._intake = Intake(core)
        self._stopped = asyncio.Event()
        self._wait = wait or self._pause
        self._not_before: dict[ChannelRef, datetime] = {}

    async def run(self) -> None:
        """Works until `stop`."""
        await asyncio.gather(self._beating(), self._reading())

    async def stop(self) -> None:
        self._stopped.set()
        await self._core.bell.ring(RECONCILE_BELL)

    async def _beating(self) -> None:
        while not self._stopped.is_set():
            try:
                if await self._core.store.write(beat):
                    await self._core.bell.ring(RECONCILE_BELL)
            except StoreUnavailable as error:
                log.error("reconcile.store_unavailable", error=type(error).__name__)
            await self._pause(BEAT_EVERY.total_seconds())

    async def _reading(self) -> None:
        while not self._stopped.is_set():
            try:
                await self.round()
            except StoreUnavailable as error:
                log.error("reconcile.store_unavailable", error=type(error).__name__)
            await self._core.bell.wait(RECONCILE_BELL, at_most=LOOK_EVERY)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return

    async def round(self) -> int:
        """Reads every channel that is due; returns how many events had not come. One workspace's limits hold up no
        other."""
        due = await self._core.store.write(self._due)
        by_workspace: dict[str, list[Reading]] = {}
        for reading in due:
            by_workspace.setdefault(reading.channel.ref.workspace, []).append(reading)
        return sum(await asyncio.gather(*(self._all(readings) for readings in by_workspace.values())))

    async def _all(self, readings: Sequence[Reading]) -> int:
        found = 0
        for reading in readings:
            if self._stopped.is_set():
                break
            found += await self._guarded(reading)
        return found

    async def _guarded(self, reading: Reading) -> int:
        ref = reading.channel.ref
        if not await self._core.store.write(lambda tx: tx.coverage.take(ref, until=tx.now + LEASE)):
            return 0
        try:
            return await self._read(reading)
        except StoreUnavailable:
            raise
        except (Unable, Undeliverable) as error:
            await self._core.store.write(lambda tx: _unreadable(tx, reading))
            self._failed(reading, error)
        except Exception as error:  # noqa: BLE001 - the edge: one channel's fault holds up no other
            self._failed(reading, error)
        finally:
            await self._core.store.write(lambda tx: tx.coverage.free(ref))
        return 0

    def _failed(self, reading: Reading, error: Exception) -> None:
        self._not_before[reading.channel.ref] = reading.began + TRY_AGAIN
        log.warning("reconcile.failed", channel=reading.channel.ref.channel, error=type(error).__name__)

    async def _read(self, reading: Reading) -> int:
        found = _Found()
        while not self._stopped.is_set():
            try:
                await self._read_on(reading, found)
            except PlatformBusy as busy:
                await self._hold(reading.channel.ref, timedelta(seconds=busy.wait_seconds))
                await self._wait(busy.wait_seconds)
            else:
                break
        if self._stopped.is_set():
            return 0
        await self._core.store.write(lambda tx: self._finish(tx, reading, found))
        await self._intake.ring()
        if found.new:
            log.info("reconcile.recovered", channel=reading.channel.ref.channel, found=len(found.new))
        return len(found.new)

    async def _read_on(self, reading: Reading, found: _Found) -> None:
        """Takes the history from where the reading stands to its end."""
        ref = reading.channel.ref
        since = reading.since if found.last is None else found.last - timedelta(seconds=1)
        batch: list[Event] = []
        platform = self._core.platforms(ref.workspace)
        # What is changed while we read would not show if the reading ended at the moment that it began.
        async for event in platform.history(ref, since=since, until=reading.began + AHEAD):
            if self._stopped.is_set():
                return
            batch.append(event)
            if len(batch) >= BATCH:
                await self._accept(reading, batch, found)
                batch = []
        await self._accept(reading, batch, found)

    async def _accept(self, reading: Reading, batch: Sequence[Event], found: _Found) -> None:
        if not batch:
            return
        ref = reading.channel.ref
        while not self._stopped.is_set() and await self._is_behind():
            await self._intake.ring()
            await self._hold(ref, LEASE)
            await self._wait(0.5)

        def unit(tx: Transaction) -> list[Event]:
            events = (*batch, *_put_back(tx, batch, before=reading.began - IN_FLIGHT))
            return [event for event in events if self._intake.accept(tx, event)]

        new = await self._core.store.write(unit)
        for event in batch:
            message = getattr(event, "message", None)
            if isinstance(message, MessageRef):
                found.shown.add(message.message)
        found.last = max(event.at for event in batch)
        found.new += [event.at for event in new]
        if new:
            await self._intake.ring()

    async def _is_behind(self) -> bool:
        counts = await self._core.store.read(lambda tx: tx.inbox.counts())
        return counts.waiting + counts.leased > MOST_WAITING

    async def _hold(self, ref: ChannelRef, longer: timedelta) -> None:
        def unit(tx: Transaction) -> None:
            tx.coverage.free(ref)
            tx.coverage.take(ref, until=tx.now + longer + LEASE)

        await self._core.store.write(unit)

    def _due(self, tx: Transaction) -> list[Reading]:
        """The channels whose history is to be read now, the riskiest first."""
        marks, readings = tx.coverage.marks(), list[Reading]()
        gaps: dict[ChannelRef, list[Gap]] = {}
        for gap in tx.coverage.pending():
            gaps.setdefault(gap.channel, []).append(gap)
        for channel in tx.registry.channels():
            if not channel.is_read:
                continue
            if channel.ref not in marks:
                tx.coverage.set_mark(channel.ref, tx.now)
            mark = marks.get(channel.ref, tx.now)
            if self._is_due(tx, channel, mark, gaps.get(channel.ref, [])):
                readings.append(_reading(tx, channel, mark, gaps.get(channel.ref, [])))
        return _riskiest_first(tx, readings)

    def _is_due(self, tx: Transaction, channel: Channel, mark: datetime, gaps: list[Gap]) -> bool:
        if self._not_before.get(channel.ref, tx.now) > tx.now:
            return False
        if any(gap.why is Blindness.REMOVED and gap.ended_at is None for gap in gaps):
            return False
        if not can_read_back(self._core, channel.ref.workspace):
            return False
        is_ended = any(gap.ended_at is not None for gap in gaps)
        every = READ_BLIND_EVERY if gaps else READ_EVERY
        return is_ended or tx.now - mark >= every

    def _finish(self, tx: Transaction, reading: Reading, found: _Found) -> None:
        """The history was read to its end: what it no longer shows was deleted; gaps know what was found in them."""
        ref, upto = reading.channel.ref, reading.began - IN_FLIGHT
        known = tx.messages.said_in(ref, after=reading.since, until=upto)
        for state in known:
            is_told_of = state.thread is None or state.thread in found.shown
            if state.ref.message not in found.shown and is_told_of:
                gone = _gone(state, at=upto)
                if self._intake.accept(tx, gone):
                    found.new.append(upto)
        tx.coverage.set_mark(ref, reading.began)
        for gap in tx.coverage.close(ref, Blindness.UNREADABLE, at=reading.began):
            _recovered(tx, reading, gap, found.new)
        left = [at for at in found.new if reading.seen_from <= at <= upto]
        for gap in reading.gaps:
            present = tx.coverage.get(gap.id)
            if present is not None and gap.why is not Blindness.UNREADABLE:
                _recovered(tx, reading, present, found.new)
            left = [at for at in left if not _is_within(gap, at)]
        if left:
            since, until = min(left), max(left)
            lost = Gap(channel=ref, why=Blindness.LOST, started_at=since, ended_at=until, recovered_at=tx.now)
            tx.coverage.save(replace(lost, recovered=len(left)))


def _gone(state: MessageState, *, at: datetime) -> Deleted:
    """A deletion that nobody told us of; not the first one where the message was put back before."""
    return Deleted(message=state.ref, at=at, revision=None if state.restored_at is None else revision_at(at))


def _put_back(tx: Transaction, batch: Sequence[Event], *, before: datetime) -> Iterator[Restored]:
    """Those that we take for deleted since then, and that the history shows: nobody told us that they were put back."""
    for event in batch:
        if isinstance(event, Posted) or (isinstance(event, Edited) and not event.is_put_back):
            state = tx.messages.get(event.message)
            if state is not None and state.is_deleted and state.deleted_at is not None and state.deleted_at < before:
                yield Restored(message=event.message, at=before)


def _reading(tx: Transaction, channel: Channel, mark: datetime, gaps: list[Gap]) -> Reading:
    """From where to read: the mark or the first gap, with an overlap, but never from before the channel was sponsored
    and read, except where somebody asked for its past."""
    past = [gap.started_at for gap in gaps if gap.why is Blindness.PAST]
    blind = [gap.started_at for gap in gaps if gap.why is not Blindness.PAST]
    since = min([mark, *blind]) - (OVERLAP_AFTER_GAP if blind else OVERLAP)
    meant_for_us = max(channel.asked_at or since, tx.coverage.read_since(channel.ref) or since)
    since = max(since, tx.now - LONGEST_BACK, meant_for_us)
    return Reading(
        channel=channel,
        since=min([since, *past]),
        seen_from=since,
        began=tx.now,
        gaps=tuple(gaps),
    )


def _riskiest_first(tx: Transaction, readings: list[Reading]) -> list[Reading]:
    """Where something is under review, then where there are students, then what was not seen for longest. What
    somebody asked to have read of the past comes after what was missed."""
    if not readings:
        return []
    undecided = tx.incidents.undecided_in()
    students = {person.ref for person in tx.registry.people() if person.role is Role.STUDENT}

    def rank(reading: Reading) -> tuple[bool, bool, bool, datetime]:
        ref = reading.channel.ref
        is_past = any(gap.why is Blindness.PAST for gap in reading.gaps)
        has_students = any(person in students for person in tx.registry.members(ref))
        return (is_past, ref not in undecided, not has_students, reading.since)

    return sorted(readings, key=rank)


def _recovered(tx: Transaction, reading: Reading, gap: Gap, new: Sequence[datetime]) -> None:
    """Keeps what was found in the gap; one that is over is closed for good."""
    found = sum(_is_within(gap, at) for at in new)
    is_over = gap.ended_at is not None and gap.ended_at <= reading.began
    after = replace(gap, recovered=gap.recovered + found, recovered_at=tx.now if is_over else None)
    if after != gap:
        tx.coverage.save(after)
    if is_over:
        tell(tx, after, version=RECOVERED, notify=False)


def _is_within(gap: Gap, at: datetime) -> bool:
    return gap.started_at <= at and (gap.ended_at is None or at <= gap.ended_at)


def _unreadable(tx: Transaction, reading: Reading) -> None:
    """The platform does not let us into the channel: that is a gap until it does."""
    is_known = any(gap.ended_at is None for gap in tx.coverage.gaps(reading.channel.ref))
    if not is_known:
        tx.coverage.open(Gap(channel=reading.channel.ref, why=Blindness.UNREADABLE, started_at=reading.began))
