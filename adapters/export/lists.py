"""Every finding as a row: `findings.csv` for a spreadsheet, `findings.jsonl` for programs."""

import csv
import json
from datetime import datetime
from typing import TextIO

from adapters.export.postings import Posting
from adapters.slack.text import whole_characters
from policy.pack import Pack
from policy.verdict import Finding, Verdict
from policy.words import Lang

COLUMNS = (
    "time", "channel", "author", "role", "rule", "clause", "citation", "severity", "score", "excerpt", "reason",
    "on_trial", "earlier_version", "thread", "message", "start", "end", "file",
)  # fmt: skip
# A spreadsheet runs a cell that starts with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Lists:
    """Writes findings as they come."""

    def __init__(self, table: TextIO, lines: TextIO, pack: Pack, lang: Lang) -> None:
        self._table = csv.writer(table)
        self._table.writerow(COLUMNS)
        self._lines = lines
        self._pack = pack
        self._lang = lang

    def add(self, posting: Posting, verdict: Verdict, at: datetime | None) -> None:
        """Writes each finding of one message, those on trial too. `at` is its time as people there knew it."""
        for finding in verdict.findings:
            row = self._row(posting, finding, at)
            self._table.writerow(safe_cell(value) for value in row.values())
            self._lines.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _row(self, posting: Posting, finding: Finding, at: datetime | None) -> dict[str, object]:
        values = (
            at.isoformat(timespec="seconds") if at else "",
            posting.channel.name,
            posting.author,
            str(posting.role),
            finding.rule,
            finding.clause,
            self._pack.citation(finding.clause),
            finding.severity.word,
            round(finding.score, 3),
            finding.excerpt,
            finding.reason(self._lang),
            finding.is_trial,
            posting.is_earlier_version,
            posting.thread,
            posting.ts,
            finding.start,
            finding.end,
            whole_characters(str(posting.file)),
        )
        return dict(zip(COLUMNS, values, strict=True))


def safe_cell(value: object) -> object:
    """The value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str):
        value = value.replace("\x00", "\ufffd")
        return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value
    return value
