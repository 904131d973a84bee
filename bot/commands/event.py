"""`/policy event`: trips and games of this channel's group, so that nobody is told where students are meanwhile."""

import re

from bot.cards import Card
from bot.channels.outings import Plan, listed, record
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from policy.words import Text

NOT_HERE = Text(
    en="Type “/policy event” in the registered channel of the group that goes.",
    es="Escriba “/policy salida” en el canal registrado del grupo que sale.",
)

# `Science Museum on 2026-12-03 8:30-15:00`
_LINE = re.compile(
    r"(?P<place>.+?)\s+(?:on|el)\s+(?P<day>\d{4}-\d\d-\d\d)\s+(?P<start>[\d:.]+(?:\s*[ap]m)?)\s*(?:-|–|to|a)\s*"
    r"(?P<end>[\d:.]+(?:\s*[ap]m)?)",
    re.IGNORECASE,
)


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if channel is None:
        raise Refused(NOT_HERE)
    typed = _LINE.fullmatch(request.words.strip()) if len(request.words) < 200 else None
    if typed is not None:
        return await record(core, request.actor, channel.ref, Plan(**typed.groupdict()))
    return await core.store.read(lambda tx: listed(tx, channel.ref, request.actor))


command = Command(
    name="event",
    aliases=("salida", "evento"),
    summary=Text(en="Trips and games of this group", es="Salidas y partidos de este grupo"),
    usage=Text(en="event [PLACE on DATE FROM-UNTIL]", es="salida [LUGAR el FECHA DE-A]"),
    examples=(
        Example("event", "None is on record", Standing.OWNER),
        Example("event Science Museum on 2026-12-03 8:30-15:00", "Science Museum", Standing.OWNER),
        Example("salida Museo de Ciencias el 2026-12-03 8:30-15:00", "3 de diciembre", Standing.OWNER),
        Example("event Science Museum on 2026-12-03 15:00-8:30", "ends before it begins", Standing.OWNER),
        Example("event", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
