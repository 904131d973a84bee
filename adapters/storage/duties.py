"""Duties: what is to be done later, one of a kind for each subject. A row goes once its duty is done."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.storage.leases import LeasedRows
from adapters.storage.rows import insert_new
from adapters.storage.tables import duties
from bot.errors import StaleLease
from bot.ports import QueueCounts, QueueState
from bot.records.duties import EVERY_KIND, Duty, DutyItem, Kinds


class SqlDuties:
    """`bot.ports.Duties` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now
        self._leases = LeasedRows(connection, duties, now)

    def set(self, duty: Duty) -> None:
        fresh = {
            "note": duty.note,
            "set_for": duty.due_at,
            "due_at": duty.due_at,
            "state": QueueState.WAITING,
            "attempts": 0,
            "worker": None,
            "error": None,
            "died_at": None,
        }
        row = {"kind": duty.kind, "subject": duty.subject, "fence": 0} | fresh
        if not insert_new(self._connection, duties, row):
            # The fence grows: whoever is at the duty that was set before comes too late.
            changed = sa.update(duties).where(_named(duty.kind, duty.subject))
            self._connection.execute(changed.values(fence=duties.c.fence + 1, **fresh))

    def drop(self, kind: str, subject: str) -> None:
        self._connection.execute(sa.delete(duties).where(_named(kind, subject)))

    def get(self, kind: str, subject: str) -> Duty | None:
        query = sa.select(duties).where(_named(kind, subject), duties.c.due_at.is_not(None))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _duty_of(row)

    def claim(self, worker: str, *, limit: int, lease: timedelta, kinds: Kinds = EVERY_KIND) -> Sequence[DutyItem]:
        due = (
            sa.select(duties)
            .where(duties.c.due_at <= self._now(), _among(kinds))
            .order_by(duties.c.due_at, duties.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(due).all()
        if rows:
            self._leases.lease([row.id for row in rows], worker, lease)
        return [DutyItem(id=row.id, duty=_duty_of(row), attempts=row.attempts + 1, fence=row.fence + 1) for row in rows]

    def finish(self, item: DutyItem) -> None:
        d = duties.c
        held = sa.and_(d.id == item.id, d.fence == item.fence, d.state == QueueState.LEASED)
        if self._connection.execute(sa.delete(duties).where(held)).rowcount != 1:
            raise StaleLease(f"duty {item.id}: lease {item.fence} is over")

    def retry(self, item: DutyItem, *, after: timedelta, error: str, counts: bool = True) -> None:
        attempts = item.attempts if counts else item.attempts - 1
        due = self._now() + after
        self._leases.close(item.id, item.fence, state=QueueState.WAITING, due_at=due, error=error, attempts=attempts)

    def bury(self, item: DutyItem, *, error: str) -> None:
        self._leases.close(item.id, item.fence, state=QueueState.DEAD, due_at=None, died_at=self._now(), error=error)

    def release(self) -> None:
        self._leases.release()

    def counts(self) -> QueueCounts:
        return self._leases.counts()

    def next_due(self, kinds: Kinds = EVERY_KIND) -> datetime | None:
        due: datetime | None = self._connection.scalar(sa.select(sa.func.min(duties.c.due_at)).where(_among(kinds)))
        return due


def _named(kind: str, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(duties.c.kind == kind, duties.c.subject == subject)


def _among(kinds: Kinds) -> sa.ColumnElement[bool]:
    if not kinds.names and kinds.is_without:
        return sa.true()
    kind, names = duties.c.kind, sorted(kinds.names)
    return kind.not_in(names) if kinds.is_without else kind.in_(names)


def _duty_of(row: sa.Row[tuple[object, ...]]) -> Duty:
    return Duty(kind=row.kind, subject=row.subject, due_at=row.set_for, note=row.note)
