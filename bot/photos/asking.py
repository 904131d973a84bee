"""Asks whoever posted people who is shown, privately and at once; who does not answer in time is told of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.acts import DutyHandler, Handler
from bot.alerts import OUTBOX_BELL, owe
from bot.cards import Card
from bot.core import Core
from bot.duties import DUTIES_BELL, Duty, DutyItem
from bot.errors import Refused
from bot.forms import line, several
from bot.journal import Entry
from bot.photos.consent import save, weigh
from bot.photos.finding import NOBODY_TO_ASK, PHOTO, POSTER_SILENT, found, tell
from bot.photos.naming import named, subject_of, token
from bot.photos.permits import choices
from bot.photos.records import Answer, Pictures, PictureState
from bot.ports import Transaction
from bot.registry import Channel, Person
from bot.topics import picture as cards
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Text

ANSWER_WITHIN = timedelta(days=1)
"""After which a poster who has not said who is shown is told of."""
UNANSWERED = "picture.unanswered"

NOT_YOURS = Text(
    en="Only whoever posted the picture, and those who answer for the channel, say who is shown.",
    es="Quién aparece lo dicen solo quien publicó la imagen y quienes responden del canal.",
)
GONE = Text(
    en="The picture is no longer in the channel. There is nothing left to say.",
    es="La imagen ya no está en el canal. No queda nada que decir.",
)
NOBODY_CHOSEN = Text(
    en="Please choose who is shown, or press “Nobody identifiable” or “No student”.",
    es="Elija quién aparece, o pulse «Nadie identificable» o «Ningún estudiante».",
)
NOT_IN_LIST = Text(
    en="Somebody you chose is no longer in this channel. Please open the picture's card and choose again.",
    es="Alguien a quien eligió ya no está en este canal. Abra la tarjeta de la imagen y elija de nuevo.",
)


def ask(core: Core, tx: Transaction, pictures: Pictures, channel: Channel, pack: Pack) -> None:
    """Owes the poster the question. Where the poster is nobody who could answer, the reviewers learn it at once."""
    asked = replace(
        pictures, state=PictureState.ASKED, asked_at=tx.now, answer=None, answered_at=None, is_overdue=False
    )
    poster = tx.registry.person(pictures.poster)
    if poster is None or not poster.is_active:
        asked = save(tx, replace(asked, is_overdue=True))
        tell(core, tx, asked, channel, pack, found(pack, PHOTO, "nobody_to_ask", NOBODY_TO_ASK))
        return
    asked = save(tx, asked)
    # Whoever posted just now is there now: the question does not wait for their quiet hours to end.
    owe(tx, cards.topic_of(asked.message), poster, version=asked.version, severity=Severity.URGENT)
    due = tx.now + ANSWER_WITHIN
    tx.duties.set(Duty(kind=UNANSWERED, subject=subject_of(asked.message), due_at=due))


async def answer(
    core: Core, actor: Person, subject: str, said: Answer, *, chosen: tuple[str, ...] = (), others: str = ""
) -> Card:
    """Keeps who is shown, and looks their permissions up. `chosen` are the tokens of students, `others` names students
    who are not on the list. An answer once given stays. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        pictures, channel, pack = _theirs(core, tx, actor, subject)
        if pictures.state is not PictureState.ASKED:
            return cards.card(tx, core, channel, pictures, actor)
        known = {token(each.id): each.id for each in choices(tx, channel)}
        if any(each not in known for each in chosen):
            raise Refused(NOT_IN_LIST)
        if said is Answer.STUDENTS and not chosen and not others:
            raise Refused(NOBODY_CHOSEN)
        answered = replace(
            pictures,
            answer=said,
            answered_at=tx.now,
            answered_by=actor.ref,
            students=tuple(sorted(known[each] for each in chosen)),
            has_others=bool(others),
            is_overdue=False,
        )
        tx.duties.drop(UNANSWERED, subject_of(answered.message))
        weighed = weigh(core, tx, answered, channel, pack, others=others)
        facts = {"answer": said.value, "students": len(chosen), "others": bool(others)}
        name = "picture:question:answered"
        journalled = f"picture:{subject_of(answered.message)}"
        tx.journal.append(Entry(at=tx.now, name=name, subject=journalled, actor=actor.ref.person, facts=facts))
        return cards.card(tx, core, channel, weighed, actor)

    card = await core.store.write(unit)
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return card


def _theirs(core: Core, tx: Transaction, actor: Person, subject: str) -> tuple[Pictures, Channel, Pack]:
    """The pictures, for somebody who may say who is shown. Raises Refused for anybody else."""
    pictures = tx.photos.get(named(subject))
    channel = tx.registry.channel(pictures.message.channel_ref) if pictures else None
    pack = core.shelf.get(channel.pack) if channel else None
    if pictures is None or channel is None or pack is None or not cards.may_see(tx, channel, pictures, actor):
        raise Refused(NOT_YOURS)
    if pictures.state is PictureState.GONE:
        raise Refused(GONE)
    return pictures, channel, pack


async def _on_unanswered(core: Core, item: DutyItem) -> None:
    """The poster has not answered in time: the reviewers are told, and may answer as well."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        pictures = tx.photos.get(named(item.duty.subject))
        channel = tx.registry.channel(pictures.message.channel_ref) if pictures else None
        pack = core.shelf.get(channel.pack) if channel else None
        if pictures is None or channel is None or pack is None or pictures.state is not PictureState.ASKED:
            return
        overdue = save(tx, replace(pictures, is_overdue=True))
        tell(core, tx, overdue, channel, pack, found(pack, PHOTO, "poster_silent", POSTER_SILENT))
        save(tx, replace(overdue, sealed=None))

    await core.store.write(unit)


async def _on_students(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    others = line(values, "others", cards.OTHERS, limit=200)
    return await answer(core, actor, subject, Answer.STUDENTS, chosen=several(values, "students"), others=others)


async def _on_nobody(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await answer(core, actor, subject, Answer.NOBODY)


async def _on_no_student(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await answer(core, actor, subject, Answer.NO_STUDENT)


async def _on_show(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values

    def unit(tx: Transaction) -> Card:
        pictures, channel, _ = _theirs(core, tx, actor, subject)
        return cards.card(tx, core, channel, pictures, actor)

    return await core.store.read(unit)


ACTS: Mapping[str, Handler] = {
    "picture.students": _on_students,
    "picture.nobody": _on_nobody,
    "picture.no_student": _on_no_student,
    "picture.show": _on_show,
}
DUTIES: Mapping[str, DutyHandler] = {UNANSWERED: _on_unanswered}
