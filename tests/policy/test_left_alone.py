"""A district's pack leaves alone, with a reason, what its own phrases excuse, and brings examples that prove it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy import PackError, load_pack, load_packs
from policy.loading import CasesFail
from policy.message import ChannelKind, Role
from policy.model.opinion import Opinion, Suspicion
from policy.pack import Pack
from policy.unless import EXEMPTION
from policy.verdict import PackId, RuleId, Severity
from policy.words import Text
from tests.policy.building import a_context, a_detector, a_home, a_message, a_pack_file, a_rule, verdict_on

RULE = a_rule(
    terms="""
    hello: [hello]
    fire: [fire]
    """,
    detectors=f"""
    {a_detector("all: [hello]", name="hello", score=0.7)}
    {a_detector("all: [fire]", name="fire", more="severity: urgent")}
    """,
    cases="{flag: [hello, hello there, fire], ignore: [goodbye]}",
)
LEFT_ALONE = """
  greeting:
    reason: {en: It is our song., es: Es nuestra canción.}
    unless: ["(sun|moon) song", "re: verse \\\\d+"]
"""


def own(changes: str, *, extends: str = "ours") -> str:
    """A pack file; the changes begin in its fifth line."""
    return f"id: riverside\nextends: {extends}\nname: Riverside\nrules:\n{changes.strip(chr(10))}\n"


def loaded(folder: Path, changes: str = LEFT_ALONE, *, model: "Suspicious | None" = None, check: bool = True) -> Pack:
    """A district's own pack, by its file."""
    home = a_home(folder, rules={"greeting": RULE}, packs={"ours": a_pack_file()})
    file = folder / "riverside.yml"
    file.write_text(own(changes), encoding="utf-8")
    return load_pack(file, home=home, model=model, check_cases=check)


def problems(folder: Path, changes: str) -> list[str]:
    """What is wrong with it, without the folder's name."""
    with pytest.raises(PackError) as refused:
        loaded(folder, changes)
    return [str(problem).removeprefix(f"{folder}/") for problem in refused.value.problems]


class Suspicious:
    """A model that suspects the rule in every message."""

    version = "suspicious"

    def __init__(self, *, is_sure: bool = True) -> None:
        self.is_sure = is_sure

    def opinion(self, *_: object) -> Opinion:
        rule = RuleId("greeting")
        return Opinion({rule: 0.9}, (Suspicion(rule, 0.9, self.is_sure, ()),))


def test_what_a_rule_finds_is_left_alone_where_one_of_the_packs_phrases_stands(tmp_path: Path) -> None:
    pack = loaded(tmp_path)

    verdict = verdict_on(pack, "Hello, it is the Moon Song")

    assert verdict.findings == ()
    (excused,) = verdict.exempted
    assert (excused.finding.rule, excused.exemption) == ("greeting", EXEMPTION)
    assert excused.reason == Text(
        en="This policy leaves “Moon Song” alone: It is our song.",
        es="Esta política deja pasar «Moon Song»: Es nuestra canción.",
    )
    assert len(verdict_on(pack, "hello, verse 12").exempted) == 1
    assert len(verdict_on(pack, "hello, it is the star song").findings) == 1


def test_what_only_a_disguise_shows_excuses_nothing(tmp_path: Path) -> None:
    assert len(verdict_on(loaded(tmp_path), "hello, it is the m00n s0ng").findings) == 1


def test_in_a_long_text_each_of_the_words_needs_a_phrase_near_it(tmp_path: Path) -> None:
    pack = loaded(tmp_path)
    notice = "please bring a coat and something to eat " * 12

    assert verdict_on(pack, f"{notice} hello, the sun song").findings == ()
    assert len(verdict_on(pack, f"the sun song {notice} hello").findings) == 1
    assert len(verdict_on(pack, f"hello, the sun song {notice} hello").findings) == 1


