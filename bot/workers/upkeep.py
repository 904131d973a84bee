"""What must happen without anybody asking: forgetting words and people whose time is over, and finding people for
incidents that had none."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.core import Core
from bot.errors import StoreUnavailable
from bot.judging import casebook
from bot.people.alerts import OUTBOX_BELL
from bot.ports import Transaction

log = structlog.get_logger()

EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one round did."""

    purged: int
    routed: int
    forgotten: int


class Upkeep:
    """Runs a round of upkeep now and then, until stopped. Several processes may: each round is safe to repeat."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stopped = asyncio.Event()
        self._told_head = 0

    async def run(self) -> None:
        """Works until `stop`."""
        while not self._stopped.is_set():
            try:
                await self.round()
            except StoreUnavailable as error:
                log.error("upkeep.store_unavailable", error=type(error).__name__)
            try:
                await asyncio.wait_for(self._stopped.wait(), EVERY.total_seconds())
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopped.set()

    async def round(self) -> Done:
        """One round."""
        done = await self._core.store.write(lambda tx: _round(self._core, tx))
        head = await self._core.store.read(lambda tx: tx.journal.head())
        if done.routed:
            await self._core.bell.ring(OUTBOX_BELL)
        if head is not None and head.seq != self._told_head:
            self._told_head = head.seq
            # The head in the log is a copy outside the database: `chaperone records verify --head` compares with it.
            log.info("journal.head", seq=head.seq, hash=head.hash, purged=done.purged, routed=done.routed)
        return done


def _round(core: Core, tx: Transaction) -> Done:
    return Done(
        purged=tx.messages.purge_context(),
        routed=_route_again(tx),
        forgotten=tx.roster.forget(left_before=tx.now - core.limits.roster_kept),
    )


def _route_again(tx: Transaction) -> int:
    """Incidents that nobody was told of, now that the register may have been mended; returns how many found someone."""
    routed = 0
    for incident in tx.incidents.unrouted():
        channel = tx.registry.channel(incident.message.channel_ref)
        if channel is not None and casebook.route(tx, incident, channel):
            stored = replace(incident, version=incident.version + 1)
            tx.incidents.save(stored)
            casebook.owe_all(tx, stored, notify=True)
            routed += 1
    return routed
