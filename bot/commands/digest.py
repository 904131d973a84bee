"""`/policy digest daily|weekly [HOUR]`: when small things come together in one card."""

from bot.cards import Card
from bot.command import Command, Example, Request
from bot.core import Core
from bot.people.preferences import digest_card, set_digest
from policy.words import Text


async def run(request: Request, core: Core) -> Card:
    if not request.words:
        return digest_card(request.actor, request.lang)
    return await set_digest(core, request.actor, request.words)


command = Command(
    name="digest",
    aliases=("resumen",),
    summary=Text(en="When your digest comes", es="Cuándo llega su resumen"),
    usage=Text(en="digest daily|weekly [HOUR]", es="resumen diario|semanal [HORA]"),
    examples=(
        Example("digest", "every day at 16:00"),
        Example("resumen", "cada día a las 16:00"),
        Example("digest weekly 7:30", "every Friday at 07:30"),
        Example("resumen semanal", "cada viernes a las 16:00"),
        Example("digest daily", "every day at 16:00"),
        Example("digest yearly", "Write “daily” or “weekly”"),
        Example("resumen semanal 25", "Escriba «diario» o «semanal»"),
    ),
    run=run,
)
