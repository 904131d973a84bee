"""The database as units of work, the bell that wakes workers, the keys, the clock.

A *unit* is a plain function of a transaction. It may be run again from the start (a lost race, a restarted database),
so it does nothing but read and write through the transaction it is given. All that one unit wrote is committed, or
nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.ports.access import Handovers, Parents
from bot.ports.coverage import Coverage
from bot.ports.governance import Attestations, Checks, Notices, Outings
from bot.ports.photos import Photos
from bot.ports.queues import Duties, Inbox, Outbox
from bot.ports.records import Incidents, Journal, Messages, Questions, Registry
from bot.ports.roster import Roster
from bot.ports.unregistered import Unregistered

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time, in UTC with its zone."""

    def __call__(self) -> datetime: ...


class Transaction(Protocol):
    """Everything that one unit may read and write."""

    @property
    def now(self) -> datetime:
        """The store's clock, the same for the whole transaction."""

    inbox: Inbox
    outbox: Outbox
    duties: Duties
    messages: Messages
    coverage: Coverage
    incidents: Incidents
    registry: Registry
    checks: Checks
    attestations: Attestations
    notices: Notices
    outings: Outings
    roster: Roster
    parents: Parents
    handovers: Handovers
    photos: Photos
    questions: Questions
    unregistered: Unregistered
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
