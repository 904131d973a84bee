"""Counts what the judge found, in memory that does not grow with the number of messages."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.export.postings import Posting
from policy.verdict import ClauseId, Finding, RuleId, Severity, Verdict

GRAVEST = 40
"""So many messages stand in the report with their words; all are in the two lists beside it."""


@dataclass
class Line:
    """How many messages, how many of them flagged, and how gravely."""

    messages: int = 0
    flagged: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[RuleId] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Flagged:
    """One message with what was found in it."""

    posting: Posting
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return max(finding.severity for finding in self.findings)


@dataclass
class Tally:
    """All that the report counts. Findings on trial are counted apart: they alert nobody."""

    zone: ZoneInfo
    total: Line = field(default_factory=Line)
    channels: defaultdict[str, Line] = field(default_factory=lambda: defaultdict(Line))
    months: defaultdict[str, Line] = field(default_factory=lambda: defaultdict(Line))
    rules: Counter[RuleId] = field(default_factory=Counter)
    rule_severities: defaultdict[RuleId, Counter[Severity]] = field(default_factory=lambda: defaultdict(Counter))
    clauses: Counter[ClauseId] = field(default_factory=Counter)
    on_trial: int = 0
    excused: int = 0
    first: date | None = None
    last: date | None = None
    _gravest: list[tuple[tuple[int, float, float], int, Flagged]] = field(default_factory=list)
    _serial: int = 0

    def add(self, posting: Posting, verdict: Verdict) -> None:
        """Counts one judged message."""
        findings = verdict.alerting
        day = self.day_of(posting)
        lines = [self.total, self.channels[posting.channel.name]]
        if day:
            self.first, self.last = min(self.first or day, day), max(self.last or day, day)
            lines.append(self.months[f"{day:%Y-%m}"])
        for line in lines:
            line.messages += 1
        self.on_trial += sum(finding.is_trial for finding in verdict.findings)
        self.excused += len(verdict.exempted)
        if findings:
            self._add_flagged(Flagged(posting, findings), lines)

    def day_of(self, posting: Posting) -> date | None:
        """The day as people there knew it."""
        return posting.at.astimezone(self.zone).date() if posting.at else None

    def time_of(self, posting: Posting) -> datetime | None:
        """The time as people there knew it."""
        return posting.at.astimezone(self.zone) if posting.at else None

    def gravest(self) -> Iterator[Flagged]:
        """The gravest messages, the gravest first."""
        return (flagged for _, _, flagged in sorted(self._gravest, key=lambda entry: entry[:2], reverse=True))

    def months_in_order(self) -> list[tuple[str, Line]]:
        """Every month from the first to the last, also those without a message."""
        if not self.months:
            return []
        year, month = map(int, min(self.months).split("-"))
        last = max(self.months)
        names = []
        while (name := f"{year:04}-{month:02}") <= last:
            names.append(name)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return [(name, self.months.get(name, Line())) for name in names]

    def _add_flagged(self, flagged: Flagged, lines: list[Line]) -> None:
        for line in lines:
            line.flagged += 1
            line.severities[flagged.severity] += 1
            line.rules.update(finding.rule for finding in flagged.findings)
        for finding in flagged.findings:
            self.rules[finding.rule] += 1
            self.rule_severities[finding.rule][finding.severity] += 1
            self.clauses.update((finding.clause, *finding.also))
        self._serial += 1
        score = max(finding.score for finding in flagged.findings if finding.severity == flagged.severity)
        at = flagged.posting.at.timestamp() if flagged.posting.at else 0.0
        entry = ((int(flagged.severity), score, at), self._serial, flagged)
        if len(self._gravest) < GRAVEST:
            heapq.heappush(self._gravest, entry)
        else:
            heapq.heappushpop(self._gravest, entry)
