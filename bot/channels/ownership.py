"""An owner leaves: the supervisor answers for the channel, names the next owner, and that one accepts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.acts import DutyHandler, Handler
from bot.cards import Card
from bot.channels.cards import handover as cards
from bot.core import Core
from bot.errors import Refused
from bot.governance import members, watch
from bot.governance.cards import member
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.people.alerts import OUTBOX_BELL, owe, owe_operators
from bot.people.routing import above
from bot.ports import Ability, Transaction, Unit
from bot.records.access import Cause, Handover, HandoverState
from bot.records.duties import DUTIES_BELL, Duty, DutyItem
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from bot.wording.forms import needed, text
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity
from policy.words import Text

REMIND_EVERY = timedelta(days=3)
WAITING = "handover.waiting"

REASON = Text(en="Reason", es="Motivo")
NEXT = Text(en="Next owner", es="Próximo responsable")
NOT_OWNER = Text(
    en="Only the owner of this channel can hand it over. If the owner is gone, the supervisor is asked by itself.",
    es="Solo el responsable de este canal puede traspasarlo. Si ya no está, se pregunta solo al supervisor.",
)
NOT_YOURS = Text(
    en="This is not yours to decide. {name} has been asked.", es="Esto no le corresponde a usted. Se preguntó a {name}."
)
NOT_STAFF = Text(
    en="The next owner must be somebody else of the staff, with an account here.",
    es="El próximo responsable debe ser otra persona del personal, con cuenta aquí.",
)
OVER = Text(en="This handover is over already.", es="Este traspaso ya terminó.")


async def leave(core: Core, actor: Person, place: ChannelRef) -> Card:
    """The owner says that they leave. Raises Refused for anybody else."""

    def unit(tx: Transaction) -> Card:
        channel = tx.registry.channel(place)
        if channel is None or channel.owner != actor.ref:
            raise Refused(NOT_OWNER)
        opened = tx.handovers.open_of(place) or _open(core, tx, channel, actor.ref, Cause.SAID_SO)
        return cards.card(tx, core, channel, opened, actor)

    return await _written(core, unit)


def review_owner(core: Core, tx: Transaction, channel: Channel) -> None:
    """Opens a handover where the channel's owner is gone, or closes it where they are back."""
    owner = tx.registry.person(channel.owner) if channel.owner else None
    if owner is None or not channel.state.is_read:
        return
    known = tx.handovers.open_of(channel.ref)
    if owner.is_on_duty:
        if known is not None and known.cause is not Cause.SAID_SO:
            _close(core, tx, channel, known, HandoverState.STAYED, None)
    elif known is None:
        _open(core, tx, channel, owner.ref, Cause.OFF_ROSTER if owner.is_active else Cause.CLOSED)


def _open(core: Core, tx: Transaction, channel: Channel, owner: PersonRef, cause: Cause) -> Handover:
    opened = Handover(channel=channel.ref, owner=owner, cause=cause, opened_at=tx.now)
    tx.handovers.save(opened)
    _ask_above(tx, channel, opened)
    _wait(tx, opened, 0)
    _journal(tx, opened, None if cause is not Cause.SAID_SO else owner, "leaving", {"cause": cause.value})
    watch.look(core, tx, channel.ref)
    return opened


def _ask_above(tx: Transaction, channel: Channel, handover: Handover) -> None:
    """Asks whoever names the next owner; where nobody stands above, the operators must know."""
    naming = cards.who_names(tx, channel, handover)
    if naming is None:
        owe_operators(tx, channel.ref.workspace, f"owner:{channel.ref.channel}")
    else:
        owe(tx, cards.topic_of(handover), naming, version=handover.version, severity=Severity.HIGH)


async def name(core: Core, actor: Person, subject: str, person: str) -> Card:
    """Names the next owner, who is asked; whoever names themself has accepted. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        channel, handover = _open_one(tx, subject)
        naming = cards.who_names(tx, channel, handover)
        if not cards.may_name(tx, channel, handover, actor):
            raise Refused(NOT_YOURS, name=naming.name if naming else "–")
        following = tx.registry.person(PersonRef(channel.ref.workspace, PersonId(person)))
        if following is None or not following.is_on_duty or following.ref == handover.owner:
            raise Refused(NOT_STAFF)
        named = replace(
            handover,
            state=HandoverState.NAMED,
            named=following.ref,
            named_by=actor.ref,
            named_at=tx.now,
            reason="",
            version=handover.version + 1,
        )
        tx.handovers.save(named)
        _journal(tx, named, actor.ref, "named", {"next": following.ref.person})
        if following.ref == actor.ref:
            return _accepted(core, tx, channel, named, actor)
        owe(tx, cards.topic_of(named), following, version=named.version, severity=Severity.NORMAL)
        _wait(tx, named, 0)
        _show(tx, named)
        return cards.card(tx, core, channel, named, actor)

    return await _written(core, unit)


async def answer(core: Core, actor: Person, subject: str, reason: str, *, accepts: bool) -> Card:
    """Whoever was named accepts, or says why not, and then the supervisor names another. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        channel, handover = _open_one(tx, subject)
        following = tx.registry.person(actor.ref)
        if handover.named != actor.ref or following is None or not following.is_on_duty:
            naming = cards.who_names(tx, channel, handover)
            raise Refused(NOT_YOURS, name=naming.name if naming else "–")
        if accepts:
            return _accepted(core, tx, channel, handover, actor)
        refused = replace(handover, state=HandoverState.OPEN, named=None, reason=reason, version=handover.version + 1)
        tx.handovers.save(refused)
        _ask_above(tx, channel, refused)
        _wait(tx, refused, 0)
        _journal(tx, refused, actor.ref, "refused", {})
        _show(tx, refused)
        return cards.thanks(channel, actor)

    return await _written(core, unit)


