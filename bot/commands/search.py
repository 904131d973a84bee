"""`/policy search WORDS`: the clauses that speak of it."""

from bot.cards import Bullets, Card, Paragraph
from bot.command import Command, Example, Request
from bot.core import Core
from bot.desk.lookup import search
from bot.wording.steps import asking, step
from policy.words import Text

FOUND = Text(en="The policy on “{words}”", es="La política sobre «{words}»")
NOTHING = Text(en="Nothing found on “{words}”", es="No hay nada sobre «{words}»")
TRY = Text(
    en="Try another word, look through the rules, or ask the person in charge.",
    es="Pruebe con otra palabra, mire las reglas o pregunte a quien está a cargo.",
)
WHAT = Text(
    en="What are you looking for? Type it: /policy search photos", es="¿Qué busca? Escriba: /policy buscar fotos"
)
TITLE = Text(en="Search the policy", es="Buscar en la política")
RULES = Text(en="All rules", es="Todas las reglas")


async def run(request: Request, core: Core) -> Card:
    lang, pack, shown = request.lang, request.pack, request.words[:60]
    if not request.words:
        return Card(title=TITLE(lang), blocks=(Paragraph(WHAT(lang)),), actions=(step(request, RULES(lang), "rules"),))
    found = search(pack, request.words)
    if not found:
        actions = (step(request, RULES(lang), "rules"), asking(request))
        return Card(title=NOTHING(lang, words=shown), blocks=(Paragraph(TRY(lang)),), actions=actions)
    lines = tuple(f"{pack.citation(clause.id)}: {clause.summary(lang)}" for clause in found)
    return Card(
        title=FOUND(lang, words=shown),
        blocks=(Bullets(lines),),
        actions=(*(step(request, clause.id, "clause", clause.id) for clause in found), asking(request)),
    )


command = Command(
    name="search",
    aliases=("buscar",),
    summary=Text(en="What the policy says about something", es="Qué dice la política sobre algo"),
    usage=Text(en="search WORDS", es="buscar PALABRAS"),
    examples=(
        Example("search photos of students", "S2-photos"),
        Example("buscar fotos de estudiantes", "S2-photos"),
        Example("search zeppelin", "Nothing found on “zeppelin”"),
        Example("buscar zepelín", "No hay nada sobre «zepelín»"),
        Example("search", "What are you looking for?"),
    ),
    run=run,
)
