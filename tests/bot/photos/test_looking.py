"""What is seen in a picture: its text judged like a message, its place found, what was not seen said."""

from dataclasses import replace

import pytest

from bot.events import Content
from bot.inbox.intake import Intake
from bot.moderate import handle
from bot.ports import Ability, Transaction
from bot.ports.pictures import Seen, Unseen
from bot.records.deliveries import TopicKind
from bot.records.incidents import incident_id
from bot.records.photos import NotSeen, PictureState
from policy.message import Attachment, AttachmentKind
from tests.bot.desk.at_desk import words
from tests.bot.photos.at_photos import AtPhotos, people
from tests.district import CLUB, COACH, PRINCIPAL, STUDENT, a_post

BREACH = "chaperone canary drill"


async def test_text_in_a_picture_is_judged_like_a_message_and_its_place_is_said(photos: AtPhotos) -> None:
    seen = people(faces=0, text=("CHESS NIGHT", "bring a friend", BREACH))

    message = await photos.post(seen, by=STUDENT)

    told = photos.alert(COACH)
    assert "Read in the picture, at the bottom" in told
    assert BREACH in told
    (card,) = photos.desk.shown(PRINCIPAL, TopicKind.INCIDENT)
    assert "meet.jpg" in words(card)
    incident = await photos.incident(message)
    assert incident is not None
    assert list(incident.rules) == ["canary"]


async def test_of_a_picture_only_what_breaks_a_rule_is_kept(photos: AtPhotos) -> None:
    message = await photos.post(people(faces=0, text=("CHESS NIGHT", "at seven")), by=STUDENT)

    record = await photos.pictures(message)
    assert record is not None
    assert (record.state, record.sealed, record.faces) == (PictureState.SETTLED, None, 0)
    assert await photos.incident(message) is None


async def test_the_same_words_are_found_in_the_message_and_in_its_picture(photos: AtPhotos) -> None:
    message = await photos.post(people(text=(BREACH,)), by=STUDENT, text=BREACH)

    def read(tx: Transaction) -> list[str]:
        incident = tx.incidents.get(incident_id(message))
        assert incident is not None
        return [evidence.what for evidence in tx.incidents.evidence(incident.id)]

    assert await photos.district.read(read) == ["picture:text:1", "posted"]
    assert photos.card(STUDENT).title


async def test_where_it_was_taken_is_a_finding(photos: AtPhotos) -> None:
    message = await photos.post(people(faces=0, has_place=True), by=STUDENT)

    incident = await photos.incident(message)
    assert incident is not None
    assert list(incident.rules) == ["student_location"]
    assert "says where it was taken" in photos.alert(COACH)


@pytest.mark.parametrize(("chance", "is_told"), [(0.9, True), (0.1, False)])
async def test_a_picture_that_is_likely_provocative_is_told_at_once(
    photos: AtPhotos, chance: float, is_told: bool
) -> None:
    await photos.post(Seen(provocative=chance), by=STUDENT)

    assert bool(photos.desk.shown(PRINCIPAL, TopicKind.INCIDENT)) is is_told
    if is_told:
        assert "may be provocative" in photos.alert(PRINCIPAL)


@pytest.mark.parametrize(
    ("unseen", "why"),
    [
        (Unseen.TOO_LARGE, "too large"),
        (Unseen.UNKNOWN_KIND, "no kind of picture"),
        (Unseen.TOO_SLOW, "took too long"),
        (Unseen.NOT_INSTALLED, "not installed"),
    ],
)
async def test_what_was_not_looked_at_is_said(photos: AtPhotos, unseen: Unseen, why: str) -> None:
    await photos.post(Seen(unseen=unseen), by=STUDENT, kind=AttachmentKind.VIDEO)

    assert f"not looked at, or not wholly: {why}" in photos.alert(COACH).replace("it is ", "").replace(
        "looking at it ", ""
    ).replace("what reads such files is ", "")


async def test_a_platform_that_gives_no_files_is_said_and_the_poster_is_asked_all_the_same(photos: AtPhotos) -> None:
    photos.district.platform.can = frozenset(Ability) - {Ability.READ_FILES}

    await photos.post(people(), by=STUDENT)

    assert "does not give the file to Chaperone" in photos.alert(COACH)
    assert photos.card(STUDENT).title


