"""One accepted event, worked through: judged, recorded, and what people must see of it owed, all in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

import structlog

from bot.channels import ownership
from bot.channels.unregistered import noticing
from bot.core import Core
from bot.errors import StaleLease, StoreUnavailable
from bot.events import (
    AccountChanged,
    Archived,
    Converted,
    Deleted,
    Edited,
    Event,
    Joined,
    Left,
    Posted,
    Renamed,
    Reported,
    Reshaping,
    Restored,
    Revising,
    Shared,
    Unread,
    Watched,
    decode,
)
from bot.governance import watch
from bot.inbox import coverage
from bot.inbox.intake import INBOX_BELL, INBOX_PURPOSE
from bot.judging import casebook, strangers
from bot.judging.verdicts import LONG_TEXT, context_of, judged
from bot.people import identity, parents
from bot.people.alerts import OUTBOX_BELL
from bot.photos import gone, looking
from bot.ports import InboxItem, MessageState, Transaction
from bot.records.duties import DUTIES_BELL, LOOKS_BELL
from bot.records.incidents import FindingRecord
from bot.records.registry import Channel, role_in
from bot.workers.worker import Worker, backoff
from policy.message import Context, Role, Said
from policy.pack import Pack
from policy.verdict import Verdict

log = structlog.get_logger()

CONTEXT_PURPOSE = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the registry says of the place where a message stands."""

    channel: Channel
    pack: Pack
    role: Role
    is_author_known: bool
    context: Context


def inbox_worker(core: Core, name: str) -> Worker[InboxItem]:
    """The worker that moderates what the inbox holds."""
    lease, store = core.limits.lease, core.store

    async def claim(limit: int) -> Sequence[InboxItem]:
        return await store.write(lambda tx: tx.inbox.claim(name, limit=limit, lease=lease))

    async def next_due() -> datetime | None:
        return await store.read(lambda tx: tx.inbox.next_due())

    return Worker(INBOX_BELL, core, claim=claim, handle=lambda item: handle(core, item), next_due=next_due)


async def handle(core: Core, item: InboxItem) -> None:
    """Moderates one event. A fault gives it back for later; after too many it becomes an alert that a message went
    unchecked. Raises StaleLease where another worker has it, StoreUnavailable where nothing can be written."""
    started = perf_counter()
    event: Event | None = None
    try:
        event = decode(core.keys.open(item.payload, purpose=INBOX_PURPOSE))
        labels = await _work(core, item, event)
    except (StaleLease, StoreUnavailable):
        raise
    except Exception as error:  # noqa: BLE001 - the edge: a person learns that this message was not checked
        await _failed(core, item, event, error)
        return
    milliseconds = round((perf_counter() - started) * 1000, 2)
    log.info("event.done", key=item.key, kind=event.kind, found=labels, attempts=item.attempts, ms=milliseconds)
    await core.bell.ring(OUTBOX_BELL)
    if isinstance(event, Watched):
        await core.bell.ring(DUTIES_BELL)
    if core.sight is not None and isinstance(event, Posted | Edited) and event.content.attachments:
        await core.bell.ring(LOOKS_BELL)


async def _work(core: Core, item: InboxItem, event: Event) -> list[str]:
    match event:
        case Posted() | Edited():
            return await _judge(core, item, event)
        case Deleted():
            await core.store.write(lambda tx: _delete(core, tx, item, event))
        case Restored():
            await core.store.write(lambda tx: _restore(tx, item, event))
        case Unread():
            await core.store.write(lambda tx: _note_unread(core, tx, item, event))
        case Reported():
            await core.store.write(lambda tx: _report(core, tx, item, event))
        case Joined() | Left():
            is_told = await strangers.met(core, event.channel.person(event.person))
            await core.store.write(lambda tx: _note_member(core, tx, item, event, is_told=is_told))
        case AccountChanged():
            await core.store.write(lambda tx: _note_account(core, tx, item, event))
        case _:
            await core.store.write(lambda tx: _note_shape(core, tx, item, event))
    return []


