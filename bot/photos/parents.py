"""Parents' words about pictures of their children: given, refused, taken back, or recorded by staff from paper; each is
on record with its day."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from bot.acts import Handler
from bot.cards import Card
from bot.channels.cards.approval import until as year_until
from bot.core import Core
from bot.errors import Refused
from bot.ids import MessageRef
from bot.people.alerts import OUTBOX_BELL
from bot.photos.cards import permission, picture
from bot.photos.consent import refused_in, weigh_again
from bot.photos.naming import about_whom, named, subject_of, token
from bot.photos.permits import parent_of
from bot.ports import Transaction, Unit
from bot.records.duties import DUTIES_BELL
from bot.records.journal import Entry
from bot.records.photos import PhotoPermission, Word
from bot.records.registry import Person
from bot.records.roster import RosterId
from bot.wording.forms import choice, line, needed
from policy.words import Text

T = TypeVar("T")

ON_PAPER = ""
"""Stands for the parent where staff recorded an answer."""
NOT_A_PARENT = Text(
    en="The school's roster does not have you as a parent of this student. Ask the school office to add your e-mail "
    "address.",
    es="Usted no figura en la lista de la escuela como familia de este estudiante. Pida a la secretaría que añada su "
    "correo.",
)
NOT_YOURS = Text(
    en="Only those who answer for the channel record what parents answered on paper.",
    es="Lo que las familias respondieron en papel lo anotan solo quienes responden del canal.",
)


async def answer(core: Core, actor: Person, subject: str, word: Word) -> Card:
    """Keeps a parent's word about a picture of their child. Raises Refused for anybody but a parent."""
    message, student = about_whom(subject)

    def unit(tx: Transaction) -> Card:
        parent = parent_of(tx, actor, student)
        pictures = tx.photos.get(message)
        if parent is None or pictures is None or student not in pictures.students:
            raise Refused(NOT_A_PARENT)
        _say(core, tx, actor, student, parent.id, word, message)
        return permission.card(tx, core, tx.photos.get(message) or pictures, student, actor)

    return await _written(core, unit)


async def say(core: Core, actor: Person, student: RosterId, message: MessageRef | None, *, is_given: bool) -> None:
    """Keeps a parent's word about one picture of their child, or (without one) about all until the school year ends:
    given, or taken back. Raises Refused for anybody but a parent."""

    def unit(tx: Transaction) -> None:
        parent = parent_of(tx, actor, student)
        if parent is None:
            raise Refused(NOT_A_PARENT)
        _keep(core, tx, actor, student, parent.id, message, is_given=is_given)

    await _written(core, unit)


async def record(core: Core, actor: Person, subject: str, chosen: str, word: Word) -> Card:
    """Keeps what a parent of the student of that token answered on paper, for somebody who answers for the channel.
    Raises Refused."""
    message = named(subject)

    def unit(tx: Transaction) -> Card:
        pictures, channel = tx.photos.get(message), tx.registry.channel(message.channel_ref)
        if pictures is None or channel is None or not picture.may_review(tx, channel, pictures, actor):
            raise Refused(NOT_YOURS)
        student = next((each for each in pictures.students if token(each) == chosen), None)
        if student is None:
            raise Refused(NOT_YOURS)
        _say(core, tx, actor, student, ON_PAPER, word, message)
        return picture.card(tx, core, channel, tx.photos.get(message) or pictures, actor)

    return await _written(core, unit)


def _say(
    core: Core, tx: Transaction, actor: Person, student: RosterId, parent: str, word: Word, message: MessageRef
) -> None:
    """Keeps a word about one picture of the student, or for the year with it."""
    if word is not Word.YEAR:
        _keep(core, tx, actor, student, parent, message, is_given=word is Word.PICTURE)
        return
    if any(each.message == message and not each.is_given for each in _of(tx, student, parent)):
        _keep(core, tx, actor, student, parent, message, is_given=True)
    _keep(core, tx, actor, student, parent, None, is_given=True)


def _keep(
    core: Core,
    tx: Transaction,
    actor: Person,
    student: RosterId,
    parent: str,
    message: MessageRef | None,
    *,
    is_given: bool,
) -> None:
    """Keeps the word with its day. Said again while it holds, it changes nothing."""
    known = next((each for each in _of(tx, student, parent) if each.message == message and each.holds(tx.now)), None)
    if known is not None and known.is_given is is_given:
        return
    kept = PhotoPermission(
        student=student,
        parent=parent,
        message=message,
        is_given=is_given,
        at=tx.now,
        by=actor.ref,
        until=year_until(tx, actor) if message is None else None,
    )
    refused_before = refused_in(tx, student)
    tx.photos.save_permission(kept)
    weigh_again(core, tx, student, refused_before=refused_before)
    was_given = message is None or (known is not None and known.is_given)
    _journal(tx, actor, kept, "given" if is_given else "withdrawn" if was_given else "refused")


def _of(tx: Transaction, student: RosterId, parent: str) -> list[PhotoPermission]:
    return [each for each in tx.photos.permissions(student) if each.parent == parent]


def _journal(tx: Transaction, actor: Person, kept: PhotoPermission, what: str) -> None:
    about = subject_of(kept.message) if kept.message else None
    facts = {"student": kept.student, "parent": kept.parent or None, "picture": about}
    name, subject = f"photo:permission:{what}", f"student:{kept.student}"
    tx.journal.append(Entry(at=tx.now, name=name, subject=subject, actor=actor.ref.person, facts=facts))


async def _written(core: Core, unit: Unit[T]) -> T:
    done = await core.store.write(unit)
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)
    return done


async def _on_word(core: Core, actor: Person, subject: str, values: Mapping[str, str], *, word: Word) -> Card:
    del values
    return await answer(core, actor, subject, word)


async def _on_record(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    word = choice(needed(line(values, "word", picture.SAID), picture.SAID), picture.WORDS)
    chosen = needed(line(values, "student", picture.STUDENT), picture.STUDENT)
    return await record(core, actor, subject, chosen, word)


ACTS: Mapping[str, Handler] = {
    "photo.record": _on_record,
    **{f"photo.{word}": partial(_on_word, word=word) for word in Word},
}
