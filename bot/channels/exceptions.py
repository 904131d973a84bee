"""Exceptions of a channel (an approved fundraiser, a mock election, a tool): asked for, approved or declined, ended."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.acts import Handler
from bot.cards import Card
from bot.channels import asking
from bot.channels.cards import exception as cards
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, PersonRef
from bot.language import plain
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.approving import NOBODY_ABOVE
from bot.ports import Transaction
from bot.records.journal import Entry
from bot.records.registry import Channel, ChannelException, Person
from bot.wording.dates import end_of, end_of_school_year, local
from bot.wording.forms import choice, line, needed, text
from bot.wording.phrasing import ALLOWANCE, name_or_dash
from bot.wording.subjects import channel_in
from policy.message import AllowanceKind
from policy.verdict import Severity
from policy.words import Text

LONGEST = timedelta(days=366)

VALUE = Text(en="Which one", es="Cuál")
REASON = Text(en="Reason", es="Motivo")
UNTIL = Text(en="Until", es="Hasta")
QUESTION = Text(en="Question", es="Pregunta")

NOT_REGISTERED = Text(
    en="This channel is not on the register yet, so it can have no exceptions. Begin with “/policy register”.",
    es="Este canal aún no está en el registro y no puede tener excepciones. Empiece con “/policy registrar”.",
)
OWNER_ONLY = Text(
    en="Only the owner or the supervisor of a channel asks for its exceptions. Ask {owner}.",
    es="Solo el responsable o el supervisor de un canal pide sus excepciones. Hable con {owner}.",
)
NO_DAY = Text(
    en="“{given}” is no day that I can read. Write it like 2026-05-30.",
    es="No entiendo «{given}» como fecha. Escríbala así: 2026-05-30.",
)
PAST = Text(en="That day is over. Choose a day to come.", es="Ese día ya pasó. Elija uno que esté por venir.")
TOO_FAR = Text(
    en="An exception may last a year at most. Choose an earlier day; it can be asked for again.",
    es="Una excepción dura un año como máximo. Elija un día anterior; podrá pedirla de nuevo.",
)
GONE = Text(en="There is no such exception any more.", es="Esa excepción ya no existe.")
OWN = Text(
    en="Nobody approves what they asked for themselves. {approver} has been asked.",
    es="Nadie aprueba lo que pide. Se ha preguntado a {approver}.",
)
NOT_YOURS = Text(
    en="This exception is not yours to decide. {approver} has been asked.",
    es="Esta excepción no le corresponde. Se ha preguntado a {approver}.",
)
NOT_YOURS_TO_END = Text(
    en="Only the channel's owner and supervisor may end this exception.",
    es="Solo el responsable y el supervisor del canal pueden terminar esta excepción.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for. Without a day it ends with the school year."""

    place: ChannelRef
    kind: AllowanceKind
    value: str
    reason: str
    until: date | None = None


def wish_of(place: ChannelRef, values: Mapping[str, str]) -> Wish:
    """The wish of a filled form. Raises Refused with what is missing or cannot be."""
    return Wish(
        place=place,
        kind=choice(values.get("kind", ""), ALLOWANCE),
        value=needed(line(values, "value", VALUE), VALUE),
        reason=needed(text(values, "reason", REASON, limit=500), REASON),
        until=_day(line(values, "until", UNTIL)),
    )


async def ask(core: Core, actor: Person, wish: Wish) -> Card:
    """Asks the channel's supervisor. The same one that waits or is in force already stays as it is. Raises Refused."""
    new_id = secrets.token_hex(6)
    card = await core.store.write(lambda tx: _ask(tx, actor, wish, new_id))
    await core.bell.ring(OUTBOX_BELL)
    return card


async def decide(core: Core, actor: Person, exception_id: str, *, is_approved: bool, reason: str = "") -> Card:
    """Approves or declines. One that was decided before stays as it is, and the card shows that. Raises Refused."""
    card = await core.store.write(lambda tx: _decide(tx, actor, exception_id, is_approved=is_approved, reason=reason))
    await core.bell.ring(OUTBOX_BELL)
    return card


async def end(core: Core, actor: Person, exception_id: str) -> Card:
    """Ends an exception that is in force; one that is not stays as it is. Raises Refused."""
    card = await core.store.write(lambda tx: _end(tx, actor, exception_id))
    await core.bell.ring(OUTBOX_BELL)
    return card


def waiting_for(tx: Transaction, person: Person) -> tuple[ChannelException, ...]:
    """The exceptions that this person is asked to decide."""
    return tuple(
        exception
        for channel in tx.registry.channels(person.ref.workspace)
        for exception in tx.registry.exceptions(channel.ref)
        if exception.decided_at is None and _first_asked(tx, exception) == person.ref
    )


def in_force(tx: Transaction, channel: Channel) -> Sequence[ChannelException]:
    return [e for e in tx.registry.exceptions(channel.ref) if e.is_in_force(tx.now)]


def _ask(tx: Transaction, actor: Person, wish: Wish, new_id: str) -> Card:
    asker = _present(tx, actor)
    channel = tx.registry.channel(wish.place)
    if channel is None or not channel.state.is_read:
        raise Refused(NOT_REGISTERED)
    if asker.ref not in (channel.owner, channel.supervisor):
        raise Refused(OWNER_ONLY, owner=name_or_dash(tx.registry.person(channel.owner) if channel.owner else None))
    same = _same(tx, channel, wish)
    if same is not None:
        return cards.card(tx, same, asker)
    exception = ChannelException(
        id=new_id,
        channel=channel.ref,
        kind=wish.kind,
        value=wish.value,
        reason=wish.reason,
        asked_by=asker.ref,
        asked_at=tx.now,
        ends_at=_ends_at(tx, asker, wish.until),
    )
    people = cards.deciders_of(tx, exception)
    if not people:
        raise Refused(NOBODY_ABOVE)
    tx.registry.save_exception(exception)
    owe(tx, cards.topic_of(exception), people[0], version=cards.ASKED, severity=Severity.NORMAL)
    _journal(tx, exception, asker, "requested")
    return cards.card(tx, exception, asker)


