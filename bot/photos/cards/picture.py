"""The card about the pictures of a message: asks the poster who is shown, tells reviewers whose permission is there."""

from collections.abc import Sequence

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import MessageRef
from bot.people.routing import reviewers
from bot.photos import traces
from bot.photos.finding import not_looked_at
from bot.photos.naming import named, subject_of, token
from bot.photos.permits import Permit, Shown, choices, shown_in
from bot.photos.times import PARENTS_DUE, POSTER_DUE, due
from bot.photos.traces import Trace
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.photos import Answer, Pictures, PictureState, Word
from bot.records.registry import Channel, Person
from bot.wording.citing import clause_running, foot_of
from bot.wording.dates import day, local, moment, written
from bot.wording.phrasing import name_of
from policy.words import Lang, Text

TITLE = Text(en="Who is in your picture in {channel}?", es="¿Quién aparece en su imagen en {channel}?")
TITLE_ABOVE = Text(en="Who is in the picture in {channel}?", es="¿Quién aparece en la imagen en {channel}?")
OVER = Text(en="Picture in {channel}", es="Imagen en {channel}")
SUMMARY = Text(
    en="You posted a picture in {channel}: please say who is shown.",
    es="Publicó una imagen en {channel}: diga quién aparece, por favor.",
)
ONE_FACE = Text(en="One face was seen in it.", es="Se vio una cara.")
FACES = Text(en="{n} faces were seen in it.", es="Se vieron {n} caras.")
NOBODY_KNOWN = Text(
    en="They were counted on the school's own computer; nobody is recognised, and the picture is not kept.",
    es="Se contaron en el equipo de la escuela; no se reconoce a nadie y la imagen no se guarda.",
)
WHY_ASKED = Text(
    en="A student may be shown with a parent's permission. Say who it is and Chaperone looks the permissions up.",
    es="Un estudiante puede aparecer con permiso de su familia. Diga quién es y Chaperone consulta los permisos.",
)
ANSWER_BY = Text(
    en="Please answer by {at}. After that, those who answer for the channel are told.",
    es="Responda hasta el {at}, por favor. Después se avisa a quienes responden del canal.",
)
TOLD = Text(
    en="The time to answer is over, and those who answer for the channel have been told. Please answer all the same.",
    es="El plazo terminó y se avisó a quienes responden del canal. Responda de todos modos, por favor.",
)
STUDENTS = Text(en="These students", es="Estos estudiantes")
WHO = Text(en="Who is shown?", es="¿Quién aparece?")
WHO_HINT = Text(en="Choose everybody who could be recognised.", es="Elija a quienes se pueda reconocer.")
OTHERS = Text(en="Students who are not on the list", es="Estudiantes que no están en la lista")
OTHERS_HINT = Text(en="Names; only the reviewers read them.", es="Nombres; solo los leen quienes revisan.")
NOBODY = Text(en="Nobody identifiable", es="Nadie identificable")
NO_STUDENT = Text(en="No student", es="Ningún estudiante")
THANKS_DONE = Text(
    en="Thank you. Nothing is missing: the picture may stay.", es="Gracias. No falta nada: puede quedarse."
)
THANKS_MISSING = Text(
    en="Thank you. A parent's permission is missing, and the parents are asked. Please take the picture down until "
    "they have agreed; you will see here when they have.",
    es="Gracias. Falta el permiso de una familia y se le pregunta. Retire la imagen hasta que lo dé; aquí verá cuándo.",
)
THANKS_OTHERS = Text(
    en="Thank you. For students who are not on the list no permission can be looked up: those who answer for the "
    "channel have been told. Please take the picture down until they say that it may stay.",
    es="Gracias. De quienes no están en la lista no se puede consultar el permiso: se avisó a los responsables. Retire "
    "la imagen hasta que digan que puede quedarse.",
)
TAKE_DOWN = Text(
    en="A parent does not permit this picture. Please take it down.",
    es="Una familia no permite esta imagen. Retírela, por favor.",
)
REMOVED_BY = Text(en="{at}, by {name}", es="{at}, por {name}")
REMOVED_THEN = Text(en="Removed", es="Retirada")
REMOVED = Text(en="The picture is no longer in the channel.", es="La imagen ya no está en el canal.")
LOOKING = Text(en="The picture is being looked at.", es="Se está mirando la imagen.")

