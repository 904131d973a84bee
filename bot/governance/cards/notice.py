"""A notice, as one person reads it and answers, and as everybody in the channel reads it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.cards import Action, Block, Bullets, Card, Facts, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.governance.check import View, view_at
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.governance import Answer
from bot.records.registry import Channel, Person
from bot.wording.dates import day
from bot.wording.phrasing import name_or_dash
from bot.wording.subjects import channel_in, subject_of
from policy.message import Role
from policy.notices import Notice
from policy.words import Lang, Text

TOGETHER = "+"
"""Between the names of notices that one button answers."""

SUMMARY = Text(en="Please read this notice about {channel}.", es="Lea este aviso sobre {channel}, por favor.")
ABOUT = Text(en="Notices of {channel}", es="Avisos de {channel}")
WELCOME = Text(en="Welcome to {channel}", es="Le damos la bienvenida a {channel}")
YOUR_GROUP = Text(en="{channel}: your child's group", es="{channel}: el grupo de su hijo o hija")
OF_CHILD = Text(
    en="{children} is in it. Please read this once; your answers stay on record.",
    es="{children} está en él. Lea esto una vez, por favor; sus respuestas quedan registradas.",
)
OF_CHILDREN = Text(
    en="{children} are in it. Please read this once; your answers stay on record.",
    es="{children} están en él. Lea esto una vez, por favor; sus respuestas quedan registradas.",
)
OF_GROUP = Text(
    en="Please read this once; your answers stay on record.",
    es="Lea esto una vez, por favor; sus respuestas quedan registradas.",
)
CAN_READ = Text(
    en="You may read along at any time, and leave whenever you like.",
    es="Puede leer cuando quiera, y salir cuando lo desee.",
)
JOIN = Text(en="Ask to join", es="Pedir unirme")
CAN_REPORT = Text(
    en="Something is not right? Report the message from its menu, or type “/policy report”. Only the owner and the "
    "supervisor see it.",
    es="¿Algo no está bien? Reporte el mensaje desde su menú o escriba “/policy reportar”. Solo lo ven el responsable "
    "y el supervisor.",
)
CAN_ASK = Text(
    en="“/policy rules” shows the rules; “/policy ask” asks the person in charge.",
    es="“/policy reglas” muestra las reglas; “/policy preguntar” pregunta a quien está a cargo.",
)
IF_IN, IF_OUT = (CAN_READ, CAN_REPORT, CAN_ASK), (CAN_ASK,)
READ = Text(en="I have read it", es="Lo he leído")
YES = Text(en="Yes, I allow it", es="Sí, lo permito")
NO = Text(en="No, I do not allow it", es="No, no lo permito")
ANSWER = {
    Answer.READ: Text(en="You read it on {day}.", es="Usted lo leyó el {day}."),
    Answer.YES: Text(en="You allowed it on {day}.", es="Usted lo permitió el {day}."),
    Answer.NO: Text(en="You said no on {day}.", es="Usted dijo que no el {day}."),
}


def own_topic(channel: Channel) -> Topic:
    """The topic of all notices of the channel that a person is shown: they have one card of them."""
    return Topic(TopicKind.NOTICE, subject_of(channel.ref))


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The notices that the person was shown, with what they answered; None where the wording is no longer the pack's.
    A topic of one notice is one too."""
    try:
        if topic.id.count("|") > 1:
            found = meant(tx, core, topic.id)
            return card(*found, viewer) if found is not None else None
        view = view_at(tx, core, channel_in(topic.id))
    except Refused:
        return None
    if view is None:
        return None
    receipts = ((tx.notices.receipt(view.channel.ref, n.id, viewer.ref), n) for n in view.pack.notices.values())
    shown = tuple(notice for receipt, notice in receipts if receipt is not None and receipt.version == notice.version)
    return card(view, shown, viewer) if shown else None


def meant(tx: Transaction, core: Core, subject: str) -> tuple[View, tuple[Notice, ...]] | None:
    """The channel and the notices that a topic or a button names; None where a wording is no longer the pack's.
    Raises Refused on what names no channel."""
    rest, _, versions = subject.rpartition("|")
    place, _, names = rest.rpartition("|")
    view = view_at(tx, core, channel_in(place))
    found = [view.pack.notices.get(name) for name in names.split(TOGETHER)] if view is not None else []
    notices = tuple(notice for notice in found if notice is not None)
    is_whole = len(notices) == len(found) and [n.version for n in notices] == versions.split(TOGETHER)
    return (view, notices) if view is not None and is_whole else None


