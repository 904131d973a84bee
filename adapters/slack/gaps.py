"""What Slack says it did not tell becomes a gap in coverage, whose history is then read."""

from datetime import timedelta

from adapters.slack.receiving import Missed
from adapters.slack.renumbered import renumber
from bot.core import Core
from bot.ids import ChannelRef
from bot.inbox.coverage import RECONCILE_BELL, note_blind
from bot.ports import Transaction
from bot.records.gaps import Blindness, Gap

A_MINUTE = timedelta(minutes=1)
"""Slack says once a minute that it sends no more."""


class Gaps:
    """Keeps what was missed, for the reconciler to read."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def missed(self, missed: Missed) -> None:
        """Returns once the gap is durable. Raises StoreUnavailable."""
        channel, since = missed.channel, missed.since
        if channel is None:
            workspace, why = missed.workspace, Blindness.RATE_LIMITED
            await note_blind(self._core, workspace, why, since=since, until=since + A_MINUTE)
            return
        await self._core.store.write(lambda tx: _note(tx, channel, missed))
        await self._core.bell.ring(RECONCILE_BELL)


def _note(tx: Transaction, channel: ChannelRef, missed: Missed) -> None:
    if missed.formerly is not None:
        renumber(tx, missed.formerly, channel)
    known = tx.registry.channel(channel)
    if known is not None and known.state.is_read:
        why = Blindness.OUTAGE if missed.until is None else Blindness.PAST
        tx.coverage.open(Gap(channel=channel, why=why, started_at=missed.since, ended_at=missed.until or tx.now))
