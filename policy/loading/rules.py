"""Reads a rule file: `rules/<id>.yml` (the format is in policy/README.md)."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from policy.exemptions import EXEMPTIONS, NEEDS
from policy.loading.cases import read_cases
from policy.loading.lexicon import Groups, entries
from policy.loading.problems import Problems, suggestion
from policy.loading.yaml_file import Node, YamlFile
from policy.message import ChannelKind, Role
from policy.reading import SIGNALS
from policy.rule import Detector, GroupId, Rule, Status
from policy.verdict import RuleId, Severity
from policy.words import Text

SEVERITIES = tuple(severity.word for severity in Severity)
STATUSES = tuple(status.value for status in Status)
_ROLES = tuple(role.value for role in Role)
_CHANNELS = tuple(kind.value for kind in ChannelKind)
_REQUIRED = {"id", "title", "status", "severity", "why", "reviewer", "mend", "source", "detectors", "cases"}
_OPTIONAL = {"threshold", "terms", "exemptions"}
_DETECTOR_REQUIRED = {"id", "score", "reason"}
_DETECTOR_OPTIONAL = {"authors", "channels", "all", "any", "within", "before", "unless", "severity"}


def read_rule(name: str, path: Path, lexicon: Groups, problems: Problems) -> Rule | None:
    """The rule, or None where its file has problems; cases are read but not tried."""
    before = len(problems.found)
    file = YamlFile(name, path.read_text(encoding="utf-8"), problems)
    if file.root is None:
        return None
    rule = _rule(file, path.stem, lexicon)
    return rule if len(problems.found) == before else None


def _rule(file: YamlFile, stem: str, lexicon: Groups) -> Rule:
    assert file.root is not None  # noqa: S101 - read_rule has looked
    fields = file.fields(file.root, _REQUIRED, _OPTIONAL)
    rule_id = file.text(fields.get("id"))
    if rule_id != stem and "id" in fields:
        file.wrong(fields["id"], f"the id “{rule_id}” is not the file's name “{stem}”")
    severity = severity_of(file, fields.get("severity"), Severity.NORMAL)
    terms = {group: entries(file, group, node) for group, node in file.entries(fields.get("terms")).items()}
    scope = _Scope(rule_id, frozenset(terms), lexicon)
    detectors = tuple(_detector(file, node, severity, scope) for node in file.items(fields.get("detectors")))
    _check_detectors(file, detectors, scope)
    return Rule(
        id=RuleId(rule_id),
        title=file.bilingual(fields.get("title")),
        status=Status(file.choice(fields.get("status"), STATUSES, "active")),
        severity=severity,
        why=file.bilingual(fields.get("why")),
        reviewer=file.bilingual(fields.get("reviewer")),
        mend=file.bilingual(fields.get("mend")),
        source=file.text(fields.get("source")),
        threshold=file.number(fields.get("threshold"), 0.5, 0.01, 1),
        detectors=detectors,
        terms=terms,
        exemptions=_exemptions(file, fields.get("exemptions"), lexicon),
        cases=read_cases(file, fields.get("cases")),
    )


def severity_of(file: YamlFile, node: Node | None, default: Severity) -> Severity:
    """The severity that a node names."""
    return Severity[file.choice(node, SEVERITIES, default.word).upper()]


def _exemptions(file: YamlFile, node: Node | None, lexicon: Groups) -> tuple[str, ...]:
    names = []
    for item in file.items(node):
        name = file.text(item)
        for group in NEEDS.get(name, ()):
            if group not in lexicon:
                file.wrong(item, f"the exemption “{name}” needs a group “{group[1:]}” in the lexicon")
        if name in EXEMPTIONS:
            names.append(name)
        else:
            file.wrong(item, f"there is no exemption “{name}”{suggestion(name, EXEMPTIONS)}")
    return tuple(names)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a group's name is looked up: the rule's own terms first, then the lexicon; `@` names a signal."""

    rule: str
    terms: Collection[str]
    lexicon: Groups

    def find(self, name: str) -> GroupId | None:
        if name.startswith("@"):
            return GroupId(name) if name in SIGNALS else None
        if name in self.terms:
            return GroupId(f"{self.rule}/{name}")
        shared = GroupId(f"/{name}")
        return shared if shared in self.lexicon else None

    def known(self) -> list[str]:
        return [*self.terms, *(group[1:] for group in self.lexicon), *SIGNALS]


def _detector(file: YamlFile, node: Node, severity: Severity, scope: _Scope) -> Detector:
    fields = file.fields(node, _DETECTOR_REQUIRED, _DETECTOR_OPTIONAL)
    detector = Detector(
        id=file.text(fields.get("id")),
        score=file.number(fields.get("score"), 0.5, 0.01, 1),
        severity=severity_of(file, fields.get("severity"), severity),
        reason=_reason(file, fields.get("reason")),
        every=_groups(file, fields.get("all"), scope),
        any=_groups(file, fields.get("any"), scope),
        within=file.whole_number(fields["within"], 10, 0, 200) if "within" in fields else None,
        before=_groups(file, fields.get("before"), scope),
        unless=_groups(file, fields.get("unless"), scope),
        authors=frozenset(Role(word) for word in file.choices(fields.get("authors"), _ROLES)),
        channels=frozenset(ChannelKind(word) for word in file.choices(fields.get("channels"), _CHANNELS)),
    )
    if fields and not file.items(fields.get("all")) and not file.items(fields.get("any")):
        file.wrong(node, "a detector needs a group in “all” or “any”: without one it would fire on every message")
    return detector


def _reason(file: YamlFile, node: Node | None) -> Text:
    reason = file.bilingual(node)
    for text in (reason.en, reason.es):
        left = text.replace("{words}", "")
        if node is not None and ("{" in left or "}" in left):
            file.wrong(node, f"“{text}”: only {{words}} may stand in braces")
    return reason


def _groups(file: YamlFile, node: Node | None, scope: _Scope) -> tuple[GroupId, ...]:
    groups = []
    for item in file.items(node):
        name = file.text(item)
        group = scope.find(name)
        if group is None:
            file.wrong(item, f"there is no group “{name}”{suggestion(name, scope.known())}")
        else:
            groups.append(group)
    return tuple(dict.fromkeys(groups))


def _check_detectors(file: YamlFile, detectors: tuple[Detector, ...], scope: _Scope) -> None:
    assert file.root is not None  # noqa: S101 - read_rule has looked
    if not detectors:
        file.wrong(file.root, "a rule needs at least one detector")
    names = [detector.id for detector in detectors]
    for name in sorted({name for name in names if names.count(name) > 1}):
        file.wrong(file.root, f"two detectors have the id “{name}”")
    used = {group for detector in detectors for group in detector.groups}
    terms = file.entries(file.entries(file.root).get("terms"))
    for name, node in terms.items():
        if GroupId(f"{scope.rule}/{name}") not in used:
            file.wrong(node.key_line, f"no detector uses the group “{name}”")
