"""Who is shown in a picture: asked of the poster, looked up for each student, asked of the parents, told of where an
answer is missing."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.ports.pictures import Seen, Unseen
from bot.records.deliveries import Topic, TopicKind
from bot.records.photos import PictureState
from bot.records.roster import RosterId
from policy.words import Lang
from tests.bot.desk.at_desk import button, names, words
from tests.bot.photos.at_photos import AtPhotos, people, students
from tests.district import COACH, DIRECTOR, OTHER, PARENT, PRINCIPAL, STUDENT, ref

STU, OTIS = RosterId("stu"), RosterId("otis")


async def permit(photos: AtPhotos, *who: RosterId) -> None:
    """Puts the permission into the school's records."""

    def unit(tx: Transaction) -> None:
        known = [tx.roster.person(each) for each in who]
        tx.roster.save([replace(each, photos=True) for each in known if each is not None])

    await photos.district.core.store.write(unit)


def is_untold(photos: AtPhotos, *who: PersonRef) -> bool:
    """Whether none of them was told of an incident."""
    return not any(photos.desk.shown(each, TopicKind.INCIDENT) for each in who)


async def test_the_poster_is_asked_privately_and_nobody_else_is_disturbed(photos: AtPhotos) -> None:
    await photos.post(people(faces=3), by=STUDENT)

    card = photos.card(STUDENT)
    assert "Who is in your picture in #chess?" in card.title
    assert "3 faces" in words(card)
    assert [label for _, label in button(card, "picture.students").fields[0].choices] == ["Stu Wren", "Otis Xylo"]
    assert is_untold(photos, COACH, PRINCIPAL, STUDENT)
    assert photos.desk.shown(COACH, TopicKind.PICTURE) == []


async def test_the_question_does_not_wait_for_quiet_hours_to_end(photos: AtPhotos) -> None:
    night = photos.desk.clock.now.time().replace(hour=0), photos.desk.clock.now.time().replace(hour=23)
    await photos.desk.change(STUDENT, lambda person: replace(person, quiet=night))

    await photos.post(people(), by=STUDENT)

    assert photos.card(STUDENT).title


async def test_where_all_parents_have_agreed_it_is_recorded_and_done(photos: AtPhotos) -> None:
    await permit(photos, STU, OTIS)
    message = await photos.post(people(faces=2), by=STUDENT)

    answer = await photos.says(STUDENT, "picture.students", students(STU, OTIS))
    await photos.desk.later(days=30)

    assert "Nothing is missing" in words(answer)
    record = await photos.pictures(message)
    assert record is not None
    assert (record.state, record.students, record.sealed) == (PictureState.SETTLED, (OTIS, STU), None)
    assert is_untold(photos, COACH, PRINCIPAL)
    assert photos.desk.shown(PARENT, TopicKind.PERMISSION) == []
    assert "picture:question:answered" in await photos.desk.journal()


@pytest.mark.parametrize("said", ["picture.nobody", "picture.no_student"])
async def test_no_student_to_be_recognised_is_done(photos: AtPhotos, said: str) -> None:
    message = await photos.post(people(), by=STUDENT)

    await photos.says(STUDENT, said)
    await photos.desk.later(days=30)

    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.SETTLED
    assert is_untold(photos, COACH, PRINCIPAL)


async def test_a_picture_of_nobody_disturbs_nobody(photos: AtPhotos) -> None:
    message = await photos.post(people(faces=0), by=STUDENT)

    assert await photos.incident(message) is None
    assert photos.desk.shown(STUDENT, TopicKind.PICTURE) == []
    record = await photos.pictures(message)
    assert record is not None
    assert record.sealed is None


async def test_a_missing_permission_alerts_the_reviewers_and_asks_the_parent(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT, text="what a day")

    answer = await photos.says(STUDENT, "picture.students", students(STU))

    assert "Please take the picture down" in words(answer)
    assert "Wren" not in words(answer)
    for reviewer in (COACH, PRINCIPAL):
        told = photos.alert(reviewer)
        assert "what a day" in told
        assert "the permission of a parent is missing" in told
        assert "Stu Wren: permission missing; parents asked on" in told
        assert "C S2" not in told
        assert "S2" in told
    assert "May a picture of Stu Wren be in #chess?" in photos.card(PARENT, TopicKind.PERMISSION).title
    incident = await photos.incident(message)
    assert incident is not None
    assert list(incident.rules) == ["student_photo"]
    assert not incident.is_mended


async def test_a_picture_of_the_owner_goes_to_the_supervisor_alone(photos: AtPhotos) -> None:
    await photos.post(people(), by=COACH)

    await photos.says(COACH, "picture.students", students(STU))

    assert "permission missing" in photos.alert(PRINCIPAL)
    assert is_untold(photos, COACH)


