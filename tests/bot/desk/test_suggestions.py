"""Reviewers' decisions become suggestions, and nothing changes before a person accepts one."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Card
from bot.core import Shelf
from bot.desk.door import Desk
from bot.errors import Refused
from bot.ids import PersonRef
from bot.judging.casebook import unseal
from bot.records.incidents import Act, incident_id
from bot.review.suggestions import Kind, suggested, tallies
from bot.review.tuning import ACCEPTED, DECLINED, WITHDRAWN, answers
from policy import load_pack
from policy.fold import fold
from policy.message import AllowanceKind
from policy.unless import Unless
from policy.verdict import PackId
from policy.words import Text
from tests.bot.desk.at_desk import AtDesk, names, words
from tests.district import CLUB, COACH, DIRECTOR, OPERATOR, OTHER, PRINCIPAL, STUDENT, seed
from tests.policy.building import a_detector, a_home, a_pack_file, a_rule

OURS = PackId("ours")
RULE = a_rule(
    terms="""
    maybe: [perhaps]
    surely: [certainly]
    """,
    detectors=f"""
    {a_detector("all: [maybe]", score=0.6, name="maybe")}
    {a_detector("all: [surely]", score=0.95, name="surely")}
    """,
    cases="{flag: [perhaps], ignore: [goodbye]}",
)


@pytest.fixture
async def desk(at_desk: AtDesk, tmp_path: Path) -> AtDesk:
    """The club under a pack whose one rule has a sure and an unsure detector."""
    home = a_home(tmp_path, rules={"greeting": RULE}, packs={"ours": a_pack_file()})
    pack = load_pack("ours", home=home)
    core = replace(at_desk.district.core, shelf=Shelf(lambda: {OURS: pack}), default_pack=OURS)
    await core.store.write(lambda tx: seed(tx, OURS))
    at_desk.district.core = core
    return AtDesk(at_desk.district, Desk(core), at_desk.clock)


async def decide(desk: AtDesk, text: str, act: Act, *, by: PersonRef = COACH, author: PersonRef = STUDENT) -> None:
    """Somebody posts, an hour after the last, and it is decided."""
    desk.clock.pass_(hours=1)
    message = await desk.district.post(text, by=author, message=f"m{desk.clock.now:%d%H%M}")
    values = {"note": "it is a saying of ours"}
    await desk.desk.act(by, f"incident.{act}", incident_id(message), values)


async def decided(desk: AtDesk, text: str, *, dismissed: int = 0, confirmed: int = 0) -> None:
    for act, count in ((Act.DISMISS, dismissed), (Act.CONFIRM, confirmed)):
        for number in range(count):
            await decide(desk, f"{text} number {number}", act)


async def kinds(desk: AtDesk) -> list[tuple[Kind, str]]:
    core = desk.district.core
    found = await desk.district.read(lambda tx: suggested(tx, core.keys, core.shelf.get))
    return [(each.kind, each.value) for each in found]


async def test_each_rules_measured_precision_is_shown_to_staff_and_not_to_members(desk: AtDesk) -> None:
    await decided(desk, "certainly", dismissed=1, confirmed=2)

    assert "A rule: 2 of 3 alerts confirmed" in words(await desk.types(PRINCIPAL, "suggestions"))
    assert "Reviewed: 2 of 3 alerts confirmed" in words(await desk.types(COACH, "rule greeting"))
    assert "Revisado: 2 de 3 alertas confirmadas" in words(await desk.types(COACH, "regla greeting"))
    assert "Reviewed" not in words(await desk.types(STUDENT, "rule greeting"))


async def test_open_and_folded_incidents_say_nothing_yet(desk: AtDesk) -> None:
    await desk.district.post("certainly", message="a")
    await desk.district.post("certainly again", message="b")
    first = await desk.district.read(lambda tx: tx.incidents.newest()[-1])

    assert await desk.district.read(tallies) == {}
    await desk.desk.act(COACH, "incident.confirm", first.id, {})
    assert {rule: tally.decided for rule, tally in (await desk.district.read(tallies)).items()} == {"greeting": 1}


async def test_a_threshold_is_suggested_that_keeps_all_that_was_confirmed(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    await decided(desk, "certainly", confirmed=2)

    assert await kinds(desk) == [(Kind.CASE, "3"), (Kind.THRESHOLD, "0.95")]


async def test_no_threshold_is_suggested_where_it_would_lose_a_confirmed_alert(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3, confirmed=1)

    assert await kinds(desk) == [(Kind.CASE, "3")]


async def test_a_rule_that_is_mostly_wrong_may_go_on_trial(desk: AtDesk) -> None:
    await decided(desk, "certainly", dismissed=9)
    assert (Kind.TRIAL, "") not in await kinds(desk)
    await decided(desk, "certainly indeed", dismissed=1, confirmed=1)
    assert (Kind.TRIAL, "") in await kinds(desk)


async def test_a_rule_that_is_mostly_right_is_left_as_it_is(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    await decided(desk, "certainly", confirmed=7)

    assert await kinds(desk) == []


async def test_accepting_is_kept_in_the_journal_and_changes_no_rule(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    await decided(desk, "certainly", confirmed=2)
    before = desk.district.core.shelf[OURS].rules

    card = await desk.types(PRINCIPAL, "suggestions")
    answer = await desk.presses(PRINCIPAL, card, "suggestion.answer", answer="accept")

    (row,) = await desk.district.read(lambda tx: list(answers(tx)))
    assert (row.entry.name, row.entry.facts["rule"], row.entry.facts["value"]) == (ACCEPTED, "greeting", "0.95")
    assert "IT finds it" in words(answer)
    assert desk.district.core.shelf[OURS].rules == before
    assert "suggestion.answer" not in names(await desk.types(PRINCIPAL, "suggestions"))


@pytest.mark.parametrize("given", ["accept", "decline"])
async def test_an_answer_can_be_taken_back_once_and_the_suggestion_is_open_again(desk: AtDesk, given: str) -> None:
    await decided(desk, "perhaps", dismissed=3)
    await decided(desk, "certainly", confirmed=2)
    answer = await desk.presses(
        PRINCIPAL, await desk.types(PRINCIPAL, "suggestions"), "suggestion.answer", answer=given
    )

    back = await desk.presses(PRINCIPAL, answer, "suggestion.undo")

    assert "It is suggested again" in words(back)
    assert "suggestion.answer" in names(await desk.types(PRINCIPAL, "suggestions"))
    assert [row.entry.name for row in await desk.district.read(lambda tx: list(answers(tx)))][-1] == WITHDRAWN
    with pytest.raises(Refused, match="nothing to take back"):
        await desk.presses(PRINCIPAL, answer, "suggestion.undo")
    with pytest.raises(Refused, match="supervisors"):
        await desk.presses(COACH, answer, "suggestion.undo")


async def test_what_was_declined_is_not_suggested_again_until_more_speaks_for_it(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    card = await desk.types(OPERATOR, "sugerencias")
    await desk.presses(OPERATOR, card, "suggestion.case", answer="decline")

    assert "Nothing is suggested now" in words(await desk.types(PRINCIPAL, "suggestions"))
    (row,) = await desk.district.read(lambda tx: list(answers(tx)))
    assert row.entry.name == DECLINED

    await decided(desk, "perhaps so", dismissed=3)
    assert "suggestion.case" in names(await desk.types(PRINCIPAL, "suggestions"))


async def test_an_invented_example_is_sealed_and_no_word_of_it_stands_in_the_journal(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    card = await desk.types(PRINCIPAL, "suggestions")

    await desk.presses(PRINCIPAL, card, "suggestion.case", text="perhaps Zebulon is late", answer="accept")

    (row,) = await desk.district.read(lambda tx: list(answers(tx)))
    kept = await desk.district.read(
        lambda tx: [each.what for incident in tx.incidents.newest() for each in tx.incidents.evidence(incident.id)]
    )
    assert row.entry.name == ACCEPTED
    assert "Zebulon" not in str(row)
    assert kept.count("case:greeting") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("perhaps number 1", "what a member wrote"),
        ("as she said: Perhaps number 1!", "what a member wrote"),
        ("nothing of the kind", "not flagged as “A rule” today"),
        ("", "fill in"),
        ("perhaps " * 100, "may have 300 characters"),
    ],
)
async def test_an_example_is_invented_and_shows_the_false_alarm(desk: AtDesk, text: str, says: str) -> None:
    await decided(desk, "perhaps", dismissed=3)
    card = await desk.types(PRINCIPAL, "suggestions")

    with pytest.raises(Refused) as refused:
        await desk.presses(PRINCIPAL, card, "suggestion.case", text=text, answer="accept")

    assert says in refused.value.text.en.format_map(refused.value.values)


async def test_the_words_that_make_an_example_harmless_are_kept_with_it(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    card = await desk.types(PRINCIPAL, "suggestions")

    await desk.presses(
        PRINCIPAL,
        card,
        "suggestion.case",
        text="Perhaps — Zebulon's choir sings",
        harmless="ZEBULON'S choir",
        answer="accept",
    )

    core = desk.district.core
    (kept,) = await desk.district.read(
        lambda tx: [
            unseal(core, tx, each)
            for incident in tx.incidents.newest()
            for each in tx.incidents.evidence(incident.id)
            if each.what == "case:greeting"
        ]
    )
    phrase = str(kept["unless"])
    assert Unless.of((phrase,), Text("x", "x")).found(fold("and zebulon's choir again"))


@pytest.mark.parametrize(
    ("harmless", "says"),
    [
        ("the band", "“the band” is not in your example"),
        ("...", "is not in your example"),
        ("perhaps", "is also in what the rule is there to find: “perhaps”"),
        ("choir " * 20, "may have 80 characters"),
    ],
)
async def test_harmless_words_that_would_excuse_nothing_or_too_much_are_sent_back(
    desk: AtDesk, harmless: str, says: str
) -> None:
    await decided(desk, "perhaps", dismissed=3)
    card = await desk.types(PRINCIPAL, "suggestions")

    with pytest.raises(Refused) as refused:
        await desk.presses(
            PRINCIPAL, card, "suggestion.case", text="perhaps the choir sings", harmless=harmless, answer="accept"
        )

    assert says in refused.value.text.en.format_map(refused.value.values)


async def test_only_supervisors_and_operators_tune_rules_whatever_button_they_bring(desk: AtDesk) -> None:
    await decided(desk, "perhaps", dismissed=3)
    await decided(desk, "certainly", confirmed=1)
    card = await desk.types(PRINCIPAL, "suggestions")

    assert "suggestion.answer" not in names(await desk.types(COACH, "suggestions"))
    assert "suggestion.answer" in names(await desk.types(OPERATOR, "suggestions"))
    for who in (COACH, STUDENT):
        with pytest.raises(Refused, match="supervisors"):
            await desk.presses(who, card, "suggestion.answer", answer="accept")
    with pytest.raises(Refused, match="does not hold any more"):
        await desk.desk.act(PRINCIPAL, "suggestion.answer", "threshold|ours|greeting|0.99", {"answer": "accept"})


async def test_what_is_urgent_is_never_made_weaker(desk: AtDesk, tmp_path: Path) -> None:
    home = a_home(tmp_path, rules={"greeting": RULE.replace("severity: normal", "severity: urgent")})
    urgent = load_pack("ours", home=home)
    await decided(desk, "certainly", dismissed=10)
    core = desk.district.core

    assert await kinds(desk) != []
    assert await desk.district.read(lambda tx: suggested(tx, core.keys, {OURS: urgent}.get)) == ()


LINK = "our games are on instagram.com/larkfieldchess this week"


def exceptions(card: Card) -> list[dict[str, str]]:
    asked = [action for action in card.actions if action.name == "exception.ask"]
    return [{field.name: field.value for field in action.fields} for action in asked]


async def test_an_account_dismissed_three_times_is_suggested_as_an_exception_and_asked_for_in_the_usual_way(
    at_desk: AtDesk,
) -> None:
    for _ in range(3):
        await decide(at_desk, LINK, Act.DISMISS, author=OTHER)

    card = await at_desk.types(COACH, "suggestions")
    (filled,) = exceptions(card)
    assert (filled["kind"], filled["value"]) == (AllowanceKind.ACCOUNT, "instagram.com/larkfieldchess")
    assert "#chess: account: instagram.com/larkfieldchess was dismissed 3 times" in words(card)

    await at_desk.presses(COACH, card, "exception.ask", **filled | {"reason": "Our own page"})

    waiting = await at_desk.district.read(
        lambda tx: [e.value for e in tx.registry.exceptions(CLUB) if not e.decided_at]
    )
    assert waiting == ["instagram.com/larkfieldchess"]
    assert exceptions(await at_desk.types(COACH, "suggestions")) == []


async def test_a_link_that_was_confirmed_once_or_dismissed_twice_is_no_exception(at_desk: AtDesk) -> None:
    for _ in range(2):
        await decide(at_desk, LINK, Act.DISMISS)
    assert exceptions(await at_desk.types(COACH, "suggestions")) == []

    await decide(at_desk, LINK, Act.DISMISS)
    assert exceptions(await at_desk.types(COACH, "suggestions")) != []

    await decide(at_desk, LINK, Act.CONFIRM)
    assert exceptions(await at_desk.types(COACH, "suggestions")) == []


async def test_a_channels_exception_is_suggested_to_nobody_else(at_desk: AtDesk) -> None:
    for _ in range(3):
        await decide(at_desk, LINK, Act.DISMISS)

    assert exceptions(await at_desk.types(PRINCIPAL, "suggestions")) != []
    for who in (DIRECTOR, OPERATOR):
        card = await at_desk.types(who, "suggestions")
        assert exceptions(card) == []
        assert "instagram" not in words(card)


async def test_what_the_owner_wrote_and_was_not_told_of_is_suggested_to_the_supervisor_alone(at_desk: AtDesk) -> None:
    for _ in range(3):
        await decide(at_desk, LINK, Act.DISMISS, by=PRINCIPAL, author=COACH)

    assert exceptions(await at_desk.types(COACH, "suggestions")) == []
    assert exceptions(await at_desk.types(PRINCIPAL, "suggestions")) != []
