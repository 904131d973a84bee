"""docs/rules.md shows every rule as it is now, with figures that were measured with these very rules and this model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from adapters.commandline.rules_page import Measured, Quality, read_quality, rules_page
from adapters.commandline.samples import TAUGHT
from policy.loading.model import load_model
from policy.rule import Expectation
from policy.verdict import RuleId, Severity
from tests.district import CREC, shipped
from tests.policy.building import a_pack, a_rule

Chaperone = Callable[..., Result]
PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
STALE = "docs/rules.md is stale: a rule, a pack or the model changed. Run `make rules` and commit what it writes."
NOTHING = Measured(judged_by="", rows=0, rules={})


def test_the_page_is_what_the_command_prints_now(chaperone: Chaperone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAPERONE_PACKS", raising=False)

    result = chaperone("packs", "rules")

    assert result.exit_code == 0
    assert result.stdout == PAGE.read_text(encoding="utf-8"), STALE


def test_the_figures_were_measured_with_these_rules_and_this_model() -> None:
    measured = read_quality()

    assert measured.judged_by == shipped()[CREC].with_model(load_model()).version, STALE
    assert measured.rules.keys() == TAUGHT
    assert all(0 <= each.precision <= 1 and each.messages for each in measured.rules.values())


def test_every_rule_has_both_titles_its_clauses_in_every_pack_and_cases_of_each_kind() -> None:
    page = rules_page(shipped().values(), read_quality())
    rules = {rule.id: rule for pack in shipped().values() for rule in pack.rules.values()}

    assert len(rules) > 14
    for rule in rules.values():
        part = page.split(f"\n## {rule.id}\n")[1].split("\n## ")[0]
        assert rule.title.en in part
        assert rule.title.es in part
        for pack in shipped().values():
            clauses = ", ".join(clause.id for clause in pack.clauses_of(rule.id) if clause.is_in_policy)
            assert not clauses or f"{pack.id} {clauses}" in part
            for clause in pack.clauses_of(rule.id):
                assert (f"{clause.id}, which is in no policy" in part) is not clause.is_in_policy
        kinds = {case.expectation for case in rule.cases}
        assert ("Flagged:" in part) == (Expectation.FLAG in kinds)
        assert ("Left alone:" in part) == (Expectation.IGNORE in kinds)
        assert ("Known to slip through:" in part) == (Expectation.KNOWN_MISS in kinds)


def test_a_rule_that_nobody_measured_says_so_and_markup_in_an_example_is_plain(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, a_rule(cases='{flag: ["hello *you* <b>"], ignore: [goodbye]}'))

    page = rules_page([pack], NOTHING)

    assert "Measured: not on these messages" in page
    assert r"“hello \*you\* \<b\>”" in page
    assert "- Clauses: ours S1\n" in page


@pytest.mark.parametrize(("messages", "is_told"), [(19, True), (20, False)])
def test_a_figure_of_few_messages_says_that_it_says_little(tmp_path: Path, messages: int, *, is_told: bool) -> None:
    pack = a_pack(tmp_path, a_rule())
    quality = Quality(messages, 0.5, 0.25, 1 / 3)

    page = rules_page([pack], Measured("", 100, {RuleId("greeting"): quality}))

    assert f"F1 0.33 ({messages} of the messages" in page
    assert ("so few say little" in page) is is_told


def test_where_packs_differ_in_severity_each_says_its_own(tmp_path: Path) -> None:
    ours = a_pack(tmp_path)
    graver = {name: replace(rule, severity=Severity.URGENT) for name, rule in ours.rules.items()}
    theirs = replace(ours, id=CREC, rules=graver)

    page = rules_page([ours, theirs], NOTHING)

    assert "- Clauses: crec S1 (urgent, active); ours S1 (normal, active)" in page


def test_a_clause_that_is_in_no_policy_stands_apart_from_the_packs_own(tmp_path: Path) -> None:
    ours = a_pack(tmp_path)
    clauses = {name: replace(clause, is_in_policy=False) for name, clause in ours.clauses.items()}

    page = rules_page([ours, replace(ours, id=CREC, clauses=clauses)], NOTHING)

    assert "- Clauses: ours S1; S1, which is in no policy (crec)\n" in page