async def _judge(core: Core, item: InboxItem, event: Revising) -> list[str]:
    scene = await core.store.read(lambda tx: look_up(core, tx, item, event))
    is_told = True
    if scene is not None and not scene.is_author_known:
        is_told = await strangers.met(core, event.message.person(event.author))
        scene = await core.store.read(lambda tx: look_up(core, tx, item, event))
    if scene is None:
        await core.store.write(lambda tx: tx.inbox.finish(item))
        return ["not_sponsored"]
    is_stranger = not is_told and not scene.is_author_known
    role = None if is_stranger else scene.role
    if len(event.content.text) > LONG_TEXT:
        verdict = await asyncio.to_thread(judged, event.content, role, scene.context, scene.pack)
    else:
        verdict = judged(event.content, role, scene.context, scene.pack)

    def record(tx: Transaction) -> None:
        _record(core, tx, item, event, scene, verdict)
        if is_stranger:
            strangers.ask_again(tx, event.message.person(event.author))

    await core.store.write(record)
    return [finding.rule for finding in verdict.findings]


def look_up(core: Core, tx: Transaction, item: InboxItem, event: Revising) -> Scene | None:
    """The scene of a message, or None where its channel is not sponsored: then its words are dropped.
    Raises KeyError where the channel's pack is not on the shelf."""
    channel = tx.registry.channel(event.message.channel_ref)
    if channel is None or not channel.is_read:
        return None
    author = tx.registry.person(event.message.person(event.author))
    return Scene(
        channel=channel,
        pack=core.shelf[channel.pack],
        role=role_in(channel, author),
        is_author_known=author is not None,
        context=context_of(core, tx, channel, before=_before(core, tx, item, event, channel)),
    )


def _before(core: Core, tx: Transaction, item: InboxItem, event: Revising, channel: Channel) -> tuple[Said, ...]:
    """What was said just before in the same conversation, oldest first: the words that are kept, and those of events
    that were accepted before this one and are still being worked through beside it."""
    limit = core.limits.context_messages
    kept = tx.messages.context_before(channel.ref, thread=event.thread, said_before=event.at, limit=limit)
    said = [_said(core.keys.open(sealed, purpose=CONTEXT_PURPOSE)) for sealed in kept]
    for payload in tx.inbox.pending_before(item, limit=limit):
        other = decode(core.keys.open(payload, purpose=INBOX_PURPOSE))
        if isinstance(other, Posted | Edited) and _is_same_talk(other, event):
            author = tx.registry.person(other.message.person(other.author))
            said.append(Said(author=role_in(channel, author), text=other.content.text))
    return tuple(said[-limit:]) if limit else ()


def _is_same_talk(other: Revising, event: Revising) -> bool:
    if other.message == event.message or other.at > event.at:
        return False
    return event.thread in (other.thread, other.message.message)


def _record(core: Core, tx: Transaction, item: InboxItem, event: Revising, scene: Scene, verdict: Verdict) -> None:
    revision = event.revision if isinstance(event, Edited) else 0
    state = _seen(tx, event, revision)
    is_newest = revision == state.newest_revision
    records = [FindingRecord.of(finding) for finding in verdict.findings]
    is_first_verdict = tx.messages.add_verdict(
        event.message, revision, pack=verdict.pack, pack_version=verdict.pack_version, findings=records
    )
    if is_newest and not state.is_deleted:
        tx.messages.keep_context(
            event.message,
            thread=event.thread,
            said_at=event.at,
            sealed=core.keys.seal(_line(scene.role, event.content.text), purpose=CONTEXT_PURPOSE),
            until=tx.now + core.limits.context_kept,
        )
    is_looked_at = is_newest and looking.note_posted(core, tx, event, state)
    if is_looked_at and looking.is_all_in_pictures(tx, event, verdict):
        pass  # what there is to say comes of looking at them and of asking who is shown
    elif is_first_verdict and verdict.alerting:
        casebook.note_findings(core, tx, event, scene.channel, verdict, state)
    elif is_first_verdict and is_newest:
        casebook.note_mended(tx, event.message, revision)
    tx.inbox.finish(item)


def _seen(tx: Transaction, event: Revising, revision: int) -> MessageState:
    known = tx.messages.lock(event.message)
    if isinstance(event, Edited) and event.is_put_back:
        known = _put_back(tx, known, event)
    state = replace(
        known,
        thread=event.thread or known.thread,
        author=event.author,
        newest_revision=max(known.newest_revision, revision),
        said_at=event.at if isinstance(event, Posted) else known.said_at,
    )
    tx.messages.save(state)
    return state


def _delete(core: Core, tx: Transaction, item: InboxItem, event: Deleted) -> None:
    known = tx.messages.lock(event.message)
    state = replace(known, deleted_at=max(known.deleted_at or event.at, event.at))
    tx.messages.save(state)
    if state.is_deleted and not known.is_deleted:
        tx.messages.drop_context(event.message)
        casebook.note_deleted(core, tx, event)
        gone.note_gone(core, tx, event.message, at=event.at, by=event.by)
    tx.inbox.finish(item)


