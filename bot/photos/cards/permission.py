"""The question to a parent: may this picture of your child be in the channel?"""

from bot.cards import Action, Block, Card, Facts, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import MessageRef
from bot.photos.cards.picture import ANSWER_BY, WORDS
from bot.photos.naming import about, about_whom
from bot.photos.permits import Permit, parent_of, permit_of
from bot.photos.times import PARENTS_DUE, due
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.photos import Pictures, PictureState, Word
from bot.records.registry import Person
from bot.records.roster import RosterId
from bot.wording.citing import clause_running, foot_of
from bot.wording.dates import day, moment
from bot.wording.phrasing import described
from bot.wording.steps import typed
from policy.words import Text

TITLE = Text(en="May a picture of {child} be in {channel}?", es="¿Puede haber una imagen de {child} en {channel}?")
SUMMARY = Text(
    en="A picture in {channel} shows your child: may it stay?",
    es="Una imagen en {channel} muestra a su hijo o hija: ¿puede quedarse?",
)
ASKED = Text(
    en="A picture in {channel} shows {child}, and the school has no permission on record. May it stay there?",
    es="Una imagen en {channel} muestra a {child} y la escuela no tiene permiso registrado. ¿Puede quedarse?",
)
POSTED_BY = Text(en="Posted by", es="Publicada por")
ON = Text(en="On", es="El")
OPEN_IT = Text(en="Open it", es="Abrirla")
SEE_IT = Text(
    en="To see it first, ask for access with “/policy {join}”.",
    es="Para verla antes, pida acceso con “/policy {join}”.",
)
STYLE = {Word.PICTURE: "primary", Word.NO: "danger"}
THANKS_YES = Text(
    en="Thank you. {child} may be shown. You can take this back at any time with “/policy {photos}”.",
    es="Gracias. {child} puede aparecer. Puede retirarlo en todo momento con “/policy {photos}”.",
)
THANKS_NO = Text(
    en="Thank you. The school has been told that this picture may not stay. You see your permissions with “/policy "
    "{photos}”.",
    es="Gracias. Se avisó a la escuela de que esta imagen no puede quedarse. Vea sus permisos con “/policy {photos}”.",
)
GONE = Text(en="The picture is no longer in the channel.", es="La imagen ya no está en el canal.")


def topic_of(message: MessageRef, student: RosterId) -> Topic:
    """The topic of the permission for this student in this picture."""
    return Topic(TopicKind.PERMISSION, about(message, student))


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The question as it stands now, for a parent of the student; nothing for anybody else."""
    try:
        message, student = about_whom(topic.id)
    except Refused:
        return None
    pictures = tx.photos.get(message)
    if pictures is None or student not in pictures.students or parent_of(tx, viewer, student) is None:
        return None
    return card(tx, core, pictures, student, viewer)


def card(tx: Transaction, core: Core, pictures: Pictures, student: RosterId, viewer: Person) -> Card:
    """The question, or how it was answered, for a parent of the student."""
    lang, message = viewer.lang, pictures.message
    known = tx.registry.channel(message.channel_ref)
    child = tx.roster.person(student)
    channel, name = f"#{known.name if known else message.channel}", child.name if child else "–"
    pack = core.shelf.get(known.pack) if known else None
    footer = foot_of(pack, clause_running(pack, "photo_consent"), lang) if pack else ""
    permit = permit_of(tx, child, message, pictures.poster) if child else Permit.MISSING
    title, summary = TITLE(lang, child=name, channel=channel), SUMMARY(lang, channel=channel)
    if pictures.state is PictureState.GONE or permit is not Permit.MISSING:
        words = GONE if pictures.state is PictureState.GONE else THANKS_YES if permit.is_given else THANKS_NO
        said = Paragraph(words(lang, child=name, photos=typed(lang, "photos")))
        return Card(title=title, summary=summary, tone=Tone.DONE, blocks=(said,), footer=footer)
    poster = tx.registry.person(pictures.poster)
    rows = [(POSTED_BY(lang), described(poster, known, lang)), (ON(lang), day(pictures.posted_at, viewer))]
    is_member = viewer.ref in tx.registry.members(message.channel_ref)
    link = core.platforms(message.workspace).link_to(message) if is_member else ""
    rows += [(OPEN_IT(lang), link)] if link else []
    blocks: tuple[Block, ...] = (Paragraph(ASKED(lang, channel=channel, child=name)), Facts(tuple(rows)))
    until = due(tx, PARENTS_DUE, message)
    blocks += (Paragraph(ANSWER_BY(lang, at=moment(until, viewer))),) if until else ()
    blocks += () if is_member else (Paragraph(SEE_IT(lang, join=typed(lang, "join"))),)
    subject = about(message, student)
    actions = tuple(
        Action(name=f"photo.{word}", subject=subject, label=label(lang), style=STYLE.get(word, ""))
        for word, label in WORDS.items()
    )
    return Card(title=title, summary=summary, tone=Tone.NOTICE, blocks=blocks, actions=actions, footer=footer)
