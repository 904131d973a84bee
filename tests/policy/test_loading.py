"""What is wrong with a rule, lexicon or pack is said with file and line, all of it at once; what is right loads."""

from pathlib import Path

import pytest
import yaml

from policy import PackError, load_pack, load_packs
from policy.loading import load_rule
from policy.loading.__main__ import main
from policy.message import ChannelKind
from policy.pack import Approver, PhotoTimes
from policy.reading import read
from policy.verdict import PackId, RuleId, Severity
from tests.policy.building import (
    RULE,
    a_context,
    a_detector,
    a_home,
    a_message,
    a_pack_file,
    a_rule,
    verdict_on,
)


def problems(home: Path) -> list[str]:
    """The problems of a folder that must not load, as a person reads them."""
    with pytest.raises(PackError) as error:
        load_packs(home=home)
    assert str(error.value).splitlines() == [str(problem) for problem in error.value.problems]
    return [str(problem) for problem in error.value.problems]


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which the part first stands."""
    return text[: text.index(part)].count("\n") + 1


def test_all_shipped_packs_load_and_judge() -> None:
    packs = load_packs()

    assert set(packs) == {"thomaston", "ledyard", "operations-2017", "west-hartford", "crec"}
    assert packs.get(PackId("common")) is None
    for pack in packs.values():
        assert [finding.rule for finding in verdict_on(pack, "hello everyone").findings] == []


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("status: active", "status: activ", "“activ” is none of trial, active, retired (did you mean “active”?)"),
        ("severity: normal", "severity: medium", "“medium” is none of low, normal, high, urgent"),
        ("source: invented", "sauce: invented", "unknown field “sauce” (did you mean “source”?)"),
        ("threshold: 0.5", "threshold: 5", "expected a number from 0.01 to 1, found “5”"),
        ("threshold: 0.5", "threshold: nan", "expected a number from 0.01 to 1, found “nan”"),
        ("hello: [hello]", "hello: ['(hello']", "“(hello” opens with “(” and has no “)”"),
        ("hello: [hello]", "hello: ['re: (hello']", "RE2 refuses the pattern “re: (hello”: missing ): (hello"),
        (
            "hello: [hello]",
            "hello: ['re: (?=x)hello']",
            "RE2 refuses the pattern “re: (?=x)hello”: invalid perl operator",
        ),
        ("hello: [hello]", "hello: ['re: x*']", "RE2 refuses the pattern “re: x*”: it matches the empty text"),
        ("hello: [hello]", "hello: hello", "expected a list, found text"),
        ("hello: [hello]", "hello: []", "the group “hello” is empty"),
        ("all: [hello]", "all: [helo]", "there is no group “helo” (did you mean “hello”?)"),
        ("all: [hello]", "all: ['@fone']", "there is no group “@fone” (did you mean “@phone”?)"),
        ("all: [hello]", "unless: [hello]", "a detector needs a group in “all” or “any”"),
        ("score: 0.9", "score: high", "expected a number from 0.01 to 1, found “high”"),
        (
            "score: 0.9",
            "score: 0.9, authors: [teacher]",
            "“teacher” is none of owner, staff, student, parent, outsider",
        ),
        ("score: 0.9", "score: 0.9, within: 2.5", "expected a whole number, found 2.5"),
        ("{words}.', es", "{word}.', es", "only {words} may stand in braces"),
        ("exemptions: []", "exemptions: [quoted]", "there is no exemption “quoted”"),
        ("exemptions: []", "exemptions: [prevention_talk]", "needs a group “prevention” in the lexicon"),
        ("flag: [hello]", "flag: []", "a rule needs at least one case under “flag”"),
        ("flag: [hello]", "flag: [hello, bye]", "“bye” should be flagged and is not"),
        ("ignore: [goodbye]", "ignore: [hello]", "“hello” should be left alone and is flagged by said (score 0.9)"),
        ("ignore: [goodbye]", "ignore: [x], known_miss: [hello]", "“hello” is a known miss and is now flagged by said"),
        ("flag: [hello]", "flag: [{text: hello, channel: choir}]", "a channel is club, team, parents, class"),
        ("flag: [hello]", "flag: [{text: hello, context: [hi]}]", "write who said it first"),
        (
            "flag: [hello]",
            "flag: [{text: hello, links: [{target: a.org, label: x}]}]",
            "the label “x” is not in the text",
        ),
        ("flag: [hello]", "flag: [{text: hello, attachments: [photo]}]", "“photo” is none of picture, video"),
        ("why: {en: Because., es: Porque sí.}", "why: {en: Because.}", "the field “es” is missing"),
        ("why: {en: Because., es: Porque sí.}", "why: Because.", "expected fields (en, es), found text"),
        ("why: {en: Because., es: Porque sí.}", "why: {en: Well, because, es: Porque}", "must stand in quotes"),
        ("source: invented", "source: invented\nsource: again", "“source” stands here a second time (first in line 8)"),
        ("source: invented", "source: !!python/object:os.system x", "tags such as"),
        ("source: invented", "source: *there", "not YAML: found undefined alias"),
        ("source: invented", "source: [", "not YAML"),
        ("source: invented", "source: note: invented", "a text that holds a colon and a blank must stand in quotes"),
        ("source: invented", "source: @there", "set lines in by blanks, never by tabs; a text that begins with @"),
        ("id: greeting", "id: greetings", "the id “greetings” is not the file's name “greeting”"),
        ("exemptions: []", "exemptions: no", "expected a list, found text: write [one, two]"),
    ],
)
def test_a_mistake_in_a_rule_is_named_with_its_line(tmp_path: Path, before: str, after: str, reason: str) -> None:
    rule = a_rule()
    assert before in rule
    wrong = rule.replace(before, after, 1)
    home = a_home(tmp_path, rules={"greeting": wrong})

    found = problems(home)

    line = line_of(wrong, after.rsplit("\n", maxsplit=1)[-1])
    assert any(problem.startswith("policy/rules/greeting.yml:") and reason in problem for problem in found), found
    lines = {int(problem.split(":")[1]) for problem in found if reason in problem}
    assert lines & {line, line + 1} or "has no" in reason or "not YAML" in reason, (found, line)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    home = a_home(
        tmp_path,
        rules={"greeting": a_rule().replace("active", "on"), "second": a_rule("second").replace("0.9", "9")},
        lexicon={"words": "Bad Name: [x]\n"},
        packs={"ours": a_pack_file(["greting"])},
    )

    found = problems(home)

    assert len(found) == 4
    assert [problem.split(":")[0] for problem in found] == [
        "policy/lexicon/words.yml",
        "policy/packs/ours.yml",
        "policy/rules/greeting.yml",
        "policy/rules/second.yml",
    ]
    assert "there is no rule “greting” (did you mean “greeting”?)" in found[1]


def test_a_term_that_nothing_uses_and_a_group_that_stands_twice_are_told(tmp_path: Path) -> None:
    unused = a_rule(terms="hello: [hello]\nbye: [bye]")
    home = a_home(
        tmp_path, rules={"greeting": unused}, lexicon={"a": "sun: [sun]\n", "b": "moon: [moon]\nsun: [sol]\n"}
    )

    found = problems(home)

    assert found[0] == "policy/lexicon/b.yml:2: the group “sun” is already in policy/lexicon/a.yml"
    assert found[1].endswith("no detector uses the group “bye”")


def test_a_list_of_hosts_that_is_left_out_is_refused_and_an_empty_one_is_not(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    hosts = home / "lexicon" / "hosts.yml"
    before, rest = hosts.read_text(encoding="utf-8").split("\nitem:", 1)
    after = rest[rest.index("\ninvite:") :]

    hosts.write_text(before + after, encoding="utf-8")
    refused = problems(home)
    hosts.write_text(f"{before}\nitem: []{after}", encoding="utf-8")
    pack = load_pack("ours", home=home)

    assert refused == ["policy/lexicon/hosts.yml:4: the field “item” is missing"]
    hits = read(a_message("youtube.com/watch?v=aB3dE5fG7hI"), a_context(), pack).hits
    assert "@link.personal" in hits
    assert "@link.item" not in hits


def test_an_item_of_a_site_that_nobody_has_an_account_on_is_refused(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    hosts = home / "lexicon" / "hosts.yml"
    text = hosts.read_text(encoding="utf-8").replace("  - vimeo.com/1\n", "  - museum.example.org/films\n")
    hosts.write_text(text, encoding="utf-8")

    (refused,) = problems(home)
    assert refused.startswith(
        f"policy/lexicon/hosts.yml:{line_of(text, 'museum.')}: “museum.example.org/films” changes"
    )
    assert refused.endswith("museum.example.org is in none of invite, personal, social")


def test_a_rules_own_term_comes_before_the_lexicons(tmp_path: Path) -> None:
    home = a_home(tmp_path, lexicon={"words": "hello: [bonjour]\n"})

    pack = load_pack("ours", home=home)

    assert verdict_on(pack, "hello").findings
    assert not verdict_on(pack, "bonjour").findings


def test_words_that_yaml_takes_for_truth_stay_words(tmp_path: Path) -> None:
    rule = a_rule(
        terms="no: [yes, on, 1.0]", detectors=a_detector("all: [no]"), cases="{flag: [yes, on], ignore: [no]}"
    )

    pack = load_pack("ours", home=a_home(tmp_path, rules={"greeting": rule}))

    assert verdict_on(pack, "on").findings


def test_cases_say_everything_that_a_message_has(tmp_path: Path) -> None:
    detectors = "\n".join(
        a_detector(groups, name=name, more=more)
        for name, groups, more in (
            ("photo", "all: ['@picture', hello]", "authors: [owner], channels: [team]"),
            ("link", "all: ['@link.mislabelled']", ""),
            ("app", "all: ['@app.unknown']", ""),
            ("student", "all: ['@student', hello]", ""),
            ("after", "all: ['@email']", "before: [hello]"),
            ("strict", "all: ['@link.unsponsored']", ""),
        )
    )
    cases = """
      defaults: {author: owner, channel: "team: track"}
      flag:
        - {text: hello, attachments: [picture]}
        - {text: hello, attachments: [{kind: picture, name: a.jpg, alt: sun}]}
        - {text: see example.org, links: [{target: "https://example.com", label: example.org}]}
        - {text: hi, sender: {is_app: true, is_known: false}}
        - {text: hello Maya, students: [Maya]}
        - {text: a@example.org, context: ["student: hello"]}
        - {text: example.org, strictness: unsponsored}
      ignore:
        - hello
        - {text: hello, author: student, attachments: [picture]}
        - {text: hello, channel: club, attachments: [picture]}
        - {text: example.org}
        - {text: league.example.org, strictness: unsponsored, allowances: [{kind: host, value: league.example.org}]}
      known_miss: [good evening]
    """
    rule = a_rule(detectors=detectors, cases="PLACE").replace("cases: PLACE", f"cases:{cases}")

    pack = load_pack("ours", home=a_home(tmp_path, rules={"greeting": rule}))

    assert len(pack.rules[RuleId("greeting")].cases) == 13


def test_a_pack_changes_what_it_extends(tmp_path: Path) -> None:
    base = a_pack_file(pack="base") + "settings: {approver: district, monitoring_days: 14}\nadopted: 2011-01-01\n"
    ours = """\
