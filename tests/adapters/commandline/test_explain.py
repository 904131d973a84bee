"""`chaperone judge "some text"` shows a person what was seen, by which clause, what excused it and how near it came."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from adapters.commandline.explain import Explanation, explained, marked, merged, show, visible
from policy import judge
from policy.loading.model import load_model
from policy.message import ChannelKind, Context, Message, Role
from policy.model.opinion import Opinion
from policy.verdict import RuleId, Span
from policy.words import Lang
from tests.district import CREC, shipped

Chaperone = Callable[..., Result]
TEXT = "text me at 555-0134 after practice"
OWNER = ("--author", "owner", "--rules-only")


def test_a_text_is_explained_with_marks_rule_clause_severity_and_score(chaperone: Chaperone) -> None:
    result = chaperone("judge", TEXT, "--author", "owner", "--channel", "team: track", "--rules-only")

    assert result.exit_code == 0
    first, second, *rest = result.stdout.splitlines()
    said = "\n".join(rest)
    assert first == "[text me] at [555-0134] after practice"
    assert second.startswith("owner · team: track · ")
    assert "private_contact) · High" in said
    assert "4118.6-R, S2-account: " in said
    assert "0.90, needed 0.50" in said
    assert "The trained model was not asked" in said


def test_what_the_policy_does_not_say_is_cited_without_it(chaperone: Chaperone) -> None:
    result = chaperone("judge", "she has a knife in her locker", "--rules-only")

    assert "Clause: duty: Not in the policy" in " ".join(result.stdout.split())


def test_the_explanation_is_in_the_language_of_the_text_or_the_one_asked_for(chaperone: Chaperone) -> None:
    spanish = chaperone("judge", "escríbeme al 555-0134 después de la práctica", "--author", "owner", "--rules-only")
    asked = chaperone("judge", TEXT, "--author", "owner", "--lang", "es", "--rules-only")

    for result in (spanish, asked):
        assert "Contacto privado" in result.stdout
        assert "Cláusula:" in result.stdout
        assert "responsable · club" in result.stdout


def test_the_trained_model_shows_what_it_thinks_possible_beside_its_threshold_and_the_nearest_examples(
    chaperone: Chaperone,
) -> None:
    result = chaperone("judge", TEXT, "--author", "owner")
    shown = " ".join(result.stdout.split())

    pack = shipped()[CREC].with_model(load_model())
    opinion = explained(Message(TEXT, Role.OWNER), Context(ChannelKind.CLUB), pack).opinion
    assert opinion is not None
    assert len(opinion.scores) == 14
    likely = {rule: score for rule, score in opinion.scores.items() if score >= 0.05}
    assert "private_contact" in likely
    for rule, score in likely.items():
        sign = "≥" if score >= opinion.thresholds[rule] else "<"
        assert f"{rule} {score:.2f} {sign} {opinion.thresholds[rule]:.2f}" in shown
    assert f"the other {14 - len(likely)} rules: below 0.05" in shown
    examples = [example for suspicion in opinion.suspicions for example in suspicion.examples]
    assert len(examples) == 2 * len(opinion.suspicions) > 0
    assert [example for example in examples if f"“{example}”" not in result.stdout] == []


@pytest.mark.parametrize("score", [0.9962, 0.996204, 0.5, 0.99999])
def test_a_score_below_its_threshold_never_reads_as_if_it_reached_it(score: float) -> None:
    rule = RuleId("respect")
    opinion = Opinion({rule: score}, (), thresholds={rule: 0.99621})
    verdict = judge(Message("hi", Role.STUDENT), Context(ChannelKind.CLUB), shipped()[CREC])
    explanation = Explanation(Message("hi", Role.STUDENT), Context(ChannelKind.CLUB), shipped()[CREC], verdict, opinion)
    out = io.StringIO()

    show(Console(file=out, _environ={}), explanation, Lang.EN)

    row = out.getvalue().splitlines()[-1].split()
    assert row[0] == "respect"
    assert (float(row[1]) < float(row[3])) is (score < 0.99621)
    assert row[2] == ("<" if score < 0.99621 else "≥")
    assert float(row[3]) < 1


@pytest.mark.parametrize("with_encoder", [True, False])
def test_where_only_the_small_model_was_asked_it_is_said(*, with_encoder: bool) -> None:
    pack = shipped()[CREC].with_model(load_model(with_encoder=with_encoder))
    out = io.StringIO()

    show(
        Console(file=out, _environ={}),
        explained(Message(TEXT, Role.OWNER), Context(ChannelKind.CLUB), pack),
        Lang.EN,
    )

    assert ("The small model alone was asked" in out.getvalue()) is not with_encoder


def test_letters_set_apart_do_not_make_the_explanation_spanish(chaperone: Chaperone) -> None:
    result = chaperone("judge", "k y s loser", "--rules-only")

    assert "Urgent" in result.stdout
    assert "Alguien puede" not in result.stdout


@pytest.mark.parametrize("text", [TEXT, "see you at practice", "vendo boletos, paguen por Venmo @ejemplo", ""])
def test_what_is_explained_is_what_the_judge_says(text: str) -> None:
    pack = shipped()[CREC].with_model(load_model())
    message, context = Message(text, Role.STUDENT), Context(ChannelKind.CLUB)

    explanation = explained(message, context, pack)

    assert explanation.verdict == judge(message, context, pack)


def test_what_an_exemption_excused_is_named_with_its_reason(chaperone: Chaperone) -> None:
    result = chaperone("judge", "That is not allowed: “you are trash” is hurtful", "--rules-only")

    assert "Nothing to flag." in result.stdout
    assert "(respect) · quoted_to_object" in result.stdout
    assert "quoted in order to object" in result.stdout


def test_what_was_said_before_is_context_and_json_is_as_for_a_line(chaperone: Chaperone) -> None:
    alone = chaperone("judge", "see you there", *OWNER, "--format", "jsonl")
    asked = chaperone("judge", "my number is 555-0134", *OWNER, "--before", "student: how do we reach you?")

    assert json.loads(alone.stdout)["id"] == "-"
    assert "private_contact" in asked.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-", "--lang", "es"), "are for one TEXT"),
        (("hello", "--channel", "cave: bats"), "begins with one of club, team, parents, class"),
        (("hello", "--author", "wizard"), "wizard"),
        (("lost/messages", "--rules-only"), "There is no file 'lost/messages'"),
        (("lost.jsonl", "--rules-only"), "There is no file 'lost.jsonl'"),
        (("Lost.CSV", "--rules-only"), "There is no file 'Lost.CSV'"),
        (("tests", "--rules-only"), "A Slack export is for `chaperone audit`"),
        ((), "Give a file of JSON lines, - for standard input, or a text in quotes"),
        (("",), "The text is empty"),
        ((" \n",), "The text is empty"),
        (("text", "me", "later"), 'put the text in quotes: chaperone judge "text me later"'),
        (("hello", "--before", "how are you?"), '"student: how are you?"'),
        (("hello", "--before", "teacher: how are you?"), "one of owner, staff, student, parent, outsider"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(chaperone: Chaperone, arguments: tuple[str, ...], says: str) -> None:
    result = chaperone("judge", *arguments)

    assert result.exit_code == 2
    assert says in result.stderr


def test_lines_in_the_form_for_people_say_in_the_language_asked_for_what_was_found(
    chaperone: Chaperone, tmp_path: Path
) -> None:
    file = tmp_path / "two.jsonl"
    file.write_text(
        '{"id": 1, "text": "eres un\\nidiota \\u001b[2J"}\n{"id": 2, "text": "hola"}\n{"id": 3}\n', encoding="utf-8"
    )

    result = chaperone("judge", str(file), "--rules-only", "--format", "text", "--lang", "es")

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[:2] == ["1: respect", "  respect · Normal · 0.78"]
    assert "4118.6-R, S3: Nada de acoso" in lines[2]
    assert "    > eres un idiota" in lines
    assert lines[-2] == "2: nada que señalar"
    assert lines[-1] == "3: not judged, line 3 needs an object with at least id and text: it has no text"
    assert 'A line: {"id": 1,' in result.stderr


@pytest.mark.parametrize("text", ["https://example.org/a", "and/or, whichever suits", "our a/b tests are due"])
def test_a_text_with_a_slash_or_link_is_no_file(chaperone: Chaperone, text: str) -> None:
    result = chaperone("judge", text, "--rules-only")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].replace("[", "").replace("]", "") == text


def test_a_terminal_underlines_and_a_file_has_brackets() -> None:
    pack = shipped()[CREC]
    explanation = explained(Message(TEXT, Role.OWNER), Context(ChannelKind.CLUB), pack)
    terminal, file = io.StringIO(), io.StringIO()
    show(Console(file=terminal, force_terminal=True, color_system="standard", _environ={}), explanation, Lang.EN)
    show(Console(file=file, _environ={}), explanation, Lang.EN)

    assert file.getvalue().splitlines()[0] == "[text me] at [555-0134] after practice"
    assert "\x1b[1;4mtext me\x1b[0m at " in terminal.getvalue().splitlines()[0]
    assert "[text me]" not in terminal.getvalue()


@pytest.mark.parametrize("width", [20, 40, 80])
def test_on_a_terminal_lines_are_broken_between_words_and_none_is_lost(width: int) -> None:
    pack = shipped()[CREC]
    explanation = explained(Message(TEXT, Role.OWNER), Context(ChannelKind.CLUB), pack)
    narrow, endless = io.StringIO(), io.StringIO()
    show(Console(file=narrow, force_terminal=True, width=width, color_system=None), explanation, Lang.EN)
    show(Console(file=endless, width=width), explanation, Lang.EN)

    lines = narrow.getvalue().splitlines()
    assert narrow.getvalue().split() == endless.getvalue().replace("[", "").replace("]", "").split()
    assert width < 28 or all(len(line) <= width for line in lines)
    assert width != 40 or any(line.startswith(" " * 14) for line in lines)


def test_a_text_cannot_command_the_terminal_and_hidden_characters_show() -> None:
    assert visible("a\x1b[2Jb\u200bc\u202ed\n") == "a⟨U+001B⟩[2Jb⟨U+200B⟩c⟨U+202E⟩d\n"
    assert visible("👩\u200d🏫 ❤\ufe0f") == "👩\u200d🏫 ❤\ufe0f"


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_marks_lose_and_repeat_no_character(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in places]

    plain = marked(text, merged(spans), with_brackets=False).plain

    assert plain == visible(text)
