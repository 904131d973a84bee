"""What owner and supervisor do about members: approve, remove, invite. What a platform must do is done by a duty."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TypeVar

from bot.acts import DutyHandler, Handler
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused, Undeliverable
from bot.governance.cards import member
from bot.governance.check import View, view_at, view_in
from bot.governance.checks.invited import is_invited
from bot.governance.checks.membership import belongs
from bot.governance.newcomers import UNDECIDED, settle
from bot.governance.watch import look
from bot.ids import ChannelRef, PersonRef
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.parents import note_joined
from bot.ports import Ability, Transaction, Unit
from bot.records.duties import DUTIES_BELL, Duty, DutyItem
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.wording.forms import line, needed
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity
from policy.words import Text

REMOVE, INVITE = "member.remove", "member.invite"

T = TypeVar("T")

PURPOSE = Text(en="Purpose", es="Finalidad")
NOT_YOURS = Text(
    en="Only the owner and the supervisor decide who belongs in this channel.",
    es="Solo el responsable y el supervisor deciden quién pertenece a este canal.",
)
NOT_IN = Text(en="That person is not in the channel any more.", es="Esa persona ya no está en el canal.")
CANNOT_REMOVE = Text(
    en="Chaperone may not remove people here. Remove {name} in the channel's settings; the check then holds by itself.",
    es="Aquí Chaperone no puede quitar a nadie. Quite a {name} en los ajustes del canal; la comprobación se pondrá en "
    "orden sola.",
)
CANNOT_INVITE = Text(
    en="Chaperone may not invite people here. Invite {name} yourself; the check then holds by itself.",
    es="Aquí Chaperone no puede invitar a nadie. Invite a {name}; la comprobación se pondrá en orden sola.",
)
APPROVED = Text(en="{name} is on record as a member.", es="Consta que {name} es miembro.")
ALL_APPROVED = Text(en="{n} members are on record as invited.", es="Consta que {n} miembros están invitados.")
REMOVING = Text(en="{name} is being removed.", es="Se está quitando a {name}.")
INVITING = Text(en="{name} is being invited.", es="Se está invitando a {name}.")
DONE = Text(en="Done", es="Hecho")


async def _on_approve(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    purpose = line(values, "purpose", PURPOSE, limit=200)

    def unit(tx: Transaction) -> str:
        view, person = _meant(core, tx, actor, subject)
        found = next((each for each in view.members if each.place.person == person), None)
        if found is None:
            raise Refused(NOT_IN)
        if not belongs(found):
            needed(purpose, PURPOSE)
        _approve(view, actor, person, purpose)
        return found.person.name if found.person else person.person

    name = await _written(core, unit)
    return _done(APPROVED(actor.lang, name=name), actor)


async def _on_approve_all(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values

    def unit(tx: Transaction) -> int:
        view = _view(core, tx, actor, channel_in(subject))
        waiting = [each for each in view.members if belongs(each) and not is_invited(view, each)]
        for each in waiting:
            _approve(view, actor, each.place.person, "")
        return len(waiting)

    count = await _written(core, unit)
    return _done(ALL_APPROVED(actor.lang, n=count), actor)


async def _on_remove(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values

    def unit(tx: Transaction) -> str:
        view, person = _meant(core, tx, actor, subject)
        known = tx.registry.person(person)
        name = known.name if known else person.person
        if Ability.REMOVE_MEMBER not in core.platforms(person.workspace).abilities(person.workspace):
            raise Refused(CANNOT_REMOVE, name=name)
        tx.duties.set(Duty(kind=REMOVE, subject=member.topic_of(person, view.channel).id, due_at=tx.now))
        _journal(view, actor, "remove", person)
        return name

    name = await _written(core, unit)
    return _done(REMOVING(actor.lang, name=name), actor)


async def _on_invite_supervisor(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values

    def unit(tx: Transaction) -> str:
        view = _view(core, tx, actor, channel_in(subject))
        supervisor = view.supervisor
        if supervisor is None:
            raise Refused(NOT_YOURS)
        if Ability.INVITE not in core.platforms(view.channel.ref.workspace).abilities(view.channel.ref.workspace):
            raise Refused(CANNOT_INVITE, name=supervisor.name)
        tx.duties.set(Duty(kind=INVITE, subject=member.topic_of(supervisor.ref, view.channel).id, due_at=tx.now))
        _journal(view, actor, "invite", supervisor.ref)
        return supervisor.name

    name = await _written(core, unit)
    return _done(INVITING(actor.lang, name=name), actor)


def _approve(view: View, actor: Person, person: PersonRef, purpose: str) -> None:
    if not view.tx.registry.approve_member(view.channel.ref, person, by=actor.ref, at=view.now, purpose=purpose):
        raise Refused(NOT_IN)
    settle(view.tx, view.channel, person)
    look(view.core, view.tx, view.channel.ref)
    _journal(view, actor, "approve", person)


def _meant(core: Core, tx: Transaction, actor: Person, subject: str) -> tuple[View, PersonRef]:
    person, place = member.named(subject)
    return _view(core, tx, actor, place), person


def _view(core: Core, tx: Transaction, actor: Person, place: ChannelRef) -> View:
    """The channel, for somebody who answers for it. Raises Refused for anybody else."""
    view = view_in(tx, core, place)
    if view is None or not member.may_decide(view, actor):
        raise Refused(NOT_YOURS)
    return view


async def _written(core: Core, unit: Unit[T]) -> T:
    answer = await core.store.write(unit)
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return answer


def _done(words: str, actor: Person) -> Card:
    return Card(title=DONE(actor.lang), tone=Tone.DONE, blocks=(Paragraph(words),))


def _journal(view: View, actor: Person, what: str, person: PersonRef) -> None:
    subject = f"channel:{subject_of(view.channel.ref)}"
    facts = {"person": person.person}
    view.tx.journal.append(
        Entry(at=view.now, name=f"channel:member:{what}", subject=subject, actor=actor.ref.person, facts=facts)
    )


async def _do_remove(core: Core, item: DutyItem) -> None:
    """Has the platform take the person out. Who cannot be reached is not in the channel."""
    person, place = member.named(item.duty.subject)
    with suppress(Undeliverable):
        await core.platforms(place.workspace).remove_member(place, person)

    def unit(tx: Transaction) -> None:
        tx.registry.leave(place, person)
        tx.duties.finish(item)
        channel = tx.registry.channel(place)
        if channel is not None:
            settle(tx, channel, person)
        look(core, tx, place)

    await core.store.write(unit)


async def _do_invite(core: Core, item: DutyItem) -> None:
    """Has the platform let the person in."""
    person, place = member.named(item.duty.subject)
    await core.platforms(place.workspace).invite(place, person)

    def unit(tx: Transaction) -> None:
        channel = tx.registry.channel(place)
        tx.registry.join(place, person, by=channel.owner if channel else None, at=tx.now)
        note_joined(tx, place, person)
        tx.duties.finish(item)
        look(core, tx, place)

    await core.store.write(unit)


async def _on_undecided(core: Core, item: DutyItem) -> None:
    """The owner has not decided in time: the supervisor is asked too."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        person, place = member.named(item.duty.subject)
        view = view_at(tx, core, place)
        if view is not None and view.supervisor is not None and member.is_undecided(view, person):
            version = member.version(member.LATE, tx.now)
            owe(tx, member.topic_of(person, view.channel), view.supervisor, version=version, severity=Severity.HIGH)

    await core.store.write(unit)


ACTS: Mapping[str, Handler] = {
    "member.approve": _on_approve,
    "member.approve_all": _on_approve_all,
    "member.remove": _on_remove,
    "member.invite_supervisor": _on_invite_supervisor,
}
DUTIES: Mapping[str, DutyHandler] = {REMOVE: _do_remove, INVITE: _do_invite, UNDECIDED: _on_undecided}
