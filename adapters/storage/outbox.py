"""The outbox: what people are owed, each delivery under its one key, and the cards that they were shown.

Deliveries for one card (topic and recipient) are shown one at a time, newest first: it shows the present state, so that
the older ones need not be shown any more."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.storage.leases import LeasedRows
from adapters.storage.locks import OUTBOX_LOCK, hold
from adapters.storage.rows import insert_new, insert_or_replace
from adapters.storage.tables import cards, outbox
from bot.ids import PersonRef
from bot.ports import OutboxItem, QueueCounts, QueueState
from bot.records.deliveries import Delivery, Topic
from policy.verdict import Severity

_ITEM = (
    outbox.c.id,
    outbox.c.card_key,
    outbox.c.topic,
    outbox.c.recipient,
    outbox.c.version,
    outbox.c.severity,
    outbox.c.not_before,
    outbox.c.notify,
    outbox.c.attempts,
    outbox.c.fence,
)


class SqlOutbox:
    """`bot.ports.Outbox` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now
        self._leases = LeasedRows(connection, outbox, now)

    def add(self, delivery: Delivery) -> bool:
        values = {
            "key": delivery.key,
            "card_key": _card_key(delivery.topic, delivery.to),
            "topic": str(delivery.topic),
            "recipient": delivery.to,
            "version": delivery.version,
            "severity": int(delivery.severity),
            "rank": 0 if delivery.severity is Severity.URGENT else 1,
            "notify": delivery.notify,
            "not_before": delivery.not_before,
            "state": QueueState.WAITING,
            "due_at": delivery.not_before,
            "attempts": 0,
            "fence": 0,
        }
        return insert_new(self._connection, outbox, values)

    def claim(self, worker: str, *, limit: int, lease: timedelta) -> Sequence[OutboxItem]:
        # Claims of all replicas take turns: a row lock alone would not keep two from leasing two versions of one card.
        hold(self._connection, OUTBOX_LOCK)
        card_keys = self._due_cards(limit)
        due = self._connection.execute(
            sa.select(*_ITEM)
            .where(outbox.c.card_key.in_(card_keys), outbox.c.due_at <= self._now())
            .order_by(outbox.c.version.desc(), outbox.c.id.desc())
            .with_for_update(skip_locked=True)
        )
        by_card: dict[str, list[OutboxItem]] = defaultdict(list)
        for row in due.mappings():
            by_card[row["card_key"]].append(_item_of(row))
        items = [_newest_of(by_card[key]) for key in card_keys if by_card[key]]
        if items:
            self._leases.lease([item.id for item in items], worker, lease)
        return items

    def _due_cards(self, limit: int) -> list[str]:
        """The cards to be shown next, urgent first, then longest due, without those that somebody is showing now."""
        rows = self._connection.scalars(
            sa.select(outbox.c.card_key)
            .where(outbox.c.due_at <= self._now(), ~self._is_being_shown(outbox))
            .order_by(outbox.c.rank, outbox.c.due_at, outbox.c.id)
            .limit(limit)
        )
        return list(dict.fromkeys(rows))

    def _is_being_shown(self, row: sa.Table) -> sa.ColumnElement[bool]:
        """Whether another delivery for the same card is under a lease that still runs."""
        other = outbox.alias("other")
        return sa.exists().where(
            other.c.card_key == row.c.card_key,
            other.c.id != row.c.id,
            other.c.state == QueueState.LEASED,
            other.c.due_at > self._now(),
        )

    def finish(self, item: OutboxItem, *, card: str | None) -> None:
        self._leases.close(item.id, item.fence, state=QueueState.DONE, due_at=None, error=None)
        self._cover_older(item)
        if card is not None:
            shown = {
                "card_key": _card_key(item.delivery.topic, item.delivery.to),
                "topic": str(item.delivery.topic),
                "recipient": item.delivery.to,
                "card": card,
                "shown_at": self._now(),
            }
            insert_or_replace(self._connection, cards, shown)

    def retry(self, item: OutboxItem, *, after: timedelta, error: str, counts: bool = True) -> None:
        due_at = self._now() + after
        attempts = item.attempts if counts else item.attempts - 1
        self._leases.close(item.id, item.fence, state=QueueState.WAITING, due_at=due_at, attempts=attempts, error=error)
        # Else the next older one would be tried at once, into the same busy platform.
        older = sa.and_(self._older(item), outbox.c.due_at < due_at)
        self._connection.execute(sa.update(outbox).where(older).values(due_at=due_at))

    def bury(self, item: OutboxItem, *, error: str) -> None:
        self._leases.close(item.id, item.fence, state=QueueState.DEAD, due_at=None, died_at=self._now(), error=error)
        self._cover_older(item)

    def _cover_older(self, item: OutboxItem) -> None:
        """Older ones are covered by this one, except where they call for attention at a later hour and it did not."""
        covered = self._older(item)
        if not item.delivery.notify:
            covered = sa.and_(covered, ~outbox.c.notify)
        self._connection.execute(
            sa.update(outbox).where(covered).values(state=QueueState.DONE, due_at=None, fence=outbox.c.fence + 1)
        )

    def _older(self, item: OutboxItem) -> sa.ColumnElement[bool]:
        return sa.and_(
            outbox.c.card_key == _card_key(item.delivery.topic, item.delivery.to),
            outbox.c.version < item.delivery.version,
            outbox.c.due_at.is_not(None),
        )

    def card(self, topic: Topic, to: PersonRef) -> str | None:
        return self._connection.scalar(sa.select(cards.c.card).where(cards.c.card_key == _card_key(topic, to)))

    def shown_to(self, topic: Topic) -> Sequence[PersonRef]:
        shown = sa.select(cards.c.recipient).where(cards.c.topic == str(topic))
        owed = sa.select(outbox.c.recipient).where(outbox.c.topic == str(topic), outbox.c.due_at.is_not(None))
        return sorted(self._connection.scalars(sa.union(shown, owed)))

    def dead(self) -> Sequence[OutboxItem]:
        rows = self._connection.execute(
            sa.select(*_ITEM).where(outbox.c.died_at.is_not(None)).order_by(outbox.c.died_at.desc(), outbox.c.id.desc())
        )
        return [_item_of(row) for row in rows.mappings()]

    def release(self) -> None:
        self._leases.release()

    def counts(self) -> QueueCounts:
        return self._leases.counts()

    def next_due(self) -> datetime | None:
        # One that waits for another of the same card comes due with that one, whose lease is counted here.
        is_next = sa.and_(outbox.c.due_at.is_not(None), ~self._is_being_shown(outbox))
        due: datetime | None = self._connection.scalar(sa.select(sa.func.min(outbox.c.due_at)).where(is_next))
        return due


def _card_key(topic: Topic, to: PersonRef) -> str:
    return f"{topic}|{to.workspace}|{to.person}"


def _newest_of(items: Iterable[OutboxItem]) -> OutboxItem:
    """The newest delivery of one card (the first) under its new lease, with the attention that any calls for."""
    newest, *older = items
    delivery = replace(
        newest.delivery,
        notify=newest.delivery.notify or any(item.delivery.notify for item in older),
        severity=max([newest.delivery.severity, *(item.delivery.severity for item in older)]),
    )
    return replace(newest, delivery=delivery, attempts=newest.attempts + 1, fence=newest.fence + 1)


def _item_of(row: sa.RowMapping) -> OutboxItem:
    return OutboxItem(
        id=row["id"],
        delivery=Delivery(
            topic=Topic.parse(row["topic"]),
            to=row["recipient"],
            version=row["version"],
            severity=Severity(row["severity"]),
            not_before=row["not_before"],
            notify=row["notify"],
        ),
        attempts=row["attempts"],
        fence=row["fence"],
    )
