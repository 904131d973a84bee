"""A compiled rule: what it looks for, in whose messages, and the cases that prove it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from policy.district import LinkStrictness
from policy.message import ChannelKind, Context, Message, Role
from policy.verdict import RuleId, Severity
from policy.words import Text

GroupId = NewType("GroupId", str)
"""`@signal`, `rule/terms` for a rule's own group, `/group` for one of the shared lexicon."""


class Status(StrEnum):
    """Whether a rule works: on trial it is recorded and alerts nobody."""

    TRIAL = "trial"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Detector:
    """One way to break a rule. Groups are looked up in what the sweep and the signals found.

    It fires when every group of `every` and one of `any` (if there are any) are in the message, within `within` words
    of each other where that is set, each of `before` was said just before, and none of `unless` is in the message.
    Empty `authors` or `channels`: all of them.
    """

    id: str
    score: float
    severity: Severity
    reason: Text
    every: tuple[GroupId, ...] = ()
    any: tuple[GroupId, ...] = ()
    within: int | None = None
    before: tuple[GroupId, ...] = ()
    unless: tuple[GroupId, ...] = ()
    authors: frozenset[Role] = frozenset()
    channels: frozenset[ChannelKind] = frozenset()

    @property
    def groups(self) -> tuple[GroupId, ...]:
        return (*self.every, *self.any, *self.before, *self.unless)


class Expectation(StrEnum):
    """What a case shows: found, rightly left alone, or known to slip through."""

    FLAG = "flag"
    IGNORE = "ignore"
    KNOWN_MISS = "known_miss"


@dataclass(frozen=True, slots=True)
class Case:
    """An example that a rule brings along, with the line that it stands on."""

    expectation: Expectation
    message: Message
    context: Context
    line: int
    links: LinkStrictness = LinkStrictness.SOCIAL


@dataclass(frozen=True, slots=True)
class OwnCase:
    """An example that a pack brings along for one of its rules; `file` as its author knows it."""

    rule: RuleId
    file: str
    case: Case


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a pack, with the pack's changes to it already made."""

    id: RuleId
    title: Text
    status: Status
    severity: Severity
    why: Text
    reviewer: Text
    mend: Text
    source: str
    threshold: float
    detectors: tuple[Detector, ...]
    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exemptions: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
