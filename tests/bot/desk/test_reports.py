"""Reports: anybody may, owner and supervisor see it, and never the person whom it is about."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.events import Content
from bot.ids import ChannelRef, MessageId, MessageRef, PersonRef, WorkspaceId
from bot.records.deliveries import TopicKind
from policy.message import Attachment, AttachmentKind
from policy.words import Lang
from tests.bot.desk.at_desk import UNREGISTERED, AtDesk, names, words
from tests.district import CHESS, CLUB, COACH, DIRECTOR, OTHER, PARENT, PRINCIPAL, STUDENT

MESSAGE = MessageRef(CLUB.workspace, CLUB.channel, MessageId("m1"))


async def reported(at_desk: AtDesk, who: PersonRef, text: str) -> str:
    card = await at_desk.types(who, text)
    await at_desk.district.settle()
    return words(card)


def told(at_desk: AtDesk) -> list[PersonRef]:
    people = (STUDENT, OTHER, PARENT, COACH, PRINCIPAL, DIRECTOR)
    return [who for who in people if at_desk.shown(who, TopicKind.INCIDENT)]


@pytest.mark.parametrize("who", [STUDENT, PARENT])
async def test_what_anybody_tells_reaches_owner_and_supervisor(who: PersonRef, at_desk: AtDesk) -> None:
    said = await reported(at_desk, who, "report Older kids take the little ones' snacks")

    assert told(at_desk) == [COACH, PRINCIPAL]
    assert "Older kids take" in words(at_desk.shown(PRINCIPAL, TopicKind.INCIDENT)[0])
    assert "Cody Coach and Prim Principal will look at it" in said
    assert "911" in said


@pytest.mark.parametrize(
    "text",
    [
        "report owner: he shouts at us",
        "reportar responsable: nos grita",
        "report Mr. Coach shouts at us",
        "report @coach shouts at us",
    ],
)
async def test_what_is_told_about_the_owner_goes_to_the_supervisor_alone(text: str, at_desk: AtDesk) -> None:
    said = await reported(at_desk, STUDENT, text)

    assert told(at_desk) == [PRINCIPAL]
    assert "Cody Coach" not in said
    card = words(at_desk.shown(PRINCIPAL, TopicKind.INCIDENT)[0])
    assert "who did not write it" in card
    assert "owner:" not in card


async def test_what_is_told_about_the_supervisor_goes_to_the_next_above(at_desk: AtDesk) -> None:
    await reported(at_desk, STUDENT, "report Dr. Principal posts our grades")

    assert told(at_desk) == [DIRECTOR]


async def test_a_reported_message_reaches_the_people_with_its_words_and_the_note(at_desk: AtDesk) -> None:
    content = Content(text="you cannot sit here", attachments=(Attachment(AttachmentKind.PICTURE, "table.png"),))

    card = await at_desk.desk.report_message(STUDENT, MESSAGE, OTHER.person, content, "it goes on for weeks")
    await at_desk.district.settle()

    assert "Your name is on record" in words(card)
    shown = words(at_desk.shown(COACH, TopicKind.INCIDENT)[0])
    assert "you cannot sit here" in shown
    assert "table.png" in shown
    assert "it goes on for weeks" in shown
    assert "Stu Student" not in shown


async def test_a_message_of_the_owner_is_reported_to_the_supervisor_alone(at_desk: AtDesk) -> None:
    content = Content(text="see me alone after the match")

    card = await at_desk.desk.report_message(STUDENT, MESSAGE, COACH.person, content, "")
    await at_desk.district.settle()

    assert told(at_desk) == [PRINCIPAL]
    assert "Cody Coach" not in words(card)


async def test_the_same_message_reported_twice_by_one_person_is_passed_on_once(at_desk: AtDesk) -> None:
    content = Content(text="you cannot sit here")
    await at_desk.desk.report_message(STUDENT, MESSAGE, OTHER.person, content, "")
    await at_desk.district.settle()
    calls = len(at_desk.district.platform.calls)

    again = await at_desk.desk.report_message(STUDENT, MESSAGE, OTHER.person, content, "")
    await at_desk.district.settle()

    assert "You reported this before" in words(again)
    assert len(at_desk.district.platform.calls) == calls


async def test_a_message_of_another_workspace_is_refused(at_desk: AtDesk) -> None:
    elsewhere = replace(CHESS, ref=ChannelRef(WorkspaceId("fake:elsewhere"), CLUB.channel))
    await at_desk.district.core.store.write(lambda tx: tx.registry.save_channel(elsewhere))

    message = MessageRef(elsewhere.ref.workspace, CLUB.channel, MessageId("m1"))

    english = await at_desk.desk.report_message(STUDENT, message, OTHER.person, Content(text="y"), "")
    await at_desk.change(STUDENT, lambda person: replace(person, lang=Lang.ES))
    spanish = await at_desk.desk.report_message(STUDENT, message, OTHER.person, Content(text="y"), "")

    assert "your own workspace" in words(english)
    assert "911" in words(english)
    assert "su propio espacio" in words(spanish)
    assert "911" in words(spanish)


@pytest.mark.parametrize("place", [None, UNREGISTERED])
async def test_where_nobody_could_be_told_the_person_learns_it_at_once(
    place: ChannelRef | None, at_desk: AtDesk
) -> None:
    english = await at_desk.types(STUDENT, "report somebody is hurt", place)
    spanish = await at_desk.types(STUDENT, "reportar alguien está herido", place)

    assert "cannot tell whom this should go to" in words(english)
    assert "No sé a quién debe llegar" in words(spanish)
    assert "911" in words(english)
    assert told(at_desk) == []


async def test_the_form_reports_like_the_line(at_desk: AtDesk) -> None:
    form = await at_desk.types(STUDENT, "report")

    await at_desk.presses(STUDENT, form, "report.words", text="Somebody broke the boards")

    assert names(form) == ["report.words"]
    assert told(at_desk) == [COACH, PRINCIPAL]


async def test_an_owner_who_reports_is_not_told_of_their_own_report(at_desk: AtDesk) -> None:
    await reported(at_desk, COACH, "report I found something odd in the channel")

    assert told(at_desk) == [PRINCIPAL]


@pytest.mark.parametrize("subject", ["", "|", "one", "a|b", "a|b|", "||"])
async def test_a_subject_that_names_nothing_is_refused_politely(subject: str, at_desk: AtDesk) -> None:
    with pytest.raises(Refused):
        await at_desk.desk.act(STUDENT, "report.words", subject, {"text": "y"})
