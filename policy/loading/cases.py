"""Reads the cases of a rule, and tries them."""

from collections.abc import Callable, Mapping

from policy.district import LinkStrictness
from policy.loading.yaml_file import Node, YamlFile
from policy.message import (
    Allowance,
    AllowanceKind,
    Attachment,
    AttachmentKind,
    ChannelKind,
    Context,
    Link,
    Message,
    Outing,
    Role,
    Said,
    Sender,
)
from policy.rule import Case, Expectation
from policy.verdict import Finding, Verdict

_ROLES = tuple(role.value for role in Role)
_KINDS = tuple(kind.value for kind in ChannelKind)
_ATTACHMENTS = tuple(kind.value for kind in AttachmentKind)
_ALLOWANCES = tuple(kind.value for kind in AllowanceKind)
_STRICTNESS = tuple(strictness.value for strictness in LinkStrictness)
_SETTINGS = {
    "author", "channel", "context", "links", "attachments", "sender", "students", "unlisted", "outings", "allowances",
    "strictness",
}  # fmt: skip


def read_cases(file: YamlFile, node: Node | None) -> tuple[Case, ...]:
    """All cases of a rule file; `flag` and `ignore` may not be empty."""
    if node is None:
        return ()
    fields = file.fields(node, {"flag", "ignore"}, {"known_miss", "defaults"})
    defaults = file.fields(fields["defaults"], set(), _SETTINGS) if "defaults" in fields else {}
    cases: list[Case] = []
    for expectation in Expectation:
        items = file.items(fields.get(expectation.value))
        if not items and expectation is not Expectation.KNOWN_MISS and expectation.value in fields:
            file.wrong(fields[expectation.value], f"a rule needs at least one case under “{expectation.value}”")
        cases += [_case(file, item, defaults, expectation, _SETTINGS) for item in items]
    return tuple(cases)


def read_own_cases(file: YamlFile, node: Node | None) -> tuple[Case, ...]:
    """The cases that a pack brings along for a rule: to be found or left alone under that pack."""
    if node is None:
        return ()
    settings = _SETTINGS - {"strictness"}
    fields = file.fields(node, set(), {"flag", "ignore", "defaults"})
    defaults = file.fields(fields["defaults"], set(), settings) if "defaults" in fields else {}
    return tuple(
        _case(file, item, defaults, expectation, settings)
        for expectation in (Expectation.FLAG, Expectation.IGNORE)
        for item in file.items(fields.get(expectation.value))
    )


def _case(
    file: YamlFile,
    node: Node,
    defaults: Mapping[str, Node],
    expectation: Expectation,
    settings: set[str],
) -> Case:
    if isinstance(node.value, str):
        text, fields = file.text(node), defaults
    else:
        own = file.fields(node, {"text"}, settings)
        text, fields = _text(own.get("text")), {**defaults, **own}
    strictness = file.choice(fields.get("strictness"), _STRICTNESS, LinkStrictness.SOCIAL.value)
    return Case(
        expectation, _message(file, text, fields), _context(file, fields), node.line, LinkStrictness(strictness)
    )


def _text(node: Node | None) -> str:
    """A case's text may be empty: a picture may come alone."""
    return node.value if node is not None and isinstance(node.value, str) else ""


def _message(file: YamlFile, text: str, fields: Mapping[str, Node]) -> Message:
    return Message(
        text=text,
        author=Role(file.choice(fields.get("author"), _ROLES, Role.STUDENT.value)),
        links=tuple(_link(file, item, text) for item in file.items(fields.get("links"))),
        attachments=tuple(_attachment(file, item) for item in file.items(fields.get("attachments"))),
        sender=_sender(file, fields.get("sender")),
    )


def _link(file: YamlFile, node: Node, text: str) -> Link:
    fields = file.fields(node, {"target", "label"}, set())
    label = file.text(fields.get("label"))
    if label not in text:
        file.wrong(node, f"the label “{label}” is not in the text of the case")
    start = max(0, text.find(label))
    return Link(file.text(fields.get("target")), start, start + len(label))


