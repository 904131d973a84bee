"""`/policy approve [NAME]`: the channels and exceptions that wait for me, or approves one channel."""

from bot.cards import Action, Card, Facts, Paragraph, Tone
from bot.channels import exceptions
from bot.channels.cards.approval import APPROVE, deciding, topic_of
from bot.channels.cards.exception import described
from bot.channels.registration import decide, waiting_for
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelException, ChannelState
from bot.wording.forms import filled
from bot.wording.phrasing import channel_name, name_or_dash
from bot.wording.steps import step
from policy.words import Text

NOTHING = Text(en="Nothing waits for your approval", es="Nada espera su aprobación")
NOTHING_WORDS = Text(
    en="When somebody asks you, a card with buttons comes to you.", es="Cuando alguien lo pida, le llegará una tarjeta."
)
WAITING = Text(en="Waiting for your approval", es="Esperan su aprobación")
NO_SUCH = Text(
    en="No channel called “{name}” waits for you. Type “/policy approve” to see those that do.",
    es="Ningún canal llamado «{name}» espera su decisión. Escriba “/policy aprobar” para ver los que sí.",
)
STATUS = Text(en="My status", es="Mi estado")
BY = Text(en="{name}: {purpose}", es="{name}: {purpose}")


async def run(request: Request, core: Core) -> Card:
    channels, asked = await core.store.read(
        lambda tx: (waiting_for(tx, core, request.actor), exceptions.waiting_for(tx, request.actor))
    )
    if not request.words:
        return await core.store.read(lambda tx: _listed(tx, request, channels, asked))
    wanted = _key(request.words)
    named = [channel for channel in channels if wanted in (_key(channel.name), _key(channel.ref.channel))]
    if len(named) != 1:
        raise Refused(filled(NO_SUCH, name=request.words[:40]))
    return await decide(core, request.actor, topic_of(named[0]).id, ChannelState.APPROVED)


def _listed(
    tx: Transaction, request: Request, channels: tuple[Channel, ...], asked: tuple[ChannelException, ...]
) -> Card:
    lang = request.lang
    if not channels and not asked:
        actions = (step(request, STATUS(lang), "status"),)
        return Card(title=NOTHING(lang), blocks=(Paragraph(NOTHING_WORDS(lang)),), actions=actions)
    rows = [
        *((f"#{c.name}", _said(tx, c)) for c in channels[:4]),
        *((channel_name(tx.registry.channel(e.channel), e.channel.channel), described(e, lang)) for e in asked[:4]),
    ]
    return Card(
        title=WAITING(lang), tone=Tone.NOTICE, blocks=(Facts(tuple(rows)),), actions=_actions(request, channels, asked)
    )


def _said(tx: Transaction, channel: Channel) -> str:
    owner = name_or_dash(tx.registry.person(channel.owner) if channel.owner else None)
    return f"{owner}: {channel.purpose[:120]}"


def _actions(
    request: Request, channels: tuple[Channel, ...], asked: tuple[ChannelException, ...]
) -> tuple[Action, ...]:
    """All that may be done with a single one; with several, one button for each."""
    lang = request.lang
    if len(channels) == 1 and not asked:
        return deciding(channels[0], lang)
    buttons = [
        Action(name="channel.approve", subject=topic_of(c).id, label=f"{APPROVE(lang)} #{c.name}") for c in channels[:4]
    ]
    labels = [f"{APPROVE(lang)}: {described(each, lang)}"[:70] for each in asked[:4]]
    buttons += [
        Action(name="exception.approve", subject=each.id, label=label)
        for each, label in zip(asked, labels, strict=False)
    ]
    return tuple(buttons)


def _key(name: str) -> str:
    return plain(name).strip().lstrip("#").replace(" ", "-")


command = Command(
    name="approve",
    aliases=("aprobar",),
    summary=Text(en="What waits for your approval", es="Lo que espera su aprobación"),
    usage=Text(en="approve [NAME]", es="aprobar [NOMBRE]"),
    examples=(
        Example("approve", "#robotics", Standing.SUPERVISOR),
        Example("aprobar", "Esperan su aprobación", Standing.SUPERVISOR),
        Example("approve #robotics", "#robotics is approved", Standing.SUPERVISOR),
        Example("aprobar Robotics", "#robotics: aprobado", Standing.SUPERVISOR),
        Example("approve chess", "No channel called “chess” waits for you", Standing.SUPERVISOR),
        Example("approve", "is for supervisors", Standing.OWNER),
        Example("aprobar", "es para supervisores", Standing.OWNER),
    ),
    run=run,
    standing=Standing.SUPERVISOR,
)
