"""Ask first: a question goes to the person above before the post, and the answer comes back and stays on record."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.acts import Handler
from bot.cards import Card
from bot.channels.cards import question as cards
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, PersonRef
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.journal import Entry
from bot.records.questions import Question
from bot.records.registry import Person
from bot.wording.forms import line, needed, text
from bot.wording.subjects import place_in
from policy.verdict import Severity
from policy.words import Text

QUESTION = Text(en="Your question", es="Su pregunta")
ANSWER = Text(en="Your answer", es="Su respuesta")
SHARED = Text(en="In general words", es="En palabras generales")
NOBODY_TO_ASK = Text(
    en="There is nobody on the register for you to ask. Ask again in a channel, or at the school office.",
    es="No hay nadie en el registro a quien preguntar. Pregunte desde un canal o en la secretaría.",
)
NO_SUCH = Text(
    en="That question is not one you can answer. It may have gone to somebody else.",
    es="Esa pregunta no le corresponde a usted. Puede que sea para otra persona.",
)


async def ask_above(core: Core, actor: Person, words: str, place: ChannelRef | None) -> Card:
    """Sends the question to the actor's supervisor, or to the channel's owner where nobody is above. Raises Refused."""
    words = needed(text({"text": words}, "text", QUESTION), QUESTION)
    asked = await core.store.read(lambda tx: whom_to_ask(tx, actor, place))
    if asked is None:
        raise Refused(NOBODY_TO_ASK)
    return await ask(core, actor, asked.ref, words, place)


async def ask(core: Core, actor: Person, of: PersonRef, words: str, place: ChannelRef | None) -> Card:
    """Sends the question to that person. The same one asked again while it waits changes nothing."""
    question_id = secrets.token_hex(6)
    sealed = core.keys.seal(words.encode("utf-8", "replace"), purpose=cards.PURPOSE)

    def unit(tx: Transaction) -> Card:
        question = _waiting(core, tx, actor, of, words) or _asked(tx, actor, of, question_id, sealed, place)
        return cards.card(tx, core, question, actor)

    card = await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return card


def whom_to_ask(tx: Transaction, actor: Person, place: ChannelRef | None) -> Person | None:
    """The next above the actor; for those with nobody above, such as students, the channel's owner or who stands in."""
    channel = tx.registry.channel(place) if place else None
    person = above(tx, actor)
    if person is None and channel is not None and channel.owner is not None:
        owner = tx.registry.person(channel.owner)
        person = owner if owner is None or owner.is_active else above(tx, owner)
    return None if person is None or person.ref == actor.ref else person


def _waiting(core: Core, tx: Transaction, actor: Person, of: PersonRef, words: str) -> Question | None:
    return next(
        (
            question
            for question in tx.questions.asked_by(actor.ref)
            if question.asked_of == of
            and question.sealed_answer is None
            and cards.words_of(core, question.sealed_text) == words
        ),
        None,
    )


def _asked(
    tx: Transaction, actor: Person, of: PersonRef, question_id: str, sealed: bytes, place: ChannelRef | None
) -> Question:
    question = Question(
        id=question_id, asked_by=actor.ref, asked_of=of, asked_at=tx.now, sealed_text=sealed, channel=place
    )
    tx.questions.save(question)
    asked = tx.registry.person(of)
    if asked is not None:
        owe(tx, cards.topic_of(question), asked, version=cards.ASKED, severity=Severity.NORMAL)
    _journal(tx, question, actor, "asked")
    return question


def shared(tx: Transaction, actor: Person) -> Sequence[Question]:
    """The questions whose answers the actor may find, newest first."""
    return tx.questions.shared(actor.ref.workspace)


async def answer(core: Core, actor: Person, question_id: str, words: str, *, shared_as: str = "") -> Card:
    """Answers the question and tells whoever asked; others find the answer under `shared_as`, where that is given. One
    that was answered before stays as it is. Raises Refused."""
    sealed = core.keys.seal(words.encode("utf-8", "replace"), purpose=cards.PURPOSE)
    general = core.keys.seal(shared_as.encode("utf-8", "replace"), purpose=cards.PURPOSE) if shared_as else None
    card = await core.store.write(lambda tx: _answer(core, tx, actor, question_id, sealed, general))
    await core.bell.ring(OUTBOX_BELL)
    return card


def _answer(core: Core, tx: Transaction, actor: Person, question_id: str, sealed: bytes, general: bytes | None) -> Card:
    question = tx.questions.get(question_id)
    present = tx.registry.person(actor.ref)
    if question is None or present is None or not cards.may_answer(tx, question, present):
        raise Refused(NO_SUCH)
    if question.sealed_answer is not None:
        return cards.card(tx, core, question, present)
    answered = replace(
        question,
        answered_at=tx.now,
        answered_by=present.ref,
        sealed_answer=sealed,
        sealed_shared=general,
        version=question.version + 1,
    )
    tx.questions.save(answered)
    topic = cards.topic_of(answered)
    asker = tx.registry.person(question.asked_by)
    if asker is not None and asker.is_active:
        owe(tx, topic, asker, version=cards.ANSWERED, severity=Severity.NORMAL)
    owe(tx, topic, present, version=cards.ANSWERED, severity=Severity.NORMAL, notify=False)
    _journal(tx, answered, present, "answered")
    return cards.card(tx, core, answered, present)


def _journal(tx: Transaction, question: Question, actor: Person, what: str) -> None:
    facts = {"of": question.asked_of.person, "channel": question.channel.channel if question.channel else None}
    tx.journal.append(
        Entry(
            at=tx.now,
            name=f"question:state:{what}",
            subject=f"question:{question.id}",
            actor=actor.ref.person,
            facts=facts,
        )
    )


async def _on_ask(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    place = await core.store.read(lambda tx: place_in(tx, subject, actor))
    return await ask_above(core, actor, values.get("text", ""), place)


async def _on_answer(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    words = needed(text(values, "text", ANSWER), ANSWER)
    return await answer(core, actor, subject, words, shared_as=line(values, "shared", SHARED, limit=300))


ACTS: Mapping[str, Handler] = {"question.ask": _on_ask, "question.answer": _on_answer}
