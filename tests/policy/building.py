"""Small rules, packs and messages for the tests of the judge."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import copyfile
from textwrap import dedent, indent

import policy
from policy import judge, load_pack
from policy.message import (
    Allowance,
    AllowanceKind,
    Attachment,
    ChannelKind,
    Context,
    Link,
    Message,
    Role,
    Said,
    Sender,
)
from policy.pack import Pack
from policy.verdict import Finding, Verdict

SHIPPED = Path(policy.__file__).parent

RULE = """\
id: {id}
title: {{en: A rule, es: Una regla}}
status: {status}
severity: {severity}
why: {{en: Because., es: Porque sí.}}
reviewer: {{en: Look., es: Mire.}}
mend: {{en: Mend it., es: Corríjalo.}}
source: invented
threshold: {threshold}
"""


def a_rule(
    rule: str = "greeting",
    *,
    terms: str = "",
    detectors: str = "",
    exemptions: str = "[]",
    cases: str = "{flag: [hello], ignore: [goodbye]}",
    status: str = "active",
    severity: str = "normal",
    threshold: float = 0.5,
) -> str:
    """A rule file; `terms`, `detectors` and `cases` are YAML. By default it flags the word hello."""
    terms = dedent(terms).strip() or "hello: [hello]"
    detectors = (
        dedent(detectors).strip()
        or "- {id: said, all: [hello], score: 0.9, reason: {en: 'Saw {words}.', es: 'Se vio {words}.'}}"
    )
    head = RULE.format(id=rule, status=status, severity=severity, threshold=threshold)
    return (
        f"{head}terms:\n{indent(terms, '  ')}\ndetectors:\n{indent(detectors, '  ')}\n"
        f"exemptions: {exemptions}\ncases: {dedent(cases).strip()}\n"
    )


PACK = """\
id: {id}
name: Our Schools
policy: Policy 7
cite: "7"
district:
  name: Our District
  hosts: ["*.ourdistrict.org", ourdistrict.zoom.us]
  accounts: ["@OurDistrictSchools", facebook.com/OurDistrictSchools]
  tools: {{Slack: [slack.com], Google Classroom: [classroom.google.com], Drive: [docs.google.com]}}
links: {links}
clauses:
  - {{id: S1, section: {{en: One, es: Uno}}, summary: {{en: First., es: Primera.}}, rules: [{rules}]}}
"""


def a_pack_file(rules: Iterable[str] = ("greeting",), *, pack: str = "ours", links: str = "social") -> str:
    """A pack file whose only clause names the rules."""
    return PACK.format(id=pack, links=links, rules=", ".join(rules))


def a_home(
    folder: Path,
    *,
    rules: Mapping[str, str] | None = None,
    lexicon: Mapping[str, str] | None = None,
    packs: Mapping[str, str] | None = None,
) -> Path:
    """A folder like `policy/` with these files in it and the shipped hosts. By default one rule and one pack."""
    rules = {"greeting": a_rule()} if rules is None else rules
    packs = {"ours": a_pack_file(rules)} if packs is None else packs
    home = folder / "policy"
    for kind, files in (("rules", rules), ("lexicon", lexicon or {}), ("packs", packs)):
        (home / kind).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (home / kind / f"{name}.yml").write_text(text, encoding="utf-8")
    copyfile(SHIPPED / "lexicon" / "hosts.yml", home / "lexicon" / "hosts.yml")
    return home


def a_pack(folder: Path, *rules: str, lexicon: Mapping[str, str] | None = None, links: str = "social") -> Pack:
    """A pack of these rule files; their cases are not tried."""
    named = {rule.split("\n", 1)[0].removeprefix("id: "): rule for rule in rules} or {"greeting": a_rule()}
    home = a_home(folder, rules=named, lexicon=lexicon, packs={"ours": a_pack_file(named, links=links)})
    return load_pack("ours", home=home, check_cases=False)


def a_detector(
    groups: str, *, more: str = "", score: float = 0.9, name: str = "found", reason: str = "Saw {words}."
) -> str:
    """One line of a rule's detectors: `groups` as in `all: [...]`."""
    extra = f", {more}" if more else ""
    return f"- {{id: {name}, {groups}, score: {score}{extra}, reason: {{en: '{reason}', es: '{reason}'}}}}"


def a_message(
    text: str = "",
    *,
    author: Role = Role.STUDENT,
    links: Iterable[tuple[str, str]] = (),
    attachments: Iterable[Attachment] = (),
    sender: Sender | None = None,
) -> Message:
    """A message; `links` are pairs of a label that stands in the text and where it leads."""
    marked = tuple(Link(target, text.index(label), text.index(label) + len(label)) for label, target in links)
    return Message(text, author, marked, tuple(attachments), sender or Sender())


def a_context(
    channel: ChannelKind = ChannelKind.CLUB,
    *,
    before: Iterable[Said] = (),
    allowances: Iterable[tuple[AllowanceKind, str]] = (),
    students: Iterable[str] = (),
) -> Context:
    """Where the message stands."""
    allowed = tuple(Allowance(kind, value) for kind, value in allowances)
    return Context(channel, "ours", tuple(before), allowed, frozenset(students))


def verdict_on(pack: Pack, text: str | Message, context: Context | None = None) -> Verdict:
    """The verdict on a message, or on a text that a student wrote in a club."""
    message = text if isinstance(text, Message) else a_message(text)
    return judge(message, context or a_context(), pack)


def only_finding(pack: Pack, text: str | Message, context: Context | None = None) -> Finding:
    """The one finding that there must be."""
    (finding,) = verdict_on(pack, text, context).findings
    return finding


def marked(pack: Pack, text: str) -> list[str]:
    """The typed stretches that the verdict marks."""
    return [text[mark.start : mark.end] for finding in verdict_on(pack, text).findings for mark in finding.marks]
