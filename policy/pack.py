"""A policy pack as the judge uses it: clauses, what the district sponsors, and the rules that are on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from policy.detect import DetectorIndex
from policy.district import District, LinkStrictness
from policy.links import Hosts, Sponsored
from policy.message import ChannelKind
from policy.model.opinion import Model
from policy.notices import Notice
from policy.rule import OwnCase, Rule
from policy.sweep import Sweep
from policy.unless import Unless
from policy.verdict import ClauseId, PackId, RuleId, Verdict
from policy.vocabulary import Vocabulary
from policy.words import Text

CHECKS = (
    "approved",
    "closed",
    "invited",
    "membership",
    "parent_access",
    "supervisor_access",
    "district_account",
    "purpose",
    "monitored",
    "notices",
    "ownership",
    "approved_tools",
)
"""What a clause may have checked on a channel, its members and its history."""

WORKFLOWS = (
    "register",
    "alert",
    "review",
    "ask_first",
    "photo_consent",
    "report",
    "monitoring_record",
    "records",
    "correction",
    "follow_up",
)
"""What a clause may have done by people with the product's help."""


class Approver(StrEnum):
    """Who approves a channel: the owner's supervisor, the district, or nobody (the supervisor is told first)."""

    SUPERVISOR = "supervisor"
    DISTRICT = "district"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in our own plain words, and what enforces it. Nothing listed: look-up only. What is not `is_in_policy`
    is asked for all the same, but is never cited as the policy's."""

    id: ClauseId
    section: Text
    summary: Text
    rules: tuple[RuleId, ...] = ()
    checks: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    is_in_policy: bool = True

    @property
    def is_look_up_only(self) -> bool:
        return not (self.rules or self.checks or self.workflows)


@dataclass(frozen=True, slots=True)
class ChannelHints:
    """What makes a channel that nobody registered look like a sponsored one. `names` are words of its name (`*` stands
    for any letters), by the kind of channel that they speak for; `families` is how many students and parents of the
    roster make a group of theirs."""

    names: Mapping[ChannelKind, tuple[str, ...]] = field(default_factory=dict)
    families: int = 5

    def kind_of(self, words: Iterable[str]) -> ChannelKind | None:
        """The kind that the words of a name, in lower case and without accents, speak for."""
        given = tuple(words)
        for kind, patterns in self.names.items():
            if any(fnmatchcase(word, pattern) for word in given for pattern in patterns):
                return kind
        return None


@dataclass(frozen=True, slots=True)
class PhotoTimes:
    """How long whoever posted a picture has to say who is shown, and parents to answer; and when they are reminded
    (0: never)."""

    poster_hours: int = 24
    poster_reminder_hours: int = 6
    parent_days: int = 3
    parent_reminder_days: int = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """What the checks need to know of this policy."""

    approver: Approver = Approver.SUPERVISOR
    monitoring_days: int = 7
    channel_hints: ChannelHints = field(default_factory=ChannelHints)
    photos: PhotoTimes = PhotoTimes()


@dataclass(frozen=True, slots=True)
class Pack:
    """One district's policy, checked and compiled. `version` is a fingerprint of all that went into it.

    `rules` are those that a clause names; `adopted` and `revised` are days, months or years as written in the
    pack, or empty.
    `notices` are those that a clause of the pack asks for.
    `unless` is what the pack leaves alone of what a rule finds, `cases` are the pack's own examples.
    `sweep` to `sponsored` are the judge's own; `model` is asked after the rules, where there is one.
    """

    id: PackId
    version: str
    name: str
    policy: str
    cite: str
    district: District
    links: LinkStrictness
    clauses: dict[ClauseId, Clause]
    rules: dict[RuleId, Rule]
    settings: Settings
    sweep: Sweep
    index: DetectorIndex
    vocabulary: Vocabulary
    hosts: Hosts
    sponsored: Sponsored
    notices: Mapping[str, Notice] = field(default_factory=dict)
    unless: Mapping[RuleId, Unless] = field(default_factory=dict)
    cases: tuple[OwnCase, ...] = ()
    adopted: str = ""
    revised: str = ""
    model: Model | None = None
    clauses_by_rule: dict[RuleId, tuple[Clause, ...]] = field(init=False, compare=False)
    clean: Verdict = field(init=False, compare=False)
    """Of a message in which nothing was found."""

    def __post_init__(self) -> None:
        by_rule: dict[RuleId, tuple[Clause, ...]] = {}
        for clause in self.clauses.values():
            for rule in clause.rules:
                by_rule[rule] = (*by_rule.get(rule, ()), clause)
        object.__setattr__(self, "clauses_by_rule", by_rule)
        object.__setattr__(self, "clean", Verdict(self.id, self.version))

    def with_model(self, model: Model | None) -> "Pack":
        """The same pack, whose judge asks `model` too; its version says which."""
        return self if model is None else replace(self, model=model, version=f"{self.version}+{model.version}")

    def clauses_of(self, rule: RuleId) -> tuple[Clause, ...]:
        """The clauses that `rule` enforces, the one to cite first; none where it does not work in this pack."""
        return self.clauses_by_rule.get(rule, ())

    def citation(self, clause: ClauseId) -> str:
        """How people cite the clause: policy and number, as in `4118.6-R, S8`; what is not in it, number alone."""
        known = self.clauses.get(clause)
        return f"{self.cite}, {clause}" if known is None or known.is_in_policy else clause
