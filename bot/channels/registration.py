"""Puts channels on the register: an employee asks, a supervisor approves or declines, and both are told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.acts import Handler
from bot.cards import Card
from bot.channels import approvals, asking
from bot.channels.cards import approval
from bot.channels.unregistered import asking as unregistered
from bot.core import Core
from bot.errors import PlatformBusy, Refused, Unable, Undeliverable
from bot.governance import watch
from bot.governance.noticing import awaits_notice
from bot.governance.watch import look_soon
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.approving import NOBODY_ABOVE
from bot.people.identity import met
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.duties import DUTIES_BELL
from bot.records.journal import Entry
from bot.records.registry import Channel, ChannelState, Person
from bot.wording.forms import choice, line, needed, text
from bot.wording.phrasing import KIND, name_or_dash
from bot.wording.subjects import channel_in, subject_of
from policy.message import ChannelKind
from policy.pack import Approver
from policy.verdict import Severity
from policy.words import Text

PURPOSE = Text(en="Purpose", es="Finalidad")
NAME = Text(en="Name", es="Nombre")
AUDIENCE = Text(en="For whom", es="Para quién")
SCHOOL = Text(en="School", es="Escuela")
SUPERVISOR = Text(en="Supervisor", es="Supervisor")
REASON = Text(en="Reason", es="Motivo")
QUESTION = Text(en="Question", es="Pregunta")

STAFF_ONLY = Text(
    en="Only staff can register a channel. Ask the person who runs it to type “/policy register”.",
    es="Solo el personal puede registrar un canal. Pida a quien lo dirige que escriba “/policy registrar”.",
)
TAKEN = Text(
    en="This channel belongs to {owner} on the register. If that is wrong, ask {owner} or your supervisor.",
    es="En el registro, este canal es de {owner}. Si no es correcto, hable con {owner} o con su supervisor.",
)
NOT_THERE = Text(
    en="This channel is not on the register. Its owner can type “/policy register” there.",
    es="Este canal no está en el registro. Su responsable puede escribir allí “/policy registrar”.",
)
OWN = Text(
    en="Nobody approves their own channel. {approver} has been asked.",
    es="Nadie aprueba su propio canal. Se ha preguntado a {approver}.",
)
NOT_YOURS = Text(
    en="This approval is not yours to give. {approver} has been asked.",
    es="Esta aprobación no le corresponde a usted. Se ha preguntado a {approver}.",
)
NOT_STAFF = Text(
    en="A supervisor is somebody of the staff other than you. Please choose another person.",
    es="Un supervisor es alguien del personal que no sea usted. Elija a otra persona, por favor.",
)
REPLACED = Text(
    en="The request was changed since this card was made. Please decide on the newer card.",
    es="La solicitud cambió después de esta tarjeta. Decida en la tarjeta más reciente, por favor.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an employee asks for. An empty name leaves the channel the one it has, an empty
    school means the employee's own. `supervisor` counts only where the
    register knows nobody above the employee."""

    place: ChannelRef
    kind: ChannelKind
    purpose: str
    name: str = ""
    audience: str = ""
    school: str = ""
    supervisor: PersonRef | None = None


def wish_of(place: ChannelRef, values: Mapping[str, str]) -> Wish:
    """The wish of a filled form. Raises Refused with what is missing."""
    return Wish(
        place=place,
        kind=choice(values.get("kind", ""), KIND),
        name=line(values, "name", NAME, limit=80).lstrip("#"),
        purpose=needed(line(values, "purpose", PURPOSE, limit=500), PURPOSE),
        audience=line(values, "audience", AUDIENCE),
        school=line(values, "school", SCHOOL),
        supervisor=_named(place, line(values, "supervisor", SUPERVISOR)),
    )


def _named(place: ChannelRef, person: str) -> PersonRef | None:
    return place.person(PersonId(person)) if person else None


async def register(core: Core, actor: Person, wish: Wish) -> Card:
    """Puts the channel on the register as requested and asks the supervisor. Asked for again in the same words, it
    changes nothing. Raises Refused."""
    if wish.supervisor is not None:
        await met(core, wish.supervisor)
    wish = await _called(core, wish)
    card = await core.store.write(lambda tx: _register(core, tx, actor, wish))
    await core.bell.ring(OUTBOX_BELL)
    await core.bell.ring(DUTIES_BELL)
    return card


