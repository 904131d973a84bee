"""`/policy clause ID`: one clause in plain words, with what enforces it."""

from bot.cards import Block, Bullets, Card, Facts, Paragraph
from bot.command import Command, Example, Request
from bot.core import Core
from bot.desk.lookup import clause_named, clauses_like, parts_of
from bot.wording.phrasing import ENFORCED_BY
from bot.wording.steps import asking, step
from policy.pack import Clause
from policy.words import Text

WHICH = Text(en="Which clause?", es="¿Qué cláusula?")
NO_SUCH = Text(en="There is no clause “{id}”", es="No hay cláusula «{id}»")
CLOSEST = Text(en="Closest in {policy}:", es="Lo más parecido en {policy}:")
ALL = Text(en="{policy} has these: {ids}", es="{policy} tiene estas: {ids}")
RULES = Text(en="Rules", es="Reglas")
CHECKS = Text(en="Watched over", es="Se vigila")
WORKFLOWS = Text(en="With people", es="Con personas")
LOOK_UP_ONLY = Text(
    en="For looking up only: Chaperone does not watch for this.",
    es="Solo para consulta: Chaperone no vigila esto.",
)


async def run(request: Request, core: Core) -> Card:
    found = clause_named(request.pack, request.words)
    return _unknown(request) if found is None else _explained(request, found)


def _explained(request: Request, clause: Clause) -> Card:
    lang, pack = request.lang, request.pack
    rules = [pack.rules[rule] for rule in clause.rules if rule in pack.rules]
    rows = [
        (RULES(lang), ", ".join(rule.title(lang) for rule in rules)),
        (CHECKS(lang), ", ".join(_named(request, check) for check in clause.checks)),
        (WORKFLOWS(lang), ", ".join(_named(request, workflow) for workflow in clause.workflows)),
    ]
    enforced: Block = Facts(tuple(row for row in rows if row[1]))
    return Card(
        title=f"{pack.citation(clause.id)} ({clause.section(lang)})",
        blocks=(Paragraph(clause.summary(lang)), Paragraph(LOOK_UP_ONLY(lang)) if clause.is_look_up_only else enforced),
        actions=(
            *(step(request, rule.title(lang), "rule", rule.id) for rule in rules[:2]),
            *(step(request, part.id, "clause", part.id) for part in parts_of(pack, clause)[:2]),
            asking(request),
        ),
        footer=pack.policy,
    )


def _named(request: Request, enforcer: str) -> str:
    label = ENFORCED_BY.get(enforcer)
    return label(request.lang) if label else enforcer.replace("_", " ")


def _unknown(request: Request) -> Card:
    lang, pack = request.lang, request.pack
    close = clauses_like(pack, request.words) if request.words else ()
    title = NO_SUCH(lang, id=request.words[:40]) if request.words else WHICH(lang)
    if not close:
        said = ALL(lang, policy=pack.name, ids=", ".join(pack.clauses))
        return Card(title=title, blocks=(Paragraph(said),), actions=(asking(request),))
    lines = Bullets(tuple(f"{pack.citation(clause.id)}: {clause.summary(lang)}" for clause in close))
    actions = tuple(step(request, clause.id, "clause", clause.id) for clause in close)
    return Card(title=title, blocks=(Paragraph(CLOSEST(lang, policy=pack.name)), lines), actions=actions)


command = Command(
    name="clause",
    aliases=("cláusula",),
    summary=Text(en="One clause in plain words", es="Una cláusula en palabras sencillas"),
    usage=Text(en="clause ID", es="cláusula NÚMERO"),
    examples=(
        Example("clause S8", "4118.6-R, S8"),
        Example("clausula s8", "4118.6-R, S8"),
        Example("clause s2 photos", "4118.6-R, S2-photos"),
        Example("clause P1", "For looking up only"),
        Example("cláusula P1", "Solo para consulta"),
        Example("clause S2-fotos", "Closest in"),
        Example("clause", "Which clause?"),
    ),
    run=run,
)
