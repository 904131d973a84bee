"""What Slack says it did not tell becomes a gap in coverage, whose history is then read."""

from datetime import timedelta

from adapters.slack.receiving import Missed
from bot.core import Core
from bot.coverage import RECONCILE_BELL, note_blind
from bot.gaps import Blindness, Gap
from bot.ports import Transaction

A_MINUTE = timedelta(minutes=1)
"""Slack says once a minute that it sends no more."""


class Gaps:
    """Keeps what was missed, for the reconciler to read."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def missed(self, missed: Missed) -> None:
        """Returns once the gap is durable. Raises StoreUnavailable."""
        channel = missed.channel
        if channel is None:
            await note_blind(
                self._core,
                missed.workspace,
                Blindness.RATE_LIMITED,
                since=missed.since,
                until=missed.since + A_MINUTE,
            )
            return

        def unit(tx: Transaction) -> None:
            known = tx.registry.channel(channel)
            if known is not None and known.state.is_read:
                tx.coverage.open(Gap(channel=channel, why=Blindness.OUTAGE, started_at=missed.since, ended_at=tx.now))

        await self._core.store.write(unit)
        await self._core.bell.ring(RECONCILE_BELL)
