"""A reviewer has a message blocked for its readers, and lifts the block: wished first, done once, told to all."""

from dataclasses import replace

import pytest

from bot.cards import Action, Card
from bot.errors import PlatformBusy, Refused, Unable, Undeliverable
from bot.ids import MessageRef, PersonRef
from bot.ports import Ability
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Act, incident_id
from bot.review.decisions import ACTS
from policy.words import Lang
from tests.bot.desk.at_desk import words
from tests.district import COACH, OTHER, PRINCIPAL, STUDENT, District
from tests.fakes import FakeClock

BREACH = "say graveword now"
FINE = "say something else"


def card(district: District, who: PersonRef, message: MessageRef, kind: TopicKind = TopicKind.INCIDENT) -> Card:
    return district.platform.cards[who, Topic(kind, incident_id(message))]


def button(shown: Card, act: str) -> Action | None:
    return next((action for action in shown.actions if action.name == f"incident.{act}"), None)


async def press(district: District, who: PersonRef, act: str, message: MessageRef, **values: str) -> None:
    """Somebody presses a button, and confirms."""
    person = await district.read(lambda tx: tx.registry.person(who))
    assert person is not None
    await ACTS[f"incident.{act}"](district.core, person, incident_id(message), values)
    await district.settle()


async def speak_spanish(district: District, who: PersonRef) -> None:
    person = await district.read(lambda tx: tx.registry.person(who))
    assert person is not None
    await district.core.store.write(lambda tx: tx.registry.save_person(replace(person, lang=Lang.ES)))


async def acts(district: District, message: MessageRef) -> list[Act]:
    return [each.act for each in await district.read(lambda tx: tx.incidents.decisions(incident_id(message)))]


