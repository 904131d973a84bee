"""Looks at a channel's checks whenever something about it changed, and every night; tells those who must act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from zlib import crc32

from bot.acts import DutyHandler
from bot.core import Core
from bot.errors import Undeliverable
from bot.governance.attesting import plan
from bot.governance.cards.checks import topic_of
from bot.governance.check import Check, View, asked_by, view_at
from bot.governance.keeping import note_keepers
from bot.governance.newcomers import ask_about
from bot.governance.noticing import ensure
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.people.alerts import next_at, owe
from bot.people.identity import introduced
from bot.people.parents import note_joined
from bot.ports import Ability, Transaction
from bot.records.duties import Duty, DutyItem
from bot.records.governance import CheckRecord, CheckState
from bot.records.journal import Entry
from bot.records.registry import Channel, ChannelFacts, Person
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity

NIGHT = time(2, 0)
SPREAD = timedelta(hours=2)
"""Over which the channels' nightly looks are spread, so that a platform is not asked for all of them at once."""
MEND_WITHIN = timedelta(days=3)
"""After which a check that is still broken goes to the supervisor too."""
REMIND_EVERY = timedelta(days=7)
LOOK, UNMENDED = "channel.look", "check.unmended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A check whose outcome is another than on record."""

    check: Check
    before: CheckRecord | None
    after: CheckRecord

    @property
    def is_news(self) -> bool:
        """Whether somebody has more to do than before."""
        outcome, known = self.after.outcome, self.before.outcome if self.before else None
        if outcome.state is not CheckState.BROKEN or outcome.why in self.check.ours:
            return False
        is_new = known is None or known.state is not CheckState.BROKEN or known.why != outcome.why
        return is_new or not set(outcome.people) <= set(known.people if known else ())

    @property
    def is_turned(self) -> bool:
        """Whether it stands otherwise than before, whatever the reason."""
        return self.before is None or self.before.outcome.state is not self.after.outcome.state


def look(core: Core, tx: Transaction, ref: ChannelRef) -> View | None:
    """Brings the record of the channel's checks up to date, and owes those who answer for it a look at what changed.
    Returns the channel as it was looked at; None where nothing is asked of it."""
    view = view_at(tx, core, ref)
    if view is None or not view.channel.state.is_read:
        return None
    note_keepers(view)
    ensure(view)
    changes = _changes(view)
    for change in changes:
        tx.checks.save(change.after)
    if changes:
        _set_timers(view, changes)
        _tell(view, changes)
        newcomers = {p for change in changes for p in _newcomers(change)}
        ask_about(view, newcomers)
        _journal(view, changes)
    return view


def look_soon(tx: Transaction, ref: ChannelRef) -> None:
    """Has the platform asked for the channel's shape and members now, and every night from then on."""
    tx.duties.set(Duty(kind=LOOK, subject=subject_of(ref), due_at=tx.now))


def look_at_all(tx: Transaction) -> None:
    """Makes sure that each channel that is read is looked at every night."""
    for channel in tx.registry.channels():
        subject = subject_of(channel.ref)
        if channel.state.is_read and tx.duties.get(LOOK, subject) is None:
            tx.duties.set(Duty(kind=LOOK, subject=subject, due_at=_tonight(tx, channel)))


def _changes(view: View) -> list[Change]:
    known = {record.name: record for record in view.tx.checks.of(view.channel.ref)}
    version = max((record.version for record in known.values()), default=0)
    changes = []
    for check in asked_by(view.pack):
        outcome, before = check.look(view), known.get(check.name)
        if before is not None and before.outcome == outcome:
            continue
        version += 1
        is_same = before is not None and before.outcome.state is outcome.state
        since = before.since if before is not None and is_same else view.now
        after = CheckRecord(channel=view.channel.ref, name=check.name, outcome=outcome, since=since, version=version)
        changes.append(Change(check=check, before=before, after=after))
    return changes


def _set_timers(view: View, changes: Iterable[Change]) -> None:
    for change in changes:
        subject = f"{subject_of(view.channel.ref)}|{change.check.name}"
        if change.after.outcome.state is not CheckState.BROKEN:
            view.tx.duties.drop(UNMENDED, subject)
        elif change.is_turned:
            view.tx.duties.set(Duty(kind=UNMENDED, subject=subject, due_at=view.now + MEND_WITHIN))


def _tell(view: View, changes: list[Change]) -> None:
    """The owner hears of what is new; the supervisor of what is grave; whoever has the card sees it change."""
    tx, topic = view.tx, topic_of(view.channel)
    version = max(change.after.version for change in changes)
    news = [change for change in changes if change.is_news]
    loud = {view.owner.ref} if news and view.owner and view.owner.is_on_duty else set()
    is_grave = any(change.check.severity >= Severity.HIGH for change in news)
    if view.supervisor is not None and news and (is_grave or not loud):
        loud.add(view.supervisor.ref)
    for ref in dict.fromkeys((*sorted(loud), *tx.outbox.shown_to(topic))):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            severity = Severity.HIGH if is_grave else Severity.NORMAL
            owe(tx, topic, person, version=version, severity=severity, notify=ref in loud)


