"""What people type and what buttons bring back is read without losing or believing anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import commands, find
from bot.commands.exception import _LINE
from bot.desk.answering import parted
from bot.desk.lookup import clause_named, clauses_like, rule_named, rules_like, search
from bot.errors import Refused
from bot.ids import ChannelId, ChannelRef, WorkspaceId
from bot.language import plain, spoken
from bot.wording.forms import choice, filled
from bot.wording.phrasing import ALLOWANCE
from bot.wording.subjects import channel_in, message_in, subject_of
from policy.message import AllowanceKind
from policy.verdict import PackId
from policy.words import Lang, Text
from tests.district import CREC, shipped

NAMES = [name for command in commands().values() for name in (command.name, *command.aliases)]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.sampled_from(NAMES), WORDS)
def test_the_words_after_a_name_arrive_as_they_were_typed(name: str, words: str) -> None:
    _, command, rest = parted(f"  {name.upper()} {words}")

    assert command is find(name)
    assert rest == words.strip()


@given(WORDS)
def test_anything_typed_is_read_and_nothing_of_it_lost(text: str) -> None:
    word, command, rest = parted(text)

    assert command is None or find(word) is command or not text.strip()
    assert text.strip() == rest or text.strip().startswith(word[:1])


@given(WORDS)
def test_plain_words_stay_plain_and_a_language_is_one_or_none(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert spoken(text) in (None, *Lang)


@given(st.from_regex(r"[a-z:0-9-]{1,20}", fullmatch=True), st.from_regex(r"[A-Za-z0-9:._-]{1,20}", fullmatch=True))
def test_a_subject_names_the_channel_that_it_was_made_of(workspace: str, channel: str) -> None:
    ref = ChannelRef(WorkspaceId(workspace), ChannelId(channel))

    assert channel_in(subject_of(ref)) == ref
    assert message_in(f"{subject_of(ref)}|m|1").channel_ref == ref


@given(WORDS)
def test_any_other_subject_is_refused_and_never_an_error(subject: str) -> None:
    for read in (channel_in, message_in):
        try:
            read(subject)
        except Refused as refused:
            assert refused.text.es  # noqa: PT017 - a subject may also happen to be readable


@settings(max_examples=25, deadline=None)
@given(WORDS)
def test_a_lookup_of_anything_answers_with_few_and_real_entries(typed: str) -> None:
    pack = shipped()[CREC]

    rule, clause = rule_named(pack, typed), clause_named(pack, typed)
    assert rule is None or rule.id in pack.rules
    assert clause is None or clause.id in pack.clauses
    assert all(each.id in pack.rules for each in rules_like(pack, typed)[:3])
    assert all(each.id in pack.clauses for each in (*clauses_like(pack, typed)[:3], *search(pack, typed)))


@pytest.mark.parametrize("pack", list(shipped()))
def test_every_rule_and_clause_of_every_pack_is_found_by_its_own_name(pack: PackId) -> None:
    found = shipped()[pack]

    for rule in found.rules.values():
        for name in (rule.id, rule.title.en.upper(), plain(rule.title.es)):
            assert rule_named(found, name) is rule
    for clause in found.clauses.values():
        for name in (clause.id, clause.id.replace("-", " ").upper()):
            assert clause_named(found, name) is clause


def test_a_clause_is_found_however_it_is_punctuated() -> None:
    pack = shipped()[PackId("operations-2017")]

    for typed in ("4c-vii", "4c vii", "4.c (vii)", "4C(VII)", f"{pack.cite} 4c-vii"):
        found = clause_named(pack, typed)
        assert found is not None
        assert found.id == "4c-vii"


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("tool Desmos", ("tool", "Desmos", None, None)),
        ("tool Desmos Pro because we need it", ("tool", "Desmos Pro", None, "we need it")),
        ("colecta venta de pasteles hasta 2027-05-01", ("colecta", "venta de pasteles", "2027-05-01", None)),
        ("host a.example.org until 2027-05-01 because x", ("host", "a.example.org", "2027-05-01", "x")),
    ],
)
def test_an_exception_in_one_line_is_taken_apart(typed: str, values: tuple[str | None, ...]) -> None:
    found = _LINE.fullmatch(typed)

    assert found is not None
    assert (found["kind"], found["value"], found["until"], found["reason"]) == values


@pytest.mark.parametrize("given_", ["tool", "TOOL", "herramienta", "Herramienta"])
def test_a_choice_is_understood_by_its_name_in_either_language(given_: str) -> None:
    assert choice(given_, ALLOWANCE) is AllowanceKind.TOOL


@given(WORDS, WORDS)
def test_values_are_never_read_as_templates(first: str, second: str) -> None:
    said = filled(Text(en="{a} and {b}", es="{b} y {a}"), a=first, b=Text(en=second, es="x"))

    assert said(Lang.EN) == f"{first} and {second}"
    assert said(Lang.ES) == f"x y {first}"
