"""No card is too large for Teams, whatever people typed and however many they are: a refused alert is one that nobody
sees."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.cards import message
from adapters.teams.fitting import LARGEST, SHORTENED
from bot.cards import Action, Card, Excerpt, Facts, Field, Paragraph
from bot.desk.door import Desk
from bot.ids import PersonId, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.registry import Person
from policy.message import Role
from policy.verdict import Span
from tests.adapters.teams.test_cards import CARDS, runs
from tests.bot.conftest import a_district
from tests.bot.desk.at_desk import AtDesk
from tests.district import COACH, CREC, WORKSPACE
from tests.fakes import FakeClock
from tests.standins.teams_connector import check_activity

LINK = f"https://teams.microsoft.com/l/message/19%3A{'x' * 48}%40thread.tacv2/1795250000169?tenantId={'t' * 36}"
LONG = st.builds(
    lambda card, times: Card(
        title=card.title * times,
        summary=card.summary,
        blocks=card.blocks * times,
        actions=card.actions * (times // 40 + 1),
        footer=card.footer * times,
    ),
    CARDS,
    st.sampled_from([1, 40, 200]),
)


def sent(*cards: Card) -> Any:
    """The message as it goes over the wire, which Teams takes."""
    made = json.loads(json.dumps(message(*cards)))
    check_activity(made)
    return made


def words(made: Any) -> str:
    return "\n".join(run["text"] for run in runs(made))


@settings(max_examples=12, deadline=None)
@given(st.lists(LONG, min_size=1, max_size=4))
def test_every_message_is_one_that_teams_takes(cards: list[Card]) -> None:
    made = sent(*cards)

    assert len(made["attachments"]) == len(cards)


def test_what_fits_is_left_as_it_is() -> None:
    fits = Card(title="t", blocks=(Excerpt("word " * 1_500), Facts((("Open it", LINK),)), Paragraph("p" * 900)))

    made = sent(fits)

    assert "word " * 1_500 in words(made)
    assert SHORTENED not in words(made)


def test_of_what_is_too_long_the_words_in_question_stay_and_the_rest_says_that_it_was_shortened() -> None:
    text = f"{'before ' * 6_000}call 555-0134 now{' after' * 6_000}"
    at = text.index("555-0134")
    card = Card(title="t", blocks=(Excerpt(text, (Span(at, at + 8),)), Facts((("Open it", LINK), ("Why", text)))))

    made = sent(card)

    assert [run["text"] for run in runs(made) if run.get("highlight")] == ["555-0134"]
    assert "call \n555-0134\n now after" in words(made)
    assert words(made).count(SHORTENED) == 2
    assert [run["selectAction"]["url"] for run in runs(made) if "selectAction" in run] == [LINK]


def test_of_too_many_parts_the_first_and_last_stay_and_it_is_said_how_many_are_not_shown() -> None:
    take = Action(name="incident.take", subject="i1", label="I take it")
    card = Card(title="t", blocks=tuple(Paragraph(f"part {n} ends") for n in range(2_000)), actions=(take,))

    made = sent(card)

    said = words(made)
    assert "part 0 ends" in said
    assert "part 1999 ends" in said
    assert "more parts" in said
    assert "I take it" in json.dumps(made), "what can be done stays"
    assert len(json.dumps(made)) > LARGEST / 2, "no more is left out than has to be"


def test_a_list_too_long_to_choose_from_is_left_out_or_typed() -> None:
    names = tuple((f"s{n}", f"Student number {n}") for n in range(2_000))
    needed, other = Field(name="who", label="Who?", kind="choice", choices=names), Field(name="note", label="Why?")
    offered = Field(name="all", label="All?", kind="choices", choices=names, is_required=False)
    asking = Action(name="picture.students", subject="m1", label="Name them", fields=(needed, offered, other))

    made = sent(Card(title="t", blocks=(Paragraph("p" * 2_000),), actions=(asking,)))

    [row] = [element for element in made["attachments"][0]["content"]["body"] if element["type"] == "ActionSet"]
    asked = row["actions"][0]["card"]["body"]
    assert [(each["id"], each["type"]) for each in asked] == [("f0:who", "Input.Text"), ("f0:note", "Input.Text")]
    assert SHORTENED not in words(made), "the words were not what was too long"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AtDesk]:
    clock = FakeClock()
    async with a_district(tmp_path, clock, CREC) as district:
        yield AtDesk(district, Desk(district.core), clock)


async def test_an_alert_reaches_its_reviewers_in_a_district_of_two_thousand_staff(desk: AtDesk) -> None:
    def hire(tx: Transaction) -> None:
        for number in range(2_000):
            ref = PersonRef(WORKSPACE, PersonId(f"3f2504e0-4f89-11d3-9a0c-{number:012}"))
            tx.registry.save_person(Person(ref=ref, name=f"Teacher Number {number}", role=Role.STAFF, title="Teacher"))

    await desk.district.core.store.write(hire)
    await desk.district.post("chaperone canary drill")

    [card] = desk.shown(COACH, TopicKind.INCIDENT)
    made = sent(card)
    assert SHORTENED not in words(made)
    assert "graph.microsoft.com/users" in json.dumps(made), "whom to refer to is found in the directory"
