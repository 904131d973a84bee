"""A notice, as one person reads it and answers, and as everybody in the channel reads it."""

from dataclasses import replace

from bot.cards import Action, Card, Paragraph, Tone
from bot.core import Core
from bot.dates import day
from bot.deliveries import Topic
from bot.errors import Refused
from bot.governance.check import View, view_at
from bot.governance.records import Answer, NoticeReceipt
from bot.phrasing import name_or_dash
from bot.ports import Transaction
from bot.registry import Person
from bot.subjects import channel_in, subject_of
from policy.notices import Notice
from policy.words import Lang, Text

SHOWN = 1
"""The first version of the topic; an answer is numbered by its second."""

SUMMARY = Text(en="Please read this notice about {channel}.", es="Lea este aviso sobre {channel}, por favor.")
READ = Text(en="I have read it", es="Lo he leído")
YES = Text(en="Yes, I allow it", es="Sí, lo permito")
NO = Text(en="No", es="No")
ANSWER = {
    Answer.READ: Text(en="You read it on {day}.", es="Usted lo leyó el {day}."),
    Answer.YES: Text(en="You allowed it on {day}.", es="Usted lo permitió el {day}."),
    Answer.NO: Text(en="You said no on {day}.", es="Usted dijo que no el {day}."),
}


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The notice for one person, with what they answered; None where the wording is no longer the pack's."""
    try:
        found = meant(tx, core, topic.id)
    except Refused:
        return None
    return card(*found, viewer) if found is not None else None


def meant(tx: Transaction, core: Core, subject: str) -> tuple[View, Notice] | None:
    """The channel and the notice that a topic or a button names; None where the wording is no longer the pack's.
    Raises Refused on what names no channel."""
    rest, _, version = subject.rpartition("|")
    place, _, name = rest.rpartition("|")
    view = view_at(tx, core, channel_in(place))
    notice = view.pack.notices.get(name) if view is not None else None
    return (view, notice) if view is not None and notice is not None and notice.version == version else None


def card(view: View, notice: Notice, viewer: Person) -> Card:
    """The notice in the reader's language, with buttons for the answer."""
    lang = viewer.lang
    receipt = view.tx.notices.receipt(view.channel.ref, notice.id, viewer.ref)
    answered = _answered(receipt, notice, viewer)
    return Card(
        title=notice.title(lang),
        summary=SUMMARY(lang, channel=f"#{view.channel.name}"),
        tone=Tone.DONE if answered else Tone.NOTICE,
        blocks=(Paragraph(wording(view, notice, lang)), *((Paragraph(answered),) if answered else ())),
        actions=actions(view, notice, lang) if notice.is_asked or not answered else (),
        footer=view.pack.citation(notice.clause),
    )


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
    subject = f"{subject_of(view.channel.ref)}|{notice.id}|{notice.version}"
    if not notice.is_asked:
        return (Action(name="notice.read", subject=subject, label=READ(lang), style="primary"),)
    return (
        Action(name="notice.yes", subject=subject, label=YES(lang), style="primary"),
        Action(name="notice.no", subject=subject, label=NO(lang)),
    )


def _both(one: Action, other: Action) -> str:
    return one.label if one.label == other.label else f"{one.label} · {other.label}"


def _answered(receipt: NoticeReceipt | None, notice: Notice, viewer: Person) -> str:
    if receipt is None or receipt.version != notice.version or receipt.answered_at is None:
        return ""
    return ANSWER[Answer(receipt.answer)](viewer.lang, day=day(receipt.answered_at, viewer))
