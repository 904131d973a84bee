"""`/policy photos`: pictures whose permissions wait, and a parent's own permissions."""

from bot.cards import Card
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.photos.own import listed
from policy.words import Text


async def run(request: Request, core: Core) -> Card:
    return await core.store.read(lambda tx: listed(tx, core, request.actor, request.channel, request.lang))


command = Command(
    name="photos",
    aliases=("fotos",),
    summary=Text(en="Pictures: who is shown, and parents' permissions", es="Imágenes: quién aparece y los permisos"),
    usage=Text(en="photos", es="fotos"),
    examples=(
        Example("photos", "Nothing waits"),
        Example("fotos", "No hay nada pendiente"),
        Example("photos", "a parent's permission", Standing.OWNER),
    ),
    run=run,
)
