"""`/policy rule NAME`: one rule in plain words, the clause behind it, and what to write instead."""

from bot.cards import Card, Facts, Paragraph
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.desk.lookup import rule_named, rules_like
from bot.people.standing import standing_of
from bot.ports import Transaction
from bot.review.suggestions import Tally, in_words, tallies
from bot.wording.phrasing import SEVERITY
from bot.wording.steps import asking, checking, step
from policy.rule import Rule
from policy.words import Text

WHICH = Text(en="Which rule?", es="¿Qué regla?")
NO_SUCH = Text(en="No rule is called “{name}”", es="Ninguna regla se llama «{name}»")
CLOSEST = Text(en="Closest: {names}.", es="Lo más parecido: {names}.")
SEE_ALL = Text(en="Here are all rules.", es="Aquí están todas las reglas.")
ALL = Text(en="All rules", es="Todas las reglas")
POLICY = Text(en="Policy", es="Política")
ALSO = Text(en="Also", es="Además")
MEND = Text(en="Instead", es="Mejor así")
HOW_SOON = Text(en="Severity", es="Gravedad")
REVIEWED = Text(en="Reviewed", es="Revisado")
CLAUSE = Text(en="Clause {id}", es="Cláusula {id}")


async def run(request: Request, core: Core) -> Card:
    found = rule_named(request.pack, request.words)
    if found is None:
        return _unknown(request)
    rule = found
    return _explained(request, rule, await core.store.read(lambda tx: _reviewed(tx, request, rule)))


def _reviewed(tx: Transaction, request: Request, rule: Rule) -> Tally | None:
    """How reviewers decided about its alerts so far, for staff."""
    return None if standing_of(tx, request.actor) is Standing.ANYONE else tallies(tx).get(rule.id)


def _explained(request: Request, rule: Rule, reviewed: Tally | None) -> Card:
    lang, pack = request.lang, request.pack
    clauses = pack.clauses_of(rule.id)
    rows = [(POLICY(lang), f"{pack.citation(clause.id)}: {clause.summary(lang)}") for clause in clauses[:1]]
    if clauses[1:]:
        rows.append((ALSO(lang), ", ".join(pack.citation(clause.id) for clause in clauses[1:])))
    rows += [(MEND(lang), rule.mend(lang)), (HOW_SOON(lang), SEVERITY[rule.severity](lang))]
    if reviewed is not None:
        rows.append((REVIEWED(lang), in_words(reviewed, lang)))
    also = tuple(step(request, CLAUSE(lang, id=clause.id), "clause", clause.id) for clause in clauses[1:3])
    return Card(
        title=f"{rule.title(lang)} ({rule.id})",
        blocks=(Paragraph(rule.why(lang)), Facts(tuple(rows))),
        actions=(checking(request), asking(request), *also),
    )


def _unknown(request: Request) -> Card:
    lang = request.lang
    close = rules_like(request.pack, request.words) if request.words else ()
    said = CLOSEST(lang, names=", ".join(f"{r.title(lang)} ({r.id})" for r in close)) if close else SEE_ALL(lang)
    return Card(
        title=NO_SUCH(lang, name=request.words[:40]) if request.words else WHICH(lang),
        blocks=(Paragraph(said),),
        actions=(
            *(step(request, rule.title(lang), "rule", rule.id) for rule in close),
            step(request, ALL(lang), "rules"),
        ),
    )


command = Command(
    name="rule",
    aliases=("regla",),
    summary=Text(en="One rule, its clause, what to write instead", es="Una regla, su cláusula y cómo escribirlo"),
    usage=Text(en="rule NAME", es="regla NOMBRE"),
    examples=(
        Example("rule private_contact", "4118.6-R, S2-account"),
        Example("regla private_contact", "Mejor así"),
        Example("rule respekt", "Closest: "),
        Example("regla respekt", "Lo más parecido"),
        Example("rule", "Which rule?"),
        Example("regla", "¿Qué regla?"),
    ),
    run=run,
)