async def test_parents_without_an_account_get_a_letter_that_the_reviewers_send(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)

    await photos.says(STUDENT, "picture.students", students(OTIS))

    told = photos.alert(COACH)
    assert "no parent has an account here" in told
    assert "To send to Dan Xylo <dan@example.net>: Dear parent" in told
    assert "Estimada familia" in told


@pytest.mark.parametrize("word", ["photo.picture", "photo.year"])
async def test_one_tap_of_the_parent_settles_it(photos: AtPhotos, word: str) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))

    answer = await photos.desk.presses(PARENT, photos.card(PARENT, TopicKind.PERMISSION), word)
    calls = len(photos.desk.calls(COACH, TopicKind.INCIDENT))
    await photos.desk.later(days=30)

    assert "Stu Wren may be shown" in words(answer)
    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.SETTLED
    assert "Nothing is missing" in words(photos.card(STUDENT))
    assert "permitted for" in photos.alert(COACH)
    assert len(photos.desk.calls(COACH, TopicKind.INCIDENT)) == calls, "nobody is reminded of what is settled"
    assert "photo:permission:given" in await photos.desk.journal()


async def test_a_permission_for_the_year_counts_for_the_next_picture_and_ends_with_the_year(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))
    await photos.desk.presses(PARENT, photos.card(PARENT, TopicKind.PERMISSION), "photo.year")

    async def state_after_naming(message: str) -> PictureState:
        posted = await photos.post(people(), by=OTHER, message=message)
        card = photos.desk.shown(OTHER, TopicKind.PICTURE)[-1]
        await photos.desk.presses(OTHER, card, "picture.students", **students(STU))
        record = await photos.pictures(posted)
        assert record is not None
        return record.state

    assert await state_after_naming("m2") is PictureState.SETTLED
    await photos.desk.later(days=240)
    assert await state_after_naming("m3") is PictureState.MISSING


async def test_a_permission_for_one_picture_counts_for_that_one_alone(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))
    await photos.desk.presses(PARENT, photos.card(PARENT, TopicKind.PERMISSION), "photo.picture")

    message = await photos.post(people(), by=OTHER, message="m2")
    await photos.says(OTHER, "picture.students", students(STU))

    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.MISSING


async def test_a_parents_no_calls_the_reviewers_and_asks_the_poster_to_take_it_down(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))
    before = [call for _, call in photos.desk.calls(COACH, TopicKind.INCIDENT)].count(True)

    answer = await photos.desk.presses(PARENT, photos.card(PARENT, TopicKind.PERMISSION), "photo.no")

    assert "may not stay" in words(answer)
    assert "a parent says no" in photos.alert(COACH)
    assert [call for _, call in photos.desk.calls(COACH, TopicKind.INCIDENT)].count(True) == before + 1
    assert "Please take it down" in words(photos.card(STUDENT))
    assert photos.desk.calls(STUDENT, TopicKind.PICTURE)[-1][1], "the poster is called"
    await photos.district.delete(message, by=STUDENT)
    assert "no longer in the channel" in words(photos.card(STUDENT))
    assert "photo:permission:refused" in await photos.desk.journal()


async def test_a_parents_word_about_one_picture_tells_nobody_anew_of_another(photos: AtPhotos) -> None:
    for name in ("m1", "m2"):
        await photos.post(people(), by=STUDENT, message=name)
        asked = photos.desk.shown(STUDENT, TopicKind.PICTURE)[-1]
        await photos.desk.presses(STUDENT, asked, "picture.students", **students(STU))
    first, second = photos.desk.shown(PARENT, TopicKind.PERMISSION)
    await photos.desk.presses(PARENT, first, "photo.no")

    def called() -> list[tuple[PersonRef, Topic]]:
        return [(to, topic) for to, topic, notify in photos.district.platform.calls if notify]

    before = called()
    await photos.desk.presses(PARENT, second, "photo.picture")

    assert called() == before


async def test_a_poster_who_does_not_answer_is_told_of_and_the_reviewers_may_answer(photos: AtPhotos) -> None:
    await permit(photos, STU)
    message = await photos.post(people(), by=STUDENT)
    await photos.desk.later(hours=23)
    assert is_untold(photos, COACH, PRINCIPAL)

    await photos.desk.later(hours=2)
    told = photos.alert(COACH)
    answered = await photos.desk.presses(
        COACH,
        await photos.desk.presses(COACH, photos.card(COACH, TopicKind.INCIDENT), "picture.show"),
        "picture.students",
        **students(STU),
    )

    assert "has not said in time who they are" in told
    assert "from the meet" in told
    assert "permitted in the school's records" in words(answered)
    record = await photos.pictures(message)
    assert record is not None
    assert (record.state, record.sealed) == (PictureState.SETTLED, None)


