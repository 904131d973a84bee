"""Tries the cases that a pack brings along: by the whole judge, in the pack's own district, with all its changes."""

from collections.abc import Iterator
from dataclasses import replace

from policy.judge import judge
from policy.loading.problems import Problem
from policy.pack import Pack
from policy.rule import Case, Expectation, OwnCase, Rule, Status
from policy.unless import EXEMPTION
from policy.verdict import Finding, Severity, Verdict

_LONGEST = 80


def failing(pack: Pack) -> Iterator[Problem]:
    """The pack's own cases that are not as they say, and what its author can do about each."""
    for own in pack.cases:
        verdict = judge(own.case.message, own.case.context, pack)
        finding = next((each for each in verdict.findings if each.rule == own.rule), None)
        if own.case.expectation is Expectation.IGNORE and finding is not None:
            yield _problem(own, f"should be left alone and is flagged by “{own.rule}” {_flagged(own, finding, pack)}")
        elif own.case.expectation is Expectation.FLAG and finding is None:
            yield _problem(own, f"should be flagged by “{own.rule}” and is not{_missed(own, verdict, pack)}")


def also_flagged(pack: Pack) -> Iterator[Problem]:
    """The pack's own cases that their rule leaves alone, and that another rule of the pack flags all the same."""
    for own in pack.cases:
        if own.case.expectation is Expectation.IGNORE:
            alerting = judge(own.case.message, own.case.context, pack).alerting
            others = ", ".join(f"“{finding.rule}”" for finding in alerting if finding.rule != own.rule)
            if others:
                yield _problem(own, f"is left alone by “{own.rule}”, but {others} flags it")


def _problem(own: OwnCase, message: str) -> Problem:
    return Problem(own.file, own.case.line, f"“{_short(own.case)}” {message}")


def _flagged(own: OwnCase, finding: Finding, pack: Pack) -> str:
    seen = f"({finding.severity.word}, score {finding.score:.2f}): {finding.reason.en}"
    unless = pack.unless.get(own.rule)
    if finding.severity is not Severity.URGENT or unless is None:
        return f"{seen} To leave it alone, put words of it that are harmless with you under “unless” of this rule."
    if unless.even_urgent is None:
        return f"{seen} “unless” excuses nothing urgent before “even_urgent” says why it may."
    return f"{seen} None of the phrases of “unless” stands near it."


def _missed(own: OwnCase, verdict: Verdict, pack: Pack) -> str:
    rule = pack.rules[own.rule]
    if rule.status is Status.RETIRED:
        return ": the rule is retired in this pack."
    excused = next((each for each in verdict.exempted if each.finding.rule == own.rule), None)
    if excused is not None:
        by = "your “unless”" if excused.exemption == EXEMPTION else excused.exemption
        return f": excused by {by}. {excused.reason.en}"
    score = _score(own.case, rule, pack)
    if score is not None:
        return f": it scores {score:.2f}, and the rule's threshold here is {rule.threshold:.2f}."
    return (
        ": nothing in it looks like a breach to the judge. A pack cannot teach it new words: send the example to "
        "whoever keeps the rules, and take it out of the pack until then."
    )


def _score(case: Case, rule: Rule, pack: Pack) -> float | None:
    """What the rule's detectors see in it, whatever its threshold."""
    lowest = replace(pack, model=None, rules={**pack.rules, rule.id: replace(rule, threshold=0.01)})
    found = judge(case.message, case.context, lowest).findings
    return next((finding.score for finding in found if finding.rule == rule.id), None)


def _short(case: Case) -> str:
    text = " ".join(case.message.text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
