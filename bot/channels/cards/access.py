"""The card of a parent's access to a channel: for the parent, and for those who answer."""

from collections.abc import Sequence

from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef
from bot.people.identity import rostered
from bot.people.parents import topic_of
from bot.people.routing import above, supervisor_of
from bot.ports import Ability, Transaction
from bot.records.access import AccessState, ParentAccess
from bot.records.deliveries import Topic
from bot.records.registry import Channel, Person
from bot.records.roster import RosterId, RosterPerson
from bot.wording.citing import foot
from bot.wording.dates import day
from bot.wording.phrasing import name_of, name_or_dash
from bot.wording.subjects import UNREADABLE, channel_in, subject_of
from policy.words import Lang, Text

MAY_JOIN = Text(en="You may join {channel}", es="Puede unirse a {channel}")
CHILD_IN = Text(
    en="{children} is a member there. You are welcome to read along.", es="{children} está allí. Puede leer."
)
CHILDREN_IN = Text(
    en="{children} are members there. You are welcome to read along.", es="{children} están allí. Puede leer."
)
ASK = Text(en="Ask to join", es="Pedir unirme")
YOU_ASKED = Text(en="You asked to join {channel}", es="Pidió unirse a {channel}")
WAITS = Text(
    en="{name} has been asked and you will hear here. Without an answer in two days the supervisor decides.",
    es="Se ha preguntado a {name} y recibirá aquí la respuesta. Si no responde en dos días, decide el supervisor.",
)
WAITS_ABOVE = Text(
    en="{name}, the supervisor, has been asked and you will hear here.",
    es="Se ha preguntado a {name}, que supervisa el canal, y recibirá aquí la respuesta.",
)
YES = Text(en="{name} said yes. You will be added to {channel}.", es="{name} dijo que sí. Se le añadirá a {channel}.")
NO = Text(en="{name} said no.", es="{name} dijo que no.")
AGAIN = Text(en="Ask the supervisor", es="Preguntar al supervisor")
WHY = Text(en="Reason", es="Motivo")
IN = Text(en="You are a member of {channel}", es="Usted es miembro de {channel}")

MAY_THEY = Text(en="May {name} join {channel}?", es="¿Puede {name} unirse a {channel}?")
A_PARENT_ASKS = Text(en="A parent asks to join {channel}.", es="Una familia pide unirse a {channel}.")
PARENT_OF = Text(en="Parent of", es="Familia de")
ASKED_ON = Text(en="Asked on", es="Pedido el")
OVERDUE = Text(en="{owner} has not answered in time.", es="{owner} no ha respondido a tiempo.")
OWNER_SAID_NO = Text(en="{owner} said no: you may still say yes.", es="{owner} dijo que no: usted aún puede aceptar.")
GRANT = Text(en="Yes", es="Sí")
DECLINE = Text(en="No", es="No")
WHY_NOT = Text(en="Why not? The parent reads this.", es="¿Por qué no? La familia lo leerá.")
OVER = Text(en="{name} and {channel}", es="{name} y {channel}")
DECIDED = {
    AccessState.GRANTED: Text(
        en="{by} said yes on {day}. {name} is being added.", es="{by} dijo que sí el {day}. Se añade a {name}."
    ),
    AccessState.DECLINED: Text(en="{by} said no on {day}.", es="{by} dijo que no el {day}."),
}
ADD_THEM = Text(
    en="{by} said yes on {day}. Please add {name} to the channel now: Chaperone may not do it here.",
    es="{by} dijo que sí el {day}. Añada a {name} al canal ahora: aquí Chaperone no puede hacerlo.",
)
OFFERED = Text(en="Offered on {day}; no answer yet.", es="Ofrecido el {day}; sin respuesta todavía.")
JOINED = Text(en="{name} joined on {day}.", es="{name} se unió el {day}.")

INVITED = Text(en="Parents are invited", es="Las familias están invitadas")
NOBODY = Text(en="No parent is left to invite.", es="No queda ninguna familia por invitar.")
BY_US = Text(en="Being invited into the channel: {n}.", es="Invitaciones al canal en curso: {n}.")
BY_CARD = Text(
    en="Told by Chaperone that they may ask to join: {n}.",
    es="Avisadas por Chaperone de que pueden pedir unirse: {n}.",
)
BY_HAND = Text(
    en="Without an account here: {people}. Send them this, please.",
    es="Sin cuenta aquí: {people}. Envíeles esto, por favor.",
)
LETTER = Text(en="Invitation", es="Invitación")
LETTER_WORDS = Text(
    en="Dear parent, your child is a member of our school channel #{channel}. You may join it and read along at any "
    "time: ask the school office for an account with this e-mail address, then type “/policy join” there. {name}",
    es="Estimada familia: su hijo o hija está en nuestro canal escolar #{channel}. Pueden unirse y leerlo cuando "
    "quieran: pidan en secretaría una cuenta con este correo y escriban allí “/policy unirme”. {name}",
)
MORE = Text(en="and {n} more", es="y {n} más")
MOST_NAMED = 12


