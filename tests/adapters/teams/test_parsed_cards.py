"""Every kind of card that the product makes, read by Microsoft's own parser: nothing is refused, nothing is dropped,
everything stands there as it was typed."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.cards import adaptive, form, message
from adapters.teams.menus import CHECK_MESSAGE, CHOSEN, REPORT_MESSAGE, SUBMITTED, Menus
from bot.cards import Action, Card, Field
from bot.desk.door import ACTS, Desk
from bot.ports import Ability
from policy.words import Lang
from tests.adapters.teams.microsofts_parser import SCRIPT, Parser, parser
from tests.bot.conftest import a_district
from tests.bot.desk.at_desk import AtDesk
from tests.district import CLUB, CREC, STUDENT
from tests.every_card import ALL, Typed, gathered
from tests.fakes import FakeClock
from tests.standins.teams_connector import check_activity, check_dialog

HOSTILE = Typed(
    name="{{DATE(2026-01-01)}} <at>all</at> **b** \u202eq\u202c 🎺",
    said="{{DATE(2026-01-01T00:00:00Z,SHORT)}} {{TIME(2026-01-01T00:00:00Z)}} ${name} {0} <at>all</at> **b** _i_ "
    "[x](https://elsewhere.example.org) <img src=x onerror=alert(1)> &amp; \ufeff\n- list\r\n1. two\n\n\ttab",
)
LONG = Typed(name="Etxeberria " * 12, said="Una reunión larguísima con las familias del club, ¿sí? " * 120)
TEAMS_CAN = frozenset({Ability.LIST_MEMBERS, Ability.ANNOUNCE, Ability.READ_HISTORY, Ability.READ_FILES})
# Teams' people picker is its own addition to what 1.5 has, and lists nobody until somebody types a name:
# https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker
OF_THE_PICKER = {
    'Property "choices.data" is supported in version 1.6, but you are using version 1.5.',
    "An Input.ChoiceSet must have at least one choice defined.",
}
OLD_CLIENT = ["Action.Execute"]
FELL_BACK = 'Unknown action type "Action.Execute". Fallback will be used if present.'
# What the parser leaves out when it writes down a card, because it goes without saying.
UNSAID = {
    ("AdaptiveCard", "msteams"): {"width": "Full"},
    ("Input.Text", "isRequired"): False,
    ("Input.Date", "isRequired"): False,
    ("Input.ChoiceSet", "isRequired"): False,
    ("Input.Text", "isMultiline"): False,
    ("Input.ChoiceSet", "style"): "compact",
    ("Input.ChoiceSet", "choices"): [],
}


@pytest.fixture
async def microsofts(chromium: Path) -> AsyncIterator[Parser]:
    async with parser(chromium) as opened:
        yield opened


def as_sent(card: Card) -> Any:
    return json.loads(json.dumps(adaptive(card)))


def lost(given: Any, understood: Any, where: str = "card") -> Iterator[str]:
    """Each thing that was said and not understood."""
    if isinstance(given, Mapping):
        kind = given.get("type", "")
        for name, value in given.items():
            is_unsaid = UNSAID.get((kind, name), ...) == value
            is_inner_version = name == "version" and where != "card"
            # Tried apart: it is read only by clients that know no better.
            is_fallback = (kind, name) == ("Action.Execute", "fallback")
            if name in understood:
                yield from lost(value, understood[name], f"{where}.{kind}.{name}")
            elif not (is_unsaid or is_inner_version or is_fallback):
                yield f"{where}.{kind}.{name}"
    elif isinstance(given, list):
        if len(given) != len(understood):
            yield f"{where} has {len(understood)} of {len(given)}"
        for one, other in zip(given, understood, strict=False):
            yield from lost(one, other, where)
    elif given != understood and str(given).casefold() != str(understood).casefold():
        yield f"{where} is {understood!r} instead of {given!r}"


def literal(card: Any) -> list[str]:
    """The text runs that people see before they press anything, without spaces: those are laid out anew."""
    shown = [element for element in card["body"] if element["type"] != "ActionSet"]
    return [_bare(text) for text in re.findall(r'"type": "TextRun", "text": ("(?:[^"\\]|\\.)*")', json.dumps(shown))]


def _bare(written: str) -> str:
    return "".join(json.loads(written).split())


def test_the_parser_is_the_one_that_the_page_beside_it_names() -> None:
    page = (SCRIPT.parent / "README.md").read_text(encoding="utf-8")

    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() in page


@pytest.mark.parametrize(
    ("lang", "typed", "can"),
    [pytest.param(Lang.EN, HOSTILE, ALL, id="hostile"), pytest.param(Lang.ES, LONG, TEAMS_CAN, id="long, in Spanish")],
)
async def test_every_card_that_is_shown_is_understood_whole(
    microsofts: Parser, tmp_path: Path, lang: Lang, typed: Typed, can: frozenset[Ability]
) -> None:
    found = await gathered(tmp_path, lang, typed, can=can)
    cards = found.all()
    assert len(cards) > 300
    offered = {action.name for card in cards for action in card.actions}
    assert can != ALL or ACTS.keys() - offered == set(), "every button that there is"

    sent = [as_sent(card) for card in cards]
    parsed, old = await microsofts.parse(sent), await microsofts.parse(sent, unknown=OLD_CLIENT)

    for card, given, now, before in zip(cards, sent, parsed, old, strict=True):
        check_activity(json.loads(json.dumps(message(card))))
        picker = OF_THE_PICKER if "choices.data" in json.dumps(given) else set[str]()
        assert set(now.complaints) == picker
        assert [what for what in lost(given, now.understood) if not (picker and "choices.data" in what)] == []
        seen = "".join(now.text.split())
        assert [text for text in literal(given) if text not in seen] == []
        assert set(before.complaints) - {FELL_BACK} == picker
        assert len(before.buttons) == len(now.buttons)
        assert "Action.Execute" not in before.buttons


async def test_what_people_see_first_is_one_message_that_teams_takes(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_district(tmp_path, clock, CREC) as district:
        desk = AtDesk(district, Desk(district.core), clock)
        for who in (person.ref for person in await district.read(lambda tx: tx.registry.people(CLUB.workspace))):
            check_activity(json.loads(json.dumps(message(*await desk.desk.home(who)))))


@pytest.mark.parametrize("lang", Lang)
async def test_every_dialog_is_understood_whole(microsofts: Parser, tmp_path: Path, lang: Lang) -> None:
    said = {"id": "17", "from": {"user": {"id": "otis"}}, "body": {"contentType": "text", "content": HOSTILE.said}}
    ask = Field(name="note", label="Why?", kind="text", hint=HOSTILE.said, value=LONG.said)
    forms = [form(Action(name="x", subject="y", label="z", fields=(ask,), confirm=HOSTILE.said))]
    async with a_district(tmp_path, FakeClock(), CREC) as district:
        menus = Menus(district.core, Desk(district.core))
        for command in (CHECK_MESSAGE, REPORT_MESSAGE):
            for name in (CHOSEN, SUBMITTED):
                value = {"commandId": command, "messagePayload": said, "data": {"act": command, "f0:note": LONG.said}}
                asked: dict[str, Any] = {"name": name, "value": value, "from": {"aadObjectId": STUDENT.person}}
                asked |= {"conversation": {"id": CLUB.channel, "tenantId": "larkfield"}}
                forms.append(check_dialog(json.loads(json.dumps(await menus.answer(asked, lang)))))

    for given, parsed in zip(forms, await microsofts.parse(forms), strict=True):
        assert parsed.complaints == []
        assert list(lost(given, parsed.understood)) == []
        assert [text for text in literal(given) if text not in "".join(parsed.text.split())] == []


async def test_the_parser_would_have_complained(microsofts: Parser) -> None:
    """What the parser says of cards that are not right, so that its silence above means something."""
    wrong: list[Any] = [
        {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Sparkle"}]},
        {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Input.Text", "isRequired": True, "id": "a"}]},
        {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Container", "style": "loud", "items": []}]},
        {"type": "AdaptiveCard", "version": "1.5", "actions": [{"type": "Action.Execute"}] * 9},
        {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Input.Text", "id": "a", "label": "x"}] * 2},
    ]

    parsed = await microsofts.parse(wrong)

    assert [bool(each.complaints) for each in parsed] == [True] * len(wrong)
    assert list(lost(wrong[0], parsed[0].understood)) != []


async def test_what_is_typed_in_braces_would_have_become_a_date(microsofts: Parser) -> None:
    run: Any = {"type": "TextRun", "text": "{{DATE(2026-01-01T00:00:00Z,SHORT)}}"}
    card: Any = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "RichTextBlock", "inlines": [run]}]}

    [parsed] = await microsofts.parse([card])

    assert "DATE" not in parsed.text
