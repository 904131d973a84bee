"""What people do with an alert: who may, what all recipients then see, and what stays on record."""

from dataclasses import replace

import pytest

from bot.cards import Action, Card, Tone
from bot.desk.door import Desk
from bot.errors import Refused
from bot.ids import MessageRef, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Contest, Incident, IncidentState, incident_id
from tests.district import COACH, DIRECTOR, OPERATOR, OTHER, PARENT, PRINCIPAL, STUDENT, District


async def stored(district: District, message: MessageRef) -> Incident:
    found = await district.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert found is not None
    return found


async def act(district: District, who: PersonRef, name: str, message: MessageRef, **values: str) -> Card | None:
    answer = await Desk(district.core).act(who, f"incident.{name}", incident_id(message), values)
    await district.settle()
    return answer


def alert(district: District, who: PersonRef, message: MessageRef) -> Card:
    return district.platform.cards[who, Topic(TopicKind.INCIDENT, incident_id(message))]


def note(district: District, who: PersonRef, message: MessageRef) -> Card:
    return district.platform.cards[who, Topic(TopicKind.NOTE, incident_id(message))]


def offered(card: Card) -> list[str]:
    return [action.name.removeprefix("incident.") for action in card.actions]


def button(card: Card, name: str) -> Action:
    (found,) = [action for action in card.actions if action.name == f"incident.{name}"]
    return found


async def test_an_alert_asks_whether_it_is_a_problem_and_offers_what_can_be_done(worded: District) -> None:
    message = await worded.post("graveword")

    card = alert(worded, COACH, message)

    assert "Is this a problem?" in str(card)
    assert offered(card) == ["confirm", "dismiss", "ask_author", "remove", "block", "take", "refer", "note"]


async def test_who_takes_it_is_shown_to_all(worded: District) -> None:
    message = await worded.post("graveword")

    await act(worded, COACH, "take", message)

    assert "Cody Coach is looking into it" in str(alert(worded, PRINCIPAL, message))
    assert "take" not in offered(alert(worded, COACH, message))
    assert "take" in offered(alert(worded, PRINCIPAL, message))


async def test_confirming_shows_on_every_card_and_stays_on_record(worded: District) -> None:
    message = await worded.post("graveword")

    await act(worded, PRINCIPAL, "confirm", message, note="talked to the family")

    for who in (COACH, PRINCIPAL):
        card = alert(worded, who, message)
        assert card.tone is Tone.DONE
        assert "Confirmed by Prim Principal" in str(card)
        assert "talked to the family" in str(card)
        assert offered(card) == ["ask_author", "remove", "block", "refer", "note", "reopen"]
    names = await worded.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert names[-1] == "incident:state:confirm"


async def test_a_dismissal_needs_a_reason(worded: District) -> None:
    message = await worded.post("graveword")

    with pytest.raises(Refused, match="reason"):
        await act(worded, COACH, "dismiss", message)

    await act(worded, COACH, "dismiss", message, note="a line of the play")
    assert (await stored(worded, message)).state is IncidentState.DISMISSED


async def test_a_decision_can_be_undone_with_a_reason(worded: District) -> None:
    message = await worded.post("graveword")
    await act(worded, COACH, "dismiss", message, note="fine")

    await act(worded, PRINCIPAL, "reopen", message, note="please look again")

    incident = await stored(worded, message)
    assert incident.state is IncidentState.OPEN
    assert incident.decided_by is None
    assert "please look again" in str(alert(worded, COACH, message))


async def test_the_author_is_asked_privately_with_the_clause_and_how_to_mend_it(worded: District) -> None:
    message = await worded.post("graveword")

    await act(worded, COACH, "ask_author", message, note="please be kind")

    card = note(worded, STUDENT, message)
    assert "P1, A1" in str(card)
    assert "Leave the word out." in str(card)
    assert "please be kind" in str(card)
    assert offered(card) == ["contest"]
    assert "ask_author" not in offered(alert(worded, PRINCIPAL, message))
    assert worded.platform.of(OTHER) == []


async def test_who_may_be_in_danger_is_not_asked_to_remove_what_they_said(worded: District) -> None:
    message = await worded.post("dangerword")

    assert "ask_author" not in offered(alert(worded, COACH, message))
    with pytest.raises(Refused):
        await act(worded, COACH, "ask_author", message)


async def test_when_the_author_removes_it_everybody_sees_it(worded: District) -> None:
    message = await worded.post("graveword")
    await act(worded, COACH, "ask_author", message)

    await worded.delete(message)

    assert "deleted from the channel" in str(alert(worded, COACH, message))
    assert "Thank you" in str(note(worded, STUDENT, message))


