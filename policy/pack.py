"""A policy pack as the judge uses it: clauses, what the district sponsors, and the rules that are on."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from policy.verdict import ClauseId, PackId, RuleId
from policy.words import Text

if TYPE_CHECKING:
    from policy.rule import Rule
    from policy.sweep import Sweep


class LinkStrictness(StrEnum):
    """What `personal_link` forbids: unsponsored social media, or every site the district does not sponsor."""

    SOCIAL = "social"
    UNSPONSORED = "unsponsored"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in our own plain words, and what enforces it. Nothing listed: look-up only."""

    id: ClauseId
    section: Text
    summary: Text
    rules: tuple[RuleId, ...] = ()
    checks: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()

    @property
    def is_look_up_only(self) -> bool:
        return not (self.rules or self.checks or self.workflows)


@dataclass(frozen=True, slots=True)
class District:
    """What the district sponsors: hosts (`*.` for all below), social accounts, and tools with their hosts."""

    name: str
    hosts: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tools: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """One district's policy, checked and compiled. `version` is a fingerprint of all that went into it."""

    id: PackId
    version: str
    name: str
    policy: str
    cite: str
    district: District
    links: LinkStrictness
    clauses: dict[ClauseId, Clause]
    rules: "dict[RuleId, Rule]"
    sweep: "Sweep"

    def clauses_of(self, rule: RuleId) -> tuple[Clause, ...]:
        """The clauses that `rule` enforces, the one to cite first."""
        return tuple(clause for clause in self.clauses.values() if rule in clause.rules)

    def citation(self, clause: ClauseId) -> str:
        """How people cite the clause: policy and number, for example `4118.6-R, S8`."""
        return f"{self.cite}, {clause}"
