"""`/policy photos`: what waits, and the permissions that a parent gave and takes back."""

from dataclasses import replace

from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.photos import PictureState
from policy.words import Lang
from tests.bot.desk.at_desk import button, names, words
from tests.bot.photos.at_photos import AtPhotos, people, students
from tests.district import COACH, PARENT, PRINCIPAL, STUDENT


async def test_whoever_answers_for_a_channel_sees_what_waits_there(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)
    await photos.post(people(), by=PARENT, message="m2")
    await photos.desk.presses(STUDENT, photos.card(STUDENT), "picture.students", **students("stu"))

    card = await photos.desk.types(COACH, "photos")

    assert "Waiting in #chess" in words(card)
    assert "permission missing or refused: Stu Wren" in words(card)
    assert "Pat Parent has not said who is shown" in words(card)
    assert names(card) == ["picture.show", "picture.show"]
    assert "Stu Wren" not in words(await photos.desk.types(STUDENT, "photos"))


async def test_a_poster_finds_their_question_again(photos: AtPhotos) -> None:
    await photos.post(people(), by=STUDENT)

    card = await photos.desk.types(STUDENT, "photos", None)
    opened = await photos.desk.presses(STUDENT, card, "picture.show")

    assert "Your pictures" in words(card)
    assert "picture.nobody" in names(opened)


async def test_a_parent_allows_the_year_beforehand_and_takes_it_back(photos: AtPhotos) -> None:
    card = await photos.desk.types(PARENT, "photos", None)
    given = await photos.desk.presses(PARENT, card, "photo.allow")
    message = await photos.post(people(), by=STUDENT)
    await photos.desk.presses(STUDENT, photos.card(STUDENT), "picture.students", **students("stu"))
    quiet = photos.desk.shown(COACH, TopicKind.INCIDENT)

    taken = await photos.desk.presses(PARENT, given, "photo.take_back")

    assert "you have said nothing yet" in words(card)
    assert "yes since November 20, 2026, until June 17, 2027" in words(given)
    assert "asked to take them down" in button(given, "photo.take_back").confirm
    assert quiet == []
    assert "no since" in words(taken)
    assert "whose parent does not permit it" in photos.alert(PRINCIPAL)
    assert "Please take it down" in words(photos.card(STUDENT))
    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.MISSING
    journal = await photos.desk.journal()
    assert [name for name in journal if name.startswith("photo:")] == [
        "photo:permission:given",
        "photo:permission:withdrawn",
    ]


async def test_one_picture_is_taken_back_by_itself(photos: AtPhotos) -> None:
    await photos.desk.speaks(PARENT, Lang.ES)
    await photos.post(people(), by=STUDENT)
    await photos.desk.presses(STUDENT, photos.card(STUDENT), "picture.students", **students("stu"))
    await photos.desk.presses(PARENT, photos.card(PARENT, TopicKind.PERMISSION), "photo.picture")

    card = await photos.desk.types(PARENT, "fotos", None)
    taken = await photos.desk.presses(PARENT, card, "photo.take_back")

    assert "Stu Wren, imagen en #chess: sí desde el" in words(card)
    assert "Stu Wren, imagen en #chess: no desde el" in words(taken)
    assert "photo:permission:withdrawn" in await photos.desk.journal()


async def test_a_permission_in_the_schools_records_is_taken_back_too(photos: AtPhotos) -> None:
    def permit(tx: Transaction) -> None:
        known = tx.roster.person("stu")
        assert known is not None
        tx.roster.save([replace(known, photos=True)])

    await photos.district.core.store.write(permit)
    card = await photos.desk.types(PARENT, "photos", None)

    taken = await photos.desk.presses(PARENT, card, "photo.take_back")
    message = await photos.post(people(), by=STUDENT)
    await photos.desk.presses(STUDENT, photos.card(STUDENT), "picture.students", **students("stu"))

    assert "in the school's records" in words(card)
    assert "photo.allow" in names(taken)
    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.MISSING
    assert photos.desk.shown(PARENT, TopicKind.PERMISSION) == [], "whoever said no is not asked again"
