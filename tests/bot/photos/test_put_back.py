"""A message with a picture is deleted and put back: its picture is looked at again, and its poster asked once more."""

from dataclasses import replace
from datetime import timedelta

from bot.events import Content, Deleted, Edited, revision_at
from bot.ports.pictures import Seen
from bot.records.photos import PictureState
from tests.bot.photos.at_photos import FACE, AtPhotos
from tests.district import COACH


async def test_a_picture_that_is_there_again_is_asked_about_again(photos: AtPhotos) -> None:
    message = await photos.post(Seen(faces=(FACE,)))
    district = photos.district
    posted = await district.read(lambda tx: tx.photos.get(message))
    gone = await district.now() + timedelta(seconds=1)
    picture = photos.a_picture(message, Seen(faces=(FACE,)))
    picture = replace(picture, id="F0")

    await district.take(Deleted(message=message, at=gone, revision=revision_at(gone)))
    deleted = await district.read(lambda tx: tx.photos.get(message))
    back = gone + timedelta(seconds=1)
    await district.take(
        Edited(
            message=message,
            author=COACH.person,
            at=back,
            content=Content(text="from the meet", attachments=(picture,)),
            revision=revision_at(back),
            is_put_back=True,
        )
    )

    there = await district.read(lambda tx: tx.photos.get(message))
    states = [each.state for each in (posted, deleted, there) if each is not None]
    assert states == [PictureState.ASKED, PictureState.GONE, PictureState.ASKED]
