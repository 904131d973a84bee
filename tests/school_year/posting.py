"""What may happen to pictures: posted by students who say nothing else, answered, permitted, refused, deleted."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.door import Desk
from bot.events import Content, Deleted, Posted
from bot.ids import MessageId, MessageRef, PersonRef
from bot.photos.naming import token
from bot.ports.pictures import Box, Seen
from bot.records.incidents import incident_id
from bot.records.roster import RosterId
from policy.message import Attachment, AttachmentKind, Role
from tests.school_year.pictures import Picture, PictureModel, Stand
from tests.school_year.places import Place
from tests.school_year.product import Product

SETTLED_LONG = timedelta(minutes=11)
"""So long after one picture's question was answered its poster may post the next there: no sooner would it be told of
apart."""


class OneFace:
    """Sees one face in everything."""

    async def look(self, content: bytes, *, name: str) -> Seen:
        """One face."""
        assert content
        assert name
        return Seen(width=800, height=600, faces=(Box(left=0.4, top=0.1, right=0.6, bottom=0.4),))

    async def close(self) -> None:
        """Nothing to do."""


def posts_pictures(student: PersonRef) -> bool:
    """Every other student posts pictures; the rest talk."""
    return int(student.person.removeprefix("student")) % 2 == 0


@dataclass
class Posting:
    """What happens to pictures, chosen by chance. Each returns whether it did."""

    product: Product
    model: PictureModel
    chance: random.Random
    _count: int = 0
    _last: dict[tuple[str, PersonRef], datetime] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.product.clock.now

    async def posts_picture(self, place: Place) -> bool:
        people = self.model.model.town.people
        may = [
            each
            for each in sorted(place.members)
            if people[each].role is Role.STUDENT and people[each].is_active and posts_pictures(each)
        ]
        poster = self.chance.choice(may) if may else None
        if poster is None or not self._may_post(place, poster):
            return False
        self._count += 1
        ref = MessageRef(place.ref.workspace, place.ref.channel, MessageId(f"p{self._count}"))
        picture = Attachment(AttachmentKind.PICTURE, name="meet.jpg", id=f"F{self._count}")
        self.product.platform.files[ref, picture.id] = b"a picture"
        content = Content(text="from the meet", attachments=(picture,))
        await self.product.takes(Posted(message=ref, author=poster.person, at=self.now, content=content))
        self.model.posted(Picture(place, poster, ref.message, incident_id(ref)), self.now)
        return True

    def _may_post(self, place: Place, poster: PersonRef) -> bool:
        theirs = [each for each in self.model.pictures if (each.place, each.poster) == (place, poster)]
        return self._is_apart(place, poster) and not any(each.stand is Stand.ASKED for each in theirs)

    def _is_apart(self, place: Place, poster: PersonRef) -> bool:
        last = self._last.get((place.name, poster))
        return last is None or self.now > last + SETTLED_LONG

    async def names(self, _: Place) -> bool:
        """A poster says who is shown: one or two students of the channel, or nobody."""
        town = self.model.model.town
        asked = [p for p in self.model.pictures if p.stand is Stand.ASKED and town.people[p.poster].is_active]
        if not asked:
            return False
        picture = self.chance.choice(asked)
        students = [each for each in sorted(picture.place.members) if each in town.parents_of]
        shown = sorted(self.chance.sample(students, min(len(students), self.chance.choice((0, 1, 1, 2)))))
        if shown:
            chosen = ",".join(token(RosterId(f"roster-{each.person}")) for each in shown)
            await self._presses(picture.poster, "picture.students", picture.topic, students=chosen)
        else:
            await self._presses(picture.poster, "picture.no_student", picture.topic)
        self._last[picture.place.name, picture.poster] = self.now
        self.model.answered(picture, shown, self.now)
        return True

    async def permits(self, _: Place) -> bool:
        """A parent answers, or changes their answer."""
        town = self.model.model.town
        found = [
            (picture, student, parent, account)
            for picture in self.model.pictures[-200:]
            if picture.stand in (Stand.MISSING, Stand.SETTLED)
            for student in picture.shown
            for parent in town.parents_of.get(student, ())
            if (account := town.account_of[parent]) is not None and town.people[account].is_active
        ]
        if not found:
            return False
        missing = [each for each in found if each[0].stand is Stand.MISSING]
        picture, student, parent, account = self.chance.choice(missing or found)
        word = self.chance.choice(("picture", "picture", "year", "no"))
        await self._presses(account, f"photo.{word}", f"{picture.topic}|roster-{student.person}")
        self.model.said(picture, student, parent, word, self.now)
        return True

    async def takes_down(self, _: Place) -> bool:
        """A picture is deleted."""
        there = [
            p for p in self.model.pictures[-100:] if p.stand is not Stand.GONE and self._is_apart(p.place, p.poster)
        ]
        if not there:
            return False
        picture = self.chance.choice(there)
        ref = MessageRef(picture.place.ref.workspace, picture.place.ref.channel, MessageId(picture.name))
        await self.product.takes(Deleted(message=ref, at=self.now, by=picture.poster.person))
        self._last[picture.place.name, picture.poster] = self.now
        self.model.deleted(picture, self.now)
        return True

    async def _presses(self, who: PersonRef, name: str, subject: str, **values: str) -> None:
        await Desk(self.product.district.core).act(who, name, subject, values)
        await self.product.settle()
