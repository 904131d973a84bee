"""Does what is due: each duty's kind has one handler, brought by the module that sets it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType, ModuleType

import structlog

from bot.acts import DutyHandler
from bot.channels import access_requests, after_import, approvals, ownership
from bot.channels.unregistered import asking as unregistered
from bot.channels.unregistered import noticing
from bot.core import Core
from bot.errors import PlatformBusy, StaleLease, StoreUnavailable
from bot.governance import members, monitoring, notices, watch
from bot.ids import WorkspaceId
from bot.judging import strangers
from bot.people.alerts import OUTBOX_BELL, owe_operators
from bot.photos import asking, consent, looking
from bot.photos.naming import LOOK
from bot.ports import Transaction
from bot.records.duties import DUTIES_BELL, LEASES, LOOKS_BELL, DutyItem, Kinds
from bot.review import blocking, removal
from bot.workers.worker import Worker, backoff

log = structlog.get_logger()

LOOKS = Kinds(names=frozenset({LOOK}))
ALL_ELSE = Kinds(names=LOOKS.names, is_without=True)
LOOKS_AT_ONCE = 2
"""One picture is fetched while another is looked at. There is one process that looks, so more would only wait."""


def duties_worker(core: Core, name: str) -> Worker[DutyItem]:
    """The worker that does duties when they are due, all but looking at pictures."""
    return _worker(DUTIES_BELL, core, name, ALL_ELSE)


def looks_worker(core: Core, name: str) -> Worker[DutyItem]:
    """The worker that has pictures looked at, beside all others: however many wait, they hold up nothing else."""
    return _worker(LOOKS_BELL, core, name, LOOKS, at_once=LOOKS_AT_ONCE)


def _worker(bell: str, core: Core, name: str, kinds: Kinds, *, at_once: int | None = None) -> Worker[DutyItem]:
    lease, store = core.limits.lease * LEASES, core.store

    async def claim(limit: int) -> Sequence[DutyItem]:
        return await store.write(lambda tx: tx.duties.claim(name, limit=limit, lease=lease, kinds=kinds))

    async def next_due() -> datetime | None:
        return await store.read(lambda tx: tx.duties.next_due(kinds))

    return Worker(bell, core, claim=claim, handle=lambda item: do(core, item), next_due=next_due, at_once=at_once)


async def do(core: Core, item: DutyItem, handlers: Mapping[str, DutyHandler] | None = None) -> None:
    """Does one duty. A fault gives it back for later; after too many the operators learn that it was given up.
    Raises StaleLease and StoreUnavailable."""
    duty = item.duty
    try:
        await (handlers or HANDLERS)[duty.kind](core, item)
    except (StaleLease, StoreUnavailable):
        raise
    except PlatformBusy as busy:
        wait = timedelta(seconds=busy.wait_seconds)
        await core.store.write(lambda tx: tx.duties.retry(item, after=wait, error="PlatformBusy", counts=False))
    except Exception as error:  # noqa: BLE001 - the edge: it is tried again, and in the end the operators know
        await _failed(core, item, error)
    else:
        log.info("duty.done", kind=duty.kind, subject=duty.subject)
        await core.bell.ring(OUTBOX_BELL)


async def _failed(core: Core, item: DutyItem, error: Exception) -> None:
    kind, duty = type(error).__name__, item.duty
    is_final = item.attempts >= core.limits.attempts
    log.warning("duty.failed", kind=duty.kind, subject=duty.subject, error=kind, final=is_final)
    if not is_final:
        after = backoff(core.limits, item.attempts)
        await core.store.write(lambda tx: tx.duties.retry(item, after=after, error=kind))
        return

    def give_up(tx: Transaction) -> None:
        tx.duties.bury(item, error=kind)
        owe_operators(tx, WorkspaceId(duty.subject.partition("|")[0]), f"duty:{duty.kind} {duty.subject}"[:120])

    await core.store.write(give_up)
    await core.bell.ring(OUTBOX_BELL)


def _gathered(*modules: ModuleType) -> Mapping[str, DutyHandler]:
    found: dict[str, DutyHandler] = {}
    for module in modules:
        twice = found.keys() & module.DUTIES.keys()
        if twice:
            raise ValueError(f"two handlers for {sorted(twice)}")
        found |= module.DUTIES
    return MappingProxyType(found)


HANDLERS = _gathered(
    access_requests,
    after_import,
    approvals,
    asking,
    blocking,
    consent,
    looking,
    members,
    monitoring,
    notices,
    ownership,
    noticing,
    removal,
    strangers,
    unregistered,
    watch,
)
"""What each kind of duty calls. A module that sets duties has `DUTIES: Mapping[str, DutyHandler]` and stands here."""
