"""Gaps in coverage, marks of what was read, the heartbeat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

import sqlalchemy as sa

from adapters.storage.rows import insert_new, insert_or_replace
from adapters.storage.tables import beats, gaps, marks
from bot.ids import ChannelRef, WorkspaceId
from bot.records.gaps import Blindness, Gap

HOUSE = "house"


class SqlCoverage:
    """`bot.ports.Coverage` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def open(self, gap: Gap) -> bool:
        if gap.ended_at is None and self._connection.execute(_open_of(gap.channel, gap.why)).first() is not None:
            return False
        return insert_new(self._connection, gaps, _row_of(gap))

    def close(self, channel: ChannelRef, why: Blindness, *, at: datetime) -> Sequence[Gap]:
        found = [_gap_of(row) for row in self._connection.execute(_open_of(channel, why)).mappings()]
        ended = [replace(gap, ended_at=max(at, gap.started_at)) for gap in found]
        for gap in ended:
            self.save(gap)
        return ended

    def save(self, gap: Gap) -> None:
        insert_or_replace(self._connection, gaps, _row_of(gap))

    def get(self, gap_id: str) -> Gap | None:
        row = self._connection.execute(sa.select(gaps).where(gaps.c.id == gap_id)).mappings().one_or_none()
        return None if row is None else _gap_of(row)

    def gaps(self, channel: ChannelRef, *, limit: int = 20) -> Sequence[Gap]:
        newest = sa.select(gaps).where(gaps.c.channel == channel).order_by(gaps.c.started_at.desc(), gaps.c.id)
        return [_gap_of(row) for row in self._connection.execute(newest.limit(limit)).mappings()]

    def pending(self, workspace: WorkspaceId | None = None) -> Sequence[Gap]:
        query = sa.select(gaps).where(gaps.c.recovered_at.is_(None)).order_by(gaps.c.started_at, gaps.c.id)
        found = [_gap_of(row) for row in self._connection.execute(query).mappings()]
        return [gap for gap in found if workspace in (None, gap.channel.workspace)]

    def marks(self) -> Mapping[ChannelRef, datetime]:
        return {row.channel: row.upto for row in self._connection.execute(sa.select(marks))}

    def read_since(self, channel: ChannelRef) -> datetime | None:
        since: datetime | None = self._connection.scalar(sa.select(marks.c.since).where(marks.c.channel == channel))
        return since

    def set_mark(self, channel: ChannelRef, upto: datetime) -> None:
        if not insert_new(self._connection, marks, {"channel": channel, "since": upto, "upto": upto}):
            self._connection.execute(sa.update(marks).where(marks.c.channel == channel).values(upto=upto))

    def take(self, channel: ChannelRef, *, until: datetime) -> bool:
        m = marks.c
        is_free = sa.or_(m.busy_until.is_(None), m.busy_until <= self._now())
        taken = sa.update(marks).where(m.channel == channel, is_free).values(busy_until=until)
        return self._connection.execute(taken).rowcount == 1

    def free(self, channel: ChannelRef) -> None:
        self._connection.execute(sa.update(marks).where(marks.c.channel == channel).values(busy_until=None))

    def release(self) -> None:
        self._connection.execute(sa.update(marks).values(busy_until=None))

    def beat(self) -> datetime | None:
        b = beats.c
        before: datetime | None = self._connection.scalar(sa.select(b.at).where(b.name == HOUSE))
        insert_or_replace(self._connection, beats, {"name": HOUSE, "at": self._now()})
        return before


def _open_of(channel: ChannelRef, why: Blindness) -> sa.Select[tuple[object, ...]]:
    g = gaps.c
    return sa.select(gaps).where(g.channel == channel, g.why == why.value, g.ended_at.is_(None))


def _row_of(gap: Gap) -> dict[str, object]:
    return {field.name: getattr(gap, field.name) for field in fields(gap)} | {"id": gap.id, "why": gap.why.value}


def _gap_of(row: sa.RowMapping) -> Gap:
    values = {field.name: row[field.name] for field in fields(Gap)}
    return Gap(**values | {"why": Blindness(row["why"])})
