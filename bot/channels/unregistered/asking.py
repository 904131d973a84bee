"""The question whether a channel is a school's: asked once, reminded of, passed on to the next above, answered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.acts import DutyHandler, Handler
from bot.cards import Card, Paragraph, Tone
from bot.channels.cards import unregistered as cards
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, WorkspaceId
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.routing import above, operators
from bot.ports import Transaction
from bot.records.duties import Duty, DutyItem
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.records.unregistered import UnregisteredChannel
from bot.wording.forms import line, needed
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity
from policy.words import Text

REMIND_AFTER = timedelta(days=3)
PASS_ON_AFTER = timedelta(days=4)
"""How long after the reminder the question goes to the next above."""
MOST_OPEN = 5
"""Questions that one person is asked at a time; the others wait until some are answered."""
WAITING = "unregistered.waiting"

WHAT = Text(en="What it is for", es="Para qué es")
THANKS = Text(en="Thank you, that is on record", es="Gracias, queda registrado")
KEPT = Text(
    en="#{channel} is not a school channel: {what}. Nobody is asked again.",
    es="#{channel} no es un canal escolar: {what}. No se preguntará más.",
)
ASKED_AGAIN = Text(
    en="{name} is asked once more. Without an answer in four days you hear of it here.",
    es="Se pregunta otra vez a {name}. Si no responde en cuatro días, lo sabrá aquí.",
)
NOT_YOURS = Text(
    en="You were not asked about this channel. Its owner types “/policy register” there.",
    es="A usted no se le preguntó por este canal. Su responsable escribe allí “/policy registrar”.",
)
LEFT = Text(
    en="Whoever was asked is no longer there. Please find out whose the channel is, or say what it is for.",
    es="A quien se preguntó ya no está. Averigüe de quién es el canal, por favor, o diga para qué es.",
)


def ask(tx: Transaction, found: UnregisteredChannel) -> UnregisteredChannel:
    """Asks whoever it is about; where that is nobody of the staff, the district's operators at once. Whoever has many
    such questions open is asked later."""
    person = cards.likely_owner(tx, found)
    if person is None:
        has_room = len(_open_for_operators(tx, found.ref.workspace)) < MOST_OPEN
        return _pass_on(tx, replace(found, asked_at=tx.now, owner=None)) if has_room else found
    if len(tx.unregistered.open_for(person.ref)) >= MOST_OPEN:
        return found
    asked = _saved(tx, replace(found, asked_at=tx.now))
    _owe(tx, asked, (person,))
    tx.duties.set(Duty(kind=WAITING, subject=subject_of(found.ref), due_at=tx.now + REMIND_AFTER))
    _journal(tx, asked, None, "asked")
    return asked


def note_registered(tx: Transaction, ref: ChannelRef, by: Person) -> None:
    """The channel was put on the register: nobody is reminded any more, and the cards show it."""
    known = tx.unregistered.get(ref)
    if known is not None and known.is_open:
        _settle(tx, replace(known, answered_at=tx.now, answered_by=by.ref))


def note_gone(tx: Transaction, ref: ChannelRef) -> None:
    """Chaperone was taken out again, or the channel is no longer used: there is nothing to ask any more."""
    known = tx.unregistered.get(ref)
    if known is not None and known.is_open:
        _settle(tx, replace(known, is_gone=True))


async def answer(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    """Keeps that the channel is none of the school's, and what it is for. Answered twice, the first answer stays.
    Raises Refused for whoever was not asked."""
    what = needed(line(values, "what", WHAT, limit=200), WHAT)

    def unit(tx: Transaction) -> UnregisteredChannel:
        ref = channel_in(subject)
        known = tx.unregistered.get(ref)
        if known is None or not cards.may_answer(tx, known, actor):
            raise Refused(NOT_YOURS)
        if known.answered_at is None and not cards.is_registered(tx, known):
            known = _settle(tx, replace(known, answered_at=tx.now, answered_by=actor.ref, answer=what))
            _journal(tx, known, actor, "answered")
        return known

    known = await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    said = KEPT(actor.lang, channel=known.name, what=known.answer)
    return Card(title=THANKS(actor.lang), tone=Tone.DONE, blocks=(Paragraph(said),))


async def remind(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    """Whoever it was passed on to has its likely owner asked once more. Raises Refused for whoever was not asked."""
    del values

    def unit(tx: Transaction) -> str:
        known = tx.unregistered.get(channel_in(subject))
        if known is None or not cards.may_answer(tx, known, actor):
            raise Refused(NOT_YOURS)
        owner = cards.likely_owner(tx, known)
        if owner is None:
            raise Refused(LEFT)
        if known.is_open and not cards.is_registered(tx, known):
            reminded = _saved(tx, replace(known, reminded_at=tx.now))
            _owe(tx, reminded, (owner,))
            tx.duties.set(Duty(kind=WAITING, subject=subject_of(known.ref), due_at=tx.now + PASS_ON_AFTER))
            _journal(tx, reminded, actor, "reminded")
        return owner.name

    name = await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return Card(title=ASKED_AGAIN(actor.lang, name=name), tone=Tone.DONE)


async def _on_waiting(core: Core, item: DutyItem) -> None:
    await core.store.write(lambda tx: _remind(tx, item))


def _remind(tx: Transaction, item: DutyItem) -> None:
    """The first time whoever was asked is reminded, the second time the next above is asked."""
    tx.duties.finish(item)
    known = tx.unregistered.get(channel_in(item.duty.subject))
    if known is None or not known.is_open or cards.is_registered(tx, known):
        return
    if tx.registry.facts(known.ref).is_archived:
        note_gone(tx, known.ref)
        return
    person = cards.likely_owner(tx, known)
    if known.reminded_at is None and person is not None:
        reminded = _saved(tx, replace(known, reminded_at=tx.now))
        _owe(tx, reminded, (person,))
        tx.duties.set(Duty(kind=WAITING, subject=item.duty.subject, due_at=tx.now + PASS_ON_AFTER))
    else:
        _pass_on(tx, known)


def _open_for_operators(tx: Transaction, workspace: WorkspaceId) -> Sequence[UnregisteredChannel]:
    """Those about which they were asked because there was nobody else."""
    noticed = tx.unregistered.of(workspace)
    return [each for each in noticed if each.owner is None and each.asked_at is not None and each.is_open]


def _pass_on(tx: Transaction, known: UnregisteredChannel) -> UnregisteredChannel:
    person = tx.registry.person(known.owner) if known.owner is not None else None
    higher = above(tx, person) if person is not None else None
    told = (higher,) if higher is not None else operators(tx, known.ref.workspace)
    passed = _saved(tx, replace(known, passed_on_at=tx.now))
    _owe(tx, passed, told)
    _show(tx, passed)
    _journal(tx, passed, None, "passed_on")
    return passed


def _settle(tx: Transaction, known: UnregisteredChannel) -> UnregisteredChannel:
    """There is nothing left to ask: nobody is reminded, and the cards show it."""
    tx.duties.drop(WAITING, subject_of(known.ref))
    settled = _saved(tx, known)
    _show(tx, settled)
    return settled


def _saved(tx: Transaction, known: UnregisteredChannel) -> UnregisteredChannel:
    saved = replace(known, version=known.version + 1)
    tx.unregistered.save(saved)
    return saved


def _owe(tx: Transaction, known: UnregisteredChannel, people: Sequence[Person]) -> None:
    for person in people:
        owe(tx, cards.topic_of(known), person, version=known.version, severity=Severity.NORMAL)


def _show(tx: Transaction, known: UnregisteredChannel) -> None:
    """Changes the cards that people have, without calling for attention."""
    topic = cards.topic_of(known)
    for ref in tx.outbox.shown_to(topic):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            owe(tx, topic, person, version=known.version, severity=Severity.NORMAL, notify=False)


def _journal(tx: Transaction, known: UnregisteredChannel, actor: Person | None, what: str) -> None:
    facts = {"why": known.why.value, "asked": known.owner.person if known.owner else None}
    by, subject = actor.ref.person if actor else "", f"channel:{subject_of(known.ref)}"
    tx.journal.append(Entry(at=tx.now, name=f"channel:unregistered:{what}", subject=subject, actor=by, facts=facts))


ACTS: Mapping[str, Handler] = {"unregistered.no": answer, "unregistered.remind": remind}
DUTIES: Mapping[str, DutyHandler] = {WAITING: _on_waiting}
