"""`/policy reviewed`: what is new in this channel since the owner's last look, and the button that says: I looked."""

from bot.cards import Card
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.governance.monitoring import show
from policy.words import Text

NOT_HERE = Text(
    en="Type “/policy reviewed” in a registered channel that you answer for.",
    es="Escriba “/policy revisado” en un canal registrado a su cargo.",
)


async def run(request: Request, core: Core) -> Card:
    if request.channel is None:
        raise Refused(NOT_HERE)
    return await show(core, request.actor, request.channel.ref)


command = Command(
    name="reviewed",
    aliases=("revisado",),
    summary=Text(en="Say that you looked this channel over", es="Indicar que ha revisado este canal"),
    usage=Text(en="reviewed", es="revisado"),
    examples=(
        Example("reviewed", "messages checked", Standing.OWNER),
        Example("revisado", "mensajes comprobados", Standing.SUPERVISOR),
        Example("reviewed", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