async def test_a_picture_that_is_kept_elsewhere_is_said(photos: AtPhotos) -> None:
    event = a_post("", at=await photos.district.now())
    picture = Attachment(AttachmentKind.PICTURE, name="https://drive.example.org/x.jpg")

    await photos.take(event.message, STUDENT, Content(text="look", attachments=(picture,)))

    record = await photos.pictures(event.message)
    assert record is not None
    assert record.unseen == (NotSeen.ELSEWHERE,)
    assert "kept elsewhere" in photos.alert(COACH)


async def test_a_file_that_cannot_be_fetched_is_tried_again_and_said_in_the_end(photos: AtPhotos) -> None:
    photos.district.platform.faults = [OSError("broken")] * 3

    message = await photos.post(people(), by=STUDENT)
    for _ in range(4):
        await photos.desk.later(minutes=20)

    assert "could not be fetched" in photos.alert(COACH)
    record = await photos.pictures(message)
    assert record is not None
    assert record.unseen == (NotSeen.UNREACHED,)


async def test_a_picture_is_looked_at_once_whatever_is_edited_beside_it(photos: AtPhotos) -> None:
    message = await photos.post(people(), by=STUDENT)
    posted = Attachment(AttachmentKind.PICTURE, name="meet.jpg", id="F0")

    await photos.take(message, STUDENT, Content(text="from our meet", attachments=(posted,)), revision=1)
    more = photos.a_picture(message, people(faces=2))
    await photos.take(message, STUDENT, Content(text="two now", attachments=(posted, more)), revision=2)

    assert photos.district.platform.fetched == ["F0", "F1"]
    record = await photos.pictures(message)
    assert record is not None
    assert (record.faces, record.state) == (3, PictureState.ASKED)
    assert "3 faces" in words(photos.card(STUDENT))


async def test_a_worker_that_dies_while_it_looks_loses_and_doubles_nothing(photos: AtPhotos) -> None:
    """The lease runs out, another looks again, and what the first would have kept is refused."""
    ref = a_post("", at=await photos.district.now()).message
    picture = photos.a_picture(ref, people(text=(BREACH,)))
    event = replace(a_post("", at=await photos.district.now()), content=Content(text="x", attachments=(picture,)))
    core = photos.district.core
    await Intake(core).receive(event)
    lease = core.limits.lease
    for item in await core.store.write(lambda tx: tx.inbox.claim("test", limit=9, lease=lease)):
        await handle(core, item)
    await core.store.write(lambda tx: tx.duties.claim("dead", limit=9, lease=lease))

    await photos.desk.later(minutes=1)
    await photos.desk.later(minutes=1)

    assert len(photos.sight.looks) == 1
    assert len(photos.desk.shown(STUDENT, TopicKind.PICTURE)) == 1
    assert (await photos.desk.journal()).count("picture:look:done") == 1
    assert [notify for _, notify in photos.desk.calls(COACH, TopicKind.INCIDENT)].count(True) == 1


async def test_without_a_sight_each_picture_is_an_alert_as_before(photos: AtPhotos) -> None:
    blind = replace(photos.district.core, sight=None)
    event = a_post("", at=await photos.district.now(), by=STUDENT)
    content = Content(text="x", attachments=(Attachment(AttachmentKind.PICTURE, name="a.jpg", id="F9"),))
    await Intake(blind).receive(replace(event, content=content))

    await replace(photos.district, core=blind).settle()

    assert "students may be in it" in photos.alert(COACH)
    assert await photos.pictures(event.message) is None


async def test_a_file_that_is_no_picture_is_not_fetched(photos: AtPhotos) -> None:
    ref = a_post("", at=await photos.district.now()).message
    plan = Attachment(AttachmentKind.FILE, name="plan.txt", id="F1")

    await photos.take(ref, COACH, Content(text="the plan", attachments=(plan,)))

    assert photos.district.platform.fetched == []
    assert await photos.pictures(ref) is None


async def test_the_verdict_is_kept_as_the_judge_gave_it(photos: AtPhotos) -> None:
    """That a question comes first changes what people are told, not what was found."""
    message = await photos.post(people(), by=STUDENT)

    assert not await photos.district.read(lambda tx: tx.messages.is_clean(message, 0))
    assert (await photos.district.read(lambda tx: tx.messages.counts()))["flagged"] == 1
    assert message.channel_ref == CLUB