def test_what_is_urgent_is_excused_only_with_a_reason_of_its_own(tmp_path: Path) -> None:
    plain = loaded(tmp_path / "plain")
    agreed = loaded(tmp_path / "agreed", f"{LEFT_ALONE}    even_urgent: The counselor reads along.\n")

    assert [f.severity for f in verdict_on(plain, "fire, the sun song").findings] == [Severity.URGENT]
    (excused,) = verdict_on(agreed, "fire, the sun song").exempted
    assert excused.reason.es == "Esta política deja pasar «sun song»: The counselor reads along."


def test_what_the_trained_model_suspects_is_left_alone_as_well_unless_it_is_graver(tmp_path: Path) -> None:
    calm = loaded(tmp_path / "calm", model=Suspicious())
    grave = loaded(tmp_path / "grave", f"{LEFT_ALONE}    severity: urgent\n", model=Suspicious())

    assert verdict_on(calm, "the moon song").findings == ()
    assert verdict_on(calm, "hello, the moon song").findings == ()
    assert len(verdict_on(calm, "the star song").findings) == 1
    assert [f.severity for f in verdict_on(grave, "the moon song").findings] == [Severity.URGENT]


def test_a_graver_suspicion_is_weighed_although_a_milder_finding_was_left_alone(tmp_path: Path) -> None:
    rule = RULE.replace("severity: normal", "severity: urgent").replace("score: 0.7", "score: 0.7, severity: low")
    home = a_home(tmp_path, rules={"greeting": rule}, packs={"ours": f"{a_pack_file()}rules:{LEFT_ALONE}"})
    pack = load_pack("ours", home=home)

    assert verdict_on(pack, "hello, the sun song").findings == ()
    suspicious = verdict_on(pack.with_model(Suspicious()), "hello, the sun song")

    assert [finding.severity for finding in suspicious.findings] == [Severity.URGENT]


def test_a_pack_keeps_what_it_extends_says_and_may_take_it_back(tmp_path: Path) -> None:
    base = a_pack_file(pack="base") + f"rules:{LEFT_ALONE}    severity: high\n    cases: {{ignore: [hello]}}\n"
    home = a_home(
        tmp_path,
        rules={"greeting": RULE},
        packs={
            "base": base,
            "kept": own("  greeting: {threshold: 0.6, reason: x}", extends="base").replace("riverside", "kept"),
            "back": own("  greeting: {unless: [], reason: x}", extends="base").replace("riverside", "back"),
        },
    )

    with pytest.raises(CasesFail) as refused:
        load_packs(home=home)
    packs = load_packs(home=home, check_cases=False)

    assert [problem.file for problem in refused.value.problems] == ["policy/packs/base.yml"]
    kept = packs[PackId("kept")]
    assert (kept.rules[RuleId("greeting")].severity, kept.rules[RuleId("greeting")].threshold) == (Severity.HIGH, 0.6)
    assert verdict_on(kept, "hello, the sun song").findings == ()
    assert len(verdict_on(packs[PackId("back")], "hello, the sun song").findings) == 1
    assert kept.cases == ()


