"""What `chaperone packs check FILE` says: whether the pack holds, and what it changes beside another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import fill

from adapters.commandline.explain import visible
from adapters.commandline.pack_changes import Change, Comparison, altered
from policy.loading import Problem
from policy.pack import Pack
from policy.rule import Expectation
from policy.verdict import RuleId

LONGEST_EXAMPLE = 110
SAME = "the same rules, links and district"
COLUMNS = ("before", "after", "new", "gone", "graver", "milder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to check, and how."""

    file: Path
    beside: str | None = None
    examples: int = 5
    with_model: bool = True
    with_stored: bool = True


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found. `problems`: the pack does not hold, and nothing was compared. `notes`: about its own examples."""

    wish: Wish
    problems: tuple[Problem, ...] = ()
    pack: Pack | None = None
    beside: Pack | None = None
    sources: dict[str, Comparison] = field(default_factory=dict)
    stored: str = ""
    notes: tuple[str, ...] = ()

    def exit_code(self, *, says_changes: bool) -> int:
        """0: the pack holds. 2: it does not. 1, where asked for: other messages would be flagged than before."""
        if self.problems:
            return 2
        return int(says_changes and not all(each.is_same for each in self.sources.values()))

    def as_text(self, width: int | None = None) -> str:
        """For a person; for a terminal of so many columns, with lines broken between words."""
        lines = _lines(self)
        return "\n".join(lines if width is None else (_broken(line, width) for line in lines))

    def as_json(self) -> dict[str, object]:
        """For a program. What members wrote is not in it."""
        if self.pack is None:
            problems = [{"file": each.file, "line": each.line, "message": each.message} for each in self.problems]
            return {"file": str(self.wish.file), "holds": False, "problems": problems}
        return {
            "file": str(self.wish.file),
            "holds": True,
            "pack": self.pack.id,
            "beside": self.beside.id if self.beside else None,
            "altered": list(altered(self.beside, self.pack)) if self.beside else [],
            "with_model": self.wish.with_model,
            "own_examples": len(self.pack.cases),
            "notes": list(self.notes),
            "sources": {name: _source_json(each, self.wish.examples) for name, each in self.sources.items()},
            "stored": self.stored,
        }


def _lines(report: Report) -> Iterator[str]:
    pack, beside = report.pack, report.beside
    if pack is None:
        yield from map(str, report.problems)
        yield f"The pack does not hold: {len(report.problems)} to mend. Until then the packs in use stay as they are."
        return
    yield f"{pack.id} ({pack.name}) holds: {len(pack.clauses)} clauses, {len(pack.rules)} rules."
    if pack.cases:
        yield _own_examples(pack)
        yield from (f"  {note}" for note in report.notes)
    if beside is None:
        yield report.stored
        return
    without = "" if report.wish.with_model else ", by rules alone"
    yield f"Beside {beside.id} ({beside.name}){without}:"
    yield from (f"  {line}" for line in tuple(altered(beside, pack)) or (SAME,))
    for name, comparison in report.sources.items():
        yield ""
        yield from _source(name, comparison, report.wish.examples)
    if report.stored:
        yield ""
        yield report.stored


def _own_examples(pack: Pack) -> str:
    ignored = sum(own.case.expectation is Expectation.IGNORE for own in pack.cases)
    return f"Its own examples hold: {ignored} left alone, {len(pack.cases) - ignored} flagged."


def _source(name: str, comparison: Comparison, examples: int) -> Iterator[str]:
    new, gone = comparison.new, comparison.gone
    yield f"{name}: {comparison.judged:,} judged, {len(new):,} newly flagged, {len(gone):,} newly let go"
    yield from _rights("newly flagged", new)
    yield from _rights("newly let go", gone)
    yield from _table(comparison)
    yield from (line for change in _spread(new, examples) for line in _example("+", change))
    yield from (line for change in _spread(gone, examples) for line in _example("−", change))


def _rights(what: str, changes: Sequence[Change]) -> Iterator[str]:
    right = sum(change.is_right is True for change in changes)
    wrong = sum(change.is_right is False for change in changes)
    if right or wrong:
        yield f"  {what}, by their labels: {right:,} rightly, {wrong:,} wrongly"


def _table(comparison: Comparison) -> Iterator[str]:
    """A row for each rule where something changes."""
    counts = _rule_counts(comparison)
    # What both packs say the same of was not counted where phrases are all that differs.
    first = 0 if comparison.is_whole else 2
    width = max((len(rule) for rule in counts), default=0)
    if counts:
        yield f"  {'':{width}}  {'  '.join(f'{name:>6}' for name in COLUMNS[first:])}"
    for rule, numbers in counts.items():
        yield f"  {rule:{width}}  {'  '.join(f'{number:>6,}' for number in numbers[first:])}"


def _rule_counts(comparison: Comparison) -> dict[RuleId, tuple[int, int, int, int, int, int]]:
    """Before, after, newly flagged, let go, graver, milder: for each rule where something changes."""
    new, gone = (Counter(change.rule for change in changes) for changes in (comparison.new, comparison.gone))
    changed = new.keys() | gone.keys() | comparison.graver.keys() | comparison.milder.keys()
    parts = (comparison.before, comparison.after, new, gone, comparison.graver, comparison.milder)
    return {rule: tuple(part[rule] for part in parts) for rule in sorted(changed)}  # type: ignore[misc]


def _spread(changes: Sequence[Change], most: int) -> Iterable[Change]:
    """A handful, of as many rules as there are, those against their label first."""
    by_rule: dict[RuleId, list[Change]] = {}
    for change in sorted(changes, key=lambda change: change.is_right is not False):
        by_rule.setdefault(change.rule, []).append(change)
    turns = max((len(each) for each in by_rule.values()), default=0)
    return [each[turn] for turn in range(turns) for each in by_rule.values() if turn < len(each)][:most]


def _example(sign: str, change: Change) -> Iterator[str]:
    right = {True: ", rightly", False: ", wrongly", None: ""}[change.is_right]
    sample = change.sample
    if sample.is_members:
        yield f"  {sign} {change.rule}: {sample.where}"
        return
    yield f"  {sign} {change.rule}{right}: {sample.message.author}, {sample.where}"
    yield f"      “{_short(sample.message.text)}”"


def _broken(line: str, width: int) -> str:
    """The line as a terminal shows it, broken between words."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _short(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[: LONGEST_EXAMPLE - 1]}…"


def _source_json(comparison: Comparison, examples: int) -> dict[str, object]:
    return {
        "judged": comparison.judged,
        "has_totals": comparison.is_whole,
        "rules": {rule: dict(zip(COLUMNS, n, strict=True)) for rule, n in _rule_counts(comparison).items()},
        "newly_flagged": [_change_json(change) for change in _spread(comparison.new, examples)],
        "newly_let_go": [_change_json(change) for change in _spread(comparison.gone, examples)],
    }


def _change_json(change: Change) -> dict[str, object]:
    sample = change.sample
    known: dict[str, object] = {"rule": change.rule, "where": sample.where, "is_right": change.is_right}
    return known if sample.is_members else known | {"author": sample.message.author, "text": sample.message.text}
