"""What the storage tests put into a store: invented, and each naming only what the test is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from adapters.storage.transaction import SqlTransaction
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.deliveries import Delivery, Topic, TopicKind
from bot.records.incidents import FindingRecord, Incident, incident_id
from policy.verdict import ClauseId, PackId, RuleId, Severity

START = datetime(2026, 3, 2, 15, 0, 0, 123456, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEASE = timedelta(seconds=30)
LARKFIELD = WorkspaceId("playground:larkfield")
TRACK = ChannelRef(LARKFIELD, ChannelId("C-track"))
BAND = ChannelRef(LARKFIELD, ChannelId("C-band"))


@dataclass
class Ticker:
    """A clock that stands still until the test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


def connection_of(tx: Transaction) -> sa.Connection:
    """The connection under a transaction, as adapters with tables of their own take it."""
    assert isinstance(tx, SqlTransaction)
    return tx.connection


def person(name: str) -> PersonRef:
    return PersonRef(LARKFIELD, PersonId(f"U-{name}"))


def message(name: str = "1", channel: ChannelRef = TRACK) -> MessageRef:
    return MessageRef(channel.workspace, channel.channel, MessageId(f"M-{name}"))


def incident(name: str = "1", **changes: Any) -> Incident:
    given: dict[str, Any] = {
        "id": incident_id(message(name)),
        "message": message(name),
        "author": PersonId("U-coach"),
        "pack": PackId("crec"),
        "opened_at": START,
        "severity": Severity.HIGH,
        "rules": (RuleId("private_contact"), RuleId("commercial")),
    }
    return Incident(**given | changes)


def finding(rule: str = "private_contact", *, is_trial: bool = False) -> FindingRecord:
    return FindingRecord(
        rule=RuleId(rule),
        clause=ClauseId("S8"),
        detector="number_from_staff",
        score=0.9,
        severity=Severity.HIGH,
        is_trial=is_trial,
    )


def delivery(
    topic: str = "a",
    *,
    to: str = "owner",
    version: int = 1,
    severity: Severity = Severity.HIGH,
    not_before: datetime = START,
    notify: bool = True,
) -> Delivery:
    return Delivery(
        topic=Topic(TopicKind.INCIDENT, topic),
        to=person(to),
        version=version,
        severity=severity,
        not_before=not_before,
        notify=notify,
    )
