"""Questions: who asked whom, and which still wait."""

from dataclasses import replace

from bot.ports import Store
from bot.records.questions import Question
from tests.adapters.storage.records import MINUTE, SECOND, START, TRACK, person

ASKED = Question(
    id="q1", asked_by=person("coach"), asked_of=person("principal"), asked_at=START + SECOND, sealed_text=b"text"
)


async def test_a_question_comes_back_as_it_was_asked_and_as_it_was_answered(store: Store) -> None:
    await store.write(lambda tx: tx.questions.save(ASKED))
    assert await store.read(lambda tx: tx.questions.get("q1")) == ASKED
    answered = replace(
        ASKED,
        channel=TRACK,
        answered_at=START + MINUTE,
        answered_by=person("director"),
        sealed_answer=b"answer",
        version=2,
    )

    await store.write(lambda tx: tx.questions.save(answered))

    assert await store.write(lambda tx: tx.questions.get("q1")) == answered
    assert await store.read(lambda tx: tx.questions.get("q2")) is None


async def test_questions_wait_for_whom_they_were_asked_of_until_they_are_answered(store: Store) -> None:
    earlier = replace(ASKED, id="q2", asked_at=START)
    answered = replace(ASKED, id="q3", answered_at=START + MINUTE)
    elsewhere = replace(ASKED, id="q4", asked_by=person("owner"), asked_of=person("director"))
    for question in (ASKED, earlier, answered, elsewhere):
        await store.write(lambda tx, one=question: tx.questions.save(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.questions.waiting_for(person("principal"))) == [earlier, ASKED]
    assert await store.read(lambda tx: tx.questions.asked_by(person("coach"))) == [earlier, ASKED, answered]
    assert await store.read(lambda tx: tx.questions.waiting_for(person("coach"))) == []