async def _called(core: Core, wish: Wish) -> Wish:
    """The wish with the name that the channel has on its platform, where it gives none and the register has none."""
    known = await core.store.read(lambda tx: tx.registry.channel(wish.place))
    if wish.name or (known is not None and known.name != wish.place.channel):
        return wish
    try:
        facts = await core.platforms(wish.place.workspace).facts(wish.place)
    except (PlatformBusy, Unable, Undeliverable):
        return wish  # its id has to do until somebody names it
    return replace(wish, name=facts.name)


async def decide(core: Core, actor: Person, subject: str, state: ChannelState, reason: str = "") -> Card:
    """Approves or declines the request that `subject` names. One that was decided before stays as it is, and the card
    shows that. Raises Refused."""
    card = await core.store.write(lambda tx: _decide(core, tx, actor, subject, state, reason))
    await core.bell.ring(OUTBOX_BELL)
    return card


def waiting_for(tx: Transaction, core: Core, person: Person) -> tuple[Channel, ...]:
    """The channels that this person is asked to approve."""
    requested = (c for c in tx.registry.channels(person.ref.workspace) if c.state is ChannelState.REQUESTED)
    return tuple(c for c in requested if person.ref == _asked(tx, core, c))


def _asked(tx: Transaction, core: Core, channel: Channel) -> PersonRef | None:
    return next((person.ref for person in approval.deciders_of(tx, core, channel)), None)


def _register(core: Core, tx: Transaction, actor: Person, wish: Wish) -> Card:
    owner = tx.registry.person(actor.ref)
    if owner is None or not owner.is_active or not owner.role.is_staff or owner.ref.workspace != wish.place.workspace:
        raise Refused(STAFF_ONLY)
    owner = replace(owner, lang=actor.lang)
    known = tx.registry.channel(wish.place)
    if known is not None and not _is_free(tx, known, owner):
        return approval.card(tx, core, known, owner)
    owner = _under(tx, owner, wish.supervisor)
    channel = _requested(core, tx, known, owner, wish)
    if known is not None and replace(known, asked_at=channel.asked_at) == channel:
        return approval.card(tx, core, known, owner)
    approvers = approval.deciders_of(tx, core, channel)
    if not approvers:
        raise Refused(NOBODY_ABOVE)
    tx.registry.save_channel(channel)
    if known is not None and known.asked_at is not None:
        _update(tx, approval.topic_of(known))
    topic = approval.topic_of(channel)
    owe(tx, topic, approvers[0], version=approval.ASKED, severity=Severity.NORMAL)
    facts = {"kind": channel.kind.value, "pack": channel.pack, "asked": approvers[0].ref.person}
    _journal(tx, channel, owner, "requested", facts)
    approvals.requested(tx, channel)
    unregistered.note_registered(tx, channel.ref, owner)
    look_soon(tx, channel.ref)
    watch.look(core, tx, channel.ref)
    return approval.card(tx, core, channel, owner)


def _is_free(tx: Transaction, channel: Channel, actor: Person) -> bool:
    """Whether the actor may ask for the channel; False: it is theirs already. Raises Refused where it is another's."""
    is_open = channel.state in (ChannelState.DECLINED, ChannelState.CLOSED)
    if channel.owner is not None and channel.owner != actor.ref and not is_open:
        raise Refused(TAKEN, owner=name_or_dash(tx.registry.person(channel.owner)))
    return channel.state is not ChannelState.APPROVED or approval.may_renew(channel, tx.now)


def _under(tx: Transaction, owner: Person, supervisor: PersonRef | None) -> Person:
    """The owner with the supervisor whom they name, where the register knows nobody above them."""
    if supervisor is None or above(tx, owner) is not None:
        return owner
    named = tx.registry.person(supervisor)
    if named is None or not named.is_active or not named.role.is_staff or named.ref == owner.ref:
        raise Refused(NOT_STAFF)
    stored = tx.registry.person(owner.ref)
    if stored is not None:
        tx.registry.save_person(replace(stored, supervisor=named.ref))
    return replace(owner, supervisor=named.ref)


