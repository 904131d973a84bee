"""Pictures that are removed before all is settled leave evidence: what was asked, seen, posted and removed, by whom."""

import json

from bot.cards import Card
from bot.events import Content, Deleted, Posted
from bot.ids import MessageId, MessageRef, PersonRef
from bot.inbox.intake import Intake
from bot.judging import casebook
from bot.photos import traces
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.incidents import Evidence, Incident, incident_id
from bot.records.photos import PictureState
from tests.bot.desk.at_desk import button, words
from tests.bot.photos.at_photos import AtPhotos, people, students
from tests.district import CLUB, COACH, PARENT, PRINCIPAL, STUDENT


async def evidence(photos: AtPhotos, message: MessageRef) -> list[tuple[str, dict[str, object]]]:
    """Each piece's name and unsealed words, oldest first."""

    def unit(tx: Transaction) -> list[tuple[str, dict[str, object]]]:
        kept = tx.incidents.evidence(incident_id(message))
        return [(each.what, casebook.unseal(photos.district.core, tx, each)) for each in kept]

    return [(what.rstrip("0123456789:"), known) for what, known in await photos.district.read(unit)]


async def the_incident(photos: AtPhotos, message: MessageRef) -> Incident:
    found = await photos.incident(message)
    assert found is not None
    return found


async def opened(photos: AtPhotos, who: PersonRef) -> Card:
    """The alert, opened from the digest that names it."""
    (digest,) = photos.desk.shown(who, TopicKind.DIGEST)
    action = button(digest, "alert.show")
    await photos.desk.desk.act(who, action.name, action.subject, {})
    await photos.district.settle()
    return photos.card(who, TopicKind.INCIDENT)


async def test_a_picture_removed_before_its_poster_answered_stays_on_record_and_disturbs_nobody(
    photos: AtPhotos,
) -> None:
    message = await photos.post(people(faces=3), by=STUDENT, text="what a night")
    await photos.desk.later(minutes=30)

    await photos.district.delete(message, by=STUDENT)

    assert not any(photos.desk.shown(each, TopicKind.INCIDENT) for each in (COACH, PRINCIPAL))
    await photos.desk.later(days=1)
    for reviewer in (COACH, PRINCIPAL):
        told = words(await opened(photos, reviewer))
        assert "what a night" in told
        assert "meet.jpg" in told
        assert "removed before anybody had said who they are" in told
        assert "3 faces" in told
        assert "Posted: Stu Student, November 20, 10:00 AM" in told
        assert "Stu Student was asked on November 20, 10:00 AM and has not answered" in told
        assert "Removed: November 20, 10:30 AM, by Stu Student" in told
    names = [name for name, _ in await evidence(photos, message)]
    assert names == ["picture:removed_unanswered", "picture:gone"]
    assert "picture:message:gone" in await photos.desk.journal()


async def test_what_is_kept_is_sealed_under_the_incidents_key_and_gone_with_it(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT, text="what a night")
    await photos.district.delete(message, by=COACH)

    def sealed(tx: Transaction) -> list[Evidence]:
        return list(tx.incidents.evidence(incident_id(message)))

    kept = await photos.district.read(sealed)
    known = dict(await evidence(photos, message))["picture:gone"]
    await photos.district.core.store.write(lambda tx: tx.incidents.erase_key(incident_id(message)))
    pictures = await photos.pictures(message)

    assert len(kept) == 2
    assert not any(b"night" in each.sealed or b"coach" in each.sealed for each in kept)
    assert (known["by"], known["poster"], known["faces"]) == ("coach", "student", 1)
    assert json.dumps(known).count("what a night") == 0
    assert pictures is not None
    assert pictures.sealed is None
    assert await photos.district.read(lambda tx: traces.of(photos.district.core, tx, pictures)) is None


async def test_a_picture_removed_before_anybody_looked_stays_on_record(photos: AtPhotos) -> None:
    message = MessageRef(CLUB.workspace, CLUB.channel, MessageId("m1"))
    picture = photos.a_picture(message, people())
    at = await photos.district.now()
    content = Content(text="look", attachments=(picture,))

    await Intake(photos.district.core).receive(Posted(message=message, author=STUDENT.person, at=at, content=content))
    await Intake(photos.district.core).receive(Deleted(message=message, at=at, by=STUDENT.person))
    await photos.district.settle()
    await photos.desk.later(days=1)

    assert photos.sight.looks == []
    assert "removed before Chaperone could look at it" in words(await opened(photos, COACH))
    assert (await the_incident(photos, message)).is_deleted


async def test_a_picture_that_is_taken_out_of_its_message_is_asked_about_no_more(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)

    await photos.take(message, STUDENT, Content(text="without it"), revision=1)
    await photos.desk.later(days=3)

    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.GONE
    assert "no longer in the channel" in words(photos.card(STUDENT))
    assert not photos.desk.shown(COACH, TopicKind.INCIDENT)
    incident = await the_incident(photos, message)
    assert (incident.is_deleted, incident.is_mended) == (False, True)
    assert "Removed" in words(await opened(photos, COACH))


async def test_what_reviewers_know_already_is_kept_with_the_answer_and_calls_nobody_again(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students("stu"))
    calls = [called for _, called in photos.desk.calls(COACH, TopicKind.INCIDENT)].count(True)

    await photos.district.delete(message, by=STUDENT)

    known = dict(await evidence(photos, message))["picture:gone"]
    assert (known["answer"], known["students"]) == ("students", ["stu"])
    assert "by Stu Student" in photos.alert(COACH)
    assert [called for _, called in photos.desk.calls(COACH, TopicKind.INCIDENT)].count(True) == calls
    assert "no longer in the channel" in words(photos.card(PARENT, TopicKind.PERMISSION))


async def test_a_settled_picture_that_is_removed_leaves_no_incident(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.nobody")

    await photos.district.delete(message, by=STUDENT)

    assert await photos.incident(message) is None
    record = await photos.pictures(message)
    assert record is not None
    assert record.state is PictureState.GONE


async def test_a_removal_that_names_nobody_is_on_record_all_the_same(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)

    await photos.district.take(Deleted(message=message, at=await photos.district.now(), by=None))
    await photos.desk.later(days=1)

    told = words(await opened(photos, COACH))
    assert "Removed: November 20, 10:00 AM" in told
    assert "10:00 AM, by" not in told
    assert (await the_incident(photos, message)).is_deleted
