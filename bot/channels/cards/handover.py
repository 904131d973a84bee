"""The card of a handover: for whoever names the next owner, for whoever is named, and for the owner who leaves."""

from datetime import UTC

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.people.routing import above, supervisor_of
from bot.ports import Transaction
from bot.records.access import Cause, Handover, HandoverState
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, Person
from bot.wording.citing import foot
from bot.wording.dates import day
from bot.wording.phrasing import name_of, name_or_dash
from bot.wording.subjects import channel_in, subject_of
from policy.words import Text

TITLE = Text(en="Who takes over {channel}?", es="¿Quién asume {channel}?")
SUMMARY = Text(en="{channel} needs a new owner.", es="{channel} necesita un nuevo responsable.")
CAUSE = {
    Cause.CLOSED: Text(en="{owner}'s account was closed.", es="La cuenta de {owner} se cerró."),
    Cause.OFF_ROSTER: Text(en="{owner} is no longer staff on the roster.", es="{owner} ya no figura como personal."),
    Cause.SAID_SO: Text(en="{owner} hands the channel over.", es="{owner} deja el canal."),
}
UNTIL_THEN = Text(
    en="Until somebody takes over, you answer for it. Name the next owner; they are asked to accept.",
    es="Hasta entonces responde usted. Nombre al próximo responsable; se le pedirá que acepte.",
)
NAME_THEM = Text(en="Name the next owner", es="Nombrar responsable")
ANOTHER = Text(en="Name somebody else", es="Nombrar a otra persona")
WHO = Text(en="Next owner", es="Próximo responsable")
ASKED = Text(en="{name} has been asked to accept.", es="Se ha pedido a {name} que acepte.")
SAID_NO = Text(en="The person who was asked said no", es="La persona a quien se preguntó dijo que no")

WILL_YOU = Text(en="Will you take over {channel}?", es="¿Asume usted {channel}?")
NAMED_YOU = Text(
    en="{by} asks you to be its owner: you look it over regularly and hear of its findings.",
    es="{by} le pide que sea su responsable: usted lo revisa con regularidad y recibe sus avisos.",
)
PURPOSE = Text(en="Purpose", es="Finalidad")
SUPERVISOR = Text(en="Supervisor", es="Supervisor")
ACCEPT = Text(en="Yes, I take over", es="Sí, lo asumo")
REFUSE = Text(en="No", es="No")
WHY_NOT = Text(en="Why not?", es="¿Por qué no?")

LEAVING = Text(en="You hand over {channel}", es="Usted deja {channel}")
IN_BETWEEN = Text(
    en="{name} answers for it until somebody takes over. You will hear here who does.",
    es="{name} responde de él hasta que alguien lo asuma. Aquí sabrá quién.",
)
STAY = Text(en="I stay the owner", es="Sigo como responsable")

DONE = Text(en="{channel} has a new owner", es="{channel} tiene nuevo responsable")
NEW_OWNER = Text(
    en="{name} took it over on {day}. All that is on record of the channel stays.",
    es="{name} lo asumió el {day}. Todo lo registrado del canal se conserva.",
)
STAYED = Text(en="{owner} stays the owner of {channel}", es="{owner} sigue como responsable de {channel}")
THANKS = Text(en="Thank you", es="Gracias")
TOLD = Text(
    en="Your answer was passed on; somebody else is asked about {channel}.",
    es="Su respuesta se ha transmitido; se preguntará a otra persona por {channel}.",
)
MOST_CHOICES = 100


def topic_of(handover: Handover) -> Topic:
    """The topic of this handover; each leaving of an owner has its own."""
    return Topic(TopicKind.HANDOVER, f"{subject_of(handover.channel)}|{_stamp(handover)}")


def meant(tx: Transaction, subject: str) -> Handover | None:
    """The handover that `topic_of` named."""
    place, _, stamp = subject.rpartition("|")
    return next((each for each in tx.handovers.of(channel_in(place)) if _stamp(each) == stamp), None)


def who_names(tx: Transaction, channel: Channel, handover: Handover) -> Person | None:
    """Who is asked to name the next owner: the supervisor, else the next above who is on duty."""
    person = supervisor_of(tx, channel)
    if person is not None and (not person.is_on_duty or person.ref == handover.owner):
        person = above(tx, person)
    return person


