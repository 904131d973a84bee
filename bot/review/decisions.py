"""What somebody may do with an incident now, and what comes of it. Nothing is closed in silence, and nobody judges
their own case."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bot.acts import Handler
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import IncidentId, PersonId, PersonRef
from bot.judging import casebook
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.duties import DUTIES_BELL
from bot.records.incidents import Act, Contest, Decision, Incident, IncidentState
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.review import blocking, removal
from bot.review.choices import CHOICES, CONTEST_CHOICES, Choice
from policy.message import Role
from policy.verdict import Severity
from policy.words import Text

NOT_YOURS = Text(
    en="This alert is not yours to decide. Your supervisor can see what is.",
    es="Esta alerta no le corresponde. Su supervisor puede ver lo que hay.",
)
NOT_NOW = Text(
    en="That is not possible any more: this alert has changed meanwhile. Its card shows how it stands now.",
    es="Eso ya no es posible: esta alerta ha cambiado entretanto. Su tarjeta muestra cómo está ahora.",
)
GONE = Text(en="There is no such alert any more.", es="Esa alerta ya no existe.")
REASON_NEEDED = Text(
    en="Please give a reason: it stays on record and helps to mend the rule.",
    es="Escriba un motivo: queda registrado y ayuda a corregir la regla.",
)
WHOM = Text(
    en="Please choose a member of staff to refer this to.", es="Elija a una persona del personal a quien remitirlo."
)
ANOTHER = Text(
    en="Another person than the first reviewer answers a contest.",
    es="Una objeción la responde otra persona que no sea quien revisó primero.",
)


def offered(core: Core, tx: Transaction, incident: Incident, viewer: Person) -> tuple[Choice, ...]:
    """What this person may do with the incident now."""
    if not may_review(tx, incident, viewer):
        return (CONTEST_CHOICES[Act.CONTEST],) if may_contest(tx, incident, viewer) else ()
    choices = tuple(
        choice
        for choice in CHOICES.values()
        if incident.state in choice.since and not _is_idle(core, tx, choice.act, incident, viewer)
    )
    if incident.contest is Contest.ASKED and viewer.ref != first_reviewer(tx, incident.id):
        return (CONTEST_CHOICES[Act.UPHOLD], CONTEST_CHOICES[Act.OVERTURN], CHOICES[Act.NOTE])
    return choices


def may_review(tx: Transaction, incident: Incident, person: Person) -> bool:
    """Whether the person was told of the incident, is still on duty, and is not the one it is about."""
    is_author = person.ref == incident.message.person(incident.author)
    return person.is_active and not is_author and person.ref in tx.incidents.recipients(incident.id)


def may_contest(tx: Transaction, incident: Incident, person: Person) -> bool:
    """Whether the person wrote the message, was asked about it or found against or had it removed or blocked by a
    reviewer, and has not contested before."""
    is_author = person.ref == incident.message.person(incident.author)
    is_found = incident.is_author_asked or incident.state is IncidentState.CONFIRMED
    is_open = is_author and incident.contest is Contest.NONE
    is_taken_away = removal.remover(tx, incident.id) is not None or blocking.blocked(tx, incident) is not None
    return is_open and (is_found or is_taken_away)


def first_reviewer(tx: Transaction, incident: IncidentId) -> PersonRef | None:
    """Who first decided, or asked the author: somebody else answers a contest."""
    acts = (Act.CONFIRM, Act.ASK_AUTHOR, Act.REFER, Act.REMOVE, Act.BLOCK)
    return next((d.by for d in tx.incidents.decisions(incident) if d.act in acts), None)


def staff_to_refer_to(tx: Transaction, incident: Incident, viewer: Person) -> tuple[Person, ...]:
    """Active staff of the workspace other than the viewer and the author."""
    author = incident.message.person(incident.author)
    return tuple(
        person
        for person in tx.registry.people(incident.message.workspace)
        if person.role is Role.STAFF and person.is_active and person.ref not in (viewer.ref, author)
    )


async def act(core: Core, actor: Person, subject: str, values: Mapping[str, str], *, name: Act) -> Card | None:
    """Does it, for everybody who was told to see. Raises Refused with words for the person where it may not be done."""
    choice = (CHOICES | CONTEST_CHOICES)[name]
    note = values.get("note", "").strip()
    await core.store.write(lambda tx: _apply(core, tx, actor, choice, IncidentId(subject), note, values.get("to", "")))
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return Card(title=choice.label(actor.lang), tone=Tone.DONE, blocks=(Paragraph(choice.done(actor.lang)),))


async def show(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card | None:
    """Brings an alert that waited in a digest to the person as a card of its own. Raises Refused where it is not
    theirs."""
    del values
    incident_id = IncidentId(subject)

    def unit(tx: Transaction) -> None:
        incident = tx.incidents.get(incident_id)
        if incident is None or not may_review(tx, incident, actor):
            raise Refused(NOT_YOURS)
        topic = Topic(TopicKind.INCIDENT, incident.id)
        owe(tx, topic, actor, version=incident.version, severity=Severity.URGENT)

    await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return None


ACTS: Mapping[str, Handler] = {
    "alert.show": show,
    **{f"incident.{name}": partial(act, name=name) for name in (CHOICES | CONTEST_CHOICES)},
}


def _apply(
    core: Core, tx: Transaction, actor: Person, choice: Choice, incident_id: IncidentId, note: str, to: str
) -> None:
    incident = tx.incidents.get(incident_id)
    if incident is None:
        raise Refused(GONE)
    present = tx.registry.person(actor.ref)
    if present is None:
        raise Refused(NOT_YOURS)
    _authorise(core, tx, incident, present, choice)
    if choice.is_answer_needed and not note:
        raise Refused(REASON_NEEDED)
    referred = _referred_to(tx, incident, present, to) if choice.act is Act.REFER else None
    key = tx.incidents.wrapped_key(incident.id)
    sealed = core.keys.seal_with(key, note.encode()) if note and key else None
    tx.incidents.add_decision(
        Decision(
            incident=incident.id,
            act=choice.act,
            by=present.ref,
            at=tx.now,
            to=referred.ref if referred else None,
            sealed_note=sealed,
        )
    )
    if choice.act is Act.REMOVE:
        removal.wish(tx, incident)
    if choice.act in (Act.BLOCK, Act.LIFT):
        blocking.wish(tx, incident)
    notify = _to_notify(tx, incident, choice, referred) | _asked_to_lift(tx, incident, choice, present)
    for person in notify - {incident.message.person(incident.author)}:
        tx.incidents.add_recipient(incident.id, person)
    for each in _same_case(tx, incident) if choice.to else ():
        tx.incidents.save(replace(_after(each, choice, present), version=each.version + 1))
    casebook.changed(tx, _after(incident, choice, present), notify=notify)
    name = f"incident:{'contest' if choice.act in CONTEST_CHOICES else 'state'}:{choice.act}"
    facts = {"to": referred.ref.person if referred else None, "state": str(_after(incident, choice, present).state)}
    tx.journal.append(
        Entry(at=tx.now, name=name, subject=f"incident:{incident.id}", actor=actor.ref.person, facts=facts)
    )


def _authorise(core: Core, tx: Transaction, incident: Incident, actor: Person, choice: Choice) -> None:
    if choice.act is Act.CONTEST:
        if not may_contest(tx, incident, actor):
            raise Refused(NOT_YOURS)
        return
    if not may_review(tx, incident, actor):
        raise Refused(NOT_YOURS)
    if choice.act in CONTEST_CHOICES:
        if incident.contest is not Contest.ASKED:
            raise Refused(NOT_NOW)
        if actor.ref == first_reviewer(tx, incident.id):
            raise Refused(ANOTHER)
    elif choice.act in (Act.BLOCK, Act.LIFT) and not blocking.can_block(core, incident):
        raise Refused(blocking.UNABLE)
    elif incident.state not in choice.since or _is_idle(core, tx, choice.act, incident, actor):
        raise Refused(NOT_NOW)


def _is_idle(core: Core, tx: Transaction, act: Act, incident: Incident, viewer: Person) -> bool:
    """Whether doing it would change nothing, cannot be done there, or would do harm: who may be in danger is spoken to,
    not asked to delete it."""
    if act is Act.REMOVE:
        return not removal.is_possible(core, tx, incident)
    if act in (Act.BLOCK, Act.LIFT):
        return not blocking.is_possible(core, tx, incident, act)
    if act is Act.TAKE:
        return incident.taken_by == viewer.ref
    if act is Act.ASK_AUTHOR and incident.severity is Severity.URGENT:
        return True
    return act is Act.ASK_AUTHOR and (incident.is_author_asked or incident.is_deleted)


def _after(incident: Incident, choice: Choice, actor: Person) -> Incident:
    state = choice.to or incident.state
    contests = {Act.CONTEST: Contest.ASKED, Act.UPHOLD: Contest.UPHELD, Act.OVERTURN: Contest.OVERTURNED}
    return replace(
        incident,
        state=state,
        contest=contests.get(choice.act, incident.contest),
        is_author_asked=incident.is_author_asked or choice.act is Act.ASK_AUTHOR,
        taken_by=actor.ref if choice.act is Act.TAKE else None if state is IncidentState.OPEN else incident.taken_by,
        decided_by=actor.ref if choice.to and state.is_decided else None if choice.to else incident.decided_by,
    )


def _same_case(tx: Transaction, incident: Incident) -> tuple[Incident, ...]:
    """What was folded into the incident and is undecided shares its fate."""
    return tuple(each for each in tx.incidents.folded(incident.id) if not each.state.is_decided)


def _referred_to(tx: Transaction, incident: Incident, actor: Person, to: str) -> Person:
    candidates = staff_to_refer_to(tx, incident, actor)
    found = next((person for person in candidates if person.ref.person == PersonId(to)), None)
    if found is None:
        raise Refused(WHOM)
    return found


def _to_notify(tx: Transaction, incident: Incident, choice: Choice, referred: Person | None) -> frozenset[PersonRef]:
    """Whose attention this act calls for: who it was referred to, the second reviewer, the author. The rest just see
    it."""
    author = incident.message.person(incident.author)
    if referred is not None:
        return frozenset({referred.ref})
    if choice.act is Act.ASK_AUTHOR:
        return frozenset({author})
    if choice.act is Act.CONTEST:
        second = _second_reviewer(tx, incident)
        return frozenset({second.ref} if second else ())
    if choice.act in (Act.UPHOLD, Act.OVERTURN):
        first = first_reviewer(tx, incident.id)
        return frozenset({author, first} if first else {author})
    return frozenset()


def _asked_to_lift(tx: Transaction, incident: Incident, choice: Choice, actor: Person) -> frozenset[PersonRef]:
    """Who had the message blocked, when somebody else finds no problem with it."""
    block = blocking.blocked(tx, incident)
    is_theirs = choice.to is IncidentState.DISMISSED and block is not None and block.by != actor.ref
    return frozenset({block.by}) if block is not None and is_theirs else frozenset()


def _second_reviewer(tx: Transaction, incident: Incident) -> Person | None:
    """Somebody told of the incident who is not the first reviewer, else the next above that one."""
    first = first_reviewer(tx, incident.id)
    told = [ref for ref in tx.incidents.recipients(incident.id) if ref != first]
    for ref in told:
        person = tx.registry.person(ref)
        if person is not None and may_review(tx, incident, person):
            return person
    reviewer = tx.registry.person(first) if first else None
    return above(tx, reviewer) if reviewer else None
