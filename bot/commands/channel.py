"""`/policy channel`: who is responsible here, under which policy, and what holds and what does not."""

from bot.cards import Action, Block, Bullets, Card, Facts, Paragraph
from bot.channels import exceptions
from bot.channels.cards.approval import deciders_of, deciding
from bot.channels.cards.exception import described, last_day
from bot.channels.register_form import registering
from bot.command import Command, Example, Request
from bot.core import Core
from bot.governance.check import NO_PACK, view_of
from bot.governance.report import summary
from bot.inbox.cards.coverage import line as gap_line
from bot.inbox.coverage import unseen
from bot.people.routing import supervisor_of
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelState
from bot.wording import phrasing
from bot.wording.dates import day
from bot.wording.phrasing import CHANNEL_STATE, name_or_dash
from bot.wording.steps import asking, step
from policy.words import Text

NOT_HERE = Text(en="Which channel?", es="¿Qué canal?")
TYPE_THERE = Text(
    en="Type “/policy channel” in the channel that you mean.", es="Escriba “/policy canal” en el canal que le interesa."
)
UNREGISTERED = Text(en="This channel is not on the register", es="Este canal no está en el registro")
NOT_READ = Text(
    en="Chaperone does not read it. Staff who run a channel for school register it first.",
    es="Chaperone no lo lee. El personal que dirige un canal escolar lo registra primero.",
)
REGISTER = Text(en="Register it", es="Registrarlo")
ASK_AGAIN = Text(en="Ask for approval", es="Pedir aprobación")
CHECKS = Text(en="What it needs", es="Lo que le falta")
NEW_EXCEPTION = Text(en="Exceptions", es="Excepciones")
OWNER = Text(en="Owner", es="Responsable")
SUPERVISOR = Text(en="Supervisor", es="Supervisor")
POLICY = Text(en="Policy", es="Política")
PURPOSE = Text(en="Purpose", es="Finalidad")
NONE = Text(en="none on record", es="sin registrar")
APPROVAL = Text(en="Approval", es="Aprobación")
UNSEEN = Text(en="Not seen", es="Sin ver")
EXCEPTION = Text(en="Allowed until {day}", es="Permitido hasta el {day}")


async def run(request: Request, core: Core) -> Card:
    lang = request.lang
    if request.place is None:
        return Card(title=NOT_HERE(lang), blocks=(Paragraph(TYPE_THERE(lang)),))
    channel = request.channel
    if channel is None:
        return await core.store.read(lambda tx: _unregistered(tx, core, request))
    return await core.store.read(lambda tx: _described(tx, core, request, channel))


def _unregistered(tx: Transaction, core: Core, request: Request) -> Card:
    lang = request.lang
    actions = (_register(tx, core, request),) if request.actor.role.is_staff else (asking(request),)
    return Card(title=UNREGISTERED(lang), blocks=(Paragraph(NOT_READ(lang)),), actions=actions)


def _described(tx: Transaction, core: Core, request: Request, channel: Channel) -> Card:
    lang, actor = request.lang, request.actor
    kind = phrasing.KIND[channel.kind](lang)
    owner = tx.registry.person(channel.owner) if channel.owner else None
    pack = core.shelf.get(channel.pack)
    rows = [
        (OWNER(lang), name_or_dash(owner)),
        (SUPERVISOR(lang), name_or_dash(supervisor_of(tx, channel))),
        (POLICY(lang), f"{pack.name}, {pack.cite}" if pack else channel.pack),
        (PURPOSE(lang), channel.purpose[:200] or NONE(lang)),
        (APPROVAL(lang), _approval(tx, request, channel)),
    ]
    allowed = exceptions.in_force(tx, channel)
    rows += [(EXCEPTION(lang, day=last_day(e, actor)), described(e, lang)) for e in allowed[:3]]
    gaps = unseen(tx, [channel]) if channel.is_read else {}
    rows += [(UNSEEN(lang), gap_line(gap, actor)) for gap in gaps.values()]
    said: Block = Paragraph(NO_PACK(lang, channel=channel.name, pack=channel.pack))
    if pack is not None:
        said = Bullets(summary(view_of(tx, core, channel, pack), actor))
    return Card(
        title=f"#{channel.name} ({kind})",
        blocks=(Facts(tuple(rows)), said),
        actions=_actions(tx, core, request, channel),
    )


def _approval(tx: Transaction, request: Request, channel: Channel) -> str:
    """Where the approval stands, who decided and when, where that is known."""
    state = CHANNEL_STATE[channel.state](request.lang)
    if channel.decided_by is None or channel.decided_at is None:
        return state
    return f"{state}, {name_or_dash(tx.registry.person(channel.decided_by))}, {day(channel.decided_at, request.actor)}"


def _actions(tx: Transaction, core: Core, request: Request, channel: Channel) -> tuple[Action, ...]:
    lang, actor = request.lang, request.actor
    if channel.state is ChannelState.REQUESTED and actor.ref in [p.ref for p in deciders_of(tx, core, channel)]:
        return deciding(channel, lang)
    is_asked = channel.state in (ChannelState.REQUESTED, ChannelState.APPROVED)
    if not is_asked and actor.role.is_staff and channel.owner in (None, actor.ref):
        return (_register(tx, core, request),)
    if actor.ref in (channel.owner, channel.supervisor):
        return (step(request, CHECKS(lang), "checks"), step(request, NEW_EXCEPTION(lang), "exception"), asking(request))
    return (asking(request),)


def _register(tx: Transaction, core: Core, request: Request) -> Action:
    label = ASK_AGAIN if request.channel else REGISTER
    return registering(tx, core, request.actor, request.place, label(request.lang))


command = Command(
    name="channel",
    aliases=("canal",),
    summary=Text(en="Who is responsible here, and what holds", es="Quién responde de este canal y qué se cumple"),
    usage=Text(en="channel", es="canal"),
    examples=(
        Example("channel", "checks hold"),
        Example("canal", "Responsable"),
    ),
    run=run,
)
