"""`/policy language en|es`: the language that cards come in."""

from bot.cards import Action, Card, Paragraph
from bot.command import Command, Example, Request
from bot.core import Core
from bot.people.preferences import LANGUAGE, set_language
from policy.words import Lang, Text

WHICH = Text(en="I write to you in English.", es="Le escribo en español.")
NAMES = {Lang.EN: "English", Lang.ES: "Español"}


async def run(request: Request, core: Core) -> Card:
    if request.words:
        return await set_language(core, request.actor, request.words)
    actions = tuple(Action(name="person.lang", subject=lang.value, label=name) for lang, name in NAMES.items())
    return Card(title=LANGUAGE(request.lang), blocks=(Paragraph(WHICH(request.lang)),), actions=actions)


command = Command(
    name="language",
    aliases=("idioma",),
    summary=Text(en="English or Spanish", es="Inglés o español"),
    usage=Text(en="language en|es", es="idioma en|es"),
    examples=(
        Example("language es", "Desde ahora le escribo en español"),
        Example("idioma inglés", "From now on I write to you in English"),
        Example("language", "I write to you in English"),
        Example("idioma", "Le escribo en español"),
        Example("language klingon", "I speak English (en) and Spanish (es)"),
    ),
    run=run,
)
