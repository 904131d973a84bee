"""`/policy rules`: the rules at work here, gravest first."""

from bot.cards import Card, Facts
from bot.command import Command, Example, Request
from bot.core import Core
from bot.wording.phrasing import SEVERITY
from bot.wording.steps import checking, step, typed
from policy.verdict import Severity
from policy.words import Text

TITLE = Text(en="Rules at work: {policy}", es="Reglas en uso: {policy}")
FOOT = Text(
    en="/policy {rule} explains one. People decide about what is flagged.",
    es="/policy {rule} explica una. Sobre lo señalado deciden las personas.",
)
NAME = Text(en="NAME", es="NOMBRE")
SEARCH = Text(en="Approved tools", es="Herramientas aprobadas")


async def run(request: Request, core: Core) -> Card:
    lang, rules = request.lang, request.pack.rules.values()
    rows = tuple(
        (SEVERITY[severity](lang), ", ".join(f"{rule.title(lang)} ({rule.id})" for rule in group))
        for severity in sorted(Severity, reverse=True)
        if (group := [rule for rule in rules if rule.severity is severity and request.pack.clauses_of(rule.id)])
    )
    return Card(
        title=TITLE(lang, policy=request.pack.name),
        blocks=(Facts(rows),),
        actions=(checking(request), step(request, SEARCH(lang), "tools")),
        footer=FOOT(lang, rule=typed(lang, "rule", NAME(lang))),
    )


command = Command(
    name="rules",
    aliases=("reglas",),
    summary=Text(en="The rules at work in this channel", es="Las reglas en uso en este canal"),
    usage=Text(en="rules", es="reglas"),
    examples=(
        Example("rules", "private_contact"),
        Example("reglas", "Reglas en uso"),
    ),
    run=run,
)
