"""The question whether a channel that nobody registered is a school's, and how it was answered."""

from dataclasses import replace

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.channels.register_form import registering
from bot.core import Core
from bot.errors import Refused
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import ChannelState, Person
from bot.records.unregistered import Sign, UnregisteredChannel, Why
from bot.wording.citing import foot
from bot.wording.dates import day
from bot.wording.phrasing import name_of
from bot.wording.subjects import channel_in, subject_of
from policy.words import Text

IS_IT = Text(en="Is {channel} a school channel?", es="¿Es {channel} un canal escolar?")
SUMMARY = Text(en="Please say whether {channel} is a school channel.", es="Diga si {channel} es un canal escolar.")
ADDED = Text(
    en="Chaperone was put into it, and it is not on the district's register.",
    es="Se añadió a Chaperone, y no está en el registro del distrito.",
)
LOOKS = Text(
    en="It looks like one ({signs}), and it is not on the district's register.",
    es="Lo parece ({signs}), y no está en el registro del distrito.",
)
WHY = Text(
    en="A channel of a club, team, class or parents' group is registered and approved before it is used. Nothing in it "
    "is read until then.",
    es="El canal de un club, equipo, clase o grupo de familias se registra y se aprueba antes de usarlo. Hasta "
    "entonces no se lee nada en él.",
)
SIGN = {
    Sign.NAME: Text(en="by its name", es="por su nombre"),
    Sign.CLASS: Text(en="a class has that name", es="una clase se llama así"),
    Sign.FAMILIES: Text(en="students or parents are in it", es="hay estudiantes o familias en él"),
    Sign.STAFF: Text(en="staff made it", es="lo creó alguien del personal"),
}
ASKED = Text(
    en="{name} was asked on {day} and has not answered. If it is yours, register it; else remind {name} or say what "
    "it is.",
    es="Se preguntó a {name} el {day} y no ha respondido. Si es suyo, regístrelo; si no, recuérdeselo a {name} o diga "
    "qué es.",
)
MINE = Text(en="Register it as mine", es="Registrarlo a mi nombre")
REMIND = Text(en="Remind {name}", es="Recordárselo a {name}")
NOBODY = Text(
    en="It is not known who of the staff runs it. Please find out: that person types “/policy register” there.",
    es="No se sabe quién del personal lo dirige. Averigüe de quién es, por favor: esa persona escribe allí “/policy "
    "registrar”.",
)
ABOUT = Text(en="Its own description", es="Su propia descripción")
REGISTER = Text(en="Register it", es="Registrarlo")
NO = Text(en="Not a school channel", es="No es un canal escolar")
WHAT = Text(en="What is it for?", es="¿Para qué es?")
SAID_NO = Text(en="{channel} is not a school channel", es="{channel} no es un canal escolar")
BY = Text(en="{name} said so on {day}. Nobody is asked again.", es="Lo dijo {name} el {day}. No se preguntará más.")
FOR = Text(en="What it is for", es="Para qué es")
AFTER_ALL = Text(en="It is one after all", es="Sí que lo es")
ON_REGISTER = Text(en="{channel} is on the register", es="{channel} está en el registro")
NOTHING_LEFT = Text(en="Nothing more is needed here.", es="Aquí no hace falta nada más.")
GONE = Text(
    en="Chaperone is no longer there, so there is nothing to answer.",
    es="Chaperone ya no está allí, así que no hay nada que responder.",
)

NOT_ASKED = Text(en="nobody to ask yet", es="aún no hay a quién preguntar")
WAITS = Text(en="{name} was asked on {day}", es="se preguntó a {name} el {day}")


def topic_of(known: UnregisteredChannel) -> Topic:
    """The topic of the question about this channel."""
    return Topic(TopicKind.UNREGISTERED, subject_of(known.ref))


def is_registered(tx: Transaction, known: UnregisteredChannel) -> bool:
    """Whether the channel has been put on the register since."""
    channel = tx.registry.channel(known.ref)
    return channel is not None and channel.state is not ChannelState.NOTICED


def likely_owner(tx: Transaction, known: UnregisteredChannel) -> Person | None:
    """Who is asked about it, as long as they are there to answer."""
    person = tx.registry.person(known.owner) if known.owner is not None else None
    return person if person is not None and person.is_on_duty else None