async def test_a_reviewer_blocks_a_message_and_lifts_it_and_everybody_sees_both(
    worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    asked = button(card(worded, COACH, message), "block")

    await press(worded, COACH, "block", message)
    tip = worded.platform.blocked[message]
    shown = {who: words(card(worded, who, message)) for who in (COACH, PRINCIPAL)}
    note = card(worded, STUDENT, message, TopicKind.NOTE)
    lift = button(card(worded, PRINCIPAL, message), "lift")
    block = button(card(worded, PRINCIPAL, message), "block")
    clock.pass_(minutes=3)
    await press(worded, PRINCIPAL, "lift", message)

    assert asked is not None
    assert "Everybody in #chess will see that a message is blocked" in asked.confirm
    assert tip.text in asked.confirm
    assert "Prim Principal will see that it was you" in asked.confirm
    (clause,) = tip.clauses
    assert clause in tip.text
    for text in shown.values():
        assert "Cody Coach had it blocked: since November 20, 10:00 AM only its author sees what it says" in text
        assert BREACH in text, "the evidence stays"
    assert "Cody Coach had your message blocked" in words(note)
    assert [action.name for action in note.actions] == ["incident.contest"]
    assert lift is not None
    assert "can read the message again" in lift.confirm
    assert block is None, "it is blocked already"
    assert worded.platform.blocked == {}
    assert worded.platform.blocks == [message, message]
    for who in (COACH, PRINCIPAL):
        after = card(worded, who, message)
        assert "Prim Principal had the block lifted" in words(after)
        assert "had it blocked" not in words(after)
        assert (button(after, "lift"), button(after, "block") is not None) == (None, True)
    assert "had the block lifted" in words(card(worded, STUDENT, message, TopicKind.NOTE))
    assert await acts(worded, message) == ["block", "blocked", "lift", "lifted"]
    names = await worded.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    for name in ("state:block", "block:blocked", "state:lift", "block:lifted"):
        assert f"incident:{name}" in names


async def test_the_tip_is_in_the_authors_language_and_the_question_in_the_reviewers(worded: District) -> None:
    await speak_spanish(worded, STUDENT)
    message = await worded.post(BREACH, by=STUDENT)

    asked = button(card(worded, COACH, message), "block")
    await press(worded, COACH, "block", message)

    assert asked is not None
    assert asked.confirm.startswith("Everybody in #chess")
    assert worded.platform.blocked[message].text.startswith("Quienes responden de este canal")


async def test_a_reviewer_who_speaks_spanish_is_asked_in_spanish(worded: District) -> None:
    await speak_spanish(worded, COACH)

    message = await worded.post(BREACH, by=STUDENT)

    asked = button(card(worded, COACH, message), "block")
    assert asked is not None
    assert asked.label == "Bloquear el mensaje"
    assert "Todas las personas de #chess verán que un mensaje está bloqueado" in asked.confirm


async def test_where_the_platform_cannot_nothing_is_offered_and_a_press_is_answered_in_words(worded: District) -> None:
    worded.platform.can = frozenset(Ability) - {Ability.BLOCK_MESSAGE}
    message = await worded.post(BREACH, by=STUDENT)

    with pytest.raises(Refused) as refused:
        await press(worded, COACH, "block", message)

    assert "cannot block messages here" in refused.value.text(Lang.EN)
    assert button(card(worded, COACH, message), "block") is None
    assert worded.platform.blocks == []


@pytest.mark.parametrize("who", [STUDENT, OTHER])
@pytest.mark.parametrize("act", ["block", "lift"])
async def test_only_who_was_told_of_it_may(who: PersonRef, act: str, worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    if act == "lift":
        await press(worded, COACH, "block", message)
    before = list(worded.platform.blocks)

    with pytest.raises(Refused):
        await press(worded, who, act, message)

    assert worded.platform.blocks == before


async def test_pressed_twice_it_is_wished_once(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)

    with pytest.raises(Refused):
        await press(worded, PRINCIPAL, "block", message)

    assert worded.platform.blocks == [message]


async def test_a_platform_that_wants_us_to_wait_and_a_lost_answer_only_delay_it(
    worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    worded.platform.faults = [PlatformBusy(30), ConnectionError("the answer was lost")]
    await press(worded, COACH, "block", message)
    under_way = card(worded, PRINCIPAL, message)
    for _ in range(4):
        clock.pass_(minutes=2)
        await worded.settle()

    assert button(under_way, "block") is None
    assert button(under_way, "lift") is None
    assert "asked Chaperone to block the message" in words(under_way)
    assert await acts(worded, message) == ["block", "blocked"]


@pytest.mark.parametrize("fault", [Unable("no licence"), Undeliverable("gone"), ConnectionError("for ever")])
@pytest.mark.parametrize("act", ["block", "lift"])
async def test_what_cannot_be_done_is_told_and_may_be_tried_again(
    fault: Exception, act: str, worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    if act == "lift":
        await press(worded, COACH, "block", message)
    worded.platform.faults = [fault] * worded.core.limits.attempts
    await press(worded, COACH, act, message)
    for _ in range(5):
        clock.pass_(minutes=20)
        await worded.settle()
    worded.platform.faults.clear()

    shown = card(worded, COACH, message)
    assert "the platform refused" in words(shown)
    assert ("had it blocked" in words(shown)) == (act == "lift"), "it is as it was before"
    assert button(shown, act) is not None
    await press(worded, COACH, act, message)
    assert (await acts(worded, message))[-1] == {"block": "blocked", "lift": "lifted"}[act]


async def test_who_finds_no_problem_is_offered_to_lift_and_so_is_who_blocked(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)
    before = len(worded.platform.calls)

    await press(worded, PRINCIPAL, "dismiss", message, note="a play's title")

    for who in (COACH, PRINCIPAL):
        shown = card(worded, who, message)
        assert "The reason for the block seems to be gone" in words(shown)
        assert (shown.actions[0].name, shown.actions[0].style) == ("incident.lift", "primary")
    assert [who for who, _, notify in worded.platform.calls[before:] if notify] == [COACH]
    await press(worded, COACH, "lift", message)
    assert worded.platform.blocked == {}
    assert "The reason for the block" not in words(card(worded, COACH, message))


async def test_an_author_who_is_found_right_has_the_block_offered_to_be_lifted(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)
    await press(worded, STUDENT, "contest", message, note="it is a title")

    with pytest.raises(Refused):
        await press(worded, COACH, "overturn", message, note="no")
    await press(worded, PRINCIPAL, "overturn", message, note="it is one")

    shown = card(worded, COACH, message)
    assert "The reason for the block seems to be gone" in words(shown)
    assert shown.actions[0].name == "incident.lift"


async def test_a_message_that_its_author_mended_is_offered_too(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)

    await worded.edit(message, FINE)

    assert card(worded, COACH, message).actions[0].name == "incident.lift"


async def test_what_is_deleted_is_neither_blocked_nor_lifted_until_it_is_there_again(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)

    await worded.delete(message)
    gone = card(worded, COACH, message)

    assert (button(gone, "block"), button(gone, "lift")) == (None, None)
    assert "only its author sees" not in words(gone)


async def test_a_block_that_can_no_longer_be_lifted_from_here_says_whom_to_ask(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "block", message)
    worded.platform.can = frozenset(Ability) - {Ability.BLOCK_MESSAGE}

    await press(worded, COACH, "note", message, note="look")

    assert "ask whoever keeps it running here" in words(card(worded, COACH, message))
