"""The card of an exception that a channel asks for, for whoever decides and for whoever asked."""

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.people.approving import deciders
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import ChannelException, Person
from bot.wording.dates import day
from bot.wording.phrasing import ALLOWANCE, channel_name, name_or_dash
from policy.words import Lang, Text

ASKED, DECIDED, ENDED = 1, 2, 3
"""The versions of the topic."""

MAY_IT = Text(en="May {channel} have an exception?", es="¿Se permite una excepción en {channel}?")
ASKS = Text(en="{name} asks for an exception in {channel}.", es="{name} pide una excepción en {channel}.")
TITLE = Text(en="Exception in {channel}: {state}", es="Excepción en {channel}: {state}")
ASKED_BY = Text(en="Asked by", es="La pide")
WHAT = Text(en="What", es="Qué")
UNTIL = Text(en="Until", es="Hasta")
REASON = Text(en="Reason", es="Motivo")
APPROVE = Text(en="Approve", es="Aprobar")
DECLINE = Text(en="Decline", es="Rechazar")
WHY_NOT = Text(en="Why not, and what would help?", es="¿Por qué no y qué haría falta?")
ASK_BACK = Text(en="Ask back", es="Preguntar")
YOUR_QUESTION = Text(en="Your question", es="Su pregunta")
END = Text(en="End it now", es="Terminarla ya")
END_CONFIRM = Text(
    en="End this exception now? Posts about it are flagged again from then on.",
    es="¿Terminar ya la excepción? Desde entonces se avisará de nuevo sobre esos mensajes.",
)
WAITS = Text(
    en="{name} has been asked. Until then it is not in force.",
    es="Se ha preguntado a {name}. Hasta entonces no está en vigor.",
)
DECIDED_BY = Text(en="Decided by {name}.", es="Decisión de {name}.")
WAITING = Text(en="waiting", es="pendiente")
IN_FORCE = Text(en="in force", es="en vigor")
DECLINED = Text(en="declined", es="rechazada")
OVER = Text(en="over", es="terminada")


def topic_of(exception: ChannelException) -> Topic:
    return Topic(TopicKind.EXCEPTION, exception.id)


def deciders_of(tx: Transaction, exception: ChannelException) -> tuple[Person, ...]:
    """Who may approve the exception, the one who is asked first: never who asked for it, nor the channel's owner."""
    channel = tx.registry.channel(exception.channel)
    return () if channel is None else deciders(tx, channel, never=(exception.asked_by, channel.owner))


def may_end(tx: Transaction, exception: ChannelException, person: Person) -> bool:
    """Whether the person may end it early: the channel's owner, who asked for it, and those who may approve it."""
    channel = tx.registry.channel(exception.channel)
    may = {exception.asked_by, *(p.ref for p in deciders_of(tx, exception))} | ({channel.owner} if channel else set())
    return person.is_active and person.ref in may


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The exception as it stands now, for those who decide, the owner and whoever asked; nothing for anybody else."""
    exception = tx.registry.exception(topic.id)
    return card(tx, exception, viewer) if exception is not None and may_end(tx, exception, viewer) else None


def card(tx: Transaction, exception: ChannelException, viewer: Person) -> Card:
    """The exception for somebody who may see it."""
    lang, people = viewer.lang, deciders_of(tx, exception)
    place = channel_name(tx.registry.channel(exception.channel), exception.channel.channel)
    asker = name_or_dash(tx.registry.person(exception.asked_by))
    is_waiting = exception.decided_at is None
    may_decide = viewer.ref in [person.ref for person in people]
    title = MAY_IT(lang, channel=place) if is_waiting and may_decide else _title(tx, exception, place, lang)
    blocks: list[Block] = [
        Facts(
            (
                (ASKED_BY(lang), asker),
                (WHAT(lang), described(exception, lang)),
                (UNTIL(lang), last_day(exception, viewer)),
            )
        ),
        Excerpt(exception.reason, caption=REASON(lang)),
    ]
    if is_waiting and not may_decide:
        blocks.append(Paragraph(WAITS(lang, name=name_or_dash(people[0] if people else None))))
    if exception.approved_by is not None:
        blocks.append(Paragraph(DECIDED_BY(lang, name=name_or_dash(tx.registry.person(exception.approved_by)))))
    if exception.decision_reason:
        blocks.append(Excerpt(exception.decision_reason, caption=DECLINED(lang).capitalize()))
    return Card(
        title=title,
        summary=ASKS(lang, name=asker, channel=place) if is_waiting and may_decide else title,
        tone=Tone.NOTICE if is_waiting or exception.is_declined else Tone.DONE,
        blocks=tuple(blocks),
        actions=_actions(tx, exception, lang, may_decide=is_waiting and may_decide),
    )


def described(exception: ChannelException, lang: Lang) -> str:
    """What it allows, in a line: `tool: Desmos`."""
    return f"{ALLOWANCE[exception.kind](lang)}: {exception.value}"


def last_day(exception: ChannelException, reader: Person) -> str:
    return day(exception.ends_at, reader)


def asking(subject: str, label: str, lang: Lang, *, kind: str = "", value: str = "", ends: str = "") -> Action:
    """The button that opens the form for an exception."""
    kinds = tuple((kind.value, text(lang)) for kind, text in ALLOWANCE.items())
    fields = (
        Field(name="kind", label=Text(en="Kind", es="Tipo")(lang), kind="choice", choices=kinds, value=kind),
        Field(
            name="value",
            label=Text(en="Which one", es="Cuál")(lang),
            hint=Text(en="the campaign, account, website or tool", es="la campaña, cuenta, página o herramienta")(lang),
            value=value,
        ),
        Field(name="reason", label=REASON(lang), kind="text"),
        Field(
            name="until",
            label=UNTIL(lang),
            kind="date",
            hint=Text(en="left empty: end of the school year", es="si queda vacío: fin del curso")(lang),
            is_required=False,
            value=ends,
        ),
    )
    return Action(name="exception.ask", subject=subject, label=label, style="primary", fields=fields)


def _title(tx: Transaction, exception: ChannelException, place: str, lang: Lang) -> str:
    if exception.decided_at is None:
        state = WAITING
    elif exception.is_declined:
        state = DECLINED
    else:
        state = IN_FORCE if exception.is_in_force(tx.now) else OVER
    return TITLE(lang, channel=place, state=state(lang))


def _actions(tx: Transaction, exception: ChannelException, lang: Lang, *, may_decide: bool) -> tuple[Action, ...]:
    if may_decide:
        why_not = Field(name="reason", label=WHY_NOT(lang), kind="text")
        question = Field(name="text", label=YOUR_QUESTION(lang), kind="text")
        return (
            Action(name="exception.approve", subject=exception.id, label=APPROVE(lang), style="primary"),
            Action(
                name="exception.decline", subject=exception.id, label=DECLINE(lang), style="danger", fields=(why_not,)
            ),
            Action(name="exception.question", subject=exception.id, label=ASK_BACK(lang), fields=(question,)),
        )
    if exception.is_in_force(tx.now):
        return (Action(name="exception.end", subject=exception.id, label=END(lang), confirm=END_CONFIRM(lang)),)
    return ()