def may_answer(tx: Transaction, known: UnregisteredChannel, person: Person) -> bool:
    """Whether the person was asked, and is still there to answer."""
    return person.is_on_duty and person.ref in tx.outbox.shown_to(topic_of(known))


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The question as it stands now, for those who were asked; nothing for anybody else."""
    try:
        known = tx.unregistered.get(channel_in(topic.id))
    except Refused:
        return None
    return card(tx, core, known, viewer) if known is not None and may_answer(tx, known, viewer) else None


def card(tx: Transaction, core: Core, known: UnregisteredChannel, viewer: Person) -> Card:
    """The question, or how it was answered, for somebody who was asked."""
    lang, channel = viewer.lang, f"#{known.name}"
    if is_registered(tx, known):
        return _over(ON_REGISTER(lang, channel=channel), NOTHING_LEFT(lang))
    if known.is_gone:
        return _over(channel, GONE(lang))
    if known.answered_at is not None:
        return _answered(tx, core, known, viewer)
    blocks: list[Block] = [Paragraph(f"{_why(known, viewer)} {WHY(lang)}"), *_asked(tx, known, viewer)]
    if known.about:
        blocks.append(Excerpt(known.about, caption=ABOUT(lang)))
    return Card(
        title=IS_IT(lang, channel=channel),
        summary=SUMMARY(lang, channel=channel),
        tone=Tone.NOTICE,
        blocks=tuple(blocks),
        actions=_actions(tx, core, known, viewer),
        footer=foot(core.shelf.get(core.default_pack), "approved", lang),
    )


def _actions(tx: Transaction, core: Core, known: UnregisteredChannel, viewer: Person) -> tuple[Action, ...]:
    lang, subject = viewer.lang, subject_of(known.ref)
    no = Action(name="unregistered.no", subject=subject, label=NO(lang), fields=(Field(name="what", label=WHAT(lang)),))
    owner = likely_owner(tx, known)
    if owner is None or viewer.ref == owner.ref:
        return registering(tx, core, viewer, known.ref, REGISTER(lang)), no
    remind = Action(
        name="unregistered.remind", subject=subject, label=REMIND(lang, name=owner.name[:50]), style="primary"
    )
    return remind, replace(registering(tx, core, viewer, known.ref, MINE(lang)), style=""), no


def _why(known: UnregisteredChannel, viewer: Person) -> str:
    lang = viewer.lang
    if known.why is Why.ADDED:
        return ADDED(lang)
    return LOOKS(lang, signs=", ".join(SIGN[sign](lang) for sign in known.signs))


def _asked(tx: Transaction, known: UnregisteredChannel, viewer: Person) -> tuple[Block, ...]:
    """For those to whom it was passed on: who was asked before them."""
    owner = likely_owner(tx, known)
    if owner is None:
        return (Paragraph(NOBODY(viewer.lang)),)
    if known.passed_on_at is None or known.asked_at is None or viewer.ref == owner.ref:
        return ()
    return (Paragraph(ASKED(viewer.lang, name=owner.name, day=day(known.asked_at, viewer))),)


def _answered(tx: Transaction, core: Core, known: UnregisteredChannel, viewer: Person) -> Card:
    lang = viewer.lang
    by = tx.registry.person(known.answered_by) if known.answered_by is not None else None
    said = BY(lang, name=name_of(by, lang), day=day(known.answered_at or known.noticed_at, viewer))
    return Card(
        title=SAID_NO(lang, channel=f"#{known.name}"),
        tone=Tone.DONE,
        blocks=(Paragraph(said), Facts(((FOR(lang), known.answer),))),
        actions=(replace(registering(tx, core, viewer, known.ref, AFTER_ALL(lang)), style=""),),
    )


def _over(title: str, said: str) -> Card:
    return Card(title=title, tone=Tone.DONE, blocks=(Paragraph(said),))


def line(tx: Transaction, known: UnregisteredChannel, viewer: Person) -> str:
    """Where the question stands, in a line."""
    lang = viewer.lang
    if known.owner is None or known.asked_at is None:
        return NOT_ASKED(lang)
    name = name_of(tx.registry.person(known.owner), lang)
    return WAITS(lang, name=name, day=day(known.asked_at, viewer))
