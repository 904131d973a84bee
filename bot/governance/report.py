"""Where a channel's checks stand, in words."""

from collections.abc import Sequence

from bot.governance.check import NOBODY_YET, Check, View, asked_by
from bot.ids import PersonId
from bot.records.governance import CheckRecord, CheckState, Outcome
from bot.records.registry import Person
from bot.wording.citing import clause_checking
from bot.wording.dates import day
from bot.wording.phrasing import ENFORCED_BY, name_of
from policy.words import Lang, Text

SIGN = {CheckState.HOLDS: "✓", CheckState.BROKEN: "✗", CheckState.UNSEEN: "?"}
SINCE = Text(en="since {day}", es="desde el {day}")
UNSEEN = Text(en="cannot be seen", es="no se puede ver")
NOT_YET = Text(en="not yet", es="aún no")
MORE = Text(en=" and {n} more", es=" y {n} más")
HOLDING = Text(en="{n} of {all} checks hold", es="Se cumplen {n} de {all} requisitos")
MOST_NAMES = 5
MOST_WANTING = 4


def standing(view: View) -> tuple[tuple[Check, Outcome, CheckRecord | None], ...]:
    """Each check that the policy asks for, as it stands now, with what is on record of it."""
    known = {record.name: record for record in view.tx.checks.of(view.channel.ref)}
    return tuple((check, check.look(view), known.get(check.name)) for check in asked_by(view.pack))


def lines(view: View, viewer: Person) -> tuple[str, ...]:
    """One line for each check: how it stands, since when where it does not hold, and the clause."""
    return tuple(_line(view, viewer, check, outcome, record) for check, outcome, record in standing(view))


def summary(view: View, viewer: Person) -> tuple[str, ...]:
    """How many checks hold, and a line for each of the first few that do not: the broken ones before those that cannot
    be seen."""
    found = standing(view)
    holding = sum(outcome.state is CheckState.HOLDS for _, outcome, _ in found)
    wanting = [each for each in found if each[1].state is not CheckState.HOLDS]
    wanting.sort(key=lambda each: each[1].state is not CheckState.BROKEN)
    told = HOLDING(viewer.lang, n=holding, all=len(found))
    return (told, *(_line(view, viewer, *each) for each in wanting[:MOST_WANTING]))


def reason(view: View, check: Check, outcome: Outcome, lang: Lang) -> str:
    """What is the matter and what to do; empty where the check holds."""
    text = check.reasons.get(outcome.why)
    if text is None:
        return ""
    return text(lang, names=names(view, outcome.people, lang), n=len(outcome.people))


def names(view: View, people: Sequence[PersonId], lang: Lang) -> str:
    """The first few of these people by name, and how many more there are."""
    shown = [name_of(view.tx.registry.person(view.channel.ref.person(person)), lang) for person in people[:MOST_NAMES]]
    more = len(people) - len(shown)
    return ", ".join(shown) + (MORE(lang, n=more) if more else "")


def cited(view: View, check: Check) -> str:
    """How people cite the clause that asks for it; empty where no clause does."""
    clause = clause_checking(view.pack, check.name)
    return view.pack.citation(clause.id) if clause else ""


def cited_all(view: View, *names: str) -> str:
    """The citations of several checks' clauses, each once."""
    clauses = (clause_checking(view.pack, name) for name in names)
    return "; ".join(dict.fromkeys(view.pack.citation(clause.id) for clause in clauses if clause))


def _line(view: View, viewer: Person, check: Check, outcome: Outcome, record: CheckRecord | None) -> str:
    lang = viewer.lang
    notes = [cited(view, check)]
    if outcome.state is CheckState.UNSEEN:
        notes.append((NOT_YET if outcome.why == NOBODY_YET else UNSEEN)(lang))
    elif outcome.state is CheckState.BROKEN and record is not None and record.outcome.state is CheckState.BROKEN:
        notes.append(SINCE(lang, day=day(record.since, viewer)))
    return f"{SIGN[outcome.state]} {ENFORCED_BY[check.name](lang)} ({', '.join(note for note in notes if note)})"
