"""`/policy photos`: what waits for whoever asks, and the permissions that a parent gave, with a button to take each
back."""

from collections.abc import Iterator, Mapping
from functools import partial

from bot.acts import Handler
from bot.cards import Action, Block, Card, Facts, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, MessageRef
from bot.photos.cards import picture
from bot.photos.naming import about, about_whom
from bot.photos.parents import say
from bot.photos.permits import Permit, children_of, permit_of, shown_in
from bot.ports import Transaction
from bot.records.photos import PhotoPermission, Pictures, PictureState
from bot.records.registry import Channel, Person
from bot.records.roster import RosterId, RosterPerson
from bot.wording.citing import clause_running, foot_of
from bot.wording.dates import day, moment
from bot.wording.phrasing import name_of
from bot.wording.subjects import UNREADABLE
from policy.words import Lang, Text

TITLE = Text(en="Pictures", es="Imágenes")
HOW = Text(
    en="Students may be shown with a parent's permission. Whoever posts a picture of people is asked privately who is "
    "shown, and Chaperone looks the permissions up.",
    es="Un estudiante puede aparecer con permiso de su familia. A quien publica una imagen de personas se le pregunta "
    "en privado quién aparece, y Chaperone consulta los permisos.",
)
NOTHING = Text(en="Nothing waits.", es="No hay nada pendiente.")
HERE = Text(en="Waiting in #{name}", es="Pendiente en #{name}")
YOURS = Text(en="Your pictures: please say who is shown.", es="Sus imágenes: diga quién aparece, por favor.")
YOUR_CHILDREN = Text(en="Your permissions", es="Sus permisos")
NOT_ANSWERED = Text(en="{name} has not said who is shown", es="{name} no ha dicho quién aparece")
MISSING = Text(en="permission missing or refused: {names}", es="permiso pendiente o denegado: {names}")
UNLISTED = Text(en="students who are not on the list", es="estudiantes fuera de la lista")
YEAR = Text(en="{child}, school year", es="{child}, todo el curso")
ONE = Text(en="{child}, picture in {channel}", es="{child}, imagen en {channel}")
GIVEN_UNTIL = Text(en="yes since {day}, until {until}", es="sí desde el {day}, hasta el {until}")
GIVEN = Text(en="yes since {day}", es="sí desde el {day}")
NOT_GIVEN = Text(en="no since {day}", es="no desde el {day}")
BY_RECORDS = Text(en="yes, in the school's records", es="sí, según los registros de la escuela")
NOT_BY_RECORDS = Text(en="no, in the school's records", es="no, según los registros de la escuela")
NOTHING_SAID = Text(en="you have said nothing yet", es="aún no ha dicho nada")
TAKE_BACK = Text(en="Take back: {what}", es="Retirar: {what}")
TAKE_BACK_SURE = Text(
    en="Whoever posted pictures of {child} will be asked to take them down.",
    es="Se pedirá a quien haya publicado imágenes de {child} que las retire.",
)
ALLOW = Text(en="Allow: {what}", es="Permitir: {what}")
MOST_SHOWN = 8
MOST_BUTTONS = 6


def listed(tx: Transaction, core: Core, actor: Person, channel: Channel | None, lang: Lang) -> Card:
    """What waits for the actor in the channel and of their own pictures, and their permissions as a parent."""
    own = tx.photos.waiting_for(actor.ref)
    here = [each for each in tx.photos.waiting_in(channel.ref) if _reviews(tx, channel, each, actor)] if channel else []
    blocks: list[Block] = [Paragraph(HOW(lang))]
    actions: list[Action] = []
    if own:
        blocks += [Paragraph(YOURS(lang)), Facts(tuple(_place(tx, each, actor) for each in own[:MOST_SHOWN]))]
        actions += [_open(tx, each, actor) for each in own[:2]]
    if channel is not None and here:
        rows = tuple((moment(each.posted_at, actor), _waits(tx, each, lang)) for each in here[:MOST_SHOWN])
        blocks += [Paragraph(HERE(lang, name=channel.name)), Facts(rows)]
        actions += [_open(tx, each, actor) for each in here[:4]]
    children = children_of(tx, actor)
    if children:
        words = [each for parent, child in children for each in _words(tx, parent, child, actor, lang)]
        rows = tuple((label, said) for label, said, _ in words[:MOST_SHOWN])
        blocks += [Paragraph(YOUR_CHILDREN(lang)), Facts(rows)]
        actions += [action for _, _, action in words[:MOST_BUTTONS]]
    if not own and not here and not children:
        blocks.append(Paragraph(NOTHING(lang)))
    pack = core.shelf.get(channel.pack if channel else core.default_pack)
    footer = foot_of(pack, clause_running(pack, "photo_consent"), lang) if pack else ""
    tone = Tone.NOTICE if own or here else Tone.PLAIN
    return Card(title=TITLE(lang), tone=tone, blocks=tuple(blocks), actions=tuple(actions), footer=footer)


