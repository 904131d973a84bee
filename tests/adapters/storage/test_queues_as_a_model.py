"""Inbox and outbox against a model that is slow and plain: whatever order things happen in, both agree."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from adapters.storage import open_store
from bot.errors import StaleLease
from bot.ports import InboxItem, OutboxItem, QueueCounts, Store, Unit
from bot.records.deliveries import Delivery
from policy.verdict import Severity
from tests.adapters.storage.records import LEASE, SECOND, Ticker, connection_of, delivery

T = TypeVar("T")
# Short against the lease, long against it, and to its very end.
PAUSES = st.sampled_from([timedelta(0), SECOND, 10 * SECOND, LEASE, LEASE + SECOND])
LIMITS = st.integers(1, 4)


@dataclass
class Row:
    """One item as the model knows it; `due` is None once it is done or dead."""

    id: int
    due: datetime | None
    is_leased: bool = False
    is_dead: bool = False
    fence: int = 0
    attempts: int = 0

    def is_held(self, fence: int) -> bool:
        return self.due is not None and self.is_leased and self.fence == fence

    def lease(self, now: datetime) -> None:
        self.is_leased, self.due = True, now + LEASE
        self.fence, self.attempts = self.fence + 1, self.attempts + 1

    def give_back(self, due: datetime, *, counts: bool = True) -> None:
        self.is_leased, self.due, self.attempts = False, due, self.attempts - (0 if counts else 1)

    def close(self, *, is_dead: bool = False) -> None:
        self.is_leased, self.due, self.is_dead = False, None, is_dead


class Queues(RuleBasedStateMachine):
    """What both machines have in common: a store, its clock, and the figures of a queue."""

    runner: asyncio.Runner
    store: Store
    clock: Ticker
    rows: dict[str, Row]

    def __init__(self, runner: asyncio.Runner, store: Store, clock: Ticker) -> None:
        super().__init__()
        self.runner, self.store, self.clock, self.rows = runner, store, clock, {}
        for table in ("inbox", "outbox", "cards"):
            self.write(lambda tx, t=table: connection_of(tx).execute(sa.text(f"DELETE FROM {t}")))  # type: ignore[misc]  # noqa: S608

    def write(self, unit: Unit[T]) -> T:
        return self.runner.run(self.store.write(unit))

    def read(self, unit: Unit[T]) -> T:
        return self.runner.run(self.store.read(unit))

    @rule(by=PAUSES)
    def time_passes(self, by: timedelta) -> None:
        self.clock.advance(by)

    def due(self) -> list[tuple[str, Row]]:
        now = self.clock.now
        return [(key, row) for key, row in self.rows.items() if row.due is not None and row.due <= now]

    def expected_counts(self) -> QueueCounts:
        now, rows = self.clock.now, self.rows.values()
        open_rows = [row for row in rows if row.due is not None]
        leased = [row for row in open_rows if row.is_leased and row.due is not None and row.due > now]
        oldest = min((row.due for _, row in self.due() if row.due), default=now)
        return QueueCounts(
            waiting=len(open_rows) - len(leased),
            leased=len(leased),
            dead=sum(row.is_dead for row in rows),
            oldest_due_seconds=(now - oldest).total_seconds(),
        )


class InboxMachine(Queues):
    claimed: Bundle[InboxItem] = Bundle("claimed")

    @rule(key=st.sampled_from("abcdef"))
    def accept(self, key: str) -> None:
        is_new = self.write(lambda tx: tx.inbox.add(key, key.encode()))

        assert is_new == (key not in self.rows)
        if is_new:
            self.rows[key] = Row(len(self.rows), self.clock.now)

    @rule(target=claimed, limit=LIMITS)
    def claim(self, limit: int) -> MultipleResults[InboxItem]:
        items = self.write(lambda tx: tx.inbox.claim("w", limit=limit, lease=LEASE))

        first = sorted(self.due(), key=lambda found: (found[1].due, found[1].id))[:limit]
        assert [item.key for item in items] == [key for key, _ in first]
        for item, (key, row) in zip(items, first, strict=True):
            row.lease(self.clock.now)
            assert (item.payload, item.fence, item.attempts) == (key.encode(), row.fence, row.attempts)
        return multiple(*items)

    @rule(item=claimed, act=st.sampled_from(["finish", "retry", "bury"]), after=PAUSES)
    def let_go(self, item: InboxItem, act: str, after: timedelta) -> None:
        row = self.rows[item.key]
        try:
            self._let_go(item, act, after)
        except StaleLease:
            assert not row.is_held(item.fence)
            return
        assert row.is_held(item.fence)
        if act == "retry":
            row.give_back(self.clock.now + after)
        else:
            row.close(is_dead=act == "bury")

    def _let_go(self, item: InboxItem, act: str, after: timedelta) -> None:
        if act == "finish":
            self.write(lambda tx: tx.inbox.finish(item))
        elif act == "retry":
            self.write(lambda tx: tx.inbox.retry(item, after=after, error="x"))
        else:
            self.write(lambda tx: tx.inbox.bury(item, error="x"))

    @rule()
    def start_again_alone(self) -> None:
        self.write(lambda tx: tx.inbox.release())
        for row in self.rows.values():
            if row.is_leased:
                row.give_back(self.clock.now)

    @invariant()
    def figures_agree(self) -> None:
        counts, next_due = self.read(lambda tx: (tx.inbox.counts(), tx.inbox.next_due()))

        assert counts == self.expected_counts()
        assert next_due == min((row.due for row in self.rows.values() if row.due), default=None)


@dataclass
class Owed(Row):
    """A delivery as the model knows it."""

    delivery: Delivery = field(kw_only=True)

    @property
    def card(self) -> str:
        return f"{self.delivery.topic}|{self.delivery.to}"


class OutboxMachine(Queues):
    claimed: Bundle[OutboxItem] = Bundle("claimed")
    owed: dict[str, Owed]

    def __init__(self, runner: asyncio.Runner, store: Store, clock: Ticker) -> None:
        super().__init__(runner, store, clock)
        self.owed = {}
        self.rows = self.owed  # type: ignore[assignment]  # the same rows, looked at as any queue's
        self.shown: dict[str, str] = {}

    @rule(
        topic=st.sampled_from("ab"),
        version=st.integers(1, 4),
        severity=st.sampled_from([Severity.NORMAL, Severity.URGENT]),
        wait=PAUSES,
        notify=st.booleans(),
    )
    def owe(self, topic: str, version: int, severity: Severity, wait: timedelta, *, notify: bool) -> None:
        asked = delivery(topic, version=version, severity=severity, not_before=self.clock.now + wait, notify=notify)
        is_new = self.write(lambda tx: tx.outbox.add(asked))

        assert is_new == (asked.key not in self.owed)
        if is_new:
            self.owed[asked.key] = Owed(len(self.owed), asked.not_before, delivery=asked)

    @rule(target=claimed, limit=LIMITS)
    def claim(self, limit: int) -> MultipleResults[OutboxItem]:
        return multiple(*self._claimed(limit))

    def _claimed(self, limit: int) -> Sequence[OutboxItem]:
        items = self.write(lambda tx: tx.outbox.claim("w", limit=limit, lease=LEASE))

        assert [item.delivery for item in items] == [expected for _, expected in self._next(limit)]
        for item, (row, _) in zip(items, self._next(limit), strict=True):
            row.lease(self.clock.now)
            assert (item.fence, item.attempts) == (row.fence, row.attempts)
        return items

    def _next(self, limit: int) -> list[tuple[Owed, Delivery]]:
        """What is to be shown next, and with how much attention."""
        due = [row for row in self.owed.values() if row.due and row.due <= self.clock.now and not self._is_shown(row)]
        due.sort(key=lambda row: (row.delivery.severity is not Severity.URGENT, row.due, row.id))
        expected = []
        for card in dict.fromkeys(row.card for row in due[:limit]):
            of_card = [row for row in due if row.card == card]
            newest = max(of_card, key=lambda row: row.delivery.version)
            merged = replace(
                newest.delivery,
                severity=max(row.delivery.severity for row in of_card),
                notify=any(row.delivery.notify for row in of_card),
            )
            expected.append((newest, merged))
        return expected

    def _is_shown(self, row: Owed) -> bool:
        return any(
            other.is_leased and other.due is not None and other.due > self.clock.now
            for other in self.owed.values()
            if other.card == row.card and other is not row
        )

    @rule()
    def show_one(self) -> None:
        for item in self._claimed(1):
            self.let_go(item, "finish", SECOND)

    @rule(item=claimed, act=st.sampled_from(["finish", "retry", "wait", "bury"]), after=PAUSES)
    def let_go(self, item: OutboxItem, act: str, after: timedelta) -> None:
        row = self.owed[item.delivery.key]
        try:
            self._let_go(item, act, after)
        except StaleLease:
            assert not row.is_held(item.fence)
            return
        assert row.is_held(item.fence)
        if act in ("retry", "wait"):
            self._given_back(row, self.clock.now + after, counts=act == "retry")
        else:
            self._closed(row, item, is_dead=act == "bury")

    def _let_go(self, item: OutboxItem, act: str, after: timedelta) -> None:
        if act == "finish":
            self.write(lambda tx: tx.outbox.finish(item, card=f"card-{item.delivery.version}"))
        elif act == "bury":
            self.write(lambda tx: tx.outbox.bury(item, error="x"))
        else:
            self.write(lambda tx: tx.outbox.retry(item, after=after, error="x", counts=act == "retry"))

    def _given_back(self, row: Owed, due: datetime, *, counts: bool) -> None:
        row.give_back(due, counts=counts)
        for older in self._older(row):
            if older.due is not None:
                older.due = max(older.due, due)

    def _closed(self, row: Owed, item: OutboxItem, *, is_dead: bool) -> None:
        row.close(is_dead=is_dead)
        if not is_dead:
            self.shown[row.card] = f"card-{row.delivery.version}"
        for older in self._older(row):
            if older.due is not None and (item.delivery.notify or not older.delivery.notify):
                older.close()

    def _older(self, row: Owed) -> list[Owed]:
        return [o for o in self.owed.values() if o.card == row.card and o.delivery.version < row.delivery.version]

    @invariant()
    def figures_agree(self) -> None:
        counts, next_due = self.read(lambda tx: (tx.outbox.counts(), tx.outbox.next_due()))

        assert counts == self.expected_counts()
        free = [row.due for row in self.owed.values() if row.due and not self._is_shown(row)]
        assert next_due == min(free, default=None)

    @invariant()
    def cards_agree(self) -> None:
        for row in self.owed.values():
            topic, to = row.delivery.topic, row.delivery.to
            card, people = self.read(lambda tx, t=topic, p=to: (tx.outbox.card(t, p), tx.outbox.shown_to(t)))  # type: ignore[misc]
            is_owed = any(other.due for other in self.owed.values() if other.card == row.card)
            assert card == self.shown.get(row.card)
            assert people == ([to] if card or is_owed else [])


@pytest.mark.parametrize("machine", [InboxMachine, OutboxMachine])
def test_a_queue_behaves_like_its_model(machine: type[Queues], database_url: str, clock: Ticker) -> None:
    examples = 30 if database_url.startswith("sqlite") else 10
    quietly = settings(
        max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    with asyncio.Runner() as runner:
        store = runner.run(open_store(database_url, clock))
        # It asks for a class, and calls what it is given.
        run_state_machine_as_test(lambda: machine(runner, store, clock), settings=quietly)  # type: ignore[arg-type]
        runner.run(store.close())
