"""Parents' access to channels, and owners who hand over."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from adapters.storage.governance_tables import handovers, parent_access
from adapters.storage.rows import insert_or_replace
from bot.ids import ChannelRef
from bot.records.access import Cause, Handover, HandoverState, ParentAccess


class SqlParents:
    """`bot.ports.Parents` within one transaction."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def get(self, channel: ChannelRef, parent: str) -> ParentAccess | None:
        a = parent_access.c
        query = sa.select(parent_access).where(a.channel == channel, a.parent == parent)
        query = query if self._is_read_only else query.with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else ParentAccess(**row)

    def of(self, channel: ChannelRef) -> Sequence[ParentAccess]:
        query = sa.select(parent_access).where(parent_access.c.channel == channel).order_by(parent_access.c.parent)
        query = query if self._is_read_only else query.with_for_update()
        return [ParentAccess(**row) for row in self._connection.execute(query).mappings()]

    def save(self, access: ParentAccess) -> None:
        insert_or_replace(self._connection, parent_access, _values(access))


class SqlHandovers:
    """`bot.ports.Handovers` within one transaction."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def open_of(self, channel: ChannelRef) -> Handover | None:
        query = sa.select(handovers).where(handovers.c.channel == channel, handovers.c.closed_at.is_(None))
        query = query if self._is_read_only else query.with_for_update()
        row = self._connection.execute(query.order_by(handovers.c.opened_at)).mappings().first()
        return None if row is None else _handover_of(row)

    def of(self, channel: ChannelRef) -> Sequence[Handover]:
        query = sa.select(handovers).where(handovers.c.channel == channel).order_by(handovers.c.opened_at)
        return [_handover_of(row) for row in self._connection.execute(query).mappings()]

    def save(self, handover: Handover) -> None:
        insert_or_replace(self._connection, handovers, _values(handover))


def _values(record: ParentAccess | Handover) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _handover_of(row: sa.RowMapping) -> Handover:
    return Handover(**dict(row) | {"cause": Cause(row["cause"]), "state": HandoverState(row["state"])})