def _requested(core: Core, tx: Transaction, known: Channel | None, owner: Person, wish: Wish) -> Channel:
    supervisor = above(tx, owner)
    pack = core.shelf.get(known.pack if known else core.default_pack)
    is_informed = pack is not None and pack.settings.approver is Approver.INFORMED
    return Channel(
        ref=wish.place,
        name=wish.name or (known.name if known else wish.place.channel),
        kind=wish.kind,
        pack=known.pack if known else core.default_pack,
        # Where the policy wants a supervisor to know beforehand, having told them is enough.
        state=ChannelState.APPROVED if is_informed and supervisor else ChannelState.REQUESTED,
        purpose=wish.purpose,
        audience=wish.audience,
        school=wish.school or owner.school,
        owner=owner.ref,
        supervisor=supervisor.ref if supervisor else None,
        asked_at=tx.now,
        decided_at=tx.now if is_informed else None,
        expires_at=approval.until(tx, owner) if is_informed else known.expires_at if known else None,
        awaits_notice=awaits_notice(tx, pack, wish.place),
    )


def _decide(core: Core, tx: Transaction, actor: Person, subject: str, state: ChannelState, reason: str) -> Card:
    place, _, asked = subject.rpartition("|")
    channel = tx.registry.channel(channel_in(place))
    if channel is None:
        raise Refused(NOT_THERE)
    decider = _authorised(tx, core, channel, actor)
    if asked != approval.stamp(channel):
        raise Refused(REPLACED)
    if channel.state is not ChannelState.REQUESTED:
        return approval.card(tx, core, channel, decider)
    is_approved = state is ChannelState.APPROVED
    decided = replace(
        channel,
        state=state,
        decided_by=decider.ref,
        decided_at=tx.now,
        decision_reason=reason,
        expires_at=approval.until(tx, decider) if is_approved else None,
    )
    tx.registry.save_channel(decided)
    topic = approval.topic_of(decided)
    owner = tx.registry.person(channel.owner) if channel.owner else None
    if owner is not None and owner.is_active:
        owe(tx, topic, owner, version=approval.DECIDED, severity=Severity.NORMAL)
    _update(tx, topic)
    _journal(tx, decided, decider, state.value, {"has_reason": bool(reason)})
    approvals.decided(tx, decided)
    watch.look(core, tx, decided.ref)
    return approval.card(tx, core, decided, decider)


def _authorised(tx: Transaction, core: Core, channel: Channel, actor: Person) -> Person:
    people = approval.deciders_of(tx, core, channel)
    found = next((person for person in people if person.ref == actor.ref), None)
    if found is not None:
        return replace(found, lang=actor.lang)
    approver = name_or_dash(people[0] if people else None)
    raise Refused(OWN if actor.ref == channel.owner else NOT_YOURS, approver=approver)


def _update(tx: Transaction, topic: Topic) -> None:
    """Changes the cards that people have of the request, without calling for attention."""
    for ref in tx.outbox.shown_to(topic):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            owe(tx, topic, person, version=approval.DECIDED, severity=Severity.NORMAL, notify=False)


def _journal(tx: Transaction, channel: Channel, actor: Person, what: str, facts: Mapping[str, str | bool]) -> None:
    subject = f"channel:{subject_of(channel.ref)}"
    tx.journal.append(
        Entry(at=tx.now, name=f"channel:state:{what}", subject=subject, actor=actor.ref.person, facts=facts)
    )


async def _on_register(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await register(core, actor, wish_of(channel_in(subject), values))


async def _on_approve(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await decide(core, actor, subject, ChannelState.APPROVED, text(values, "reason", REASON, limit=500))


async def _on_decline(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    reason = needed(text(values, "reason", REASON, limit=500), REASON)
    return await decide(core, actor, subject, ChannelState.DECLINED, reason)


async def _on_ask(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    words = needed(text(values, "text", QUESTION), QUESTION)
    place = channel_in(subject.rpartition("|")[0])
    owner = await core.store.read(lambda tx: _owner_asked_by(tx, core, place, actor))
    return await asking.ask(core, actor, owner, words, place)


def _owner_asked_by(tx: Transaction, core: Core, place: ChannelRef, actor: Person) -> PersonRef:
    channel = tx.registry.channel(place)
    if channel is None or channel.owner is None:
        raise Refused(NOT_THERE)
    _authorised(tx, core, channel, actor)
    return channel.owner


ACTS: Mapping[str, Handler] = {
    "channel.register": _on_register,
    "channel.approve": _on_approve,
    "channel.decline": _on_decline,
    "channel.ask": _on_ask,
}