@pytest.mark.parametrize(
    ("changes", "line", "reason"),
    [
        ("  greeting: {unless: [sun]}", 5, "the field “reason” is missing"),
        ("  greeting:\n    reason: x\n    unless:\n      - sun\n      - (sun", 9, "(sun"),
        ("  greeting:\n    reason: x\n    unless: ['re: (sun)\\1']", 7, "RE2 refuses the pattern"),
        ("  greeting:\n    reason: x\n    unless: ['re: .*']", 7, "it would be everywhere"),
        ("  greeting:\n    reason: x\n    unless: [*sun]", 7, "begins with * or & must stand in quotes"),
        ("  greeting:\n    reason: x\n    unless: sun", 7, "expected a list, found text"),
        ("  greeting:\n    reason: x\n    even_urgent: y", 7, "there is no “unless” here"),
        ("  greeting:\n    reason: x\n    unless: [sun]\n    even_urgent: ''", 8, "this is empty"),
        ("  greeting:\n    reason: {en: x}\n    unless: [sun]", 6, "the field “es” is missing"),
        ("  greeting:\n    reason: x\n    unles: [sun]", 7, "unknown field “unles” (did you mean “unless”?)"),
        ("  greeting:\n    reason: x\n    unless: [there, hello]", 7, "stand in 2 of the 3 examples"),
        (f"  greeting:\n    reason: x\n    unless: [{', '.join(['sun'] * 201)}]", 7, "201 phrases are too many"),
        ("  greeting:\n    cases: {known_miss: [sun]}", 6, "unknown field “known_miss”"),
        ("  greeting:\n    cases:\n      ignore:\n        - {text: sun, author: cook}", 8, "“cook” is none of"),
        ("  greeting:\n    cases:\n      ignore:\n        - {text: sun, strictness: social}", 8, "unknown field"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, changes: str, line: int, reason: str) -> None:
    found = problems(tmp_path, changes)

    assert any(each.startswith(f"riverside.yml:{line}: ") and reason in each for each in found), found


def test_examples_need_no_reason_and_are_tried_in_the_packs_own_district(tmp_path: Path) -> None:
    pack = loaded(
        tmp_path,
        "  greeting:\n    cases:\n      defaults: {author: parent, channel: 'parents: bees'}\n      flag: [hello]\n"
        "      ignore: [goodbye, {text: see you, author: staff}]\n",
    )

    first, second, third = (each.case for each in pack.cases)
    assert [each.rule for each in pack.cases] == ["greeting"] * 3
    assert (first.message.author, first.context.channel, first.context.channel_name) == (
        Role.PARENT, ChannelKind.PARENTS, "bees",
    )  # fmt: skip
    assert (second.message.text, third.message.author) == ("goodbye", Role.STAFF)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("ignore: [hello]", "should be left alone and is flagged by “greeting” (normal, score 0.70): Saw “hello”."),
        ("ignore: [hello]", "put words of it that are harmless with you under “unless”"),
        ("ignore: ['fire, sun song']", "“unless” excuses nothing urgent before “even_urgent” says why it may."),
        ("flag: ['hello sun song']", "excused by your “unless”. This policy leaves “sun song” alone"),
        ("flag: [farewell]", "A pack cannot teach it new words"),
    ],
)
def test_an_example_that_does_not_hold_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, case: str, says: str
) -> None:
    (found,) = problems(tmp_path, f"{LEFT_ALONE.strip(chr(10))}\n    cases:\n      {case}")

    assert found.startswith("riverside.yml:9: “")
    assert says in found


def test_an_example_that_its_threshold_or_status_silences_says_so(tmp_path: Path) -> None:
    high = problems(tmp_path / "a", "  greeting:\n    reason: x\n    threshold: 0.8\n    cases: {flag: [hello]}")
    off = problems(tmp_path / "b", "  greeting:\n    reason: x\n    status: retired\n    cases: {flag: [hello]}")

    assert high[0].endswith("it scores 0.70, and the rule's threshold here is 0.80.")
    assert off[0].endswith("the rule is retired in this pack.")


def test_phrases_are_part_of_the_packs_version(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a").version != loaded(tmp_path / "b", LEFT_ALONE.replace("moon", "star")).version


@cache
def with_and_without() -> tuple[Pack, Pack]:
    with TemporaryDirectory() as folder:
        return loaded(Path(folder) / "with"), loaded(Path(folder) / "without", "  greeting: {cases: {flag: [hello]}}")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["hello", "sun song", "fire", "\u200b", "x" * 30, "moon  song!", "ñ", "…"]), max_size=60)
)
def test_any_text_is_judged_as_without_the_phrases_or_left_alone_for_one(words: list[str]) -> None:
    text = " ".join(words)
    left, bare = (verdict_on(pack, a_message(text), a_context()) for pack in with_and_without())

    assert {f.rule for f in bare.findings} == {f.rule for f in (*left.findings, *(e.finding for e in left.exempted))}
    assert not (left.exempted and "fire" in words)
    assert all("song" in text for _ in left.exempted)