def _newcomers(change: Change) -> set[PersonId]:
    """Whom the owner is asked about one by one: those who came since the members were first looked at."""
    if change.before is None or change.check.name not in ("invited", "membership"):
        return set()
    return set(change.after.outcome.people) - set(change.before.outcome.people)


def _journal(view: View, changes: Iterable[Change]) -> None:
    for change in changes:
        is_first = change.before is None
        if change.is_turned and not (is_first and change.after.outcome.state is not CheckState.BROKEN):
            facts = {"check": change.check.name, "why": change.after.outcome.why, "pack": view.pack.id}
            name = f"channel:check:{change.after.outcome.state}"
            subject = f"channel:{subject_of(view.channel.ref)}"
            view.tx.journal.append(Entry(at=view.now, name=name, subject=subject, actor="", facts=facts))


async def _on_look(core: Core, item: DutyItem) -> None:
    """Asks the platform how the channel looks and who is in it, then looks at the checks."""
    ref = channel_in(item.duty.subject)
    platform = core.platforms(ref.workspace)
    try:
        facts = await platform.facts(ref)
        can_list = Ability.LIST_MEMBERS in platform.abilities(ref.workspace)
        members = await platform.members(ref) if can_list else None
    except Undeliverable:
        facts, members = ChannelFacts(), None
    inside = [ref.person(member) for member in members or ()]
    known = await core.store.read(lambda tx: tx.registry.known(inside))
    for person in inside:
        if person not in known:
            await introduced(core, person)
    await core.store.write(lambda tx: _note_look(core, tx, item, ref, facts, members))


def _note_look(
    core: Core,
    tx: Transaction,
    item: DutyItem,
    ref: ChannelRef,
    facts: ChannelFacts,
    members: tuple[PersonId, ...] | None,
) -> None:
    known, told = tx.registry.facts(ref), {field.name: getattr(facts, field.name) for field in fields(facts)}
    seen = replace(known, **{name: is_so for name, is_so in told.items() if is_so not in (None, "")})
    if seen != known:
        tx.registry.save_facts(ref, seen)
    if members is not None:
        _note_members(tx, ref, {ref.person(member) for member in members})
    tx.duties.finish(item)
    view = look(core, tx, ref)
    if view is not None:
        plan(view, anew=False)
    channel = tx.registry.channel(ref)
    if channel is not None and channel.state.is_read:
        tx.duties.set(Duty(kind=LOOK, subject=item.duty.subject, due_at=_tonight(tx, channel)))


def _note_members(tx: Transaction, ref: ChannelRef, present: set[PersonRef]) -> None:
    known = set(tx.registry.members(ref))
    for person in sorted(present - known):
        # Apps are nobody, and were not put on the register.
        if tx.registry.person(person) is not None:
            tx.registry.join(ref, person, by=None, at=tx.now)
            note_joined(tx, ref, person)
    for person in sorted(known - present):
        tx.registry.leave(ref, person)


def _tonight(tx: Transaction, channel: Channel) -> datetime:
    owner = tx.registry.person(channel.owner) if channel.owner else None
    zone = owner.zone if owner else "America/New_York"
    share = crc32(subject_of(channel.ref).encode()) % int(SPREAD.total_seconds())
    return next_at(NIGHT, zone, tx.now) + timedelta(seconds=share)


async def _on_unmended(core: Core, item: DutyItem) -> None:
    """Tells the supervisor what is still broken, and reminds everybody from then on."""
    await core.store.write(lambda tx: _remind(core, tx, item))


def _remind(core: Core, tx: Transaction, item: DutyItem) -> None:
    place, _, name = item.duty.subject.rpartition("|")
    ref = channel_in(place)
    tx.duties.finish(item)
    view = view_at(tx, core, ref)
    record = next((record for record in tx.checks.of(ref) if record.name == name), None)
    if view is None or record is None or record.outcome.state is not CheckState.BROKEN:
        return
    version = max(each.version for each in tx.checks.of(ref)) + 1
    tx.checks.save(replace(record, version=version))
    for person in _answering(view):
        owe(tx, topic_of(view.channel), person, version=version, severity=Severity.NORMAL)
    tx.duties.set(replace(item.duty, due_at=tx.now + REMIND_EVERY))


def _answering(view: View) -> list[Person]:
    return [person for person in (view.owner, view.supervisor) if person is not None and person.is_active]


DUTIES: Mapping[str, DutyHandler] = {LOOK: _on_look, UNMENDED: _on_unmended}
