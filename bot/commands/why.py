"""`/policy why [ID]`: what an alert stands on, and what may be done with it."""

from bot.cards import Card, Facts, Paragraph
from bot.command import Command, Example, Request
from bot.core import Core
from bot.errors import Refused
from bot.ids import IncidentId
from bot.judging import casebook
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Incident
from bot.review.decisions import may_contest, may_review, offered
from bot.topics import render
from bot.wording import phrasing
from bot.wording.forms import filled
from bot.wording.steps import step
from policy.pack import Pack
from policy.verdict import Finding, RuleId
from policy.words import Text

NONE = Text(en="No alerts for you", es="No hay alertas para usted")
NONE_YET = Text(
    en="You have not been told of any message, so there is nothing to explain.",
    es="No se le ha avisado de ningún mensaje, así que no hay nada que explicar.",
)
NOT_YOURS = Text(
    en="No alert of yours is called “{id}”. Its number is at the end of an alert; “/policy why” explains the newest.",
    es="Ninguna alerta suya se llama «{id}». “/policy porqué”, sin nada más, explica la más reciente.",
)
TITLE = Text(en="Why this alert ({id})", es="Por qué esta alerta ({id})")
REVIEW = Text(en="Review", es="Revisión")
MAY = Text(en="You may", es="Puede")
POLICY = Text(en="Policy", es="Política")
MEND = Text(en="Instead", es="Mejor así")
FOOT = Text(en="Chaperone flags and explains; people decide.", es="Chaperone señala y explica; deciden las personas.")
RULES = Text(en="All rules", es="Todas las reglas")
MOST_RULES = 2


async def run(request: Request, core: Core) -> Card:
    return await core.store.read(lambda tx: _explained(tx, core, request))


def _explained(tx: Transaction, core: Core, request: Request) -> Card:
    lang, actor = request.lang, request.actor
    incident = _meant(tx, request)
    if incident is None:
        if request.words:
            raise Refused(filled(NOT_YOURS, id=request.words[:40]))
        actions = (step(request, RULES(lang), "rules"),)
        return Card(title=NONE(lang), blocks=(Paragraph(NONE_YET(lang)),), actions=actions)
    pack = core.shelf.get(incident.pack) or request.pack
    reasons = _findings(tx, core, incident)
    is_reviewer = may_review(tx, incident, actor)
    kind = TopicKind.INCIDENT if is_reviewer else TopicKind.NOTE
    shown = render(tx, core, Topic(kind, incident.id), actor)
    rows = [row for rule in incident.rules[:MOST_RULES] for row in _rows(request, pack, rule, reasons.get(rule))]
    rows.append((REVIEW(lang), phrasing.state_line(tx, incident, lang)))
    may = ", ".join(choice.label(lang) for choice in offered(core, tx, incident, actor))
    return Card(
        title=TITLE(lang, id=incident.id),
        blocks=(Facts((*rows, *([(MAY(lang), may)] if may else []))),),
        actions=shown.actions if shown else (),
        footer=FOOT(lang),
    )


def _meant(tx: Transaction, request: Request) -> Incident | None:
    """The incident of that id, or the newest, if the actor was told of it or asked about their own message."""
    actor, wanted = request.actor, request.words.strip("#").casefold()
    theirs = [*tx.incidents.told(actor.ref), *tx.incidents.about(actor.ref)]
    known = [i for i in theirs if may_review(tx, i, actor) or i.is_author_asked or may_contest(tx, i, actor)]
    if wanted:
        exact = tx.incidents.get(IncidentId(wanted))
        known = [i for i in ([exact] if exact else known) if i.id.startswith(wanted)]
        known = [i for i in known if may_review(tx, i, actor) or _is_own(tx, i, request)]
    return max(known, key=lambda incident: incident.opened_at, default=None)


def _is_own(tx: Transaction, incident: Incident, request: Request) -> bool:
    is_author = incident.message.person(incident.author) == request.actor.ref
    return is_author and (incident.is_author_asked or may_contest(tx, incident, request.actor))


def _findings(tx: Transaction, core: Core, incident: Incident) -> dict[RuleId, Finding]:
    """The newest finding of each rule, as long as its words are kept."""
    return {
        finding.rule: finding
        for evidence in tx.incidents.evidence(incident.id)
        for finding in casebook.findings_in(casebook.unseal(core, tx, evidence))
    }


def _rows(request: Request, pack: Pack, rule: RuleId, finding: Finding | None) -> list[tuple[str, str]]:
    lang, found = request.lang, pack.rules.get(rule)
    why = finding.reason(lang) if finding else found.why(lang) if found else ""
    rows = [(phrasing.rule_title(pack, rule, lang), why)]
    clause = next(iter(pack.clauses_of(rule)), None)
    if finding is not None:
        rows.append((POLICY(lang), phrasing.clause_line(pack, finding, lang)))
    elif clause is not None:
        rows.append((POLICY(lang), f"{pack.citation(clause.id)}: {clause.summary(lang)}"))
    return [*rows, (MEND(lang), found.mend(lang))] if found else rows


command = Command(
    name="why",
    aliases=("porqué", "por qué"),
    summary=Text(en="Explain an alert", es="Explicar una alerta"),
    usage=Text(en="why [ID]", es="porqué [ID]"),
    examples=(
        Example("why", "No alerts for you"),
        Example("por qué", "No hay alertas para usted"),
        Example("why 4f2a", "No alert of yours is called “4f2a”"),
        Example("porque 4f2a", "Ninguna alerta suya se llama «4f2a»"),
    ),
    run=run,
)
