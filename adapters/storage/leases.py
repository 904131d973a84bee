"""What inbox and outbox have in common: items under leases with fences. Their tables share the columns `id`, `state`,
`due_at`, `attempts`, `fence`, `worker`, `error` and `died_at`."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from bot.errors import StaleLease
from bot.ports import QueueCounts, QueueState


class LeasedRows:
    """The leases of one table, as one transaction sees them."""

    def __init__(self, connection: sa.Connection, table: sa.Table, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._table = table
        self._now = now

    def lease(self, ids: Sequence[int], worker: str, lease: timedelta) -> None:
        """Leases the rows, which this transaction must hold; each gets a new fence."""
        t = self._table.c
        self._connection.execute(
            sa.update(self._table)
            .where(t.id.in_(ids))
            .values(
                state=QueueState.LEASED,
                worker=worker,
                due_at=self._now() + lease,
                fence=t.fence + 1,
                attempts=t.attempts + 1,
            )
        )

    def close(self, id_: int, fence: int, **values: object) -> None:
        """Ends the lease that `fence` belongs to with these values. Raises StaleLease where it is over already."""
        statement = _closing(self._table, tuple(values))
        changed = self._connection.execute(statement, {"held_id": id_, "held_fence": fence, "worker": None} | values)
        if changed.rowcount != 1:
            raise StaleLease(f"{self._table.name} {id_}: lease {fence} is over")

    def release(self) -> None:
        """Makes every leased row due again now."""
        t = self._table.c
        is_leased = sa.and_(t.due_at.is_not(None), t.state == QueueState.LEASED)
        waiting = {"state": QueueState.WAITING, "worker": None, "due_at": self._now()}
        self._connection.execute(sa.update(self._table).where(is_leased).values(**waiting))

    def counts(self) -> QueueCounts:
        """How many rows stand where. A lease that ran out counts as waiting."""
        t, now = self._table.c, self._now()
        is_leased = sa.and_(t.state == QueueState.LEASED, t.due_at > now)
        is_open = t.due_at.is_not(None)
        waiting, leased = self._connection.execute(
            sa.select(
                sa.func.count(sa.case((~is_leased, 1))),
                sa.func.count(sa.case((is_leased, 1))),
            ).where(is_open)
        ).one()
        dead = self._connection.scalar(sa.select(sa.func.count()).where(t.died_at.is_not(None)))
        oldest = self._connection.scalar(sa.select(sa.func.min(t.due_at)).where(t.due_at <= now))
        return QueueCounts(
            waiting=waiting,
            leased=leased,
            dead=dead or 0,
            oldest_due_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        )


@cache
def _closing(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    t = table.c
    held = sa.and_(t.id == sa.bindparam("held_id"), t.fence == sa.bindparam("held_fence"), t.state == QueueState.LEASED)
    return sa.update(table).where(held).values({name: sa.bindparam(name) for name in ("worker", *names)})