def _decide(tx: Transaction, actor: Person, exception_id: str, *, is_approved: bool, reason: str) -> Card:
    exception, decider = _authorised(tx, actor, exception_id)
    if exception.decided_at is not None:
        return cards.card(tx, exception, decider)
    decided = replace(
        exception,
        approved_by=decider.ref if is_approved else None,
        decided_at=tx.now,
        is_declined=not is_approved,
        decision_reason=reason,
    )
    tx.registry.save_exception(decided)
    _tell(tx, decided, version=cards.DECIDED, loudly=exception.asked_by)
    _journal(tx, decided, decider, "approved" if is_approved else "declined")
    return cards.card(tx, decided, decider)


def _end(tx: Transaction, actor: Person, exception_id: str) -> Card:
    exception, person = tx.registry.exception(exception_id), _present(tx, actor)
    if exception is None:
        raise Refused(GONE)
    if not cards.may_end(tx, exception, person):
        raise Refused(NOT_YOURS_TO_END)
    if not exception.is_in_force(tx.now):
        return cards.card(tx, exception, person)
    ended = replace(exception, ends_at=tx.now)
    tx.registry.save_exception(ended)
    others = exception.asked_by if person.ref != exception.asked_by else None
    _tell(tx, ended, version=cards.ENDED, loudly=others)
    _journal(tx, ended, person, "ended")
    return cards.card(tx, ended, person)


def _authorised(tx: Transaction, actor: Person, exception_id: str) -> tuple[ChannelException, Person]:
    exception = tx.registry.exception(exception_id)
    if exception is None:
        raise Refused(GONE)
    people = cards.deciders_of(tx, exception)
    found = next((person for person in people if person.ref == actor.ref), None)
    if found is None:
        is_own = actor.ref == exception.asked_by
        raise Refused(OWN if is_own else NOT_YOURS, approver=name_or_dash(people[0] if people else None))
    return exception, replace(found, lang=actor.lang)


def _present(tx: Transaction, actor: Person) -> Person:
    person = tx.registry.person(actor.ref)
    if person is None or not person.is_active:
        raise Refused(GONE)
    return replace(person, lang=actor.lang)


def _same(tx: Transaction, channel: Channel, wish: Wish) -> ChannelException | None:
    """The one of the same kind and value that waits or is in force."""
    return next(
        (
            known
            for known in tx.registry.exceptions(channel.ref)
            if (known.kind, plain(known.value)) == (wish.kind, plain(wish.value))
            and (known.decided_at is None or known.is_in_force(tx.now))
        ),
        None,
    )


def _first_asked(tx: Transaction, exception: ChannelException) -> PersonRef | None:
    return next((person.ref for person in cards.deciders_of(tx, exception)), None)


def _ends_at(tx: Transaction, asker: Person, until: date | None) -> datetime:
    if until is None:
        return end_of_school_year(tx.now, asker.zone)
    today = local(tx.now, asker).date()
    if until < today:
        raise Refused(PAST)
    if until - today > LONGEST:
        raise Refused(TOO_FAR)
    return end_of(until, asker.zone, tx.now)


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Refused(NO_DAY, given=given[:40]) from None


def _tell(tx: Transaction, exception: ChannelException, *, version: int, loudly: PersonRef | None) -> None:
    """Shows the new state to everybody who has the card, and calls for the attention of one of them."""
    topic = cards.topic_of(exception)
    for ref in dict.fromkeys((*([loudly] if loudly else []), *tx.outbox.shown_to(topic))):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            owe(tx, topic, person, version=version, severity=Severity.NORMAL, notify=ref == loudly)


def _journal(tx: Transaction, exception: ChannelException, actor: Person, what: str) -> None:
    facts = {"kind": exception.kind.value, "channel": exception.channel.channel, "ends": exception.ends_at.isoformat()}
    tx.journal.append(
        Entry(
            at=tx.now,
            name=f"exception:state:{what}",
            subject=f"exception:{exception.id}",
            actor=actor.ref.person,
            facts=facts,
        )
    )


async def _on_ask(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await ask(core, actor, wish_of(channel_in(subject), values))


async def _on_approve(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    reason = text(values, "reason", REASON, limit=500)
    return await decide(core, actor, subject, is_approved=True, reason=reason)


async def _on_decline(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    reason = needed(text(values, "reason", REASON, limit=500), REASON)
    return await decide(core, actor, subject, is_approved=False, reason=reason)


async def _on_end(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:  # noqa: ARG001
    return await end(core, actor, subject)


async def _on_question(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    words = needed(text(values, "text", QUESTION), QUESTION)
    exception, _ = await core.store.read(lambda tx: _authorised(tx, actor, subject))
    return await asking.ask(core, actor, exception.asked_by, words, exception.channel)


ACTS: Mapping[str, Handler] = {
    "exception.ask": _on_ask,
    "exception.approve": _on_approve,
    "exception.decline": _on_decline,
    "exception.end": _on_end,
    "exception.question": _on_question,
}
