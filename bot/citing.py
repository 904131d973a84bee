"""Cites the clause that a governance check stands on, in one line for a card's foot."""

from policy.pack import Clause, Pack
from policy.words import Lang


def clause_checking(pack: Pack, check: str) -> Clause | None:
    """The first clause of the pack that asks for this check; None where the policy is silent."""
    return next((clause for clause in pack.clauses.values() if check in clause.checks), None)


def foot(pack: Pack | None, check: str, lang: Lang) -> str:
    """Citation and summary of that clause, or an empty line."""
    clause = clause_checking(pack, check) if pack else None
    return "" if pack is None or clause is None else f"{pack.citation(clause.id)}: {clause.summary(lang)}"
