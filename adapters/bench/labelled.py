"""Scores the judge against labelled messages: precision, recall and F1 for each rule, and how many clean ones are
flagged."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LABELS = (
    "commercial",
    "political",
    "proselytizing",
    "personal_link",
    "confidential",
    "student_location",
    "respect",
    "boundary",
    "private_contact",
    "misrepresentation",
    "illicit",
    "copyright",
    "safety",
    "instructional",
)
"""The rules that the labelled sets speak of, in their order; others (a canary, a picture) do not count."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a rule was rightly found, wrongly found, and missed."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.false) if self.hit + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.hit / (2 * self.hit + self.false + self.missed) if self.hit + self.false + self.missed else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The whole result. `macro_f1` is the mean over the rules that the set holds."""

    rules: dict[str, Counts] = field(default_factory=dict)
    rows: int = 0
    exact: int = 0
    clean: int = 0
    clean_flagged: int = 0

    @property
    def all(self) -> Counts:
        return Counts(
            sum(c.hit for c in self.rules.values()),
            sum(c.false for c in self.rules.values()),
            sum(c.missed for c in self.rules.values()),
        )

    @property
    def macro_f1(self) -> float:
        held = [counts.f1 for counts in self.rules.values() if counts.hit + counts.missed]
        return sum(held) / len(held) if held else 0.0


def score(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Score:
    """Compares pairs of (labels, what the judge found), a message each."""
    hit, false, missed = Counter[str](), Counter[str](), Counter[str]()
    rows = exact = clean = clean_flagged = 0
    for gold, found in pairs:
        wanted, given = set(gold), set(found) & set(LABELS)
        hit.update(wanted & given)
        false.update(given - wanted)
        missed.update(wanted - given)
        rows += 1
        exact += wanted == given
        clean += not wanted
        clean_flagged += not wanted and bool(given)
    rules = {label: Counts(hit[label], false[label], missed[label]) for label in LABELS}
    return Score(rules=rules, rows=rows, exact=exact, clean=clean, clean_flagged=clean_flagged)


def labelled_rows(folder: Path, pattern: str = "dev_*.jsonl") -> list[dict[str, object]]:
    """The labelled messages of the folder's files, in order."""
    return [
        json.loads(line)
        for file in sorted(folder.glob(pattern))
        for line in file.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