async def test_parents_who_do_not_answer_are_a_reminder_to_the_reviewers_once(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))
    before = [call for _, call in photos.desk.calls(PRINCIPAL, TopicKind.INCIDENT)].count(True)

    await photos.desk.later(days=3, hours=1)
    await photos.desk.later(days=30)

    assert "has not answered in time" in photos.alert(PRINCIPAL)
    assert [call for _, call in photos.desk.calls(PRINCIPAL, TopicKind.INCIDENT)].count(True) == before + 1


async def test_what_a_parent_answered_on_paper_is_recorded_by_a_reviewer(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(OTIS))
    card = await photos.desk.presses(COACH, photos.card(COACH, TopicKind.INCIDENT), "picture.show")

    answer = await photos.desk.presses(
        COACH, card, "photo.record", student=students(OTIS)["students"], word="Yes, this picture"
    )

    assert "permitted for this picture" in words(answer)
    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.SETTLED


async def test_students_who_are_not_on_the_list_are_told_of(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)

    await photos.says(STUDENT, "picture.students", {"others": "two visitors from Quillfield"})

    told = photos.alert(COACH)
    assert "students who are not on the list" in told
    assert "two visitors from Quillfield" in told


async def test_a_parent_who_posts_their_own_child_has_agreed(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=PARENT)

    await photos.says(PARENT, "picture.students", students(STU))

    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.SETTLED


async def test_nobody_answers_for_somebody_else(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    question = photos.card(STUDENT)
    with pytest.raises(Refused, match="Only whoever posted"):
        await photos.desk.presses(OTHER, question, "picture.nobody")
    await photos.says(STUDENT, "picture.students", students(STU))
    request = photos.card(PARENT, TopicKind.PERMISSION)
    with pytest.raises(Refused, match="does not have you as a parent"):
        await photos.desk.presses(COACH, request, "photo.picture")
    card = await photos.desk.presses(COACH, photos.card(COACH, TopicKind.INCIDENT), "picture.show")
    with pytest.raises(Refused, match="answer for the channel"):
        await photos.desk.presses(DIRECTOR, card, "photo.record", student=students(STU)["students"], word="picture")


async def test_choosing_nobody_is_asked_again_and_somebody_unknown_refused(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    with pytest.raises(Refused, match="Please choose who is shown"):
        await photos.says(STUDENT, "picture.students", {"students": ""})
    with pytest.raises(Refused, match="no longer in this channel"):
        await photos.says(STUDENT, "picture.students", {"students": "0123456789ab"})


async def test_an_answer_given_twice_is_one(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    question = photos.card(STUDENT)
    await photos.desk.presses(STUDENT, question, "picture.nobody")
    first = await photos.pictures(message)
    await photos.desk.presses(STUDENT, question, "picture.students", **students(STU))

    assert await photos.pictures(message) == first
    assert (await photos.desk.journal()).count("picture:question:answered") == 1


async def test_a_picture_that_is_gone_asks_nobody_any_more(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.district.delete(message, by=STUDENT)
    await photos.desk.later(days=2)

    record = await photos.pictures(message)
    assert record is not None
    assert (record.state, record.sealed) == (PictureState.GONE, None)
    assert is_untold(photos, COACH, PRINCIPAL)
    assert names(photos.card(STUDENT)) == []


async def test_whoever_cannot_be_asked_is_told_of_at_once(photos: AtPhotos) -> None:
    await photos.post(people(), by=ref("nobody-knows"))

    assert "cannot be asked" in photos.alert(COACH)
    assert "picture.show" in names(photos.card(COACH, TopicKind.INCIDENT))


async def test_a_picture_that_nobody_could_look_at_is_told_of_and_asked_about(photos: AtPhotos) -> None:
    await photos.post(Seen(unseen=Unseen.BROKEN), by=STUDENT)

    assert "was not looked at, or not wholly: the file is damaged" in photos.alert(PRINCIPAL)
    assert "damaged" in words(photos.card(STUDENT))


async def test_the_question_comes_in_the_posters_language(photos: AtPhotos) -> None:
    await photos.desk.speaks(STUDENT, Lang.ES)
    await photos.desk.speaks(PARENT, Lang.ES)
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students(STU))

    assert "Falta el permiso de una familia" in words(photos.card(STUDENT))
    assert "¿puede quedarse?" in photos.card(PARENT, TopicKind.PERMISSION).summary
