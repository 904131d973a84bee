"""How long people have to answer about pictures is the pack's, stands in what they read, and is reminded of once."""

from dataclasses import replace

from bot.core import Shelf
from bot.desk.door import Desk
from bot.ids import PersonRef
from bot.records.deliveries import TopicKind
from policy.pack import PhotoTimes
from policy.words import Lang
from tests.bot.desk.at_desk import AtDesk, words
from tests.bot.photos.at_photos import AtPhotos, people, students
from tests.district import COACH, CREC, PARENT, PRINCIPAL, STUDENT, District, shipped

TIMES = PhotoTimes(poster_hours=4, poster_reminder_hours=1, parent_days=10, parent_reminder_days=7)


def with_times(photos: AtPhotos, times: PhotoTimes) -> AtPhotos:
    """The same district under a pack with these times."""
    pack = shipped()[CREC]
    changed = replace(pack, settings=replace(pack.settings, photos=times))
    core = replace(photos.district.core, shelf=Shelf(lambda: {CREC: changed}))
    return replace(photos, desk=AtDesk(District(core, photos.district.platform), Desk(core), photos.desk.clock))


def calls(photos: AtPhotos, who: PersonRef, kind: TopicKind) -> int:
    """How often the card called for the person's attention."""
    return [is_called for _, is_called in photos.desk.calls(who, kind)].count(True)


async def test_the_poster_is_told_until_when_to_answer_reminded_once_and_then_told_of(photos: AtPhotos) -> None:
    photos = with_times(photos, TIMES)  # it is November 20, 3 PM in UTC
    await photos.post(people(), by=STUDENT)
    asked = words(photos.card(STUDENT))

    await photos.desk.later(minutes=59)
    before = calls(photos, STUDENT, TopicKind.PICTURE)
    await photos.desk.later(minutes=2)
    after = calls(photos, STUDENT, TopicKind.PICTURE)
    await photos.desk.later(hours=2)
    assert not photos.desk.shown(COACH, TopicKind.INCIDENT)
    await photos.desk.later(hours=1)

    assert "Please answer by November 20, 2:00 PM. After that" in asked
    assert (before, after) == (1, 2)
    assert calls(photos, STUDENT, TopicKind.PICTURE) == 2
    assert "has not said in time" in photos.alert(COACH)
    assert "was asked on November 20, 10:00 AM and has not answered" in photos.alert(COACH)
    assert "The time to answer is over" in words(photos.card(STUDENT))


async def test_parents_are_told_until_when_to_answer_and_reminded_once(photos: AtPhotos) -> None:
    photos = with_times(photos, TIMES)
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students("stu", "otis"))
    told = calls(photos, PRINCIPAL, TopicKind.INCIDENT)

    await photos.desk.later(days=7, hours=1)
    asked = words(photos.card(PARENT, TopicKind.PERMISSION))
    reminded = calls(photos, PARENT, TopicKind.PERMISSION)
    await photos.desk.later(days=2)
    assert calls(photos, PRINCIPAL, TopicKind.INCIDENT) == told
    await photos.desk.later(days=1)

    assert "Please answer by November 30, 10:00 AM" in asked
    assert reminded == calls(photos, PARENT, TopicKind.PERMISSION) == 2
    assert calls(photos, PRINCIPAL, TopicKind.INCIDENT) == told + 1
    assert "has not answered in time" in photos.alert(PRINCIPAL)


async def test_reviewers_and_their_letters_name_the_last_day(photos: AtPhotos) -> None:
    photos = with_times(photos, TIMES)
    await photos.desk.speaks(PRINCIPAL, Lang.ES)
    await photos.post(people(), by=STUDENT)
    await photos.says(STUDENT, "picture.students", students("stu", "otis"))

    assert "parents asked on November 20, 2026, to answer by November 30, 10:00 AM" in photos.alert(COACH)
    assert "Please answer by November 30, 2026: yes" in photos.alert(COACH)
    assert "Respondan hasta el 30 de noviembre de 2026, por favor" in photos.alert(COACH)
    assert "con plazo hasta el 30 de noviembre" in photos.alert(PRINCIPAL)


async def test_without_reminders_nobody_is_reminded_and_who_answered_is_not_either(photos: AtPhotos) -> None:
    never = with_times(photos, replace(TIMES, poster_reminder_hours=0, parent_reminder_days=0))
    await never.post(people(), by=STUDENT)
    await never.desk.later(hours=3)
    await never.says(STUDENT, "picture.students", students("stu"))
    await never.desk.later(days=9)
    assert calls(never, STUDENT, TopicKind.PICTURE) == calls(never, PARENT, TopicKind.PERMISSION) == 1

    await never.desk.presses(PARENT, never.card(PARENT, TopicKind.PERMISSION), "photo.picture")
    before = calls(never, PARENT, TopicKind.PERMISSION)
    await never.desk.later(days=30)
    assert calls(never, PARENT, TopicKind.PERMISSION) == before
