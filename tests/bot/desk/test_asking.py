"""Ask first: the question goes to the person above, the answer comes back, and both are sealed."""

import pytest

from bot.channels.cards.question import topic_of
from bot.desk.door import refusal
from bot.errors import Refused
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.questions import Question
from bot.topics import render
from policy.words import Lang
from tests.bot.desk.at_desk import AtDesk, names, words
from tests.district import COACH, DIRECTOR, OTHER, PRINCIPAL, STUDENT


async def asked(at_desk: AtDesk, text: str = "ask May I post the bus list?") -> None:
    await at_desk.types(COACH, text)
    await at_desk.district.settle()


async def question_of(at_desk: AtDesk) -> Question:
    def unit(tx: Transaction) -> Question:
        (question,) = tx.questions.asked_by(COACH)
        return question

    return await at_desk.district.read(unit)


async def test_a_question_reaches_the_supervisor_with_a_form_and_the_answer_comes_back(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)

    answer = await at_desk.presses(PRINCIPAL, card, "question.answer", text="No, families have it on paper")

    assert "May I post the bus list?" in words(card)
    assert "#chess" in words(card)
    assert "May I" not in card.summary
    (back,) = at_desk.shown(COACH, TopicKind.QUESTION)
    for shown in (answer, back, *at_desk.shown(PRINCIPAL, TopicKind.QUESTION)):
        assert "Prim Principal answered: No, families have it on paper" in words(shown)
        assert names(shown) == []
    assert await at_desk.journal() == ["question:state:asked", "question:state:answered"]


async def test_question_and_answer_are_sealed_and_not_in_the_journal(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)
    await at_desk.presses(PRINCIPAL, card, "question.answer", text="never on Mondays")

    question = await question_of(at_desk)
    rows = await at_desk.district.read(lambda tx: str(list(tx.journal.rows())))

    assert b"bus list" not in question.sealed_text
    assert question.sealed_answer is not None
    assert b"Mondays" not in question.sealed_answer
    assert "bus list" not in rows
    assert "Mondays" not in rows


async def test_a_student_with_nobody_above_asks_the_owner_of_the_channel(at_desk: AtDesk) -> None:
    card = await at_desk.types(STUDENT, "ask May I bring my cousin?")
    await at_desk.district.settle()

    assert "Cody Coach has been asked" in words(card)
    assert len(at_desk.shown(COACH, TopicKind.QUESTION)) == 1


async def test_with_nobody_to_ask_the_person_is_told_so(at_desk: AtDesk) -> None:
    assert "nobody on the register for you to ask" in words(await at_desk.types(STUDENT, "ask hello?", None))
    assert "No hay nadie" in words(await at_desk.types(STUDENT, "preguntar ¿hola?", None))


@pytest.mark.parametrize("who", [COACH, STUDENT, DIRECTOR])
async def test_only_who_was_asked_may_answer(who: PersonRef, at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)

    with pytest.raises(Refused) as refused:
        await at_desk.presses(who, card, "question.answer", text="yes")

    assert "not one you can answer" in words(refusal(refused.value, Lang.EN))
    assert "no le corresponde" in words(refusal(refused.value, Lang.ES))
    assert (await question_of(at_desk)).sealed_answer is None


async def test_for_somebody_who_left_the_next_above_answers(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)
    await at_desk.leaves(PRINCIPAL)

    answer = await at_desk.presses(DIRECTOR, card, "question.answer", text="yes")

    assert "Ola Director answered: yes" in words(answer)


async def test_the_same_question_waits_once_and_the_first_answer_stands(at_desk: AtDesk) -> None:
    await asked(at_desk)
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)

    await at_desk.presses(PRINCIPAL, card, "question.answer", text="no")
    second = await at_desk.presses(PRINCIPAL, card, "question.answer", text="yes")

    assert "answered: no" in words(second)
    assert await at_desk.journal() == ["question:state:asked", "question:state:answered"]
    assert len(at_desk.calls(COACH, TopicKind.QUESTION)) == 1


async def test_an_empty_answer_is_asked_for_again(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)

    with pytest.raises(Refused, match="Your answer"):
        await at_desk.presses(PRINCIPAL, card, "question.answer", text=" \n ")


async def test_a_very_long_question_is_refused_with_its_length(at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, "ask " + "x" * 2_001)

    assert "2000 characters, and this has 2001" in words(card)


async def test_each_reads_the_question_in_their_own_language(at_desk: AtDesk) -> None:
    await at_desk.speaks(PRINCIPAL, Lang.ES)

    await asked(at_desk)

    assert at_desk.shown(PRINCIPAL, TopicKind.QUESTION)[0].title == "Cody Coach le pregunta"


async def test_the_form_of_a_next_step_asks_like_the_line(at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, "ask")

    answer = await at_desk.presses(COACH, card, "question.ask", text="May we film the final?")

    assert "Prim Principal has been asked" in words(answer)
    assert "May we film" in words(at_desk.shown(PRINCIPAL, TopicKind.QUESTION)[0])


async def test_a_question_is_nobody_elses_to_see(at_desk: AtDesk) -> None:

    await asked(at_desk)
    topic = topic_of(await question_of(at_desk))

    def unit(tx: Transaction) -> list[bool]:
        viewers = [tx.registry.person(ref) for ref in (COACH, PRINCIPAL, OTHER, DIRECTOR)]
        return [
            viewer is not None and render(tx, at_desk.district.core, topic, viewer) is not None for viewer in viewers
        ]

    assert await at_desk.district.read(unit) == [True, True, False, False]


async def test_an_answer_is_found_by_others_only_where_whoever_answered_lets_them(at_desk: AtDesk) -> None:
    await asked(at_desk, "ask May I post the bus list of Nia?")
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.QUESTION)
    said = {"text": "No, families have it on paper", "shared": "May bus lists be posted?"}
    await at_desk.presses(PRINCIPAL, card, "question.answer", **said)
    await asked(at_desk, "ask May I post my own birthday?")
    second = next(each for each in at_desk.shown(PRINCIPAL, TopicKind.QUESTION) if names(each))
    await at_desk.presses(PRINCIPAL, second, "question.answer", text="That stays between us")

    found = words(await at_desk.types(STUDENT, "answers bus lists"))
    everything = words(await at_desk.types(OTHER, "answers"))
    nothing = words(await at_desk.types(STUDENT, "answers birthday"))

    assert "May bus lists be posted?: No, families have it on paper" in found
    assert "Nia" not in everything
    assert "between us" not in everything
    assert "No answer fits" in nothing