def may_name(tx: Transaction, channel: Channel, handover: Handover, person: Person) -> bool:
    """Whether the person may name the next owner: whoever is asked, and everybody above."""
    naming, seen = who_names(tx, channel, handover), set()
    while naming is not None and naming.ref not in seen:
        if naming.ref == person.ref:
            return True
        seen.add(naming.ref)
        naming = above(tx, naming)
    return False


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The handover as it stands now, for those whom it concerns; nothing for anybody else."""
    try:
        handover = meant(tx, topic.id)
    except Refused:
        return None
    channel = tx.registry.channel(handover.channel) if handover else None
    if handover is None or channel is None:
        return None
    concerned = viewer.ref in (handover.owner, handover.named, handover.named_by)
    may_see = concerned or may_name(tx, channel, handover, viewer)
    return card(tx, core, channel, handover, viewer) if may_see else thanks(channel, viewer)


def card(tx: Transaction, core: Core, channel: Channel, handover: Handover, viewer: Person) -> Card:
    """The handover for somebody whom it concerns."""
    lang, footer = viewer.lang, foot(core.shelf.get(channel.pack), "ownership", viewer.lang)
    name = f"#{channel.name}"
    if handover.state.is_over:
        return _over(tx, channel, handover, viewer, footer)
    if viewer.ref == handover.named:
        return _to_accept(tx, channel, handover, viewer, footer)
    if may_name(tx, channel, handover, viewer):
        return _to_name(tx, channel, handover, viewer, footer)
    naming = name_or_dash(who_names(tx, channel, handover))
    stay = Action(name="handover.stay", subject=topic_of(handover).id, label=STAY(lang))
    return Card(
        title=LEAVING(lang, channel=name),
        tone=Tone.NOTICE,
        blocks=(Paragraph(IN_BETWEEN(lang, name=naming)),),
        actions=(stay,) if handover.cause is Cause.SAID_SO else (),
        footer=footer,
    )


def thanks(channel: Channel, viewer: Person) -> Card:
    """For somebody who was asked and said no, or whom another took the place of."""
    lang = viewer.lang
    said = TOLD(lang, channel=f"#{channel.name}")
    return Card(title=THANKS(lang), tone=Tone.DONE, blocks=(Paragraph(said),))


def _to_name(tx: Transaction, channel: Channel, handover: Handover, viewer: Person, footer: str) -> Card:
    lang, name = viewer.lang, f"#{channel.name}"
    owner = name_of(tx.registry.person(handover.owner), lang)
    blocks: list[Block] = [Paragraph(CAUSE[handover.cause](lang, owner=owner))]
    if handover.named is not None:
        blocks.append(Paragraph(ASKED(lang, name=name_of(tx.registry.person(handover.named), lang))))
    else:
        blocks.append(Paragraph(UNTIL_THEN(lang)))
    if handover.reason:
        blocks.append(Excerpt(handover.reason, caption=SAID_NO(lang)))
    field = Field(name="person", label=WHO(lang), kind="person", choices=_staff(tx, handover))
    label = ANOTHER if handover.named is not None else NAME_THEM
    naming = Action(
        name="handover.name", subject=topic_of(handover).id, label=label(lang), style="primary", fields=(field,)
    )
    return Card(
        title=TITLE(lang, channel=name),
        summary=SUMMARY(lang, channel=name),
        tone=Tone.NOTICE,
        blocks=tuple(blocks),
        actions=(naming,),
        footer=footer,
    )


def _staff(tx: Transaction, handover: Handover) -> tuple[tuple[str, str], ...]:
    """Staff who could take over, by name."""
    people = [
        each
        for each in tx.registry.people(handover.channel.workspace)
        if each.is_on_duty and each.ref != handover.owner
    ]
    people.sort(key=lambda each: each.name)
    return tuple((each.ref.person, each.name) for each in people[:MOST_CHOICES])


def _to_accept(tx: Transaction, channel: Channel, handover: Handover, viewer: Person, footer: str) -> Card:
    lang, name, subject = viewer.lang, f"#{channel.name}", topic_of(handover).id
    by = name_of(tx.registry.person(handover.named_by) if handover.named_by else None, lang)
    rows = ((PURPOSE(lang), channel.purpose[:200] or "–"), (SUPERVISOR(lang), name_or_dash(supervisor_of(tx, channel))))
    reason = Field(name="reason", label=WHY_NOT(lang), kind="text")
    return Card(
        title=WILL_YOU(lang, channel=name),
        tone=Tone.NOTICE,
        blocks=(Paragraph(NAMED_YOU(lang, by=by)), Facts(rows)),
        actions=(
            Action(name="handover.accept", subject=subject, label=ACCEPT(lang), style="primary"),
            Action(name="handover.refuse", subject=subject, label=REFUSE(lang), fields=(reason,)),
        ),
        footer=footer,
    )


def _over(tx: Transaction, channel: Channel, handover: Handover, viewer: Person, footer: str) -> Card:
    lang, name = viewer.lang, f"#{channel.name}"
    if handover.state is HandoverState.DONE and handover.closed_at is not None:
        following = name_of(tx.registry.person(handover.named) if handover.named else None, lang)
        said = NEW_OWNER(lang, name=following, day=day(handover.closed_at, viewer))
        return Card(title=DONE(lang, channel=name), tone=Tone.DONE, blocks=(Paragraph(said),), footer=footer)
    owner = name_of(tx.registry.person(handover.owner), lang)
    return Card(title=STAYED(lang, owner=owner, channel=name), tone=Tone.DONE, footer=footer)


def _stamp(handover: Handover) -> str:
    return f"{handover.opened_at.astimezone(UTC):%Y%m%d%H%M%S%f}"
