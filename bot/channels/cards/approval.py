"""The card of a channel that waits for approval, for whoever decides and for its owner."""

from datetime import UTC, datetime, timedelta

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.channels.register_form import FOR_WHOM, KIND, PURPOSE, SCHOOL, registering
from bot.core import Core
from bot.errors import Refused
from bot.inbox.cards.coverage import auditing
from bot.inbox.coverage import can_read_back, is_in_care
from bot.people.approving import deciders
from bot.people.routing import supervisor_of
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, ChannelState, Person
from bot.records.roster import year_end
from bot.wording import phrasing
from bot.wording.citing import foot
from bot.wording.dates import day, end_of, end_of_school_year, local
from bot.wording.phrasing import CHANNEL_STATE, name_or_dash
from bot.wording.subjects import channel_in, subject_of
from policy.pack import Approver
from policy.words import Lang, Text

ASKED, DECIDED, ENDING = 1, 10, 11
"""The versions of the topic: a request is made (and reminded of, in the numbers between), decided or replaced by
another, which is a topic of its own, and about to end."""
RENEW_BEFORE = timedelta(days=30)
"""How long before its end an approval may be asked for again."""

MAY_IT = Text(en="May {channel} be used?", es="¿Se puede usar {channel}?")
ASKS = Text(en="{owner} asks you to approve a channel.", es="{owner} le pide que apruebe un canal.")
ASKED_BY = Text(en="Asked by", es="Lo pide")
POLICY = Text(en="Policy", es="Política")
REASON = Text(en="Reason", es="Motivo")
APPROVE = Text(en="Approve", es="Aprobar")
DECLINE = Text(en="Decline", es="Rechazar")
ASK_BACK = Text(en="Ask the owner", es="Preguntar al responsable")
WHY_NOT = Text(en="Why not, and what would help?", es="¿Por qué no y qué haría falta?")
YOUR_QUESTION = Text(en="Your question", es="Su pregunta")
REGISTER_AGAIN = Text(en="Ask again", es="Volver a pedirlo")
TITLE = Text(en="{channel} is {state}", es="{channel}: {state}")
WAITS = Text(
    en="{approver} has been asked and you will hear here. Messages in the channel are read as soon as people "
    "there have been told so.",
    es="Se ha preguntado a {approver} y recibirá aquí la respuesta. Los mensajes del canal se leen en "
    "cuanto se haya avisado de ello allí.",
)
UNTIL = Text(en="It lasts until {day}.", es="Vale hasta el {day}.")
RENEW = Text(en="Ask for another year", es="Pedir otro año")
TOLD = Text(en="{name} has been told.", es="Se ha informado a {name}.")
DECIDED_BY = Text(en="Decided by {name} on {day}.", es="Decisión de {name}, {day}.")
APPROVED_NEXT = Text(
    en="It may be used as the policy says: closed, by invitation, looked over regularly.",
    es="Puede usarse como dice la política: cerrado, por invitación y revisado con regularidad.",
)
REPLACED = Text(
    en="The owner changed this request. A newer card shows it.",
    es="El responsable cambió esta solicitud. La muestra una tarjeta más reciente.",
)


def topic_of(channel: Channel) -> Topic:
    """The topic of the channel's present request; each request has its own, so that nobody decides about an old one."""
    return Topic(TopicKind.APPROVAL, f"{subject_of(channel.ref)}|{stamp(channel)}")


def stamp(channel: Channel) -> str:
    """What tells the channel's present request from those before."""
    return "0" if channel.asked_at is None else f"{channel.asked_at.astimezone(UTC):%Y%m%d%H%M%S%f}"


def deciders_of(tx: Transaction, core: Core, channel: Channel) -> tuple[Person, ...]:
    """Who may approve the channel, the one who is asked first: never its owner. Where the policy leaves approval to the
    district, that is whoever stands above everybody."""
    people = deciders(tx, channel, never=(channel.owner,))
    pack = core.shelf.get(channel.pack)
    return people[-1:] if pack is not None and pack.settings.approver is Approver.DISTRICT else people


def until(tx: Transaction, person: Person) -> datetime:
    """Until when an approval given now lasts: the end of the school year, or of the next one where this is nearly
    over."""
    ends = _year_end(tx, tx.now, person)
    return ends if ends - tx.now > 2 * RENEW_BEFORE else _year_end(tx, ends + timedelta(days=1), person)


def _year_end(tx: Transaction, at: datetime, person: Person) -> datetime:
    """The end of the school year that the roster tells, else of the usual one."""
    told = year_end(tx.roster.sessions(), local(at, person).date())
    return end_of(told, person.zone, at) if told else end_of_school_year(at, person.zone)


