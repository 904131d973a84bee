"""People who write or join before anybody knows their account: their platform is asked who they are for a moment, and
what they did is taken whether it answers or not; it is asked again until it does, and then that is put right."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.acts import DutyHandler
from bot.core import Core
from bot.errors import PlatformBusy, Undeliverable
from bot.events import Content
from bot.governance import watch
from bot.ids import PersonId, PersonRef, WorkspaceId
from bot.judging import casebook
from bot.judging.verdicts import context_of, judged
from bot.people import identity, parents
from bot.ports import Transaction
from bot.records.duties import Duty, DutyItem
from bot.records.incidents import JUDGED_AGAIN, Incident, Origin
from bot.records.journal import Entry
from bot.records.registry import role_in
from policy.message import Context, Role
from policy.pack import Pack

MEET = "person.meet"
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What was judged without knowing whose it is, and how it is judged now."""

    incident: Incident
    content: Content
    role: Role
    context: Context
    pack: Pack


async def met(core: Core, ref: PersonRef) -> bool:
    """Whether it is known now who that is, or that the platform knows no such account. False where it cannot tell
    within a moment."""
    if await core.store.read(lambda tx: tx.registry.person(ref)) is not None:
        return True
    if core.away.is_so(ref.workspace):
        return False
    try:
        async with asyncio.timeout(core.limits.account_wait.total_seconds()):
            account = await core.platforms(ref.workspace).account(ref)
    except TimeoutError:
        core.away.note(ref.workspace)
        return False
    except PlatformBusy:
        return False
    except Undeliverable:
        return True
    if account is not None:
        await core.store.write(lambda tx: identity.meet(core, tx, account))
    return True


def ask_again(tx: Transaction, ref: PersonRef) -> None:
    """Has the platform asked later who that is."""
    tx.duties.set(Duty(kind=MEET, subject=f"{ref.workspace}|{ref.person}", due_at=tx.now + AGAIN))


async def _on_meet(core: Core, item: DutyItem) -> None:
    workspace, _, person = item.duty.subject.partition("|")
    ref = PersonRef(WorkspaceId(workspace), PersonId(person))
    if not await met(core, ref):
        await core.store.write(lambda tx: tx.duties.retry(item, after=AGAIN, error="PlatformBusy", counts=False))
        return
    doubts = await core.store.read(lambda tx: _doubts(core, tx, ref))
    settled = [doubt for doubt in doubts if await asyncio.to_thread(_is_cleared, doubt)]
    await core.store.write(lambda tx: _put_right(core, tx, item, ref, doubts, settled))


def _doubts(core: Core, tx: Transaction, ref: PersonRef) -> list[_Doubt]:
    """The undecided incidents about that account's messages, each with the newest words that are kept of it."""
    author, found = tx.registry.person(ref), []
    for incident in tx.incidents.about(ref):
        channel = tx.registry.channel(incident.message.channel_ref)
        pack = core.shelf.get(incident.pack)
        words = [casebook.content_in(casebook.unseal(core, tx, each)) for each in tx.incidents.evidence(incident.id)]
        kept = [content for content in words if content is not None]
        if incident.state.is_decided or incident.origin is not Origin.RULE or author is None:
            continue
        if channel is None or pack is None or not kept:
            continue
        found.append(_Doubt(incident, kept[-1], role_in(channel, author), context_of(core, tx, channel), pack))
    return found


def _is_cleared(doubt: _Doubt) -> bool:
    """Whether it is found of others, and not of whoever wrote it. What would not be found of anybody by now hung on
    something else, an outing or what was said before: that says nothing for its author."""
    if judged(doubt.content, doubt.role, doubt.context, doubt.pack).alerting:
        return False
    return bool(judged(doubt.content, None, doubt.context, doubt.pack).alerting)


def _put_right(
    core: Core, tx: Transaction, item: DutyItem, ref: PersonRef, doubts: list[_Doubt], settled: list[_Doubt]
) -> None:
    """Their alerts name who wrote it, and say where nothing is found by now. They stay open: people decide. Where they
    joined, it is known from then on who that is."""
    tx.duties.finish(item)
    for channel in tx.registry.channels_of(ref):
        parents.note_joined(tx, channel, ref)
        watch.look(core, tx, channel)
    for doubt in doubts:
        incident = tx.incidents.get(doubt.incident.id)
        if incident is None:
            continue
        is_cleared = doubt in settled and incident.version == doubt.incident.version
        if is_cleared:
            casebook.keep(core, tx, incident.id, incident.newest_revision, JUDGED_AGAIN, tx.now, {})
        casebook.changed(tx, incident, notify=False)
        name = f"incident:author:{'cleared' if is_cleared else 'known'}"
        tx.journal.append(Entry(at=tx.now, name=name, subject=f"incident:{incident.id}", actor="", facts={}))


DUTIES: Mapping[str, DutyHandler] = {MEET: _on_meet}
