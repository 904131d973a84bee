"""The outside as the product sees it: a store, a bell, platforms, a clock. Adapters implement these; nothing here
knows which.

A *unit* is a plain function of a transaction. It may be run again from the start (a lost race, a restarted database),
so it does nothing but read and write through the transaction it is given. All that one unit wrote is committed, or
nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.cards import Card
from bot.deliveries import Delivery, Topic
from bot.ids import ChannelRef, IncidentId, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.incidents import Decision, Evidence, FindingRecord, Incident
from bot.journal import Entry, Row
from bot.questions import Question
from bot.registry import Channel, ChannelException, Person
from policy.verdict import PackId

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time, in UTC with its zone."""

    def __call__(self) -> datetime: ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """What is known of a message: no words. `newest_revision` is -1 before any revision was seen."""

    ref: MessageRef
    thread: MessageId | None
    author: PersonId | None
    newest_revision: int
    deleted_at: datetime | None


class Messages(Protocol):
    """That messages were checked, and the last few words of a conversation, sealed and soon gone."""

    def lock(self, message: MessageRef) -> MessageState:
        """The message's state, held against other transactions until this one ends; made where there is none."""

    def save(self, state: MessageState) -> None: ...

    def get(self, message: MessageRef) -> MessageState | None: ...

    def add_verdict(
        self, message: MessageRef, revision: int, *, pack: PackId, pack_version: str, findings: Sequence[FindingRecord]
    ) -> bool:
        """Keeps that the revision was judged. False: it was judged before, and nothing changes."""

    def is_clean(self, message: MessageRef, revision: int) -> bool:
        """Whether that revision was judged and breaks no rule that alerts."""

    def keep_context(
        self, message: MessageRef, *, thread: MessageId | None, said_at: datetime, sealed: bytes, until: datetime
    ) -> None:
        """Keeps a message's words for the judging of those after it. A newer revision replaces the older."""

    def context_before(
        self, channel: ChannelRef, *, thread: MessageId | None, said_before: datetime, limit: int
    ) -> Sequence[bytes]:
        """The last kept words of that thread (or of the channel outside threads), oldest first. A thread's first
        message counts as part of it."""

    def drop_context(self, message: MessageRef) -> None: ...

    def purge_context(self) -> int:
        """Forgets what has passed its time; returns how many."""

    def counts(self) -> dict[str, int]:
        """`checked` revisions and `flagged` ones."""


