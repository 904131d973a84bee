"""Pictures and permissions come back as they were saved, on both databases."""

from dataclasses import replace

from bot.ids import MessageId, MessageRef, PersonId
from bot.ports import Store
from bot.records.photos import Answer, NotSeen, PhotoPermission, Pictures, PictureState
from bot.records.roster import RosterId
from tests.adapters.storage.records import BAND, MINUTE, START, TRACK, person

STU, ADA = RosterId("s|1"), RosterId("ada")
FIRST = MessageRef(TRACK.workspace, TRACK.channel, MessageId("1"))
ASKED = Pictures(
    message=FIRST,
    author=PersonId("coach"),
    posted_at=START,
    state=PictureState.ASKED,
    revision=7,
    sealed=b"sealed",
    looked=("F1", "#1"),
    faces=3,
    unseen=(NotSeen.BROKEN, NotSeen.ELSEWHERE),
    asked_at=START + MINUTE,
)
NAMED = replace(
    ASKED,
    state=PictureState.MISSING,
    sealed=None,
    answer=Answer.STUDENTS,
    answered_at=START + 2 * MINUTE,
    answered_by=person("coach"),
    students=(ADA, STU),
    has_others=True,
    is_overdue=True,
    version=2,
)


async def save(store: Store, *records: Pictures) -> None:
    for one in records:
        await store.write(lambda tx, one=one: tx.photos.save(one))  # type: ignore[misc]


async def test_the_last_state_of_a_messages_pictures_is_kept(store: Store) -> None:
    await save(store, ASKED)
    assert await store.write(lambda tx: tx.photos.get(FIRST)) == ASKED

    await save(store, NAMED)

    assert await store.read(lambda tx: tx.photos.get(FIRST)) == NAMED
    assert await store.read(lambda tx: tx.photos.get(replace(FIRST, message=MessageId("2")))) is None


async def test_what_waits_is_found_by_channel_poster_and_student(store: Store) -> None:
    later = replace(ASKED, message=replace(FIRST, message=MessageId("2")), posted_at=START + MINUTE)
    elsewhere = replace(NAMED, message=MessageRef(BAND.workspace, BAND.channel, MessageId("1")), students=(STU,))
    settled = replace(NAMED, message=replace(FIRST, message=MessageId("3")), state=PictureState.SETTLED)
    gone = replace(NAMED, message=replace(FIRST, message=MessageId("4")), state=PictureState.GONE)
    await save(store, later, NAMED, elsewhere, settled, gone)

    assert await store.read(lambda tx: tx.photos.waiting_in(TRACK)) == [NAMED, later]
    assert await store.read(lambda tx: tx.photos.waiting_for(ASKED.poster)) == [later]
    shown = await store.read(lambda tx: tx.photos.showing(ADA))
    assert {each.message.message for each in shown} == {"1", "3"}
    assert len(await store.read(lambda tx: tx.photos.showing(STU))) == 3


async def test_each_parents_last_word_about_each_thing_is_kept(store: Store) -> None:
    year = PhotoPermission(
        student=STU, parent="mum", message=None, is_given=True, at=START, by=person("mum"), until=START + 9 * MINUTE
    )
    one = replace(year, message=FIRST, at=START + MINUTE, until=None)
    taken = replace(year, is_given=False, at=START + 2 * MINUTE)
    paper = replace(year, parent="", by=person("coach"), at=START + 3 * MINUTE)

    for word in (year, one, taken, paper):
        await store.write(lambda tx, word=word: tx.photos.save_permission(word))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.photos.permissions(STU)) == [one, taken, paper]
    assert await store.read(lambda tx: tx.photos.permissions(ADA)) == []