async def test_a_referral_brings_the_alert_to_another_member_of_staff(worded: District) -> None:
    message = await worded.post("graveword")
    choices = dict(button(alert(worded, COACH, message), "refer").fields[0].choices)
    assert set(choices) == {"principal", "director", "operator"}

    await act(worded, COACH, "refer", message, to="director", note="a pattern, I think")

    assert "a pattern, I think" in str(alert(worded, DIRECTOR, message))
    assert "confirm" in offered(alert(worded, DIRECTOR, message))


@pytest.mark.parametrize("to", ["parent", "student", "coach", "nobody", ""])
async def test_nobody_but_staff_can_be_referred_to(worded: District, to: str) -> None:
    message = await worded.post("graveword")

    with pytest.raises(Refused, match="member of staff"):
        await act(worded, COACH, "refer", message, to=to)


@pytest.mark.parametrize("who", [STUDENT, OTHER, PARENT, OPERATOR, DIRECTOR])
@pytest.mark.parametrize("name", ["take", "confirm", "dismiss", "ask_author", "refer", "note", "uphold", "overturn"])
async def test_nobody_else_may_act(worded: District, who: PersonRef, name: str) -> None:
    message = await worded.post("graveword")

    with pytest.raises(Refused):
        await act(worded, who, name, message, note="x", to="director")

    assert (await stored(worded, message)).state is IncidentState.OPEN


async def test_a_recipient_who_left_may_not_act(worded: District) -> None:
    message = await worded.post("graveword")

    def leave(tx: Transaction) -> None:
        coach = tx.registry.person(COACH)
        assert coach
        tx.registry.save_person(replace(coach, is_active=False))

    await worded.core.store.write(leave)

    with pytest.raises(Refused):
        await act(worded, COACH, "confirm", message)


async def test_the_author_may_contest_and_another_than_the_first_reviewer_answers(worded: District) -> None:
    message = await worded.post("graveword")
    await act(worded, COACH, "confirm", message)
    await act(worded, COACH, "ask_author", message)

    await act(worded, STUDENT, "contest", message, note="it is from our play")

    assert "it is from our play" in str(alert(worded, PRINCIPAL, message))
    assert offered(alert(worded, PRINCIPAL, message))[:2] == ["uphold", "overturn"]
    assert "overturn" not in offered(alert(worded, COACH, message))
    with pytest.raises(Refused, match="Another person"):
        await act(worded, COACH, "uphold", message, note="no")

    await act(worded, PRINCIPAL, "overturn", message, note="it is indeed a line of the play")

    incident = await stored(worded, message)
    assert (incident.state, incident.contest) == (IncidentState.DISMISSED, Contest.OVERTURNED)
    assert "agrees with you" in str(note(worded, STUDENT, message))
    assert "line of the play" in str(note(worded, STUDENT, message))


async def test_where_one_person_alone_was_told_the_contest_goes_to_the_next_above(worded: District) -> None:
    message = await worded.post("graveword", by=COACH)
    await act(worded, PRINCIPAL, "ask_author", message)

    await act(worded, COACH, "contest", message, note="I see it differently")

    assert offered(alert(worded, DIRECTOR, message))[:2] == ["uphold", "overturn"]


async def test_one_contests_once_and_only_what_was_held_against_one(worded: District) -> None:
    message = await worded.post("graveword")
    with pytest.raises(Refused):
        await act(worded, STUDENT, "contest", message, note="why")
    await act(worded, COACH, "ask_author", message)
    await act(worded, STUDENT, "contest", message, note="why")

    with pytest.raises(Refused):
        await act(worded, STUDENT, "contest", message, note="again")


async def test_a_decision_on_the_first_alert_decides_what_was_folded_into_it(worded: District) -> None:
    first = await worded.post("graveword one", message="m1")
    second = await worded.post("graveword two", message="m2")

    await act(worded, COACH, "confirm", first)

    assert (await stored(worded, second)).state is IncidentState.CONFIRMED


async def test_a_breach_after_the_decision_opens_the_incident_again(worded: District) -> None:
    message = await worded.post("graveword")
    await act(worded, COACH, "dismiss", message, note="fine")

    await worded.edit(message, "graveword again")

    assert (await stored(worded, message)).state is IncidentState.OPEN
    assert worded.platform.calls[-1][2]


async def test_two_people_who_decide_at_once_leave_both_on_record_and_the_second_hears_that_it_is_decided(
    worded: District,
) -> None:
    message = await worded.post("graveword")
    await act(worded, COACH, "confirm", message)

    with pytest.raises(Refused, match="not possible any more"):
        await act(worded, PRINCIPAL, "dismiss", message, note="fine")
