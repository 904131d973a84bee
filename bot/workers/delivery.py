"""Pays what the outbox owes: renders each topic as it stands now, in the reader's language, and shows it once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.cards import Card
from bot.core import Core
from bot.errors import PlatformBusy, StaleLease, StoreUnavailable, Undeliverable
from bot.ids import IncidentId
from bot.people.alerts import OUTBOX_BELL, owe, owe_operators
from bot.people.routing import above
from bot.ports import OutboxItem, Transaction
from bot.records.deliveries import Delivery, TopicKind
from bot.records.journal import Entry
from bot.topics import render
from bot.workers.worker import Worker, backoff

log = structlog.get_logger()


def outbox_worker(core: Core, name: str) -> Worker[OutboxItem]:
    """The worker that delivers what the outbox owes."""
    lease, store = core.limits.lease, core.store

    async def claim(limit: int) -> Sequence[OutboxItem]:
        return await store.write(lambda tx: tx.outbox.claim(name, limit=limit, lease=lease))

    async def next_due() -> datetime | None:
        return await store.read(lambda tx: tx.outbox.next_due())

    return Worker(OUTBOX_BELL, core, claim=claim, handle=lambda item: deliver(core, item), next_due=next_due)


async def deliver(core: Core, item: OutboxItem) -> None:
    """Shows one delivery. A fault gives it back for later; a person who cannot be reached is passed over for the next
    above. Raises StaleLease and StoreUnavailable."""
    delivery = item.delivery
    try:
        card, shown = await core.store.read(lambda tx: _prepare(core, tx, delivery))
        name = None
        if card is not None:
            platform = core.platforms(delivery.to.workspace)
            name = await platform.show(delivery.to, delivery.topic, card, shown=shown, notify=delivery.notify)
        await core.store.write(lambda tx: tx.outbox.finish(item, card=name))
    except (StaleLease, StoreUnavailable):
        raise
    except PlatformBusy as busy:
        wait = timedelta(seconds=busy.wait_seconds)
        await core.store.write(lambda tx: tx.outbox.retry(item, after=wait, error="PlatformBusy", counts=False))
    except Exception as error:  # noqa: BLE001 - the edge: it is tried again, and in the end another person sees it
        await _failed(core, item, error)
    else:
        log.info("delivery.done", topic=str(delivery.topic), to=delivery.to.person, severity=delivery.severity.word)


def _prepare(core: Core, tx: Transaction, delivery: Delivery) -> tuple[Card | None, str | None]:
    viewer = tx.registry.person(delivery.to)
    if viewer is None or not viewer.is_active:
        raise Undeliverable
    return render(tx, core, delivery.topic, viewer), tx.outbox.card(delivery.topic, delivery.to)


async def _failed(core: Core, item: OutboxItem, error: Exception) -> None:
    kind, delivery = type(error).__name__, item.delivery
    is_final = isinstance(error, Undeliverable) or item.attempts >= core.limits.attempts
    log.warning("delivery.failed", topic=str(delivery.topic), to=delivery.to.person, error=kind, final=is_final)
    if not is_final:
        after = backoff(core.limits, item.attempts)
        await core.store.write(lambda tx: tx.outbox.retry(item, after=after, error=kind))
        return

    def give_up(tx: Transaction) -> None:
        tx.outbox.bury(item, error=kind)
        _pass_on(tx, delivery)
        facts = {"to": delivery.to.person, "error": kind}
        tx.journal.append(
            Entry(at=tx.now, name="delivery:person:unreachable", subject=str(delivery.topic), actor="", facts=facts)
        )

    await core.store.write(give_up)
    await core.bell.ring(OUTBOX_BELL)


def _pass_on(tx: Transaction, delivery: Delivery) -> None:
    """What one person could not be shown goes to the next above, and the operators learn that somebody is out of
    reach."""
    unreached = tx.registry.person(delivery.to)
    instead = above(tx, unreached) if unreached else None
    if instead is not None and delivery.topic.kind is TopicKind.INCIDENT:
        incident = tx.incidents.get(IncidentId(delivery.topic.id))
        if incident is not None and instead.ref != incident.message.person(incident.author):
            tx.incidents.add_recipient(incident.id, instead.ref)
            owe(tx, delivery.topic, instead, version=delivery.version, severity=delivery.severity)
    if delivery.topic.kind is not TopicKind.TROUBLE:
        person = delivery.to
        owe_operators(tx, person.workspace, f"reach:{person.person}", version=_hour(tx.now), but=person)


def _hour(now: datetime) -> int:
    """One call for attention an hour, however many deliveries fail in it."""
    return int(now.timestamp() // 3600)
