"""The inbox: accepted events, each under its one key. Its rows stay as proof that the key was seen; payloads go."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.storage.leases import LeasedRows
from adapters.storage.rows import insert_new
from adapters.storage.tables import inbox
from bot.ports import InboxItem, QueueCounts, QueueState

_PENDING_BEFORE = (
    sa.select(inbox.c.payload)
    .where(
        inbox.c.place == sa.bindparam("named_place"),
        inbox.c.id < sa.bindparam("before_id"),
        inbox.c.due_at.is_not(None),
    )
    .order_by(inbox.c.id.desc())
    .limit(sa.bindparam("most"))
)


class SqlInbox:
    """`bot.ports.Inbox` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now
        self._leases = LeasedRows(connection, inbox, now)

    def add(self, key: str, payload: bytes) -> bool:
        now = self._now()
        values = {
            "key": key,
            "place": _place(key),
            "payload": payload,
            "state": QueueState.WAITING,
            "received_at": now,
            "due_at": now,
            "attempts": 0,
            "fence": 0,
        }
        return insert_new(self._connection, inbox, values)

    def claim(self, worker: str, *, limit: int, lease: timedelta) -> Sequence[InboxItem]:
        due = (
            sa.select(inbox.c.id, inbox.c.key, inbox.c.payload, inbox.c.received_at, inbox.c.attempts, inbox.c.fence)
            .where(inbox.c.due_at <= self._now())
            .order_by(inbox.c.due_at, inbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(due).all()
        if rows:
            self._leases.lease([row.id for row in rows], worker, lease)
        return [
            InboxItem(
                id=row.id,
                key=row.key,
                payload=row.payload,
                received_at=row.received_at,
                attempts=row.attempts + 1,
                fence=row.fence + 1,
            )
            for row in rows
        ]

    def finish(self, item: InboxItem) -> None:
        self._leases.close(item.id, item.fence, state=QueueState.DONE, payload=None, due_at=None, error=None)

    def retry(self, item: InboxItem, *, after: timedelta, error: str) -> None:
        self._leases.close(item.id, item.fence, state=QueueState.WAITING, due_at=self._now() + after, error=error)

    def bury(self, item: InboxItem, *, error: str) -> None:
        self._leases.close(
            item.id,
            item.fence,
            state=QueueState.DEAD,
            payload=None,
            due_at=None,
            died_at=self._now(),
            error=error,
        )

    def pending_before(self, item: InboxItem, *, limit: int) -> Sequence[bytes]:
        asked = {"named_place": _place(item.key), "before_id": item.id, "most": limit}
        return list(self._connection.scalars(_PENDING_BEFORE, asked))[::-1]

    def release(self) -> None:
        self._leases.release()

    def counts(self) -> QueueCounts:
        return self._leases.counts()

    def next_due(self) -> datetime | None:
        first = sa.select(sa.func.min(inbox.c.due_at)).where(inbox.c.due_at.is_not(None))
        due: datetime | None = self._connection.scalar(first)
        return due


def _place(key: str) -> str:
    """Workspace and channel: what the key begins with."""
    return "|".join(key.split("|", 2)[:2])
