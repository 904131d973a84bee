"""`/policy check TEXT`: a private look before posting."""

from bot.cards import Card, Paragraph
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.judging.checking import check
from bot.wording.steps import checking
from policy.words import Text

TITLE = Text(en="Check before you post", es="Revise antes de publicar")
WHAT = Text(
    en="Give me the text and I tell you privately what would be flagged. Nothing of it is kept.",
    es="Deme el texto y le digo en privado qué se señalaría. No se guarda nada.",
)


async def run(request: Request, core: Core) -> Card:
    if not request.words:
        lang = request.lang
        return Card(title=TITLE(lang), blocks=(Paragraph(WHAT(lang)),), actions=(checking(request),))
    return await check(core, request.actor, request.place, request.words, request.lang)


command = Command(
    name="check",
    aliases=("revisar",),
    summary=Text(en="Look at a text before you post it", es="Mire un texto antes de publicarlo"),
    usage=Text(en="check TEXT", es="revisar TEXTO"),
    examples=(
        Example("check Practice is at 4 on the north field, bring water.", "Nothing to flag"),
        Example("revisar El entrenamiento es a las 4, traigan agua.", "Nada que señalar"),
        Example("check Practice is over, text me at 860-555-0134 if you need a ride", "4118.6-R", Standing.OWNER),
        Example("revisar Para dudas, escríbanme al WhatsApp 860-555-0134", "Esto se señalaría", Standing.OWNER),
        Example("check", "Nothing of it is kept"),
        Example("revisar", "No se guarda nada"),
    ),
    run=run,
)
