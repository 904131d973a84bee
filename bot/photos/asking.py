"""Asks whoever posted people who is shown, privately and at once; who does not answer in time is told of."""

from collections.abc import Mapping
from dataclasses import replace

from bot.acts import DutyHandler, Handler
from bot.cards import Card
from bot.core import Core
from bot.errors import Refused
from bot.people.alerts import OUTBOX_BELL, owe
from bot.photos.cards import picture as cards
from bot.photos.consent import save, show, tell_of_silence, weigh
from bot.photos.finding import NOBODY_TO_ASK, PHOTO, POSTER_SILENT, found, tell
from bot.photos.naming import named, subject_of, token
from bot.photos.permits import choices
from bot.photos.place import Place, place_of
from bot.photos.times import POSTER_DUE, POSTER_REMINDER, expect_no_poster, expect_poster
from bot.ports import Transaction
from bot.records.duties import DUTIES_BELL, DutyItem
from bot.records.journal import Entry
from bot.records.photos import Answer, Pictures, PictureState
from bot.records.registry import Channel, Person
from bot.wording.forms import line, several
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Text

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
    expect_poster(tx, pack, asked.message)


async def answer(
    core: Core, actor: Person, subject: str, said: Answer, *, chosen: tuple[str, ...] = (), others: str = ""
) -> Card:
    """Keeps who is shown, and looks their permissions up. `chosen` are the tokens of students, `others` names students
    who are not on the list. An answer once given stays. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        place = _theirs(core, tx, actor, subject)
        pictures, channel = place.pictures, place.channel
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
        expect_no_poster(tx, answered.message)
        weighed = weigh(core, tx, answered, channel, place.pack, others=others)
        facts = {"answer": said.value, "students": len(chosen), "others": bool(others)}
        name = "picture:question:answered"
        journalled = f"picture:{subject_of(answered.message)}"
        tx.journal.append(Entry(at=tx.now, name=name, subject=journalled, actor=actor.ref.person, facts=facts))
        return cards.card(tx, core, channel, weighed, actor)

    card = await core.store.write(unit)
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return card


def _theirs(core: Core, tx: Transaction, actor: Person, subject: str) -> Place:
    """The pictures, for somebody who may say who is shown. Raises Refused for anybody else."""
    place = place_of(tx, core, named(subject))
    if place is None or not cards.may_see(tx, place.channel, place.pictures, actor):
        raise Refused(NOT_YOURS)
    if place.pictures.state is PictureState.GONE:
        raise Refused(GONE)
    return place


async def _on_unanswered(core: Core, item: DutyItem) -> None:
    """The poster has not answered in time: the reviewers are told, and may answer as well."""

    def unit(tx: Transaction) -> None:
        overdue = tell_of_silence(core, tx, item, PictureState.ASKED, "poster_silent", POSTER_SILENT)
        if overdue is not None:
            show(tx, save(tx, replace(overdue, sealed=None)), notify=False)

    await core.store.write(unit)


async def _on_reminder(core: Core, item: DutyItem) -> None:
    """The poster has not answered yet: they are asked again, once."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        pictures = tx.photos.get(named(item.duty.subject))
        poster = tx.registry.person(pictures.poster) if pictures else None
        if pictures is None or pictures.state is not PictureState.ASKED or poster is None or not poster.is_active:
            return
        reminded = save(tx, pictures)
        owe(tx, cards.topic_of(reminded.message), poster, version=reminded.version, severity=Severity.NORMAL)

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
        place = _theirs(core, tx, actor, subject)
        return cards.card(tx, core, place.channel, place.pictures, actor)

    return await core.store.read(unit)


ACTS: Mapping[str, Handler] = {
    "picture.students": _on_students,
    "picture.nobody": _on_nobody,
    "picture.no_student": _on_no_student,
    "picture.show": _on_show,
}
DUTIES: Mapping[str, DutyHandler] = {POSTER_DUE: _on_unanswered, POSTER_REMINDER: _on_reminder}
