"""The monitoring record at work: owners are reminded before a look is due, confirm it, and it stays on record."""

from collections.abc import Mapping
from dataclasses import replace

from bot.acts import DutyHandler, Handler
from bot.cards import Card
from bot.core import Core
from bot.errors import Refused
from bot.governance import attesting
from bot.governance.attesting import REMIND, news, plan
from bot.governance.cards import attestation
from bot.governance.cards.member import may_decide
from bot.governance.check import View, view_at, view_in
from bot.governance.watch import look
from bot.ids import ChannelRef
from bot.people.alerts import OUTBOX_BELL, owe
from bot.ports import Transaction
from bot.records.duties import DutyItem
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity
from policy.words import Text

NOT_YOURS = Text(
    en="Only the owner and the supervisor confirm that they have looked this channel over.",
    es="Solo el responsable y el supervisor confirman que han revisado este canal.",
)
ASKED, DONE = 1, 2


async def show(core: Core, actor: Person, place: ChannelRef) -> Card:
    """What is new in the channel since the last look. Raises Refused for whoever does not answer for it."""
    return await core.store.read(lambda tx: attestation.card(_view(core, tx, actor, place), actor))


async def confirm(core: Core, actor: Person, place: ChannelRef) -> Card:
    """Keeps that the actor has looked the channel over now, with what was new. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        view = _view(core, tx, actor, place)
        topic, found = attestation.topic_of(view), news(tx, view.channel, by=actor.ref)
        tx.attestations.add(found)
        for ref in tx.outbox.shown_to(topic):
            person = tx.registry.person(ref)
            if person is not None and person.is_active:
                owe(tx, topic, person, version=DONE, severity=Severity.NORMAL, notify=False)
        plan(view, anew=True)
        look(core, tx, place)
        facts = {"checked": found.checked, "flagged": found.flagged, "open": found.open}
        subject = f"channel:{subject_of(place)}"
        tx.journal.append(
            Entry(at=tx.now, name="channel:review:confirmed", subject=subject, actor=actor.ref.person, facts=facts)
        )
        return attestation.looked(view, found, actor)

    card = await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return card


def _view(core: Core, tx: Transaction, actor: Person, place: ChannelRef) -> View:
    view = view_in(tx, core, place)
    if view is None or not may_decide(view, actor):
        raise Refused(NOT_YOURS)
    return view


async def _on_remind(core: Core, item: DutyItem) -> None:
    await core.store.write(lambda tx: _remind(core, tx, item))


def _remind(core: Core, tx: Transaction, item: DutyItem) -> None:
    """Before it is due the owner is asked; when it is due the check is looked at, and speaks for itself."""
    tx.duties.finish(item)
    place = channel_in(item.duty.subject)
    view = view_at(tx, core, place)
    if view is None or not view.channel.state.is_read:
        return
    due = attesting.due_at(view)
    if tx.now >= due:
        look(core, tx, place)
        return
    tx.duties.set(replace(item.duty, due_at=due, note="due"))
    asked = view.owner if view.owner is not None and view.owner.is_on_duty else view.supervisor
    if asked is not None and item.duty.note == "soon":
        owe(tx, attestation.topic_of(view), asked, version=ASKED, severity=Severity.NORMAL)


async def _on_show(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await show(core, actor, channel_in(subject))


async def _on_confirm(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await confirm(core, actor, channel_in(subject))


ACTS: Mapping[str, Handler] = {"attest.show": _on_show, "attest.confirm": _on_confirm}
DUTIES: Mapping[str, DutyHandler] = {REMIND: _on_remind}