id: ours
extends: base
name: Ours
adopted: 2020-02-02
district: {hosts: [ours.example.org]}
links: unsponsored
settings: {monitoring_days: 3}
clauses:
  - {id: S1, section: {en: One, es: Uno}, summary: {en: Ours., es: Nuestra.}, rules: [greeting]}
  - {id: S9, section: {en: Nine, es: Nueve}, summary: {en: Nine., es: Nueve.}, checks: [closed], workflows: [review]}
rules:
  greeting: {severity: urgent, status: trial, threshold: 0.8, reason: The board asked for it.}
"""
    packs = load_packs(home=a_home(tmp_path, packs={"base": base, "ours": ours}))

    pack = packs[PackId("ours")]
    assert (pack.name, pack.policy, pack.adopted) == ("Ours", "Policy 7", "2020-02-02")
    assert pack.district.hosts == ("ours.example.org",)
    assert pack.district.accounts == ("@OurDistrictSchools", "facebook.com/OurDistrictSchools")
    assert (pack.links, pack.settings.approver, pack.settings.monitoring_days) == ("unsponsored", Approver.DISTRICT, 3)
    assert [clause.summary.en for clause in pack.clauses.values()] == ["Ours.", "Nine."]
    assert [clause.is_look_up_only for clause in pack.clauses.values()] == [False, False]
    (finding,) = verdict_on(pack, "hello").findings
    assert (finding.severity, finding.is_trial) == (Severity.URGENT, True)
    assert verdict_on(packs[PackId("base")], "hello").findings[0].severity is Severity.NORMAL


def test_a_pack_changes_single_hints_by_which_unregistered_channels_are_known(tmp_path: Path) -> None:
    base = a_pack_file(pack="base") + "settings: {channel_hints: {families: 4, names: {club: [club], team: [team]}}}\n"
    ours = "id: ours\nextends: base\nname: Ours\nsettings: {channel_hints: {names: {team: ['*ball', Crew]}}}\n"

    packs = load_packs(home=a_home(tmp_path, packs={"base": base, "ours": ours}))

    hints = packs[PackId("ours")].settings.channel_hints
    assert hints.families == 4
    assert hints.kind_of(["chess", "club"]) is ChannelKind.CLUB
    assert hints.kind_of(["kickball"]) is hints.kind_of(["crew"]) is ChannelKind.TEAM
    assert hints.kind_of(["team"]) is None


def test_a_pack_changes_single_times_for_answers_about_pictures(tmp_path: Path) -> None:
    base = a_pack_file(pack="base") + "settings: {photos: {poster_hours: 48, parent_reminder_days: 0}}\n"
    ours = "id: ours\nextends: base\nname: Ours\nsettings: {photos: {parent_days: 14}}\n"

    packs = load_packs(home=a_home(tmp_path, packs={"base": base, "ours": ours}))

    assert packs[PackId("ours")].settings.photos == PhotoTimes(48, 6, 14, 0)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("extends: nobody", "there is no pack “nobody” to extend"),
        ("extends: ours", "extends this pack in turn: ours → ours"),
        ("settings: {approver: mayor}", "“mayor” is none of supervisor, district, informed"),
        ("settings: {monitoring_days: 0}", "expected a number from 1 to 366"),
        ("settings: {photos: {poster_hours: 0}}", "expected a number from 1 to 720"),
        ("settings: {photos: {parent_days: 1.5}}", "expected a whole number, found 1.5"),
        ("settings: {photos: {parent_days: 2}}", "“parent_reminder_days” comes no sooner than the answer is due"),
        ("settings: {channel_hints: {names: {teams: [team]}}}", "there is no kind of channel “teams”"),
        ("settings: {channel_hints: {families: 0}}", "expected a number from 1 to 1000"),
        ("rules: {greeting: {severity: low}}", "the field “reason” is missing"),
        ("rules: {greting: {severity: low, reason: x}}", "there is no rule “greting”"),
        ("  - {id: S1, section: {en: a, es: b}, summary: {en: a, es: b}}", "a second clause “S1”"),
        (
            "  - {id: S2, section: {en: a, es: b}, summary: {en: a, es: b}, checks: [close]}",
            "there is no check “close”",
        ),
        ("  - {id: S2, section: {en: a, es: b}, summary: {en: a, es: b}, workflows: [x]}", "there is no workflow “x”"),
        ("cite: again", "“cite” stands here a second time"),
        ("adopted: last year", "“last year” is no date: write the day as 2021-11-17, or the month (2021-11) or year"),
        ("revised: 2021-02-30", "“2021-02-30” is no date"),
        ("revised: 11/17/2021", "“11/17/2021” is no date"),
        ("adopted: 2021-13", "“2021-13” is no date"),
        ("adopted: 20211117", "“20211117” is no date"),
        ("adopted: [2021]", "expected text, found a list"),
        ("adopted:", "this is empty"),
    ],
)
def test_a_mistake_in_a_pack_is_named_with_its_line(tmp_path: Path, more: str, reason: str) -> None:
    text = a_pack_file() + more + "\n"
    home = a_home(tmp_path, packs={"ours": text})

    found = problems(home)

    assert any(
        problem.startswith(f"policy/packs/ours.yml:{line_of(text, more)}:") and reason in problem for problem in found
    ), found


@pytest.mark.parametrize("written", ["2012", "2012-06", "2012-02-29", '"2012-06-20"'])
def test_a_policy_may_be_dated_by_day_month_or_year(tmp_path: Path, written: str) -> None:
    home = a_home(tmp_path, packs={"ours": a_pack_file() + f"adopted: {written}\nrevised: {written}\n"})

    pack = load_pack("ours", home=home)

    assert (pack.adopted, pack.revised) == (written.strip('"'), written.strip('"'))


def test_an_abstract_pack_is_not_on_the_shelf_but_can_be_extended(tmp_path: Path) -> None:
    base = a_pack_file(pack="base") + "abstract: true\n"

    packs = load_packs(home=a_home(tmp_path, packs={"base": base, "ours": "id: ours\nextends: base\n"}))

    assert list(packs) == ["ours"]


def test_a_districts_own_pack_extends_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "riverside.yml"
    own.write_text("id: riverside\nextends: crec\nname: Riverside Schools\n", encoding="utf-8")

    from_file = load_pack(own, check_cases=False)
    from_folder = load_packs([tmp_path], check_cases=False)[PackId("riverside")]

    assert (from_file.name, from_file.cite) == ("Riverside Schools", "4118.6-R")
    assert from_file.version == from_folder.version


def test_a_pack_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(PackError, match="there is no such pack; there are common, crec"):
        load_pack("crecc")


def test_the_version_changes_with_anything_that_may_change_a_verdict(tmp_path: Path) -> None:
    first = load_pack("ours", home=a_home(tmp_path / "a"))
    same = load_pack("ours", home=a_home(tmp_path / "b"))
    other = load_pack("ours", home=a_home(tmp_path / "c", rules={"greeting": a_rule(threshold=0.6)}))
    wider = load_pack("ours", home=a_home(tmp_path / "d", lexicon={"words": "sun: [sun]\n"}))

    assert first.version == same.version
    assert len({first.version, other.version, wider.version}) == 3


def test_one_rule_is_checked_by_name(tmp_path: Path) -> None:
    home = a_home(tmp_path, rules={"greeting": a_rule(), "broken": a_rule("broken").replace("active", "on")})

    assert load_rule("greeting", home=home).id == "greeting"
    with pytest.raises(PackError, match="“on” is none of"):
        load_rule("broken", home=home)
    with pytest.raises(PackError, match="there is no such file"):
        load_rule("missing", home=home)


def test_the_command_says_that_all_is_well_or_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "canary"]) == 0
    assert capsys.readouterr().out.startswith("all is well: canary")
    assert main(["rule", "canarry"]) == 1
    assert "there is no such file" in capsys.readouterr().out
    assert main(["nonsense"]) == 2


def test_the_template_of_these_tests_is_the_format_itself() -> None:
    fields = yaml.safe_load(RULE.format(id="x", status="active", severity="low", threshold=1))

    assert set(fields) >= {"id", "title", "status", "severity", "why", "reviewer", "mend", "source", "threshold"}