def _reviews(tx: Transaction, channel: Channel, pictures: Pictures, actor: Person) -> bool:
    return picture.may_review(tx, channel, pictures, actor)


def _place(tx: Transaction, pictures: Pictures, actor: Person) -> tuple[str, str]:
    channel = tx.registry.channel(pictures.message.channel_ref)
    return f"#{channel.name}" if channel else pictures.message.channel, moment(pictures.posted_at, actor)


def _open(tx: Transaction, pictures: Pictures, actor: Person) -> Action:
    opening = picture.opening(pictures, actor.lang)
    label = f"{opening.label} · {_place(tx, pictures, actor)[1]}"
    return Action(name=opening.name, subject=opening.subject, label=label)


def _waits(tx: Transaction, pictures: Pictures, lang: Lang) -> str:
    if pictures.state is PictureState.ASKED:
        return NOT_ANSWERED(lang, name=name_of(tx.registry.person(pictures.poster), lang))
    names = [each.student.name for each in shown_in(tx, pictures) if not each.permit.is_given]
    names += [UNLISTED(lang)] if pictures.has_others else []
    return MISSING(lang, names=", ".join(names) or "–")


def _words(
    tx: Transaction, parent: RosterPerson, child: RosterPerson, actor: Person, lang: Lang
) -> Iterator[tuple[str, str, Action]]:
    """What the parent said of the child's pictures, each with the button that changes it; the year first."""
    said = [each for each in tx.photos.permissions(child.id) if each.parent == parent.id and each.holds(tx.now)]
    year = next((each for each in said if each.message is None), None)
    label = YEAR(lang, child=child.name)
    by_records = permit_of(tx, child, None, None) is Permit.RECORDS
    unsaid = BY_RECORDS if by_records else NOT_BY_RECORDS if child.photos is False else NOTHING_SAID
    told = _told(year, actor, lang) if year else unsaid(lang)
    yield label, told, _change(child, None, label, lang, is_given=year.is_given if year else by_records)
    for each in said:
        record = tx.photos.get(each.message) if each.message else None
        if record is None or record.state is PictureState.GONE or each.message is None:
            continue
        label = ONE(lang, child=child.name, channel=_place(tx, record, actor)[0])
        yield label, _told(each, actor, lang), _change(child, each.message, label, lang, is_given=each.is_given)


def _told(word: PhotoPermission, actor: Person, lang: Lang) -> str:
    since = day(word.at, actor)
    if not word.is_given:
        return NOT_GIVEN(lang, day=since)
    return GIVEN_UNTIL(lang, day=since, until=day(word.until, actor)) if word.until else GIVEN(lang, day=since)


def _change(child: RosterPerson, message: MessageRef | None, label: str, lang: Lang, *, is_given: bool) -> Action:
    subject = about(message, child.id) if message else child.id
    if not is_given:
        return Action(name="photo.allow", subject=subject, label=ALLOW(lang, what=label))
    sure = TAKE_BACK_SURE(lang, child=child.name)
    return Action(
        name="photo.take_back", subject=subject, label=TAKE_BACK(lang, what=label), style="danger", confirm=sure
    )


async def _on_change(core: Core, actor: Person, subject: str, values: Mapping[str, str], *, is_given: bool) -> Card:
    del values
    message, student = _meant(subject)
    await say(core, actor, student, message, is_given=is_given)
    place = message.channel_ref if message else None
    return await core.store.read(lambda tx: listed(tx, core, actor, _channel(tx, place), actor.lang))


def _meant(subject: str) -> tuple[MessageRef | None, RosterId]:
    if not subject:
        raise Refused(UNREADABLE)
    return about_whom(subject) if subject.count("|") >= 3 else (None, RosterId(subject))


def _channel(tx: Transaction, place: ChannelRef | None) -> Channel | None:
    return tx.registry.channel(place) if place else None


ACTS: Mapping[str, Handler] = {
    "photo.allow": partial(_on_change, is_given=True),
    "photo.take_back": partial(_on_change, is_given=False),
}
