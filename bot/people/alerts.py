"""When a person is told: urgent at once whatever the hour, the rest outside quiet hours, low in the day's digest."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ids import PersonRef, WorkspaceId
from bot.people.routing import operators
from bot.ports import Transaction
from bot.records.deliveries import Delivery, Topic, TopicKind
from bot.records.registry import Person
from policy.verdict import Severity

OUTBOX_BELL = "outbox"
FRIDAY = 4
"""The weekday on which weekly digests come."""


def owe(tx: Transaction, topic: Topic, to: Person, *, version: int, severity: Severity, notify: bool = True) -> bool:
    """Owes `to` a look at `topic`, due as its severity and the person's hours say. Asked for twice, it is owed once:
    False the second time. Without `notify` a card that was shown changes at once; one that still waits for its hour
    goes on waiting."""
    is_free = not notify and tx.outbox.card(topic, to.ref) is not None
    return tx.outbox.add(
        Delivery(
            topic=topic,
            to=to.ref,
            version=version,
            severity=severity,
            not_before=tx.now if is_free else due_at(to, severity, tx.now),
            notify=notify,
        )
    )


def owe_digest(tx: Transaction, to: Person) -> None:
    """Owes `to` the next digest; one a day or week, as they like it, however often it is asked for. On a day that had
    its digest already, because they have changed the hour since, it is the next day's."""
    due = tx.now
    while True:
        due = _next_digest(to, due)
        day = due.astimezone(ZoneInfo(to.zone)).date()
        topic = Topic(TopicKind.DIGEST, f"{day.isoformat()}:{to.ref.person}")
        owed = Delivery(topic=topic, to=to.ref, version=1, severity=Severity.LOW, not_before=due)
        if tx.outbox.add(owed) or (tx.outbox.card(topic, to.ref) is None and to.ref in tx.outbox.shown_to(topic)):
            return


def _next_digest(to: Person, now: datetime) -> datetime:
    due = next_at(to.digest_at, to.zone, now)
    while to.is_digest_weekly and due.astimezone(ZoneInfo(to.zone)).weekday() != FRIDAY:
        due = next_at(to.digest_at, to.zone, due)
    return due


def owe_operators(
    tx: Transaction, workspace: WorkspaceId, trouble: str, *, version: int = 1, but: PersonRef | None = None
) -> None:
    """Owes the operators of the workspace a look at a trouble; `but` is somebody who cannot be the one to mend it."""
    for person in operators(tx, workspace):
        if person.ref != but:
            owe(tx, Topic(TopicKind.TROUBLE, trouble), person, version=version, severity=Severity.HIGH)


def due_at(person: Person, severity: Severity, now: datetime) -> datetime:
    """When an alert of that severity may reach the person."""
    if severity is Severity.URGENT or person.quiet is None:
        return now
    start, end = person.quiet
    local = now.astimezone(ZoneInfo(person.zone)).time()
    is_quiet = start <= local < end if start <= end else local >= start or local < end
    return next_at(end, person.zone, now) if is_quiet else now


def next_at(at: time, zone: str, now: datetime) -> datetime:
    """The next instant after `now` when clocks in `zone` show `at`.

    Where the hour falls into the gap of a clock change it is taken an hour later; where it comes twice, the first
    counts.
    """
    local = now.astimezone(ZoneInfo(zone))
    for days in range(3):
        day = local.date() + timedelta(days=days)
        # fold=0 is the first of two such times, and in a gap the offset from before it: an hour later on the clock
        moment = datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
        if moment > now:
            return moment
    raise AssertionError("every zone shows every hour within three days")  # pragma: no cover
