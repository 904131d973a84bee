"""The owners' looks at their channels."""

from collections.abc import Sequence

import sqlalchemy as sa

from adapters.storage.governance_tables import attestations
from adapters.storage.rows import insert_new
from bot.ids import ChannelRef
from bot.records.governance import Attestation

_NEWEST = (
    sa.select(attestations)
    .where(attestations.c.channel == sa.bindparam("of"))
    .order_by(attestations.c.at.desc())
    .limit(sa.bindparam("at_most"))
)


class SqlAttestations:
    """`bot.ports.Attestations` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, attestation: Attestation) -> None:
        row = {column.name: getattr(attestation, column.name) for column in attestations.columns}
        insert_new(self._connection, attestations, row)

    def last(self, channel: ChannelRef) -> Attestation | None:
        return next(iter(self.of(channel, limit=1)), None)

    def of(self, channel: ChannelRef, *, limit: int) -> Sequence[Attestation]:
        rows = self._connection.execute(_NEWEST, {"of": channel, "at_most": limit}).mappings()
        return [Attestation(**row) for row in rows]
