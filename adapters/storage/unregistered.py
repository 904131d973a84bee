"""Channels that nobody registered."""

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from adapters.storage.governance_tables import unregistered_channels
from adapters.storage.rows import insert_or_replace
from bot.ids import ChannelRef, PersonRef, WorkspaceId
from bot.records.unregistered import Sign, UnregisteredChannel, Why

_U = unregistered_channels.c


class SqlUnregistered:
    """`bot.ports.Unregistered` within one transaction."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def get(self, ref: ChannelRef) -> UnregisteredChannel | None:
        query = sa.select(unregistered_channels).where(_U.ref == ref)
        query = query if self._is_read_only else query.with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _channel_of(row)

    def save(self, channel: UnregisteredChannel) -> None:
        row = {field.name: getattr(channel, field.name) for field in fields(channel)}
        insert_or_replace(self._connection, unregistered_channels, row | {"signs": " ".join(channel.signs)})

    def of(self, workspace: WorkspaceId) -> Sequence[UnregisteredChannel]:
        query = sa.select(unregistered_channels).order_by(_U.name, _U.ref)
        found = (_channel_of(row) for row in self._connection.execute(query).mappings())
        return [each for each in found if each.ref.workspace == workspace]

    def open_for(self, person: PersonRef) -> Sequence[UnregisteredChannel]:
        is_open = sa.and_(_U.answered_at.is_(None), _U.is_gone.is_(False), _U.asked_at.is_not(None))
        query = sa.select(unregistered_channels).where(_U.owner == person, is_open).order_by(_U.name, _U.ref)
        return [_channel_of(row) for row in self._connection.execute(query).mappings()]


def _channel_of(row: sa.RowMapping) -> UnregisteredChannel:
    signs = tuple(Sign(sign) for sign in row["signs"].split())
    return UnregisteredChannel(**dict(row) | {"why": Why(row["why"]), "signs": signs})