def named(subject: str) -> tuple[ChannelRef, RosterId]:
    """The channel and the parent that `bot.people.parents.topic_of` named. Raises Refused on anything else."""
    workspace, _, rest = subject.partition("|")
    channel, _, parent = rest.partition("|")
    if not parent:
        raise Refused(UNREADABLE)
    return channel_in(f"{workspace}|{channel}"), RosterId(parent)


def owner_of(tx: Transaction, channel: Channel) -> Person | None:
    """The owner, as long as they are there and do not hand over."""
    owner = tx.registry.person(channel.owner) if channel.owner else None
    is_leaving = tx.handovers.open_of(channel.ref) is not None
    return owner if owner is not None and owner.is_on_duty and not is_leaving else None


def may_decide(tx: Transaction, channel: Channel, person: Person) -> bool:
    """Whether the person answers for the channel: its owner, its supervisor or who stands in for one who left."""
    if not person.is_active:
        return False
    owner, supervisor = owner_of(tx, channel), supervisor_of(tx, channel)
    if supervisor is not None and not supervisor.is_on_duty:
        supervisor = above(tx, supervisor)
    return person.ref in [each.ref for each in (owner, supervisor) if each is not None]


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The access as it stands now, for the parent and for those who answer; nothing for anybody else."""
    try:
        place, parent = named(topic.id)
    except Refused:
        return None
    channel = tx.registry.channel(place)
    access = tx.parents.get(place, parent)
    if channel is None or access is None:
        return None
    is_parent = viewer.ref == access.account or parent in [one.id for one in rostered(tx, viewer)]
    return card(tx, core, channel, access, viewer) if is_parent or may_decide(tx, channel, viewer) else None


def card(
    tx: Transaction, core: Core, channel: Channel, access: ParentAccess, viewer: Person, *, is_in: bool = False
) -> Card:
    """The access of a parent, for somebody who may see it; `is_in`: the parent is a member already."""
    footer = foot(core.shelf.get(channel.pack), "parent_access", viewer.lang)
    if may_decide(tx, channel, viewer) and viewer.ref != access.account:
        return _for_deciders(tx, core, channel, access, viewer, footer)
    return _for_parent(tx, channel, access, viewer, footer, is_in=is_in or access.state is AccessState.JOINED)


def offered(channel: Channel, actor: Person, *, invited: int, told: int, by_hand: Sequence[RosterPerson]) -> Card:
    """What came of offering access to the parents, with an invitation for those whom nobody else can reach."""
    lang = actor.lang
    lines = [text(lang, n=count) for text, count in ((BY_US, invited), (BY_CARD, told)) if count]
    blocks: list[Block] = [Paragraph(line) for line in lines]
    if by_hand:
        people = [f"{each.name} <{each.email}>" if each.email else each.name for each in by_hand[:MOST_NAMED]]
        rest = len(by_hand) - len(people)
        listed = ", ".join([*people, MORE(lang, n=rest)] if rest else people)
        blocks.append(Paragraph(BY_HAND(lang, people=listed)))
        letter = f"{LETTER_WORDS(Lang.EN, channel=channel.name, name=actor.name)}\n\n"
        letter += LETTER_WORDS(Lang.ES, channel=channel.name, name=actor.name)
        blocks.append(Excerpt(letter, caption=LETTER(lang)))
    return Card(title=INVITED(lang), tone=Tone.DONE, blocks=tuple(blocks) or (Paragraph(NOBODY(lang)),))


def children_names(tx: Transaction, access: ParentAccess) -> list[str]:
    """The parent's children who are in the channel."""
    theirs = {child.id for child in tx.roster.children_of(access.parent)}
    return [student.name for student in tx.roster.students_in(access.channel) if student.id in theirs]


