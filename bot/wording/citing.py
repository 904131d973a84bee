"""Cites the clause that a check or a workflow stands on, in one line for a card's foot."""

from policy.pack import Clause, Pack
from policy.words import Lang


def clause_checking(pack: Pack, check: str) -> Clause | None:
    """The first clause of the pack that asks for this check; None where the policy is silent."""
    return next((clause for clause in pack.clauses.values() if check in clause.checks), None)


def clause_running(pack: Pack, workflow: str) -> Clause | None:
    """The first clause of the pack that asks for this workflow; None where the policy is silent."""
    return next((clause for clause in pack.clauses.values() if workflow in clause.workflows), None)


def foot(pack: Pack | None, check: str, lang: Lang) -> str:
    """Citation and summary of the clause that asks for this check, or an empty line."""
    return foot_of(pack, clause_checking(pack, check), lang) if pack else ""


def foot_of(pack: Pack, clause: Clause | None, lang: Lang) -> str:
    """Citation and summary of the clause, or an empty line."""
    return f"{pack.citation(clause.id)}: {clause.summary(lang)}" if clause else ""
