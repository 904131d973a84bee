"""Each named excuse lets go what it should, says why, and lets nothing else go."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from policy.exemptions import EXEMPTIONS
from policy.message import AllowanceKind, Context, Message, Outing
from policy.model.opinion import Opinion, Suspicion
from policy.pack import Pack
from policy.verdict import Exempted, RuleId, Span
from tests.policy.building import a_context, a_detector, a_pack, a_rule, verdict_on

LEXICON = """
objecting: [that's not ok, stop saying, not acceptable]
reporting: [he said, she called me]
denied: [nobody is a]
disputed: [the word, to say]
lost_property: [lost my hat]
prevention: [awareness week, assembly]
student_election: [student council]
"""
TERMS = """
insult: [you pickle, pickle]
sell: [buy, tickets, raffle]
vote: [vote for]
contact: [message me, find me]
"""


def a_pack_excusing(folder: Path, exemption: str, *groups: str) -> Pack:
    """A pack whose only rule finds any of the groups, unless the exemption excuses it."""
    terms = "\n".join(line for line in TERMS.splitlines() if line.split(":")[0] in groups) or "unused: [zzz]"
    named = ", ".join(f"'{group}'" for group in (*groups, *(() if any(g in TERMS for g in groups) else ("unused",))))
    rule = a_rule(terms=terms, detectors=a_detector(f"any: [{named}]"), exemptions=f"[{exemption}]")
    return a_pack(folder, rule, lexicon={"excuses": LEXICON})


def excused(pack: Pack, text: str, allowances: Iterable[tuple[AllowanceKind, str]] = ()) -> Exempted | None:
    """What was excused; None where the rule found it."""
    context: Context = a_context(allowances=allowances)
    verdict = verdict_on(pack, text, context)
    assert len(verdict.findings) + len(verdict.exempted) == 1, "the rule must see something to excuse"
    return next(iter(verdict.exempted), None)


def test_every_exemption_says_what_it_excuses_and_has_a_test() -> None:
    here = Path(__file__).read_text(encoding="utf-8")

    assert EXEMPTIONS
    for name, exemption in EXEMPTIONS.items():
        assert exemption.__doc__
        assert f'"{name}"' in here


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ('He wrote "you pickle" and that\'s not ok', True),
        ("Stop saying “pickle” to people", True),
        ("> you pickle\nthat is not acceptable here", True),
        ("he said I am a pickle, that's not ok", True),
        ('"you pickle"', False),
        ("that's not ok, you pickle", False),
        ('"pickle" is not acceptable, you pickle', False),
    ],
)
def test_words_quoted_to_object_are_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "quoted_to_object", "insult")

    assert (excused(pack, text) is not None) is is_excused


FILLER = "the bus leaves at four and the band plays on the hill " * 10


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        (f'{FILLER} he said "you pickle" and that\'s not ok {FILLER}', True),
        (f"{FILLER} he said you pickle and that's not ok {FILLER}", True),
        (f"he said it is late and that's not ok {FILLER} you pickle", False),
        (f'that\'s not ok {FILLER} "you pickle"', False),
        (f'he said "you pickle" and that\'s not ok {FILLER} pickle', False),
        (f"he said hello {FILLER} you pickle, that's not ok", False),
    ],
)
def test_in_a_long_message_only_what_is_objected_to_there_is_excused(
    tmp_path: Path, text: str, *, is_excused: bool
) -> None:
    verdict = verdict_on(a_pack_excusing(tmp_path, "quoted_to_object", "insult"), text)

    assert bool(verdict.exempted) is is_excused
    assert bool(verdict.findings) is not is_excused


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("to say pickle is not acceptable", True),
        ("nobody is a pickle, stop saying it", True),
        ("to say pickle is fun", False),
        ("pickle is not acceptable, he is one", False),
    ],
)
def test_what_the_message_argues_against_is_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "argued_against", "insult")

    assert (excused(pack, text) is not None) is is_excused


@pytest.mark.parametrize("severity", ["high", "urgent"])
def test_what_is_grave_is_never_excused_as_argued_against(tmp_path: Path, severity: str) -> None:
    rule = a_rule(
        terms="insult: [pickle]",
        detectors=a_detector("any: [insult]"),
        exemptions="[argued_against]",
        severity=severity,
    )
    pack = a_pack(tmp_path, rule, lexicon={"excuses": LEXICON})

    assert excused(pack, "to say pickle is not acceptable") is None


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("message me: docs.google.com/d/1", True),
        ("message me: https://www.ourdistrict.org", True),
        ("message me: docs.google.com/d/1 or example.org", False),
        ("message me", False),
    ],
)
def test_a_sponsored_host_is_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "sponsored_host", "contact")

    assert (excused(pack, text) is not None) is is_excused


def test_a_host_that_the_channel_is_allowed_is_excused_by_name(tmp_path: Path) -> None:
    pack = a_pack_excusing(tmp_path, "sponsored_host", "contact")

    excuse = excused(pack, "message me: league.example.org", [(AllowanceKind.HOST, "league.example.org")])

    assert excuse is not None
    assert "league.example.org" in excuse.reason.en
    assert "league.example.org" in excuse.reason.es


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("find me at @OurDistrictSchools", True),
        ("find me on facebook.com/OurDistrictSchools", True),
        ("find me at @OurDistrictSchools and follow @jt_09", False),
        ("find me at @someone", False),
    ],
)
def test_a_sponsored_account_is_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "sponsored_account", "contact")

    assert (excused(pack, text) is not None) is is_excused


def test_an_account_that_the_channel_is_allowed_is_excused_by_name(tmp_path: Path) -> None:
    pack = a_pack_excusing(tmp_path, "sponsored_account", "contact")

    excuse = excused(pack, "find me at @OurBand", [(AllowanceKind.ACCOUNT, "@OurBand")])

    assert excuse is not None
    assert "@OurBand" in excuse.reason.en


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("buy raffle tickets at the door", True),
        ("buy my old bike", False),
        ("buy raffle tickets: venmo.com/u/someone", False),
    ],
)
def test_an_approved_fundraiser_is_excused_by_name(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "approved_fundraiser", "sell")

    excuse = excused(pack, text, [(AllowanceKind.FUNDRAISER, "Spring raffle")])

    assert (excuse is not None) is is_excused
    assert excuse is None or "Spring raffle" in excuse.reason.en


def test_a_fundraiser_that_nobody_approved_is_not_excused(tmp_path: Path) -> None:
    pack = a_pack_excusing(tmp_path, "approved_fundraiser", "sell")

    assert excused(pack, "buy raffle tickets") is None


@pytest.mark.parametrize(
    ("text", "allowances", "is_excused"),
    [
        ("vote for Maya for student council", [], True),
        ("vote for the blue party in our caucus lesson", [(AllowanceKind.ELECTION, "Caucus lesson")], True),
        ("vote for the senator", [(AllowanceKind.ELECTION, "Caucus lesson")], False),
        ("vote for the senator", [], False),
    ],
)
def test_a_mock_election_is_excused(
    tmp_path: Path, text: str, allowances: list[tuple[AllowanceKind, str]], *, is_excused: bool
) -> None:
    pack = a_pack_excusing(tmp_path, "mock_election", "vote")

    assert (excused(pack, text, allowances) is not None) is is_excused


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("message me on Google Classroom", True),
        ("message me on Band", False),
        ("message me on Slack or 555-0134", False),
        ("message me", False),
    ],
)
def test_an_approved_tool_is_excused_by_name(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "approved_tool", "contact")

    excuse = excused(pack, text)

    assert (excuse is not None) is is_excused
    assert excuse is None or "Google Classroom" in excuse.reason.es


def test_a_tool_that_the_channel_is_allowed_is_excused(tmp_path: Path) -> None:
    pack = a_pack_excusing(tmp_path, "approved_tool", "contact")

    assert excused(pack, "message me on Band", [(AllowanceKind.TOOL, "Band")]) is not None


@pytest.mark.parametrize(("text", "is_excused"), [("pickle awareness week", True), ("pickle week", False)])
def test_a_prevention_talk_is_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "prevention_talk", "insult")

    assert (excused(pack, text) is not None) is is_excused


@pytest.mark.parametrize(
    ("outings", "is_excused"),
    [
        ([Outing("Science Museum", is_on=False)], True),
        ([Outing("Science Museum", is_on=False), Outing("Zoo", is_on=True)], False),
        ([Outing("Zoo", is_on=False)], False),
        ([], False),
    ],
)
def test_an_outing_that_is_over_is_excused_while_no_other_is_on(
    tmp_path: Path, outings: list[Outing], *, is_excused: bool
) -> None:
    pack = a_pack_excusing(tmp_path, "outing_over", "insult")
    context = replace(a_context(), outings=tuple(outings))

    verdict = verdict_on(pack, "pickle at the science museum", context)

    assert len(verdict.exempted) == is_excused
    assert len(verdict.findings) != is_excused


class Guessing:
    """A model that suspects every message."""

    version = "v1"

    def opinion(self, message: Message, context: Context, found: Mapping[RuleId, float]) -> Opinion:
        del message, context
        return Opinion(found, (Suspicion(RuleId("greeting"), 0.9, is_sure=True, words=(Span(0, 1),)),))


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [("i lost my hat, text the office", True), ("text the office", False), ("i lost my hat, you pickle", False)],
)
def test_only_a_guess_about_lost_property_is_excused(tmp_path: Path, text: str, *, is_excused: bool) -> None:
    pack = a_pack_excusing(tmp_path, "lost_property", "insult").with_model(Guessing())

    assert (excused(pack, text) is not None) is is_excused
