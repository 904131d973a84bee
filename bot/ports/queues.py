"""Inbox, outbox and duties: what was accepted, what people are owed, what is to be done, each under its one key and
a lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.ids import PersonRef
from bot.records.deliveries import Delivery, Topic
from bot.records.duties import EVERY_KIND, Duty, DutyItem, Kinds


class QueueState(StrEnum):
    """Where an item of inbox or outbox stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How many items wait, are being worked on, or were given up; how long the oldest waiting one is due, in
    seconds."""

    waiting: int
    leased: int
    dead: int
    oldest_due_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """An accepted event under a lease. `payload` is sealed. `fence` grows with each lease; writes under an older one
    are refused."""

    id: int
    key: str
    payload: bytes
    received_at: datetime
    attempts: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A delivery under a lease."""

    id: int
    delivery: Delivery
    attempts: int
    fence: int


class Inbox(Protocol):
    """Events that a platform was told we received, each under its one key."""

    def add(self, key: str, payload: bytes) -> bool:
        """Accepts an event. False: it was accepted before, and nothing changes."""

    def claim(self, worker: str, *, limit: int, lease: timedelta) -> Sequence[InboxItem]:
        """Leases waiting items that are due, oldest first, and those whose lease has run out. No two workers get one
        item."""

    def finish(self, item: InboxItem) -> None:
        """Marks the item done and forgets its payload. Raises StaleLease where somebody else has leased it since."""

    def retry(self, item: InboxItem, *, after: timedelta, error: str) -> None:
        """Gives the item back, due after a while. `error` names the kind of fault, never words. Raises StaleLease."""

    def bury(self, item: InboxItem, *, error: str) -> None:
        """Gives the item up: state `dead`, payload forgotten. Raises StaleLease."""

    def pending_before(self, item: InboxItem, *, limit: int) -> Sequence[bytes]:
        """Payloads of the last events of the same channel that were accepted before this one and are not done, oldest
        first: what was said just now, although nobody has worked it through yet."""

    def release(self) -> None:
        """Ends every lease at once: for a process that starts and knows that it is the only one."""

    def counts(self) -> QueueCounts: ...

    def next_due(self) -> datetime | None:
        """When the next waiting item or lease comes due; None where nothing waits."""


class Outbox(Protocol):
    """Deliveries that people are owed, each under its one key, and the cards that were shown."""

    def add(self, delivery: Delivery) -> bool:
        """Owes a delivery. False: it is owed or was delivered already, and nothing changes."""

    def claim(self, worker: str, *, limit: int, lease: timedelta) -> Sequence[OutboxItem]:
        """Leases due deliveries, urgent first, then oldest. Of several for one topic and recipient one at a time: the
        newest, with the severity and the call for attention of any that is due."""

    def finish(self, item: OutboxItem, *, card: str | None) -> None:
        """Marks the item delivered as `card` (the platform's name of it; None: there was nothing to show), and with
        it every older waiting delivery of the same topic and recipient; only one that calls for attention later stays
        owed, where this one did not call. Raises StaleLease."""

    def retry(self, item: OutboxItem, *, after: timedelta, error: str, counts: bool = True) -> None:
        """Gives the item back, due after a while; `counts` false where the platform only asked us to wait. Raises
        StaleLease."""

    def bury(self, item: OutboxItem, *, error: str) -> None:
        """Gives the delivery up: state `dead`. Raises StaleLease."""

    def card(self, topic: Topic, to: PersonRef) -> str | None:
        """The platform's name of the card that `to` was shown for `topic`."""

    def shown_to(self, topic: Topic) -> Sequence[PersonRef]:
        """Everybody who has, or is owed, a card of `topic`."""

    def dead(self) -> Sequence[OutboxItem]:
        """Deliveries that were given up, newest first."""

    def release(self) -> None:
        """Ends every lease at once: for a process that starts and knows that it is the only one."""

    def counts(self) -> QueueCounts: ...

    def next_due(self) -> datetime | None:
        """When the next waiting delivery or lease comes due; None where nothing waits."""


class Duties(Protocol):
    """What is to be done later, one of a kind for each subject."""

    def set(self, duty: Duty) -> None:
        """Has it done at its time, instead of the one of its kind and subject that was set before. Who does that one
        at this moment finds its lease over."""

    def drop(self, kind: str, subject: str) -> None:
        """It need not be done any more; nothing changes where there is none."""

    def get(self, kind: str, subject: str) -> Duty | None:
        """The duty that is still to be done."""

    def claim(self, worker: str, *, limit: int, lease: timedelta, kinds: Kinds = EVERY_KIND) -> Sequence[DutyItem]:
        """Leases due duties of these kinds, oldest first, and those whose lease has run out."""

    def finish(self, item: DutyItem) -> None:
        """It is done. Raises StaleLease where somebody else has it, or where it was set anew or dropped since."""

    def retry(self, item: DutyItem, *, after: timedelta, error: str, counts: bool = True) -> None:
        """Gives it back, due after a while; `counts` false where a platform only asked us to wait. Raises
        StaleLease."""

    def bury(self, item: DutyItem, *, error: str) -> None:
        """Gives it up: state `dead`, until it is set anew. Raises StaleLease."""

    def release(self) -> None:
        """Ends every lease at once: for a process that starts and knows that it is the only one."""

    def counts(self) -> QueueCounts: ...

    def next_due(self, kinds: Kinds = EVERY_KIND) -> datetime | None:
        """When the next duty or lease of these kinds comes due; None where nothing waits."""
