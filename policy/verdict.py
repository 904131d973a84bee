"""What the judge answers: findings with reasons, and what was excused."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, NewType

from policy.words import Text

RuleId = NewType("RuleId", str)
ClauseId = NewType("ClauseId", str)
PackId = NewType("PackId", str)


class Severity(IntEnum):
    """How soon a person must know. `URGENT` interrupts at any hour; `LOW` waits for the day's digest."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Span(NamedTuple):
    """Characters `start` up to `end` of the message as typed."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that the message breaks.

    `clause` is the clause of this pack that the rule enforces, `also` further ones. `marks` are the words in
    question, in the order they stand; `start` to `end` spans them all and `excerpt` is that stretch as typed
    (both empty where the finding is about the message as a whole). `score` is between 0 and 1.
    `is_trial` findings are recorded and alert nobody.
    """

    rule: RuleId
    clause: ClauseId
    start: int
    end: int
    excerpt: str
    score: float
    severity: Severity
    reason: Text
    detector: str
    marks: tuple[Span, ...] = ()
    also: tuple[ClauseId, ...] = ()
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Exempted:
    """A finding that a named exemption excused, kept so that a person can see why nothing was flagged."""

    finding: Finding
    exemption: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one revision, one for each rule, gravest first."""

    pack: PackId
    pack_version: str
    findings: tuple[Finding, ...] = ()
    exempted: tuple[Exempted, ...] = ()

    @property
    def alerting(self) -> tuple[Finding, ...]:
        """The findings that people are told about: those not on trial."""
        return tuple(finding for finding in self.findings if not finding.is_trial)

    @property
    def severity(self) -> Severity | None:
        return max((finding.severity for finding in self.alerting), default=None)
