"""A reviewer has a message removed: wished first, carried out once, and everybody sees how it ended."""

from dataclasses import replace

import pytest

from bot.cards import Action, Card
from bot.desk.door import Desk
from bot.errors import PlatformBusy, Refused, Unable
from bot.ids import MessageRef, PersonRef
from bot.ports import Ability
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import incident_id
from bot.review.decisions import ACTS
from policy.words import Lang
from tests.bot.desk.at_desk import words
from tests.district import CLUB, COACH, OTHER, PRINCIPAL, STUDENT, District
from tests.fakes import FakeClock

BREACH = "say graveword now"


def card(district: District, who: PersonRef, message: MessageRef, kind: TopicKind = TopicKind.INCIDENT) -> Card:
    return district.platform.cards[who, Topic(kind, incident_id(message))]


def removing(shown: Card) -> Action | None:
    return next((action for action in shown.actions if action.name == "incident.remove"), None)


async def press(district: District, who: PersonRef, message: MessageRef) -> None:
    """The reviewer confirms."""
    person = await district.read(lambda tx: tx.registry.person(who))
    assert person is not None
    await ACTS["incident.remove"](district.core, person, incident_id(message), {})
    await district.settle()


async def test_a_reviewer_has_a_message_removed_and_everybody_sees_it(worded: District, clock: FakeClock) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    button = removing(card(worded, COACH, message))

    worded.platform.faults = [PlatformBusy(30)]
    await press(worded, COACH, message)
    under_way = card(worded, PRINCIPAL, message)
    clock.pass_(minutes=1)
    await worded.settle()

    assert button is not None
    assert "Everybody in #chess will see that the message is gone" in button.confirm
    assert "Prim Principal" in button.confirm
    assert worded.platform.removed == [message, message]
    assert removing(under_way) is None, "it is under way"
    assert "Cody Coach asked Chaperone to remove the message" in words(under_way)
    for who in (COACH, PRINCIPAL):
        assert "Cody Coach had the message removed" in words(card(worded, who, message))
        assert BREACH in words(card(worded, who, message)), "the evidence stays"
        assert removing(card(worded, who, message)) is None
    note = card(worded, STUDENT, message, TopicKind.NOTE)
    assert "Cody Coach had your message removed" in words(note)
    assert [action.name for action in note.actions] == ["incident.contest"]
    incident = await worded.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert incident is not None
    assert incident.is_deleted
    names = await worded.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert "incident:state:remove" in names
    assert "incident:removal:removed" in names


async def test_the_confirmation_is_in_the_readers_language(worded: District) -> None:
    coach = await worded.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None
    await worded.core.store.write(lambda tx: tx.registry.save_person(replace(coach, lang=Lang.ES)))

    message = await worded.post(BREACH, by=STUDENT)

    button = removing(card(worded, COACH, message))
    assert button is not None
    assert button.label == "Quitar el mensaje"
    assert "Todas las personas de #chess verán que el mensaje ya no está" in button.confirm


async def test_where_the_platform_cannot_the_author_is_asked_instead(worded: District) -> None:
    worded.platform.can = frozenset(Ability) - {Ability.REMOVE_MESSAGE}
    message = await worded.post(BREACH, by=STUDENT)

    with pytest.raises(Refused):
        await press(worded, COACH, message)

    names = [action.name for action in card(worded, COACH, message).actions]
    assert "incident.remove" not in names
    assert "incident.ask_author" in names
    assert worded.platform.removed == []


@pytest.mark.parametrize("who", [STUDENT, OTHER])
async def test_only_who_was_told_of_it_may(who: PersonRef, worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)

    with pytest.raises(Refused):
        await press(worded, who, message)

    assert worded.platform.removed == []


async def test_pressed_twice_it_is_wished_once(worded: District) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, message)

    with pytest.raises(Refused):
        await press(worded, PRINCIPAL, message)

    assert worded.platform.removed == [message]


async def test_a_platform_that_wants_us_to_wait_and_a_lost_answer_only_delay_it(
    worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    worded.platform.faults = [PlatformBusy(30), ConnectionError("the answer was lost")]
    await press(worded, COACH, message)
    for _ in range(4):
        clock.pass_(minutes=2)
        await worded.settle()

    assert worded.platform.removed == [message] * 3
    decisions = await worded.read(lambda tx: [d.act for d in tx.incidents.decisions(incident_id(message))])
    assert decisions == ["remove", "removed"]


@pytest.mark.parametrize("fault", [Unable("no longer"), ConnectionError("for ever")])
async def test_what_cannot_be_removed_is_told_and_may_be_tried_again(
    fault: Exception, worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    worded.platform.faults = [fault] * worded.core.limits.attempts
    await press(worded, COACH, message)
    for _ in range(5):
        clock.pass_(minutes=20)
        await worded.settle()
    worded.platform.faults.clear()
    worded.platform.removed.clear()

    shown = card(worded, COACH, message)
    assert "the platform refused" in words(shown)
    assert removing(shown) is not None
    assert (COACH, Topic(TopicKind.INCIDENT, incident_id(message)), True) in worded.platform.calls[1:]
    note = worded.platform.cards.get((STUDENT, Topic(TopicKind.NOTE, incident_id(message))))
    assert note is None
    await press(worded, COACH, message)
    assert worded.platform.removed == [message]


async def test_what_was_told_in_words_stands_nowhere_and_is_not_removed(worded: District) -> None:
    await Desk(worded.core).command(STUDENT, CLUB, "report somebody is unkind here")
    await worded.settle()

    (shown,) = worded.platform.of(COACH)
    assert removing(shown) is None