def _for_parent(
    tx: Transaction, channel: Channel, access: ParentAccess, viewer: Person, footer: str, *, is_in: bool
) -> Card:
    lang, name = viewer.lang, f"#{channel.name}"
    if is_in:
        return Card(title=IN(lang, channel=name), tone=Tone.DONE, footer=footer)
    ask = Action(name="access.ask", subject=subject_of(channel.ref), label=ASK(lang), style="primary")
    by = name_of(tx.registry.person(access.decided_by) if access.decided_by else None, lang)
    supervisor = supervisor_of(tx, channel)
    match access.state:
        case AccessState.ASKED:
            words = WAITS_ABOVE if access.is_overdue else WAITS
            asked = supervisor if access.is_overdue else owner_of(tx, channel)
            said: tuple[Block, ...] = (Paragraph(words(lang, name=name_or_dash(asked))),)
            return Card(title=YOU_ASKED(lang, channel=name), tone=Tone.NOTICE, blocks=said, footer=footer)
        case AccessState.GRANTED:
            said = (Paragraph(YES(lang, name=by, channel=name)),)
            return Card(title=YOU_ASKED(lang, channel=name), tone=Tone.DONE, blocks=said, footer=footer)
        case AccessState.DECLINED:
            said = (Paragraph(NO(lang, name=by)), Excerpt(access.reason, caption=WHY(lang)))
            is_final = supervisor is None or access.decided_by == supervisor.ref
            again = () if is_final else (Action(name=ask.name, subject=ask.subject, label=AGAIN(lang)),)
            title = YOU_ASKED(lang, channel=name)
            return Card(title=title, tone=Tone.NOTICE, blocks=said, actions=again, footer=footer)
        case _:
            children = children_names(tx, access)
            words = CHILD_IN if len(children) == 1 else CHILDREN_IN
            said = (Paragraph(words(lang, children=", ".join(children))),)
            title = MAY_JOIN(lang, channel=name)
            return Card(title=title, tone=Tone.NOTICE, blocks=said, actions=(ask,), footer=footer)


def _for_deciders(
    tx: Transaction, core: Core, channel: Channel, access: ParentAccess, viewer: Person, footer: str
) -> Card:
    lang, name = viewer.lang, f"#{channel.name}"
    parent = tx.roster.person(access.parent)
    who = parent.name if parent else name_of(tx.registry.person(access.account) if access.account else None, lang)
    supervisor = supervisor_of(tx, channel)
    is_above = supervisor is not None and viewer.ref == supervisor.ref
    owner = name_or_dash(tx.registry.person(channel.owner) if channel.owner else None)
    may_overrule = access.state is AccessState.DECLINED and is_above and access.decided_by != viewer.ref
    if access.state is not AccessState.ASKED and not may_overrule:
        said = _outcome(tx, core, channel, access, viewer, who)
        blocks: tuple[Block, ...] = (Paragraph(said),)
        blocks += (Excerpt(access.reason, caption=WHY(lang)),) if access.reason else ()
        return Card(title=OVER(lang, name=who, channel=name), tone=Tone.DONE, blocks=blocks, footer=footer)
    rows = [(PARENT_OF(lang), ", ".join(children_names(tx, access)) or "–")]
    rows += [(ASKED_ON(lang), day(access.asked_at, viewer))] if access.asked_at else []
    blocks = (Facts(tuple(rows)),)
    if may_overrule:
        blocks += (Paragraph(OWNER_SAID_NO(lang, owner=owner)), Excerpt(access.reason, caption=WHY(lang)))
    elif access.is_overdue:
        blocks += (Paragraph(OVERDUE(lang, owner=owner)),)
    subject, reason = topic_of(access).id, Field(name="reason", label=WHY_NOT(lang), kind="text")
    grant = Action(name="access.grant", subject=subject, label=GRANT(lang), style="primary")
    decline = Action(name="access.decline", subject=subject, label=DECLINE(lang), style="danger", fields=(reason,))
    return Card(
        title=MAY_THEY(lang, name=who, channel=name),
        summary=A_PARENT_ASKS(lang, channel=name),
        tone=Tone.NOTICE,
        blocks=blocks,
        actions=(grant,) if may_overrule else (grant, decline),
        footer=footer,
    )


def _outcome(tx: Transaction, core: Core, channel: Channel, access: ParentAccess, viewer: Person, who: str) -> str:
    lang = viewer.lang
    by = name_of(tx.registry.person(access.decided_by) if access.decided_by else None, lang)
    if access.state is AccessState.JOINED and access.joined_at is not None:
        return JOINED(lang, name=who, day=day(access.joined_at, viewer))
    if access.state is AccessState.GRANTED and access.decided_at is not None:
        workspace = channel.ref.workspace
        can = Ability.INVITE in core.platforms(workspace).abilities(workspace)
        return (DECIDED[access.state] if can else ADD_THEM)(lang, by=by, day=day(access.decided_at, viewer), name=who)
    if access.state is AccessState.DECLINED and access.decided_at is not None:
        return DECIDED[access.state](lang, by=by, day=day(access.decided_at, viewer), name=who)
    return OFFERED(lang, day=day(access.offered_at, viewer)) if access.offered_at else "–"
