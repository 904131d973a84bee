"""What people review: one incident for each message that broke a rule, was reported, or could not be checked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2s

from bot.ids import IncidentId, MessageId, MessageRef, PersonId, PersonRef
from policy.verdict import ClauseId, Finding, PackId, RuleId, Severity

TOLD = "report-"
"""What the ids begin with of messages that stand nowhere: reports in a member's own words."""
JUDGED_AGAIN = "again"
"""The evidence that a message was judged again and nothing was found."""


class Origin(StrEnum):
    """How the incident came about."""

    RULE = "rule"
    REPORT = "report"
    UNCHECKED = "unchecked"


class IncidentState(StrEnum):
    """Where the review stands. Nothing is closed without a person."""

    OPEN = "open"
    TAKEN = "taken"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    REFERRED = "referred"

    @property
    def is_decided(self) -> bool:
        return self not in (IncidentState.OPEN, IncidentState.TAKEN)


class Contest(StrEnum):
    """Whether the author disagrees, and what another person than the first reviewer made of it."""

    NONE = "none"
    ASKED = "asked"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The state that every recipient's alert shows. `version` grows with each change; `rules` are the rules broken by
    any revision so far, gravest first; `is_mended` says that the newest revision breaks none; words are never in
    here."""

    id: IncidentId
    message: MessageRef
    author: PersonId
    pack: PackId
    opened_at: datetime
    severity: Severity
    rules: tuple[RuleId, ...]
    origin: Origin = Origin.RULE
    thread: MessageId | None = None
    state: IncidentState = IncidentState.OPEN
    contest: Contest = Contest.NONE
    newest_revision: int = 0
    is_mended: bool = False
    is_deleted: bool = False
    is_author_asked: bool = False
    taken_by: PersonRef | None = None
    decided_by: PersonRef | None = None
    folded_into: IncidentId | None = None
    version: int = 1

    @property
    def is_told_in_words(self) -> bool:
        """Whether there is no message on the platform: a member told it in their own words."""
        return self.message.message.startswith(TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """A finding as kept for figures and filters: no words."""

    rule: RuleId
    clause: ClauseId
    detector: str
    score: float
    severity: Severity
    is_trial: bool

    @classmethod
    def of(cls, finding: Finding) -> "FindingRecord":
        return cls(
            rule=finding.rule,
            clause=finding.clause,
            detector=finding.detector,
            score=finding.score,
            severity=finding.severity,
            is_trial=finding.is_trial,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One revision as it was, sealed under the incident's key. `what` is `posted`, `edited`, `deleted` or
    `reported`."""

    incident: IncidentId
    revision: int
    what: str
    at: datetime
    sealed: bytes


class Act(StrEnum):
    """What a person did to an incident. Those that follow `remove`, `block` and `lift` say how that wish ended."""

    TAKE = "take"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ASK_AUTHOR = "ask_author"
    REFER = "refer"
    NOTE = "note"
    REOPEN = "reopen"
    CONTEST = "contest"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    REMOVE = "remove"
    REMOVED = "removed"
    NOT_REMOVED = "not_removed"
    BLOCK = "block"
    BLOCKED = "blocked"
    NOT_BLOCKED = "not_blocked"
    LIFT = "lift"
    LIFTED = "lifted"
    NOT_LIFTED = "not_lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who did what, when; the words they added are sealed under the incident's key."""

    incident: IncidentId
    act: Act
    by: PersonRef
    at: datetime
    to: PersonRef | None = None
    sealed_note: bytes | None = None


def incident_id(message: MessageRef) -> IncidentId:
    """The one id that an incident about this message has, whoever opens it and however often."""
    digest = blake2s(f"{message.workspace}|{message.channel}|{message.message}".encode(), digest_size=6)
    return IncidentId(digest.hexdigest())