def card(view: View, notices: Sequence[Notice], viewer: Person) -> Card:
    """Notices in the reader's language, with buttons for the answers. Parents are welcomed, and told what they can
    do."""
    lang, name = viewer.lang, f"#{view.channel.name}"
    told = [(notice, _answered(view, notice, viewer)) for notice in notices]
    is_done = all(answered for _, answered in told)
    greeting, more, joining = welcome(view, viewer)
    single = notices[0].title(lang) if len(notices) == 1 else ABOUT(lang, channel=name)
    blocks: list[Block] = [Paragraph(greeting)] if greeting else []
    if len(told) == 1 and not greeting:
        blocks += [Paragraph(words) for words in (wording(view, notices[0], lang), told[0][1]) if words]
    else:
        # What was answered is on record; its words are in `/policy notices`.
        blocks.append(Facts(tuple((n.title(lang), answered or wording(view, n, lang)) for n, answered in told)))
    blocks += [Bullets(more)] if more else []
    return Card(
        title=(WELCOME if view.is_in(viewer.ref) else YOUR_GROUP)(lang, channel=name) if greeting else single,
        summary=SUMMARY(lang, channel=name),
        tone=Tone.DONE if is_done else Tone.NOTICE,
        blocks=tuple(blocks),
        actions=(
            *_reading(view, [n for n, answered in told if not answered], lang),
            *_asking(view, notices, lang),
            *joining,
        ),
        footer="; ".join(dict.fromkeys(view.pack.citation(notice.clause) for notice in notices)),
    )


def welcome(view: View, viewer: Person) -> tuple[str, tuple[str, ...], tuple[Action, ...]]:
    """What a parent is greeted with, what they can do, and the button by which one who is not in asks to join; nothing
    for anybody else."""
    lang, is_in = viewer.lang, view.is_in(viewer.ref)
    places = [place for place in view.parents if place.account is not None and place.account.ref == viewer.ref]
    children = list(dict.fromkeys(child.name for place in places for child in place.children))
    if not children and not (is_in and viewer.role is Role.PARENT):
        return "", (), ()
    text = {0: OF_GROUP, 1: OF_CHILD}.get(len(children), OF_CHILDREN)
    said = text(lang, children=", ".join(children))
    join = Action(name="access.ask", subject=subject_of(view.channel.ref), label=JOIN(lang))
    return said, tuple(can(lang) for can in (IF_IN if is_in else IF_OUT)), () if is_in else (join,)


def announcement(view: View, notice: Notice) -> Card:
    """The notice for everybody in the channel, in both languages; anybody may press the button for themselves."""
    buttons = (actions(view, notice, lang) for lang in Lang)
    return Card(
        title=f"{notice.title.en} · {notice.title.es}",
        tone=Tone.NOTICE,
        blocks=tuple(Paragraph(wording(view, notice, lang)) for lang in Lang),
        actions=tuple(replace(mine, label=_both(mine, other)) for mine, other in zip(*buttons, strict=True)),
        footer=view.pack.citation(notice.clause),
    )


def wording(view: View, notice: Notice, lang: Lang) -> str:
    """The notice's text with the channel's own name, owner and purpose."""
    return notice.text(
        lang,
        channel=f"#{view.channel.name}",
        owner=name_or_dash(view.owner),
        purpose=view.channel.purpose or "–",
        district=view.pack.name,
    )


def actions(view: View, notice: Notice, lang: Lang) -> tuple[Action, ...]:
    """The buttons by which one answers."""
    return _asking(view, (notice,), lang) if notice.is_asked else _reading(view, (notice,), lang)


def _reading(view: View, notices: Sequence[Notice], lang: Lang) -> tuple[Action, ...]:
    """One button for all of them that are to be read."""
    read = [notice for notice in notices if not notice.is_asked]
    subject = _subject(view, read)
    return (Action(name="notice.read", subject=subject, label=READ(lang), style="primary"),) if read else ()


def _asking(view: View, notices: Sequence[Notice], lang: Lang) -> tuple[Action, ...]:
    """Two buttons for each slip."""
    slips = [notice for notice in notices if notice.is_asked]
    return tuple(
        Action(name=name, subject=_subject(view, (slip,)), label=label(lang), style=style)
        for slip in slips
        for name, label, style in (("notice.yes", YES, "primary"), ("notice.no", NO, ""))
    )


def _subject(view: View, notices: Sequence[Notice]) -> str:
    names, versions = ([getattr(n, part) for n in notices] for part in ("id", "version"))
    return f"{subject_of(view.channel.ref)}|{TOGETHER.join(names)}|{TOGETHER.join(versions)}"


def _both(one: Action, other: Action) -> str:
    return one.label if one.label == other.label else f"{one.label} · {other.label}"


def _answered(view: View, notice: Notice, viewer: Person) -> str:
    receipt = view.tx.notices.receipt(view.channel.ref, notice.id, viewer.ref)
    if receipt is None or receipt.version != notice.version or receipt.answered_at is None:
        return ""
    return ANSWER[Answer(receipt.answer)](viewer.lang, day=day(receipt.answered_at, viewer))
