"""A message and a pack give findings with reasons: who, where, together, before, unless, how sure, how grave."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy import judge, load_pack, load_packs
from policy.message import Attachment, AttachmentKind, ChannelKind, Role, Said, Sender
from policy.pack import Pack
from policy.verdict import Severity, Span
from tests.policy.building import (
    a_context,
    a_detector,
    a_home,
    a_message,
    a_pack,
    a_pack_file,
    a_rule,
    marked,
    only_finding,
    verdict_on,
)

WORDS = """
hello: [hello, good day]
apple: [apple]
pear: [pear]
bread: [bread]
"""


def a_pack_with(
    folder: Path, detectors: str, *, severity: str = "normal", status: str = "active", threshold: float = 0.5
) -> Pack:
    """A pack of one rule with these detectors over the four groups."""
    rule = a_rule(terms="{}", detectors=detectors, severity=severity, status=status, threshold=threshold)
    return a_pack(folder, rule, lexicon={"words": WORDS})


def is_found(pack: Pack, text: str) -> bool:
    return bool(verdict_on(pack, text).findings)


def test_a_finding_says_what_rule_and_clause_where_and_why(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, a_rule())

    finding = only_finding(pack, "Well, HÉLLO there")

    assert (finding.rule, finding.clause, finding.detector) == ("greeting", "S1", "said")
    assert (finding.start, finding.end, finding.excerpt) == (6, 11, "HÉLLO")
    assert finding.marks == (Span(6, 11),)
    assert (finding.score, finding.severity, finding.is_trial) == (0.9, Severity.NORMAL, False)
    assert (finding.reason.en, finding.reason.es) == ("Saw “HÉLLO”.", "Se vio «HÉLLO».")


def test_a_message_without_anything_in_it_gives_the_packs_name_and_version_and_nothing_else(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, a_rule())

    verdict = verdict_on(pack, "")

    assert (verdict.pack, verdict.pack_version) == (pack.id, pack.version)
    assert (verdict.findings, verdict.exempted) == ((), ())


@pytest.mark.parametrize(
    ("text", "found"), [("apple pear", True), ("apple bread", True), ("apple", False), ("pear bread", False)]
)
def test_all_groups_and_one_of_any_must_be_there(tmp_path: Path, text: str, *, found: bool) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple], any: [pear, bread]"))

    assert is_found(pack, text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("apple one two pear", True),
        ("pear one two apple", True),
        ("apple one two three pear", False),
        ("pear one two three four apple one pear", True),
    ],
)
def test_within_counts_the_words_between(tmp_path: Path, text: str, *, found: bool) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple, pear], within: 2"))

    assert is_found(pack, text) is found


def test_only_words_that_stand_near_are_marked(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple], any: [pear], within: 1"))

    assert marked(pack, "apple a b c d apple x pear") == ["apple", "pear"]


def test_unless_holds_a_detector_back(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple], unless: [bread]"))

    assert is_found(pack, "apple")
    assert not is_found(pack, "apple and bread")


def test_before_looks_at_the_messages_just_before(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple], before: [pear]"))
    said = a_context(before=[Said(Role.OWNER, "a PEAR?"), Said(Role.STUDENT, "ok")])

    assert verdict_on(pack, "apple", said).findings
    assert not verdict_on(pack, "apple").findings
    assert not verdict_on(pack, "apple pear").findings


def test_authors_and_channels_narrow_a_detector(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple]", more="authors: [owner, staff], channels: [team]"))
    team, club = a_context(ChannelKind.TEAM), a_context(ChannelKind.CLUB)

    assert verdict_on(pack, a_message("apple", author=Role.STAFF), team).findings
    assert not verdict_on(pack, a_message("apple", author=Role.STUDENT), team).findings
    assert not verdict_on(pack, a_message("apple", author=Role.STAFF), club).findings


def test_weak_detectors_add_up_to_one_finding(tmp_path: Path) -> None:
    detectors = a_detector("all: [apple]", score=0.4, name="a") + "\n" + a_detector("all: [pear]", score=0.5, name="b")
    pack = a_pack_with(tmp_path, detectors, threshold=0.6)

    finding = only_finding(pack, "apple pear")

    assert not is_found(pack, "pear")
    assert finding.score == pytest.approx(0.7)
    assert finding.detector == "b"
    assert [mark.start for mark in finding.marks] == [0, 6]


def test_the_gravest_detector_speaks_for_the_finding_and_the_gravest_finding_comes_first(tmp_path: Path) -> None:
    first = a_rule("first", terms="{}", detectors=a_detector("all: [apple]"), severity="low")
    grave = a_detector("all: [pear]", name="grave", score=0.6, more="severity: urgent")
    second = a_rule("second", terms="{}", detectors=f"{a_detector('all: [apple]')}\n{grave}")
    pack = a_pack(tmp_path, first, second, lexicon={"words": WORDS})

    findings = verdict_on(pack, "apple pear").findings

    assert [(finding.rule, finding.severity.word) for finding in findings] == [("second", "urgent"), ("first", "low")]
    assert findings[0].detector == "grave"


def test_a_rule_on_trial_finds_and_alerts_nobody_and_a_retired_one_finds_nothing(tmp_path: Path) -> None:
    trial = a_pack_with(tmp_path / "trial", a_detector("all: [apple]"), status="trial")
    retired = a_pack_with(tmp_path / "retired", a_detector("all: [apple]"), status="retired")

    verdict = verdict_on(trial, "apple")

    assert [finding.is_trial for finding in verdict.findings] == [True]
    assert verdict.alerting == ()
    assert not is_found(retired, "apple")


@pytest.mark.parametrize(("signal", "attachment"), [(f"@{kind.value}", Attachment(kind)) for kind in AttachmentKind])
def test_an_attachment_is_a_signal_about_the_message_as_a_whole(
    tmp_path: Path, signal: str, attachment: Attachment
) -> None:
    pack = a_pack_with(tmp_path, a_detector(f"all: ['{signal}']"))

    finding = only_finding(pack, a_message("look", attachments=[attachment]))

    assert (finding.start, finding.end, finding.excerpt, finding.marks) == (0, 0, "", ())
    assert finding.reason.en.startswith("Saw a ")
    assert not is_found(pack, "look")


def test_names_and_descriptions_of_attachments_are_judged_and_not_marked(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [apple]"))
    named = Attachment(AttachmentKind.FILE, name="my_apple-pie.pdf")
    described = Attachment(AttachmentKind.PICTURE, alt="An apple.")

    for attachment in (named, described):
        finding = only_finding(pack, a_message("look", attachments=[attachment]))
        assert (finding.marks, finding.excerpt, finding.reason.en) == ((), "", "Saw “apple”.")


def test_a_phrase_does_not_run_on_from_the_text_into_a_files_name(tmp_path: Path) -> None:
    pack = a_pack_with(tmp_path, a_detector("all: [hello]"))

    assert not verdict_on(
        pack, a_message("good", attachments=[Attachment(AttachmentKind.FILE, name="day.pdf")])
    ).findings


@pytest.mark.parametrize(
    ("signal", "sender"),
    [
        ("@app.unknown", Sender(is_app=True, is_known=False)),
        ("@name.borrowed", Sender(has_borrowed_name=True)),
    ],
)
def test_who_sent_it_is_a_signal(tmp_path: Path, signal: str, sender: Sender) -> None:
    pack = a_pack_with(tmp_path, a_detector(f"all: ['{signal}']"))

    assert verdict_on(pack, a_message("hi", sender=sender)).findings
    assert not verdict_on(pack, a_message("hi", sender=Sender(is_app=True))).findings


def test_the_reason_quotes_a_few_words_shortened_and_never_reads_them_as_a_template(tmp_path: Path) -> None:
    terms = r"word: ['re: x\S*']"
    pack = a_pack(tmp_path, a_rule(terms=terms, detectors=a_detector("all: [word]")))

    reason = only_finding(pack, "x{en} x1 x2 x3 x4 " + "x" * 90).reason

    assert reason.en == "Saw “x{en}”, “x1”, “x2”, “x3”, …."
    assert only_finding(pack, "x" * 90).reason.en == f"Saw “{'x' * 39}…”."


def test_the_first_clause_that_names_the_rule_is_cited_and_the_others_go_with_it(tmp_path: Path) -> None:
    second = "  - {id: S2, section: {en: Two, es: Dos}, summary: {en: Second., es: Segunda.}, rules: [greeting]}\n"
    home = a_home(tmp_path, packs={"ours": a_pack_file() + second})
    pack = load_pack("ours", home=home)

    finding = only_finding(pack, "hello")

    assert (finding.clause, finding.also) == ("S1", ("S2",))
    assert pack.citation(finding.clause) == "7, S1"


def test_what_the_policy_does_not_say_is_not_cited_as_the_policys(tmp_path: Path) -> None:
    text = a_pack_file().replace("{id: S1, ", "{id: duty, in_policy: false, ")
    pack = load_pack("ours", home=a_home(tmp_path, packs={"ours": text}))

    assert pack.citation(only_finding(pack, "hello").clause) == "duty"


def test_no_shipped_clause_is_cited_as_a_policys_and_says_that_it_is_not_in_it() -> None:
    packs = load_packs(check_cases=False)

    cited = {pack.citation(clause.id): clause.summary.en for pack in packs.values() for clause in pack.clauses.values()}
    assert cited["duty"].startswith("Not in the policy")
    assert "drill" in cited
    assert not [citation for citation, said in cited.items() if "Not in the policy" in said and citation != "duty"]


@pytest.fixture(scope="module")
def greeting(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return a_pack_with(tmp_path_factory.mktemp("greeting"), a_detector("all: [hello]"))


@settings(deadline=None, max_examples=50)
@given(st.text(), st.sampled_from(["hello", "Good Day", "h e l l o", "h3llo"]), st.text())
def test_the_same_message_always_gets_the_same_verdict_with_marks_inside_it(
    greeting: Pack, before: str, word: str, after: str
) -> None:
    text = f"{before} {word} {after}"
    message, context = a_message(text), a_context()

    first, second = judge(message, context, greeting), judge(message, context, greeting)

    assert first == second
    assert all(0 <= mark.start < mark.end <= len(text) for finding in first.findings for mark in finding.marks)
