"""`chaperone packs rules`: every rule on one page, with its clauses, examples, and how good it is."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import policy
from bot.language import spoken
from policy.district import LinkStrictness
from policy.exemptions import EXEMPTIONS
from policy.pack import Pack
from policy.rule import Case, Expectation, Rule
from policy.verdict import RuleId
from policy.words import Lang

QUALITY = Path(policy.__file__).parent / "model" / "data" / "quality.json"
MOST_EXAMPLES = 3
FEWEST = 20
FEW = "; so few say little"
_MARKUP = re.compile(r"([\\`*_\[\]<>|#~])")

HEAD = """# The rules

Written by `make rules`; do not change it by hand. What a rule looks for stands in `policy/rules/<name>.yml` with all
its cases; [policy/README.md](../policy/README.md) explains the format. All examples are made up. A rule works in a pack
when a clause of the pack names it; a district's pack may change severity, status and threshold, and leave messages
alone by phrase.

How good a rule is: a precision of 0.84 means that of 100 messages that it flagged, 84 ought to be flagged; a recall of
0.73, that of 100 messages that it ought to flag it flagged 73, and 27 slipped through; F1 is one figure for both. They
were measured with rules and trained model on {rows} held-out messages of `policy/model/corpus`, which taught
nothing. The model's thresholds were chosen on these same messages, so the figures flatter;
[the model card](model-card.md) has harder ones. Real chat differs: what reviewers confirm and dismiss in your own
district is shown by `/policy suggestions`.
"""
_EXPECTED = {
    Expectation.FLAG: "Flagged",
    Expectation.IGNORE: "Left alone",
    Expectation.KNOWN_MISS: "Known to slip through",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 of one rule, and how many of the messages ought to be flagged by it."""

    messages: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures that `make train` and `make rules` wrote; `judged_by` is the version of the pack with its model."""

    judged_by: str
    rows: int
    rules: Mapping[RuleId, Quality]


def read_quality(file: Path = QUALITY) -> Measured:
    """The measured quality of each rule."""
    fields = json.loads(file.read_text(encoding="utf-8"))
    rules = {RuleId(rule): Quality(**figures) for rule, figures in fields["rules"].items()}
    return Measured(fields["judged_by"], fields["rows"], rules)


def rules_page(packs: Iterable[Pack], measured: Measured) -> str:
    """The page, in Markdown: the rules of all these packs, gravest first."""
    shelf = sorted(packs, key=lambda pack: pack.id)
    rules = {rule.id: rule for pack in reversed(shelf) for rule in pack.rules.values()}
    ordered = sorted(rules.values(), key=lambda rule: (-rule.severity, rule.id))
    parts = [HEAD.format(rows=f"{measured.rows:,}"), *_table(ordered, measured)]
    for rule in ordered:
        parts += ["", *_rule(rule, shelf, measured.rules.get(rule.id))]
    return "\n".join(parts) + "\n"


def _table(rules: Sequence[Rule], measured: Measured) -> Iterator[str]:
    yield "| rule | severity | precision | recall | F1 |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in rules:
        own = measured.rules.get(rule.id)
        figures = f"{own.precision:.2f} | {own.recall:.2f} | {own.f1:.2f}" if own else "– | – | –"
        yield f"| [{rule.id}](#{rule.id}) | {rule.severity.word} | {figures} |"


def _rule(rule: Rule, packs: Sequence[Pack], quality: Quality | None) -> Iterator[str]:
    yield f"## {rule.id}"
    yield f"**{_plain(rule.title.en)}** · **{_plain(rule.title.es)}** — severity {rule.severity.word}, {rule.status}."
    yield ""
    yield f"{_plain(rule.why.en)} *{_plain(rule.why.es)}*"
    yield ""
    yield f"- To review: {_plain(rule.reviewer.en)} *{_plain(rule.reviewer.es)}*"
    yield f"- Advice to the author: {_plain(rule.mend.en)} *{_plain(rule.mend.es)}*"
    yield f"- Clauses: {_clauses(rule, packs)}"
    if rule.exemptions:
        yield f"- Excused: {' '.join(_exemption(name) for name in rule.exemptions)}"
    yield f"- Measured: {_measured(quality)}"
    for expectation, title in _EXPECTED.items():
        cases = [case for case in rule.cases if case.expectation is expectation]
        if cases:
            yield ""
            yield f"{title}:"
            yield ""
            yield from (f"- {_case(case)}" for case in _handful(cases))


def _clauses(rule: Rule, packs: Sequence[Pack]) -> str:
    """The clauses of each pack, and those that are in no policy; with severity and status where the packs differ."""
    having = [pack for pack in packs if pack.clauses_of(rule.id)]
    ways = {pack.id: f" ({pack.rules[rule.id].severity.word}, {pack.rules[rule.id].status})" for pack in having}
    way = dict.fromkeys(ways, "") if len(set(ways.values())) == 1 else ways
    said: list[str] = []
    beside: dict[str, list[str]] = {}
    for pack in having:
        clauses = pack.clauses_of(rule.id)
        if own := ", ".join(clause.id for clause in clauses if clause.is_in_policy):
            said.append(f"{pack.id} {own}{way[pack.id]}")
        for clause in clauses:
            if not clause.is_in_policy:
                beside.setdefault(clause.id, []).append(f"{pack.id}{way[pack.id]}")
    said += [f"{clause}, which is in no policy ({', '.join(names)})" for clause, names in beside.items()]
    return "; ".join(said)


def _exemption(name: str) -> str:
    said = " ".join((EXEMPTIONS[name].__doc__ or "").split())
    return f"`{name}` ({said.rstrip('.')})."


def _measured(quality: Quality | None) -> str:
    if quality is None:
        return "not on these messages, which are not labelled with it."
    return (
        f"precision {quality.precision:.2f}, recall {quality.recall:.2f}, F1 {quality.f1:.2f} "
        f"({quality.messages} of the messages ought to be flagged by it{FEW if quality.messages < FEWEST else ''})."
    )


def _handful(cases: Sequence[Case]) -> Sequence[Case]:
    """The first few, one of them in Spanish where there is one."""
    chosen = [case for case in cases if case.message.text][:MOST_EXAMPLES] or list(cases[:MOST_EXAMPLES])
    spanish = next((case for case in cases if spoken(case.message.text) is Lang.ES), None)
    if spanish is not None and spanish not in chosen:
        chosen[-1] = spanish
    return chosen


def _case(case: Case) -> str:
    message, context = case.message, case.context
    before = "".join(f" after {said.author} “{_plain(said.text)}”," for said in context.before)
    attached = "".join(f" with a {attachment.kind}," for attachment in message.attachments)
    allowed = "".join(f" where {each.kind} “{_plain(each.value)}” is allowed," for each in context.allowances)
    hidden = "".join(f" whose link leads to {_plain(link.target)}," for link in message.links)
    sender = " from an app that nobody approved," if message.sender.is_app and not message.sender.is_known else ""
    sender += " under a borrowed name," if message.sender.has_borrowed_name else ""
    strict = " where every link must be sponsored," if case.links is LinkStrictness.UNSPONSORED else ""
    more = f"{sender}{before}{attached}{allowed}{hidden}{strict}".rstrip(",")
    return f"{message.author} in a {context.channel} channel: “{_plain(message.text)}”{more}"


def _plain(text: str) -> str:
    """The text in one line, with nothing in it that Markdown would read."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