class Incidents(Protocol):
    """Incidents with their evidence, decisions and keys."""

    def get(self, incident_id: IncidentId) -> Incident | None: ...

    def open(self, incident: Incident, *, wrapped_key: bytes) -> None:
        """Adds an incident with the sealed key of its evidence."""

    def save(self, incident: Incident) -> None:
        """Stores the next version. Raises StaleLease where `version` is not one more than the stored one."""

    def wrapped_key(self, incident_id: IncidentId) -> bytes | None:
        """The sealed key of the incident's evidence; None once it was erased."""

    def erase_key(self, incident_id: IncidentId) -> None: ...

    def add_recipient(self, incident_id: IncidentId, person: PersonRef) -> None: ...

    def recipients(self, incident_id: IncidentId) -> Sequence[PersonRef]:
        """Who was told, in the order they were."""

    def add_evidence(self, evidence: Evidence) -> bool:
        """False: that revision and kind is kept already."""

    def evidence(self, incident_id: IncidentId) -> Sequence[Evidence]:
        """All that is kept, oldest revision first."""

    def add_decision(self, decision: Decision) -> None: ...

    def decisions(self, incident_id: IncidentId) -> Sequence[Decision]:
        """Who did what, oldest first."""

    def told(self, person: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        """Incidents that this person was told of, newest first."""

    def about(self, author: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        """Incidents about this person's own messages, newest first."""

    def latest_of(self, channel: ChannelRef, author: PersonId, *, since: datetime) -> Incident | None:
        """The newest incident of this author in this channel since then that is not folded into another."""

    def unrouted(self) -> Sequence[Incident]:
        """Incidents that nobody was told of."""

    def folded(self, incident_id: IncidentId) -> Sequence[Incident]:
        """Incidents folded into this one, oldest first."""

    def counts(self) -> dict[str, int]:
        """How many incidents stand in each state."""


class Registry(Protocol):
    """People, channels, members, exceptions."""

    def person(self, ref: PersonRef) -> Person | None: ...

    def people(self, workspace: WorkspaceId | None = None) -> Sequence[Person]: ...

    def save_person(self, person: Person) -> None: ...

    def channel(self, ref: ChannelRef) -> Channel | None: ...

    def channels(self, workspace: WorkspaceId | None = None) -> Sequence[Channel]: ...

    def save_channel(self, channel: Channel) -> None: ...

    def members(self, ref: ChannelRef) -> Sequence[PersonRef]: ...

    def join(self, ref: ChannelRef, person: PersonRef, *, by: PersonRef | None, at: datetime) -> None: ...

    def leave(self, ref: ChannelRef, person: PersonRef) -> None: ...

    def exceptions(self, ref: ChannelRef) -> Sequence[ChannelException]: ...

    def exception(self, exception_id: str) -> ChannelException | None: ...

    def save_exception(self, exception: ChannelException) -> None: ...


class Questions(Protocol):
    """What people asked their supervisors, and the answers."""

    def get(self, question_id: str) -> Question | None: ...

    def save(self, question: Question) -> None: ...

    def asked_by(self, person: PersonRef) -> Sequence[Question]: ...

    def waiting_for(self, person: PersonRef) -> Sequence[Question]: ...


class Journal(Protocol):
    """The hash chain. Appending holds the chain until the transaction ends, so append last."""

    def append(self, entry: Entry) -> Row: ...

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The chain in order, streamed."""

    def head(self) -> Row | None: ...


class Transaction(Protocol):
    """Everything that one unit may read and write."""

    @property
    def now(self) -> datetime:
        """The store's clock, the same for the whole transaction."""

    inbox: Inbox
    outbox: Outbox
    messages: Messages
    incidents: Incidents
    registry: Registry
    questions: Questions
    journal: Journal


Unit = Callable[[Transaction], T]


class Store(Protocol):
    """The database, which is the truth."""

    async def write(self, unit: Unit[T]) -> T:
        """Runs the unit and returns its answer once all it wrote is durable. An error of the unit undoes it and is
        raised here. Raises StoreUnavailable where the database takes no writes."""

    async def read(self, unit: Unit[T]) -> T:
        """Runs a unit that only reads, on one consistent picture."""

    async def close(self) -> None: ...


class Bell(Protocol):
    """Wakes workers that wait. It may ring too often, or be lost: who waits also looks by itself now and then."""

    async def ring(self, name: str) -> None: ...

    async def wait(self, name: str, *, at_most: timedelta) -> None:
        """Returns when the bell rang since the last wait, or after `at_most`."""

    async def close(self) -> None: ...


class Platform(Protocol):
    """A chat platform, as the outbox sees it."""

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows the card to the person privately and returns the platform's name of it. `shown` is that name where the
        card is to be changed in place. Shown twice for one topic and person (an answer was lost), it is still one card.
        Raises Undeliverable or PlatformBusy."""

    def link_to(self, message: MessageRef) -> str:
        """An address that opens the message for somebody who may see it; empty where the platform has none."""


Platforms = Callable[[WorkspaceId], Platform]


class Keys(Protocol):
    """Seals words at rest. `purpose` binds a sealed text to its use; opening under another purpose fails."""

    def seal(self, words: bytes, *, purpose: str) -> bytes: ...

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Raises BrokenSeal."""

    def new_key(self) -> bytes:
        """A fresh key for one incident, sealed."""

    def seal_with(self, wrapped_key: bytes, words: bytes) -> bytes: ...

    def open_with(self, wrapped_key: bytes, sealed: bytes) -> bytes:
        """Raises BrokenSeal."""
