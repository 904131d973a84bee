"""Modals and home: within every limit of Slack's, and what was filled in comes back by the fields' names."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import forms
from adapters.slack.home import home_view
from bot.cards import Action, Card, Field
from bot.errors import Refused
from policy.words import Lang
from tests.adapters.slack.card_strategies import actions, cards
from tests.standins.slack_checks import active_nodes, faults_in_view, nodes

Json = dict[str, Any]


@settings(max_examples=30, deadline=None)
@given(actions, st.sampled_from(Lang))
def test_no_form_is_more_than_slack_takes(action: Action, lang: Lang) -> None:
    names = [field.name for field in action.fields]
    if len(names) != len(set(names)):
        return  # a form asks for nothing twice

    try:
        view = forms.form_view(action, lang)
    except Refused:
        assert len(json.dumps(action.subject)) > 2_900, "a subject that no form of Slack's could hold"
        return

    assert faults_in_view(view) == []
    assert active_nodes(view) == []


@settings(max_examples=8, deadline=None)
@given(st.lists(cards, max_size=3))
def test_no_answer_and_no_home_is_more_than_slack_takes(shown: list[Card]) -> None:
    assert faults_in_view(home_view(shown)) == []
    for card in shown[:1]:
        assert faults_in_view(forms.card_view(card, Lang.EN)) == []


def test_three_hundred_choices_stand_in_groups_and_the_one_in_force_is_chosen() -> None:
    choices = tuple((f"U{n:03}", f"Somebody {n:03}") for n in range(300))
    field = Field(name="to", label="To", kind="choice", choices=choices, value="U250")

    view = forms.form_view(Action(name="a", subject="s", label="Refer", fields=(field,)), Lang.EN)

    assert faults_in_view(view) == []
    element = view["blocks"][0]["element"]
    assert [len(group["options"]) for group in element["option_groups"]] == [100, 100, 100]
    assert element["initial_option"]["value"] == "U250"


def test_what_was_filled_in_comes_back_by_name_whatever_its_kind() -> None:
    fields = (
        Field(name="line", label="Line", value="before"),
        Field(name="text", label="Text", kind="text", is_required=False),
        Field(name="choice", label="Choice", kind="choice", choices=(("a", "A"), ("b", "B"))),
        Field(name="person", label="Person", kind="person", value="U0COACH01"),
        Field(name="date", label="Date", kind="date", value="2026-12-01"),
    )
    view = forms.form_view(Action(name="x.y", subject="s|t", label="Do it", fields=fields), Lang.ES)
    assert faults_in_view(view) == []
    assert [block["optional"] for block in view["blocks"]] == [False, True, False, False, False]
    given_: Json = {
        "line": {"type": "plain_text_input", "value": "after"},
        "text": {"type": "plain_text_input", "value": None},
        "choice": {"type": "static_select", "selected_option": {"value": "b", "text": {}}},
        "person": {"type": "users_select", "selected_user": "U1"},
        "date": {"type": "datepicker", "selected_date": "2026-12-02"},
    }
    state = {name: {forms.ANSWER: element} for name, element in given_.items()}

    payload: Json = {"view": {**view, "id": "V1", "state": {"values": state}}}
    filled = forms.filled(payload)

    assert filled.values == {"line": "after", "text": "", "choice": "b", "person": "U1", "date": "2026-12-02"}
    assert (filled.known, filled.purpose, filled.view) == ({"n": "x.y", "s": "s|t"}, forms.ACT, "V1")
    assert "Enviar" in [node.get("text") for node in nodes(view)]


def test_what_stands_in_a_field_beforehand_is_left_out_where_slack_would_refuse_it() -> None:
    fields = (
        Field(name="person", label="Person", kind="person", value="Ida"),
        Field(name="date", label="Date", kind="date", value="soon"),
        Field(name="choice", label="Choice", kind="choice", choices=(("a", "A"), ("a", "Again"), ("b" * 90, "B"))),
        Field(name="none", label="None", kind="choice"),
    )

    view = forms.form_view(Action(name="x", subject="s", label="Do it", fields=fields), Lang.EN)

    assert faults_in_view(view) == []
    assert not any(key.startswith("initial") for block in view["blocks"] for key in block["element"])
