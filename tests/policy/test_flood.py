"""A text that is full of what the rules look for hides nothing: what is graver, of another rule, in disguise or
unexcused is found behind it."""

from itertools import islice, product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.flood import FLOOD, PART
from policy.fold import fold
from policy.pack import Pack
from policy.verdict import Severity
from tests.policy.building import a_detector, a_pack, a_rule, only_finding, verdict_on

FRUITS = ["".join(letters) for letters in islice(product("bdfgp", "aou", "lmnr", "aou", "bdk", "aou"), FLOOD)]
WORDS = f"""
pear: [{", ".join(FRUITS)}]
apple: [apple]
bread: [bread, brioche]
cheese: ['(cheddar|gouda) ... (slice|wheel)']
quince: [quince]
kidding: [just kidding]
laughing: ["re: ha(ha)+"]
objecting: [that was wrong]
reporting: [he wrote]
denied: [never say]
disputed: [we disagree]
"""
MANY = " ".join(FRUITS)
FEW = " ".join(FRUITS[:100])


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Fruit is a thing for later, unless it is quoted in order to object; bread with it is urgent; cheese,
    quinces and addresses are other rules'."""
    detectors = (
        a_detector("all: [pear]"),
        a_detector("all: [apple]", name="another"),
        a_detector("all: [bread]", name="graver", more="severity: urgent"),
    )
    terms, exemptions = "{}", "[quoted_to_object]"
    fruit = a_rule("fruit", terms=terms, detectors="\n".join(detectors), severity="low", exemptions=exemptions)
    dairy = a_rule("dairy", terms="{}", detectors=a_detector("all: [cheese]"))
    jelly = a_rule("jelly", terms="{}", detectors=a_detector("all: [quince], unless: [kidding]"))
    jam = a_rule("jam", terms="{}", detectors=a_detector("all: [quince], unless: [laughing]"))
    post = a_rule("post", terms="{}", detectors=a_detector("all: ['@email'], unless: [kidding]"))
    return a_pack(tmp_path_factory.mktemp("flood"), fruit, dairy, jelly, jam, post, lexicon={"words": WORDS})


def test_the_flood_itself_is_found_at_its_beginning(pack: Pack) -> None:
    finding = only_finding(pack, MANY)

    assert pack.sweep.scan(fold(MANY)).is_flood
    assert (finding.severity, finding.start) == (Severity.LOW, 0)
    assert 0 < finding.end <= PART * len(FRUITS[-1] + " ")


@pytest.mark.parametrize("hidden", ["bread", "br3ad", "b r i o c h e"])
@pytest.mark.parametrize("before", [MANY, FEW])
def test_what_is_graver_is_found_behind_a_flood(pack: Pack, before: str, hidden: str) -> None:
    finding = only_finding(pack, f"{before} {hidden} {MANY}")

    assert (finding.severity, finding.detector) == (Severity.URGENT, "graver")


@pytest.mark.parametrize("hidden", ["cheddar and a slice", "g0uda in one wheel", "chedddar from a wheel"])
def test_what_another_rule_looks_for_is_found_behind_a_flood(pack: Pack, hidden: str) -> None:
    verdict = verdict_on(pack, f"{MANY} {hidden}")

    assert [finding.excerpt for finding in verdict.findings if finding.rule == "dairy"] == [hidden]


def test_a_flood_that_is_quoted_to_object_excuses_nothing_behind_it(pack: Pack) -> None:
    quoted = f'that was wrong: "{MANY}"'

    assert verdict_on(pack, quoted).findings == ()
    assert only_finding(pack, f"{quoted} and an apple").rule == "fruit"


def test_what_a_part_says_unexcused_stands_though_all_that_is_marked_of_the_whole_is_excused(tmp_path: Path) -> None:
    detectors = (
        a_detector("all: [pear]"),
        a_detector("all: [bread]", name="graver", more="severity: urgent"),
        a_detector("all: [apple]", name="as_grave", more="severity: urgent"),
    )
    fires = "\n".join(detectors)
    rule = a_rule("fruit", terms="{}", detectors=fires, severity="low", exemptions="[quoted_to_object]")
    strict = a_pack(tmp_path, rule, lexicon={"words": WORDS})
    quoted = f'that was wrong: "{"bread " * PART}{"apple " * PART}"'

    assert verdict_on(strict, quoted).findings == ()
    assert only_finding(strict, f"{quoted} {MANY}").severity is Severity.LOW


def test_an_excuse_in_one_part_excuses_no_other(tmp_path: Path) -> None:
    rule = a_rule("fruit", terms="{}", detectors=a_detector("all: [pear], unless: [kidding]"))
    strict = a_pack(tmp_path, rule, lexicon={"words": WORDS})
    excused = f"{' '.join(FRUITS[:10])} just kidding {' '.join(FRUITS[10:20])}"

    assert verdict_on(strict, excused).findings == ()
    assert only_finding(strict, f"{excused} {' '.join(FRUITS[20:])}").start > len(excused)


@pytest.mark.parametrize("fruits", range(PART - 2, PART + 2))
def test_what_excuses_a_detector_is_seen_behind_the_end_of_a_part(pack: Pack, fruits: int) -> None:
    before, after = " ".join(FRUITS[:fruits]), " ".join(FRUITS[fruits:])
    excused, found = (verdict_on(pack, f"{before} quince {more} {after}") for more in ("just kidding", "really"))

    assert "jelly" not in {finding.rule for finding in excused.findings}
    assert "jelly" in {finding.rule for finding in found.findings}


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("rule", "said", "excuse"),
    [("post", "jo@example.org", "just kidding"), ("jelly", "quince", "just kidding"), ("jam", "quince", "hahaha")],
)
def test_what_excuses_a_signal_or_is_a_pattern_is_seen_in_every_part(
    pack: Pack, rule: str, said: str, excuse: str, share: float
) -> None:
    cut = int(share * len(FRUITS))
    before, after = " ".join(FRUITS[:cut]), " ".join(FRUITS[cut:])
    excused, found = (verdict_on(pack, f"{before} {said} {more} {after}") for more in (excuse, "really"))

    assert rule not in {finding.rule for finding in excused.findings}
    assert rule in {finding.rule for finding in found.findings}


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, FLOOD), order=st.randoms(use_true_random=False), wheel=st.sampled_from(["slice", "wheel"]))
def test_whatever_the_flood_what_it_hides_is_found_and_marked_in_order(
    pack: Pack, at: int, order: Random, wheel: str
) -> None:
    fruits = order.sample(FRUITS, len(FRUITS))
    text = " ".join([*fruits[:at], f"gouda in one {wheel} and bread", *fruits[at:]])

    verdict = verdict_on(pack, text)

    found = {str(finding.rule): finding for finding in verdict.findings}
    assert found["dairy"].excerpt == f"gouda in one {wheel}"
    assert found["fruit"].severity is Severity.URGENT
    for finding in verdict.findings:
        assert list(finding.marks) == sorted(finding.marks)
        assert finding.excerpt == text[finding.marks[0].start : finding.marks[-1].end]
    assert verdict == verdict_on(pack, text)


def test_as_much_that_no_rule_looks_for_is_no_finding(tmp_path: Path) -> None:
    terms = f"word: [{', '.join(f'{fruit} ... bread' for fruit in FRUITS)}]"
    quiet = a_pack(tmp_path, a_rule(terms=terms, detectors=a_detector("all: [word]")))

    assert verdict_on(quiet, MANY).findings == ()
    assert verdict_on(quiet, f"{MANY} with bread").findings != ()