POSTED = Text(en="Posted", es="Publicada")
POSTED_BY = Text(en="{name}, {at}", es="{name}, {at}")
SAW = Text(en="Seen in it", es="Se ve")
SHOWN = Text(en="Who is shown", es="Quién aparece")
WAITS = Text(en="{name} was asked on {at} and has not answered.", es="Se preguntó a {name} el {at} y no ha respondido.")
WAITS_UNTIL = Text(
    en="{name} was asked on {at} and has until {until} to answer.",
    es="Se preguntó a {name} el {at}; puede responder hasta el {until}.",
)
CANNOT = Text(en="{name} cannot be asked.", es="No se puede preguntar a {name}.")
SAID_NOBODY = Text(en="nobody identifiable, says {name}", es="nadie identificable, dice {name}")
SAID_NO_STUDENT = Text(en="no student, says {name}", es="ningún estudiante, dice {name}")
SAID_OTHERS = Text(en="students who are not on the list, says {name}", es="estudiantes fuera de la lista, dice {name}")
PERMIT = {
    Permit.PICTURE: Text(en="permitted for this picture", es="permitido para esta imagen"),
    Permit.YEAR: Text(en="permitted for the school year", es="permitido para el curso"),
    Permit.RECORDS: Text(en="permitted in the school's records", es="permitido según los registros de la escuela"),
    Permit.POSTED: Text(en="posted by a parent", es="publicada por su familia"),
    Permit.REFUSED: Text(en="not permitted: a parent says no", es="no permitido: una familia dice que no"),
    Permit.MISSING: Text(en="permission missing", es="falta el permiso"),
}
ASKED_ON = Text(en="{state}; parents asked on {day}", es="{state}; se preguntó a la familia el {day}")
ASKED_UNTIL = Text(
    en="{state}; parents asked on {day}, to answer by {until}",
    es="{state}; se preguntó a la familia el {day}, con plazo hasta el {until}",
)
NO_ACCOUNT = Text(en="{state}; no parent has an account here", es="{state}; nadie de la familia tiene cuenta aquí")
SEND = Text(en="To send to {people}", es="Para enviar a {people}")
NO_PARENTS = Text(en="the parents of {name}", es="la familia de {name}")
LETTER = Text(
    en="Dear parent, a picture in our school channel #{channel} shows {child}. May it stay there? Please "
    "answer{until}: yes for this picture, yes for all pictures of this school year, or no. You can take a yes back at "
    "any time.",
    es="Estimada familia: una imagen en nuestro canal escolar #{channel} muestra a {child}. ¿Puede quedarse? "
    "Respondan{until}, por favor: sí para esta imagen, sí para todas las de este curso, o no. Un sí se puede retirar "
    "siempre.",
)
UNTIL = Text(en=" by {day}", es=" hasta el {day}")
ON_PAPER = Text(en="A parent answered", es="Una familia respondió")
STUDENT = Text(en="Student", es="Estudiante")
SAID = Text(en="What the parent said", es="Qué respondió la familia")
WORDS = {
    Word.PICTURE: Text(en="Yes, this picture", es="Sí, esta imagen"),
    Word.YEAR: Text(en="Yes, for the school year", es="Sí, todo el curso"),
    Word.NO: Text(en="No", es="No"),
}
OPEN = Text(en="Who is in the picture", es="Quién aparece")
MOST_LETTERS = 3


def topic_of(message: MessageRef) -> Topic:
    """The topic of the message's pictures."""
    return Topic(TopicKind.PICTURE, subject_of(message))


def may_review(tx: Transaction, channel: Channel, pictures: Pictures, person: Person) -> bool:
    """Whether the person answers for what this poster posts in the channel."""
    return person.is_active and person.ref in [each.ref for each in reviewers(tx, channel, pictures.poster)]


