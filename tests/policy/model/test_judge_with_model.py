"""The model is asked after the rules: it adds, it explains itself, and the rule's file stays the authority."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from policy import judge
from policy.message import Context, Link, Message
from policy.model.opinion import Opinion, Suspicion
from policy.pack import Pack
from policy.rule import Status
from policy.verdict import RuleId, Severity, Span, Verdict
from tests.district import shipped
from tests.policy.building import a_context, a_message, a_pack, a_rule

GREETING = RuleId("greeting")


@dataclass
class Suspecting:
    """A model that suspects what it is told to, whatever it reads."""

    suspicions: tuple[Suspicion, ...]
    version: str = "v1"
    doubted: frozenset[RuleId] = frozenset()
    unsure: frozenset[RuleId] = frozenset()
    asked: list[frozenset[RuleId]] = field(default_factory=list)

    def opinion(self, message: Message, context: Context, found: Mapping[RuleId, float]) -> Opinion:
        del message, context
        self.asked.append(frozenset(found))
        return Opinion({}, self.suspicions, self.doubted, self.unsure)


def a_suspicion(
    *words: tuple[int, int], sure: bool = True, examples: tuple[str, ...] = ("see you at the gate",)
) -> Suspicion:
    return Suspicion(GREETING, 0.8, sure, tuple(Span(*word) for word in words), examples)


def judged(pack: Pack, text: str, suspicion: Suspicion) -> Verdict:
    return judge(a_message(text), a_context(), pack.with_model(Suspecting((suspicion,))))


def test_what_the_model_suspects_is_a_finding_that_says_so_in_both_languages(tmp_path: Path) -> None:
    verdict = judged(a_pack(tmp_path), "come round the back", a_suspicion((0, 4), (5, 10)))

    (finding,) = verdict.findings
    assert (finding.rule, finding.detector, finding.score) == (GREETING, "model", 0.8)
    assert (finding.excerpt, finding.marks) == ("come round", (Span(0, 10),))
    assert "trained model" in finding.reason.en
    assert "modelo entrenado" in finding.reason.es
    assert all(
        "come round" in text and "see you at the gate" in text for text in (finding.reason.en, finding.reason.es)
    )


@pytest.mark.parametrize(
    ("rule", "guess"),
    [(Severity.URGENT, Severity.HIGH), (Severity.HIGH, Severity.NORMAL), (Severity.NORMAL, Severity.NORMAL)],
)
def test_a_guess_is_one_step_less_severe_than_a_grave_rule(tmp_path: Path, rule: Severity, guess: Severity) -> None:
    pack = a_pack(tmp_path, a_rule(severity=rule.word))

    sure, unsure = (judged(pack, "come", a_suspicion((0, 4), sure=sure)).findings[0].severity for sure in (True, False))

    assert (sure, unsure) == (rule, guess)


def test_what_a_rule_found_stays_the_rules_finding(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    text = pack.rules[GREETING].cases[0].message.text
    model = Suspecting((a_suspicion((0, 1)),))

    verdict = judge(a_message(text), a_context(), pack.with_model(model))

    assert [finding.detector for finding in verdict.findings] != ["model"]
    assert model.asked == [frozenset({GREETING})]


@pytest.mark.parametrize(("severity", "labels"), [(Severity.HIGH, []), (Severity.URGENT, [GREETING])])
def test_what_the_model_strongly_disagrees_with_is_excused_by_name_unless_it_is_urgent(
    tmp_path: Path, severity: Severity, labels: list[RuleId]
) -> None:
    pack = a_pack(tmp_path, a_rule(severity=severity.word))
    text = pack.rules[GREETING].cases[0].message.text

    verdict = judge(a_message(text), a_context(), pack.with_model(Suspecting((), doubted=frozenset({GREETING}))))

    assert [finding.rule for finding in verdict.findings] == labels
    assert [excused.exemption for excused in verdict.exempted] == ([] if labels else ["model_disagrees"])


def test_the_model_does_not_judge_where_a_link_leads_whose_label_says_something_else() -> None:
    text = "join here for practice changes https://www.ourdistrict.org/calendar"
    label = text.index("https")
    doubting = Suspecting((), doubted=frozenset({RuleId("private_contact"), RuleId("personal_link")}))
    crec = next(pack for name, pack in shipped().items() if name == "crec")

    def found(target: str) -> set[str]:
        message = replace(a_message(text), links=(Link(target, label, len(text)),))
        return {finding.rule for finding in judge(message, a_context(), crec.with_model(doubting)).findings}

    assert found("https://chat.whatsapp.com/AbC123xYz") == {"private_contact", "personal_link"}
    assert found(text[label:]) == set()


@pytest.mark.parametrize(("status", "findings"), [(Status.RETIRED, 0), (Status.TRIAL, 1)])
def test_the_status_of_the_rule_holds_for_the_model_too(tmp_path: Path, status: Status, findings: int) -> None:
    pack = a_pack(tmp_path)
    changed = replace(pack, rules={GREETING: replace(pack.rules[GREETING], status=status)})

    verdict = judged(changed, "come round", a_suspicion((0, 4)))

    assert len(verdict.findings) == findings
    assert verdict.alerting == ()


def test_a_suspicion_of_a_rule_that_the_pack_lacks_is_dropped(tmp_path: Path) -> None:
    suspicion = replace(a_suspicion((0, 4)), rule=RuleId("unheard_of"))

    assert judged(a_pack(tmp_path), "come round", suspicion).findings == ()


def test_words_that_stand_in_attachments_are_not_marked_in_the_text(tmp_path: Path) -> None:
    (finding,) = judged(a_pack(tmp_path), "come", a_suspicion((7, 12))).findings

    assert (finding.marks, finding.excerpt) == ((), "")


def test_the_version_of_the_pack_names_the_model(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)

    assert pack.with_model(None) is pack
    assert pack.with_model(Suspecting(())).version == f"{pack.version}+v1"


@pytest.mark.parametrize(
    ("rule", "lessened"),
    [(Severity.URGENT, Severity.URGENT), (Severity.HIGH, Severity.NORMAL), (Severity.LOW, Severity.LOW)],
)
def test_what_a_rule_found_is_high_only_where_the_model_firmly_agrees(
    tmp_path: Path, rule: Severity, lessened: Severity
) -> None:
    pack = a_pack(tmp_path, a_rule(severity=rule.word))
    agreeing, doubtful = Suspecting(()), Suspecting((), unsure=frozenset({GREETING}))

    firm, loose = (
        judge(a_message("hello"), a_context(), pack.with_model(model)).findings[0].severity
        for model in (agreeing, doubtful)
    )

    assert (firm, loose) == (rule, lessened)