def may_renew(channel: Channel, now: datetime) -> bool:
    """Whether it is time to ask for another year."""
    return channel.expires_at is not None and channel.expires_at - now <= RENEW_BEFORE


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The request as it stands now, for those who decide and for the owner; nothing for anybody else."""
    place, _, asked = topic.id.rpartition("|")
    try:
        channel = tx.registry.channel(channel_in(place))
    except Refused:
        return None
    if channel is None:
        return None
    if asked != stamp(channel):
        return Card(title=f"#{channel.name}", tone=Tone.DONE, blocks=(Paragraph(REPLACED(viewer.lang)),))
    return (
        card(tx, core, channel, viewer)
        if viewer.ref == channel.owner or _may_decide(tx, core, channel, viewer)
        else None
    )


def card(tx: Transaction, core: Core, channel: Channel, viewer: Person) -> Card:
    """The request of a channel at hand, for its owner or somebody who decides."""
    footer = foot(core.shelf.get(channel.pack), "approved", viewer.lang)
    if channel.state is not ChannelState.REQUESTED:
        return _decided(tx, core, channel, viewer, footer)
    if _may_decide(tx, core, channel, viewer):
        return _to_decide(tx, core, channel, viewer, footer)
    approver = next(iter(deciders_of(tx, core, channel)), None)
    lines = Paragraph(WAITS(viewer.lang, approver=name_or_dash(approver)))
    return Card(title=_title(channel, viewer.lang), tone=Tone.NOTICE, blocks=(lines,), footer=footer)


def deciding(channel: Channel, lang: Lang) -> tuple[Action, ...]:
    """The buttons of whoever decides."""
    subject = topic_of(channel).id
    reason = Field(name="reason", label=WHY_NOT(lang), kind="text")
    question = Field(name="text", label=YOUR_QUESTION(lang), kind="text")
    return (
        Action(name="channel.approve", subject=subject, label=APPROVE(lang), style="primary"),
        Action(name="channel.decline", subject=subject, label=DECLINE(lang), style="danger", fields=(reason,)),
        Action(name="channel.ask", subject=subject, label=ASK_BACK(lang), fields=(question,)),
    )


def _may_decide(tx: Transaction, core: Core, channel: Channel, viewer: Person) -> bool:
    return viewer.ref in [person.ref for person in deciders_of(tx, core, channel)]


def _to_decide(tx: Transaction, core: Core, channel: Channel, viewer: Person, footer: str) -> Card:
    lang, owner = viewer.lang, name_or_dash(tx.registry.person(channel.owner) if channel.owner else None)
    pack = core.shelf.get(channel.pack)
    rows = [
        (ASKED_BY(lang), owner),
        (KIND(lang), phrasing.KIND[channel.kind](lang)),
        (FOR_WHOM(lang), channel.audience),
        (SCHOOL(lang), channel.school),
        (POLICY(lang), pack.name if pack else channel.pack),
    ]
    purpose: tuple[Block, ...] = (Excerpt(channel.purpose, caption=PURPOSE(lang)),) if channel.purpose else ()
    return Card(
        title=MAY_IT(lang, channel=f"#{channel.name}"),
        summary=ASKS(lang, owner=owner),
        tone=Tone.NOTICE,
        blocks=(Facts(tuple(row for row in rows if row[1])), *purpose),
        actions=deciding(channel, lang),
        footer=footer,
    )


def _decided(tx: Transaction, core: Core, channel: Channel, viewer: Person, footer: str) -> Card:
    lang, blocks = viewer.lang, list[Block]()
    if channel.decided_at is not None:
        decider = name_or_dash(tx.registry.person(channel.decided_by) if channel.decided_by else None)
        told = name_or_dash(supervisor_of(tx, channel))
        line = (
            DECIDED_BY(lang, name=decider, day=day(channel.decided_at, viewer))
            if channel.decided_by
            else TOLD(lang, name=told)
        )
        blocks.append(Paragraph(line))
    if channel.state is ChannelState.APPROVED and channel.expires_at is not None:
        blocks.append(Paragraph(UNTIL(lang, day=day(channel.expires_at, viewer))))
    if channel.decision_reason:
        blocks.append(Excerpt(channel.decision_reason, caption=REASON(lang)))
    actions: tuple[Action, ...] = ()
    is_open = channel.state is ChannelState.APPROVED
    if is_open:
        blocks.append(Paragraph(APPROVED_NEXT(lang)))
    if is_open and viewer.ref == channel.owner and may_renew(channel, tx.now):
        actions = (registering(tx, core, viewer, channel.ref, RENEW(lang)),)
    elif not is_open and viewer.ref == channel.owner:
        actions = (registering(tx, core, viewer, channel.ref, REGISTER_AGAIN(lang)),)
    if is_open and is_in_care(tx, channel, viewer) and can_read_back(core, channel.ref.workspace):
        actions = (*actions, auditing(channel, lang))
    return Card(
        title=_title(channel, lang),
        summary=_title(channel, lang),
        tone=Tone.DONE if is_open else Tone.NOTICE,
        blocks=tuple(blocks),
        actions=actions,
        footer=footer,
    )


def _title(channel: Channel, lang: Lang) -> str:
    return TITLE(lang, channel=f"#{channel.name}", state=CHANNEL_STATE[channel.state](lang))
