"""Trips, games and other outings on record."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from adapters.storage.governance_tables import outings
from adapters.storage.rows import insert_or_replace
from bot.ids import ChannelRef
from bot.records.governance import ChannelOuting

_OF = (
    sa.select(outings)
    .where(outings.c.channel == sa.bindparam("named_channel"), outings.c.ends_at > sa.bindparam("ended_after"))
    .order_by(outings.c.starts_at, outings.c.id)
)
"""Asked for every message, so built once."""


class SqlOutings:
    """`bot.ports.Outings` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, outing_id: str) -> ChannelOuting | None:
        row = self._connection.execute(sa.select(outings).where(outings.c.id == outing_id)).mappings().one_or_none()
        return None if row is None else ChannelOuting(**dict(row))

    def save(self, outing: ChannelOuting) -> None:
        insert_or_replace(self._connection, outings, {c.name: getattr(outing, c.name) for c in outings.columns})

    def of(self, channel: ChannelRef, *, ended_after: datetime) -> Sequence[ChannelOuting]:
        asked = {"named_channel": channel, "ended_after": ended_after}
        return [ChannelOuting(**dict(row)) for row in self._connection.execute(_OF, asked).mappings()]