def may_see(tx: Transaction, channel: Channel, pictures: Pictures, person: Person) -> bool:
    """Whether the person posted the pictures, or answers for them."""
    return (person.is_active and person.ref == pictures.poster) or may_review(tx, channel, pictures, person)


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The card as things stand now, for the poster and the reviewers; nothing for anybody else."""
    try:
        pictures = tx.photos.get(named(topic.id))
    except Refused:
        return None
    channel = tx.registry.channel(pictures.message.channel_ref) if pictures else None
    if pictures is None or channel is None or not may_see(tx, channel, pictures, viewer):
        return None
    return card(tx, core, channel, pictures, viewer)


def card(tx: Transaction, core: Core, channel: Channel, pictures: Pictures, viewer: Person) -> Card:
    """The card for somebody who may see it."""
    lang, name = viewer.lang, f"#{channel.name}"
    pack = core.shelf.get(channel.pack)
    footer = foot_of(pack, clause_running(pack, "photo_consent"), lang) if pack else ""
    is_open = pictures.state is PictureState.ASKED
    if viewer.ref == pictures.poster:
        title = (TITLE if is_open else OVER)(lang, channel=name)
        said: tuple[Block, ...] = (
            _asked(tx, core, pictures, viewer) if is_open else (Paragraph(_outcome(tx, pictures, lang)),)
        )
        actions = questions(tx, channel, pictures, lang) if is_open else ()
    else:
        title = (TITLE_ABOVE if is_open else OVER)(lang, channel=name)
        said = about(tx, core, channel, pictures, viewer)
        actions = questions(tx, channel, pictures, lang) if is_open else _recording(tx, pictures, lang)
    tone = Tone.NOTICE if pictures.state.is_waiting else Tone.DONE
    summary = SUMMARY(lang, channel=name)
    return Card(title=title, summary=summary, tone=tone, blocks=said, actions=actions, footer=footer)


def about(tx: Transaction, core: Core, channel: Channel, pictures: Pictures, viewer: Person) -> tuple[Block, ...]:
    """What is known of the pictures, for the reviewers: who is shown and whose permission is there, with what to send
    to parents who have no account."""
    lang, poster = viewer.lang, name_of(tx.registry.person(pictures.poster), viewer.lang)
    rows = [(POSTED(lang), POSTED_BY(lang, name=poster, at=moment(pictures.posted_at, viewer)))]
    if pictures.faces:
        rows.append((SAW(lang), _faces(pictures, lang)))
    trace = traces.of(core, tx, pictures) if pictures.state is PictureState.GONE else None
    rows += [(SHOWN(lang), line) for line in _told(tx, pictures, poster, viewer, trace)]
    shown = shown_in(tx, pictures)
    rows += [(each.student.name, _permit(tx, each, pictures, viewer)) for each in shown]
    if trace is not None:
        at, by = moment(trace.at, viewer), pictures.message.person(trace.by) if trace.by else None
        said = REMOVED_BY(lang, at=at, name=name_of(tx.registry.person(by), lang)) if by else at
        rows.append((REMOVED_THEN(lang), said))
    blocks: list[Block] = [Facts(tuple(rows))]
    if pictures.unseen:
        blocks.append(Paragraph(not_looked_at(pictures.unseen)(lang)))
    if pictures.state is PictureState.GONE:
        blocks.append(Paragraph(REMOVED(lang)))
    if pictures.state is PictureState.MISSING:
        unreached = [each for each in shown if each.permit is Permit.MISSING and not each.accounts]
        blocks += [_letter(tx, channel, pictures, each, viewer) for each in unreached[:MOST_LETTERS]]
    return tuple(blocks)


def opening(pictures: Pictures, lang: Lang) -> Action:
    """The button that opens the card about the pictures, privately."""
    return Action(name="picture.show", subject=subject_of(pictures.message), label=OPEN(lang))


def questions(tx: Transaction, channel: Channel, pictures: Pictures, lang: Lang) -> tuple[Action, ...]:
    """The answers to who is shown."""
    subject = subject_of(pictures.message)
    people = tuple((token(each.id), each.name) for each in choices(tx, channel))
    who = Field(
        name="students", label=WHO(lang), kind="choices", hint=WHO_HINT(lang), choices=people, is_required=False
    )
    others = Field(name="others", label=OTHERS(lang), hint=OTHERS_HINT(lang), is_required=False)
    fields = (who, others) if people else (others,)
    return (
        Action(name="picture.students", subject=subject, label=STUDENTS(lang), style="primary", fields=fields),
        Action(name="picture.nobody", subject=subject, label=NOBODY(lang)),
        Action(name="picture.no_student", subject=subject, label=NO_STUDENT(lang)),
    )


def _asked(tx: Transaction, core: Core, pictures: Pictures, viewer: Person) -> tuple[Block, ...]:
    lang, until = viewer.lang, due(tx, POSTER_DUE, pictures.message)
    term = [ANSWER_BY(lang, at=moment(until, viewer))] if until else [TOLD(lang)] if pictures.is_overdue else []
    seen = [_faces(pictures, lang), NOBODY_KNOWN(lang)] if pictures.faces else []
    seen += [not_looked_at(pictures.unseen)(lang)] if pictures.unseen and not pictures.faces else []
    link = core.platforms(pictures.message.workspace).link_to(pictures.message)
    where: tuple[Block, ...] = (Facts(((POSTED(lang), link),)),) if link else ()
    return (Paragraph(" ".join(seen)), Paragraph(" ".join((WHY_ASKED(lang), *term))), *where)


def _outcome(tx: Transaction, pictures: Pictures, lang: Lang) -> str:
    """What came of it, for the poster: not whose parents said what."""
    match pictures.state:
        case PictureState.SETTLED:
            return THANKS_DONE(lang)
        case PictureState.GONE:
            return REMOVED(lang)
        case PictureState.MISSING:
            shown = shown_in(tx, pictures)
            if any(each.permit is Permit.REFUSED for each in shown):
                return TAKE_DOWN(lang)
            is_unknown = all(each.permit.is_given for each in shown)
            return (THANKS_OTHERS if is_unknown else THANKS_MISSING)(lang)
        case _:
            return LOOKING(lang)


def _faces(pictures: Pictures, lang: Lang) -> str:
    return ONE_FACE(lang) if pictures.faces == 1 else FACES(lang, n=pictures.faces)


def _told(tx: Transaction, pictures: Pictures, poster: str, viewer: Person, trace: Trace | None) -> list[str]:
    lang = viewer.lang
    if trace is not None and trace.asked_at is not None and pictures.answer is None:
        return [WAITS(lang, name=poster, at=moment(trace.asked_at, viewer))]
    if pictures.state is PictureState.ASKED and pictures.asked_at is not None:
        person = tx.registry.person(pictures.poster)
        if person is None or not person.is_active:
            return [CANNOT(lang, name=poster)]
        asked, until = moment(pictures.asked_at, viewer), due(tx, POSTER_DUE, pictures.message)
        said_until = WAITS_UNTIL(lang, name=poster, at=asked, until=moment(until, viewer)) if until else ""
        return [said_until or WAITS(lang, name=poster, at=asked)]
    by = name_of(tx.registry.person(pictures.answered_by) if pictures.answered_by else None, lang)
    said = {Answer.NOBODY: SAID_NOBODY, Answer.NO_STUDENT: SAID_NO_STUDENT}.get(pictures.answer or Answer.STUDENTS)
    lines = [said(lang, name=by)] if said else []
    return [*lines, *([SAID_OTHERS(lang, name=by)] if pictures.has_others else [])]


def _permit(tx: Transaction, each: Shown, pictures: Pictures, viewer: Person) -> str:
    lang = viewer.lang
    state = PERMIT[each.permit](lang)
    if each.permit is not Permit.MISSING or pictures.answered_at is None:
        return state
    if not each.accounts:
        return NO_ACCOUNT(lang, state=state)
    asked, until = day(pictures.answered_at, viewer), due(tx, PARENTS_DUE, pictures.message)
    if until is None:
        return ASKED_ON(lang, state=state, day=asked)
    return ASKED_UNTIL(lang, state=state, day=asked, until=moment(until, viewer))


def _letter(tx: Transaction, channel: Channel, pictures: Pictures, each: Shown, viewer: Person) -> Excerpt:
    lang, until = viewer.lang, due(tx, PARENTS_DUE, pictures.message)
    last = local(until, viewer).date() if until else None
    people = [f"{one.name} <{one.email}>" if one.email else one.name for one in each.parents]
    words = [
        LETTER(
            one,
            channel=channel.name,
            child=each.student.name,
            until=UNTIL(one, day=written(last, one)) if last else "",
        )
        for one in (Lang.EN, Lang.ES)
    ]
    caption = SEND(lang, people=", ".join(people) or NO_PARENTS(lang, name=each.student.name))
    return Excerpt("\n\n".join(words), caption=caption)


def _recording(tx: Transaction, pictures: Pictures, lang: Lang) -> tuple[Action, ...]:
    """The button for what a parent answered on paper, where anything is missing."""
    if pictures.state is not PictureState.MISSING:
        return ()
    shown: Sequence[Shown] = [each for each in shown_in(tx, pictures) if not each.permit.is_given]
    people = tuple((token(each.student.id), each.student.name) for each in shown)
    if not people:
        return ()
    words = tuple((word.value, text(lang)) for word, text in WORDS.items())
    fields = (
        Field(name="student", label=STUDENT(lang), kind="choice", choices=people, value=people[0][0]),
        Field(name="word", label=SAID(lang), kind="choice", choices=words),
    )
    return (Action(name="photo.record", subject=subject_of(pictures.message), label=ON_PAPER(lang), fields=fields),)
