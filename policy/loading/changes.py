"""Reads what a pack changes of the rules: severity, status, threshold, phrases that it leaves alone, its own cases."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from policy.fold import fold
from policy.loading.cases import read_own_cases
from policy.loading.lexicon import what_is_wrong
from policy.loading.problems import Problems, suggestion
from policy.loading.rules import SEVERITIES, STATUSES
from policy.loading.yaml_file import Node, YamlFile
from policy.rule import Expectation, OwnCase, Rule, Status
from policy.unless import Unless
from policy.verdict import RuleId, Severity
from policy.words import Text

_FIELDS = {"severity", "status", "threshold", "unless", "even_urgent", "cases"}
MOST_PHRASES = 200
"""So many phrases a pack may leave alone of one rule."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a pack changes of a rule, and why. `unless` is where the pack says it: its file and line come with it."""

    reason: Text
    severity: Severity | None = None
    status: Status | None = None
    threshold: float | None = None
    unless: Unless | None = None
    unless_at: tuple[str, int] = ("", 0)

    def made_to(self, rule: Rule) -> Rule:
        severity = self.severity or rule.severity
        detectors = tuple(
            replace(detector, severity=severity) if detector.severity is rule.severity else detector
            for detector in rule.detectors
        )
        return replace(
            rule,
            severity=severity,
            detectors=detectors,
            status=self.status or rule.status,
            threshold=self.threshold or rule.threshold,
        )

    def over(self, before: "Change | None") -> "Change":
        """With what the extended pack says wherever this one says nothing."""
        if before is None:
            return self
        return replace(
            self,
            severity=self.severity or before.severity,
            status=self.status or before.status,
            threshold=self.threshold or before.threshold,
            unless=before.unless if self.unless is None else self.unless,
            unless_at=before.unless_at if self.unless is None else self.unless_at,
        )


def read_changes(
    file: YamlFile, node: Node | None, rules: Collection[str], in_use: Collection[str], before: Mapping[RuleId, Change]
) -> tuple[dict[RuleId, Change], tuple[OwnCase, ...]]:
    """All changes, those of the extended pack with them, and this file's own cases. `in_use` are the rules that a
    clause names."""
    changes, cases = dict(before), list[OwnCase]()
    for name, change in file.entries(node).items():
        rule = RuleId(name)
        if name not in rules:
            file.wrong(change.key_line, f"there is no rule “{name}”{suggestion(name, rules)}")
        elif name not in in_use:
            file.wrong(
                change.key_line, f"no clause of this pack names the rule “{name}”, so there is nothing to change"
            )
        fields = file.fields(change, set() if _has_only_cases(change) else {"reason"}, {*_FIELDS, "reason"})
        changes[rule] = _change(file, fields).over(before.get(rule))
        cases += [OwnCase(rule, file.name, case) for case in read_own_cases(file, fields.get("cases"))]
    return changes, tuple(cases)


def _has_only_cases(node: Node) -> bool:
    """Examples change nothing, so they need no reason."""
    return isinstance(node.value, dict) and node.value.keys() == {"cases"}


def _change(file: YamlFile, fields: Mapping[str, Node]) -> Change:
    reason = file.either(fields.get("reason"))
    severity = file.choice(fields.get("severity"), SEVERITIES, "normal") if "severity" in fields else None
    status = file.choice(fields.get("status"), STATUSES, "active") if "status" in fields else None
    unless = fields.get("unless")
    if unless is None and "even_urgent" in fields:
        why = "“even_urgent” says why the phrases of “unless” may excuse what is urgent, and there is no “unless” here"
        file.wrong(fields["even_urgent"].key_line, why)
    return Change(
        reason=reason,
        severity=Severity[severity.upper()] if severity else None,
        status=Status(status) if status else None,
        threshold=file.number(fields["threshold"], 0.5, 0.01, 1) if "threshold" in fields else None,
        unless=None if unless is None else _unless(file, unless, reason, fields.get("even_urgent")),
        unless_at=(file.name, unless.line if unless is not None else 0),
    )


def _unless(file: YamlFile, node: Node, reason: Text, even_urgent: Node | None) -> Unless:
    """An empty list is what takes back the phrases of an extended pack."""
    items = file.items(node)
    if len(items) > MOST_PHRASES:
        file.wrong(node, f"{len(items)} phrases are too many to see through: {MOST_PHRASES} at most")
    phrases = tuple(_phrases(file, items[:MOST_PHRASES]))
    return Unless.of(phrases, reason, None if even_urgent is None else file.either(even_urgent))


def _phrases(file: YamlFile, items: Iterable[Node]) -> Iterator[str]:
    for item in items:
        phrase = file.text(item)
        wrong = what_is_wrong(phrase) if phrase.strip() else ""
        if wrong is None:
            yield phrase
        elif wrong:
            file.wrong(item, wrong)


def check_width(changes: Mapping[RuleId, Change], rules: Mapping[RuleId, Rule], problems: Problems) -> None:
    """Refuses phrases that stand in most of what a rule is there to find: they would switch it off unseen."""
    for name, change in changes.items():
        rule = rules.get(name)
        if change.unless is None or not change.unless.phrases or rule is None:
            continue
        texts = [case.message.text for case in rule.cases if case.expectation is Expectation.FLAG]
        excused = [text for text in texts if change.unless.found(fold(text))]
        if 2 * len(excused) > len(texts):
            file, line = change.unless_at
            problems.add(
                file,
                line,
                f"these phrases stand in {len(excused)} of the {len(texts)} examples that “{name}” is there to find, "
                f"as in “{excused[0]}”: narrow them, or switch the rule off with “status: retired”",
            )