def _attachment(file: YamlFile, node: Node) -> Attachment:
    if isinstance(node.value, str):
        return Attachment(AttachmentKind(file.choice(node, _ATTACHMENTS, "file")))
    fields = file.fields(node, {"kind"}, {"name", "alt"})
    kind = file.choice(fields.get("kind"), _ATTACHMENTS, "file")
    return Attachment(AttachmentKind(kind), file.text(fields.get("name")), file.text(fields.get("alt")))


def _outing(file: YamlFile, node: Node) -> Outing:
    fields = file.fields(node, {"place", "is_on"}, set())
    return Outing(file.text(fields.get("place")), file.flag(fields.get("is_on"), default=True))


def _sender(file: YamlFile, node: Node | None) -> Sender:
    if node is None:
        return Sender()
    fields = file.fields(node, set(), {"is_app", "is_known", "has_borrowed_name"})
    return Sender(
        is_app=file.flag(fields.get("is_app"), default=False),
        is_known=file.flag(fields.get("is_known"), default=True),
        has_borrowed_name=file.flag(fields.get("has_borrowed_name"), default=False),
    )


def _context(file: YamlFile, fields: Mapping[str, Node]) -> Context:
    kind, _, name = file.text(fields.get("channel"), "club").partition(":")
    if kind.strip() not in _KINDS:
        file.wrong(fields["channel"], f"a channel is {', '.join(_KINDS)}, and a colon and a name if you like: “{kind}”")
        kind = ChannelKind.CLUB.value
    return Context(
        channel=ChannelKind(kind.strip()),
        channel_name=name.strip(),
        before=tuple(_said(file, item) for item in file.items(fields.get("context"))),
        allowances=tuple(_allowance(file, item) for item in file.items(fields.get("allowances"))),
        students=frozenset(file.texts(fields.get("students"))),
        unlisted=frozenset(file.texts(fields.get("unlisted"))),
        outings=tuple(_outing(file, item) for item in file.items(fields.get("outings"))),
    )


def _said(file: YamlFile, node: Node) -> Said:
    role, mark, text = file.text(node).partition(":")
    if not mark or role.strip() not in _ROLES:
        file.wrong(node, f"write who said it first ({', '.join(_ROLES)}), then a colon: “student: see you”")
        role = Role.STUDENT.value
    return Said(Role(role.strip()), text.strip())


def _allowance(file: YamlFile, node: Node) -> Allowance:
    fields = file.fields(node, {"kind", "value"}, {"reason"})
    kind = file.choice(fields.get("kind"), _ALLOWANCES, AllowanceKind.HOST.value)
    return Allowance(AllowanceKind(kind), file.text(fields.get("value")), file.text(fields.get("reason")))


Judge = Callable[[Case], Verdict]


def what_failed(case: Case, verdict: Verdict) -> str | None:
    """Why the case is not as it says; None where it is. `verdict` must come from a pack with this rule alone."""
    finding = next(iter(verdict.findings), None)
    text = f"“{_short(case.message.text)}”"
    if case.expectation is Expectation.FLAG and finding is None:
        excuses = ", ".join(f"{excused.exemption} ({excused.finding.detector})" for excused in verdict.exempted)
        return f"{text} should be flagged and is not{f': excused by {excuses}' if excuses else ''}"
    if case.expectation is Expectation.IGNORE and finding is not None:
        return f"{text} should be left alone and is flagged by {_found(finding)}"
    if case.expectation is Expectation.KNOWN_MISS and finding is not None:
        return f"{text} is a known miss and is now flagged by {_found(finding)}: move it to “flag”"
    return None


def _found(finding: Finding) -> str:
    return f"{finding.detector} (score {finding.score:g}): {finding.reason.en}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
