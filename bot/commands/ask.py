"""`/policy ask TEXT`: a question to one's supervisor before posting; the answer comes back."""

from dataclasses import replace

from bot.cards import Card, Paragraph
from bot.channels.asking import ask_above
from bot.command import Command, Example, Request
from bot.core import Core
from bot.wording.citing import clause_running, foot_of
from bot.wording.steps import asking, step
from policy.words import Text

TITLE = Text(en="Ask before you post", es="Pregunte antes de publicar")
WHAT = Text(
    en="Write your question. It goes to the person in charge alone, and the answer comes to you here.",
    es="Escriba su pregunta. Solo la recibe quien está a cargo, y la respuesta le llega aquí.",
)
SEARCH = Text(en="What the policy says", es="Qué dice la política")


async def run(request: Request, core: Core) -> Card:
    lang = request.lang
    footer = foot_of(request.pack, clause_running(request.pack, "ask_first"), lang)
    if not request.words:
        actions = (asking(request, style="primary"),)
        return Card(title=TITLE(lang), blocks=(Paragraph(WHAT(lang)),), actions=actions, footer=footer)
    card = await ask_above(core, request.actor, request.words, request.place)
    searching = step(request, SEARCH(lang), "search", " ".join(request.words.split())[:120])
    return replace(card, actions=(searching,), footer=footer)


command = Command(
    name="ask",
    aliases=("preguntar",),
    summary=Text(en="Ask the person in charge before you post", es="Pregunte a quien está a cargo antes de publicar"),
    usage=Text(en="ask TEXT", es="preguntar TEXTO"),
    examples=(
        Example("ask May I post the bus list?", "has been asked and the answer comes to you here"),
        Example("preguntar ¿Puedo publicar la lista del autobús?", "la respuesta le llegará aquí"),
        Example("ask", "Write your question"),
        Example("preguntar", "Escriba su pregunta"),
    ),
    run=run,
)