def _restore(tx: Transaction, item: InboxItem, event: Restored) -> None:
    _put_back(tx, tx.messages.lock(event.message), event)
    tx.inbox.finish(item)


def _put_back(tx: Transaction, known: MessageState, event: Restored | Edited) -> MessageState:
    """The message is there since then, unless it was deleted again later: what came first to us does not matter."""
    state = replace(known, restored_at=max(known.restored_at or event.at, event.at))
    tx.messages.save(state)
    if known.is_deleted and not state.is_deleted:
        casebook.note_restored(tx, event)
    return state


def _note_unread(core: Core, tx: Transaction, item: InboxItem, event: Unread) -> None:
    state = tx.messages.lock(event.message)
    tx.messages.save(replace(state, thread=event.thread or state.thread, author=state.author or event.author))
    casebook.note_unchecked(core, tx, item.key, event, event.reason)
    tx.inbox.finish(item)


def _report(core: Core, tx: Transaction, item: InboxItem, event: Reported) -> None:
    channel = tx.registry.channel(event.message.channel_ref)
    if channel is not None:
        state = tx.messages.lock(event.message)
        casebook.note_report(core, tx, event, channel, replace(state, thread=event.thread or state.thread))
    tx.inbox.finish(item)


def _note_member(core: Core, tx: Transaction, item: InboxItem, event: Joined | Left, *, is_told: bool) -> None:
    channel = event.channel
    person = channel.person(event.person)
    if isinstance(event, Joined):
        tx.registry.join(channel, person, by=channel.person(event.by) if event.by else None, at=event.at)
        parents.note_joined(tx, channel, person)
        if not is_told:
            strangers.ask_again(tx, person)
    else:
        tx.registry.leave(channel, person)
    tx.inbox.finish(item)
    watch.look(core, tx, channel)


def _note_account(core: Core, tx: Transaction, item: InboxItem, event: AccountChanged) -> None:
    identity.meet(core, tx, event.account)
    tx.inbox.finish(item)
    account = event.account.ref
    touched = set(tx.registry.channels_of(account))
    for channel in tx.registry.channels(account.workspace):
        if account in (channel.owner, channel.supervisor):
            ownership.review_owner(core, tx, channel)
            touched.add(channel.ref)
    for place in sorted(touched):
        watch.look(core, tx, place)


def _note_shape(core: Core, tx: Transaction, item: InboxItem, event: Reshaping) -> None:
    facts = tx.registry.facts(event.channel)
    match event:
        case Renamed(name=name):
            facts = replace(facts, name=name)
            channel = tx.registry.channel(event.channel)
            if channel is not None:
                tx.registry.save_channel(replace(channel, name=name))
        case Shared(is_shared=is_shared):
            facts = replace(facts, is_shared=is_shared)
        case Converted(is_private=is_private):
            facts = replace(facts, is_private=is_private)
        case Archived(is_archived=is_archived):
            facts = replace(facts, is_archived=is_archived)
        case Watched(is_watched=is_watched):
            facts = replace(facts, is_watched=is_watched)
            coverage.note_watched(tx, event)
            noticing.note_watched(tx, event)
    tx.registry.save_facts(event.channel, facts)
    tx.inbox.finish(item)
    watch.look(core, tx, event.channel)


async def _failed(core: Core, item: InboxItem, event: Event | None, error: Exception) -> None:
    kind = type(error).__name__
    log.warning("event.failed", key=item.key, error=kind, attempts=item.attempts)
    if item.attempts < core.limits.attempts:
        after = backoff(core.limits, item.attempts)
        await core.store.write(lambda tx: tx.inbox.retry(item, after=after, error=kind))
        return

    def give_up(tx: Transaction) -> None:
        casebook.note_unchecked(core, tx, item.key, event, kind)
        tx.inbox.bury(item, error=kind)

    await core.store.write(give_up)
    log.error("event.unchecked", key=item.key, error=kind)
    await core.bell.ring(OUTBOX_BELL)


def _line(role: Role, text: str) -> bytes:
    return f"{role}\n{text}".encode("utf-8", "surrogatepass")


def _said(line: bytes) -> Said:
    role, _, text = line.decode("utf-8", "surrogatepass").partition("\n")
    return Said(author=Role(role), text=text)
