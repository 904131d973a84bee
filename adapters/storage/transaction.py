"""One transaction, with every repository of `bot.ports.Transaction` over its connection."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from adapters.storage.access import SqlHandovers, SqlParents
from adapters.storage.attestations import SqlAttestations
from adapters.storage.checks import SqlChecks
from adapters.storage.coverage import SqlCoverage
from adapters.storage.duties import SqlDuties
from adapters.storage.inbox import SqlInbox
from adapters.storage.incidents import SqlIncidents
from adapters.storage.journal import SqlJournal
from adapters.storage.messages import SqlMessages
from adapters.storage.notices import SqlNotices
from adapters.storage.outbox import SqlOutbox
from adapters.storage.outings import SqlOutings
from adapters.storage.photos import SqlPhotos
from adapters.storage.questions import SqlQuestions
from adapters.storage.registry import SqlRegistry
from adapters.storage.roster import SqlRoster
from adapters.storage.unregistered import SqlUnregistered
from bot.ports import (
    Attestations,
    Checks,
    Coverage,
    Duties,
    Handovers,
    Inbox,
    Incidents,
    Journal,
    Messages,
    Notices,
    Outbox,
    Outings,
    Parents,
    Photos,
    Questions,
    Registry,
    Roster,
    Unregistered,
)


class SqlTransaction:
    """What a unit is handed. `connection` is for adapters that bring tables of their own."""

    def __init__(self, connection: sa.Connection, tell: Callable[[], datetime], *, is_read_only: bool) -> None:
        self.connection = connection
        self._tell = tell
        self._told: datetime | None = None
        self.inbox: Inbox = SqlInbox(connection, self._time)
        self.outbox: Outbox = SqlOutbox(connection, self._time)
        self.duties: Duties = SqlDuties(connection, self._time)
        self.messages: Messages = SqlMessages(connection, self._time)
        self.coverage: Coverage = SqlCoverage(connection, self._time)
        self.incidents: Incidents = SqlIncidents(connection, is_read_only=is_read_only)
        self.registry: Registry = SqlRegistry(connection)
        self.parents: Parents = SqlParents(connection, is_read_only=is_read_only)
        self.handovers: Handovers = SqlHandovers(connection, is_read_only=is_read_only)
        self.roster: Roster = SqlRoster(connection, self._time, is_read_only=is_read_only)
        self.checks: Checks = SqlChecks(connection)
        self.attestations: Attestations = SqlAttestations(connection)
        self.notices: Notices = SqlNotices(connection)
        self.outings: Outings = SqlOutings(connection)
        self.photos: Photos = SqlPhotos(connection, is_read_only=is_read_only)
        self.questions: Questions = SqlQuestions(connection, is_read_only=is_read_only)
        self.unregistered: Unregistered = SqlUnregistered(connection, is_read_only=is_read_only)
        self.journal: Journal = SqlJournal(connection)

    @property
    def now(self) -> datetime:
        """The store's clock, asked once and only if somebody wants to know."""
        if self._told is None:
            self._told = self._tell()
        return self._told

    def _time(self) -> datetime:
        return self.now