async def stay(core: Core, actor: Person, subject: str) -> Card:
    """The owner who wanted to leave stays. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        channel, handover = _open_one(tx, subject)
        if handover.owner != actor.ref or handover.cause is not Cause.SAID_SO:
            raise Refused(NOT_OWNER)
        stayed = _close(core, tx, channel, handover, HandoverState.STAYED, actor.ref)
        return cards.card(tx, core, channel, stayed, actor)

    return await _written(core, unit)


def _accepted(core: Core, tx: Transaction, channel: Channel, handover: Handover, actor: Person) -> Card:
    """The channel is the actor's from now on. Who supervises it stays, unless that is the new owner."""
    supervisor = channel.supervisor
    if supervisor is None or supervisor == actor.ref:
        higher = above(tx, actor)
        supervisor = higher.ref if higher else None
    changed = replace(channel, owner=actor.ref, supervisor=supervisor)
    tx.registry.save_channel(changed)
    workspace = channel.ref.workspace
    is_in = actor.ref in tx.registry.members(channel.ref)
    if not is_in and Ability.INVITE in core.platforms(workspace).abilities(workspace):
        tx.duties.set(Duty(kind=members.INVITE, subject=member.topic_of(actor.ref, changed).id, due_at=tx.now))
    done = _close(core, tx, changed, handover, HandoverState.DONE, actor.ref)
    return cards.card(tx, core, changed, done, actor)


def _close(
    core: Core, tx: Transaction, channel: Channel, handover: Handover, state: HandoverState, by: PersonRef | None
) -> Handover:
    closed = replace(handover, state=state, closed_at=tx.now, version=handover.version + 1)
    tx.handovers.save(closed)
    tx.duties.drop(WAITING, subject_of(channel.ref))
    for ref in dict.fromkeys((closed.owner, closed.named_by)):
        person = tx.registry.person(ref) if ref is not None and ref != by else None
        if person is not None and person.is_active:
            owe(tx, cards.topic_of(closed), person, version=closed.version, severity=Severity.NORMAL)
    _show(tx, closed)
    is_done = state is HandoverState.DONE
    facts = {"from": closed.owner.person, "to": closed.named.person if closed.named and is_done else None}
    _journal(tx, closed, by, "changed" if is_done else "stayed", facts)
    watch.look(core, tx, channel.ref)
    return closed


def _open_one(tx: Transaction, subject: str) -> tuple[Channel, Handover]:
    handover = cards.meant(tx, subject)
    channel = tx.registry.channel(handover.channel) if handover else None
    if handover is None or channel is None or handover.state.is_over:
        raise Refused(OVER)
    return channel, handover


def _wait(tx: Transaction, handover: Handover, reminded: int) -> None:
    due = tx.now + REMIND_EVERY
    tx.duties.set(Duty(kind=WAITING, subject=subject_of(handover.channel), due_at=due, note=str(reminded)))


def _show(tx: Transaction, handover: Handover) -> None:
    """Changes the cards that people have, without calling for attention."""
    topic = cards.topic_of(handover)
    for ref in tx.outbox.shown_to(topic):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            owe(tx, topic, person, version=handover.version, severity=Severity.NORMAL, notify=False)


def _journal(
    tx: Transaction, handover: Handover, by: PersonRef | None, what: str, facts: Mapping[str, str | None]
) -> None:
    subject = f"channel:{subject_of(handover.channel)}"
    actor = by.person if by else ""
    tx.journal.append(Entry(at=tx.now, name=f"channel:owner:{what}", subject=subject, actor=actor, facts=dict(facts)))


async def _written(core: Core, unit: Unit[Card]) -> Card:
    card = await core.store.write(unit)
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return card


async def _on_waiting(core: Core, item: DutyItem) -> None:
    """Reminds whoever must act, from the second time on also the next above."""
    await core.store.write(lambda tx: _remind(tx, item))


def _remind(tx: Transaction, item: DutyItem) -> None:
    tx.duties.finish(item)
    place = channel_in(item.duty.subject)
    channel, handover = tx.registry.channel(place), tx.handovers.open_of(place)
    if channel is None or handover is None:
        return
    reminded = replace(handover, version=handover.version + 1)
    tx.handovers.save(reminded)
    count = int(item.duty.note or 0) + 1
    naming = cards.who_names(tx, channel, reminded)
    higher = above(tx, naming) if naming is not None and count > 1 else None
    following = tx.registry.person(reminded.named) if reminded.named else None
    asked = {person.ref: person for person in (following, naming, higher) if person is not None}
    for person in asked.values():
        owe(tx, cards.topic_of(reminded), person, version=reminded.version, severity=Severity.NORMAL)
    _wait(tx, reminded, count)


async def _on_leave(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await leave(core, actor, channel_in(subject))


async def _on_name(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await name(core, actor, subject, needed(values.get("person", ""), NEXT))


async def _on_accept(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await answer(core, actor, subject, "", accepts=True)


async def _on_refuse(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    reason = needed(text(values, "reason", REASON, limit=500), REASON)
    return await answer(core, actor, subject, reason, accepts=False)


async def _on_stay(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await stay(core, actor, subject)


ACTS: Mapping[str, Handler] = {
    "handover.leave": _on_leave,
    "handover.name": _on_name,
    "handover.accept": _on_accept,
    "handover.refuse": _on_refuse,
    "handover.stay": _on_stay,
}
DUTIES: Mapping[str, DutyHandler] = {WAITING: _on_waiting}
