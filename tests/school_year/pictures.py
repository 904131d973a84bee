"""The plain model of pictures: who must be asked who is shown, which parents, and who hears that nobody answered."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.ids import PersonRef
from bot.records.deliveries import TopicKind
from tests.school_year.model import Message, Model
from tests.school_year.places import Place

POSTER_REMINDED, POSTER_WITHIN = timedelta(hours=6), timedelta(hours=24)
PARENTS_REMINDED, PARENTS_WITHIN = timedelta(days=2), timedelta(days=3)
LAST_DAY, LAST_MINUTE, LAST_WEEKS = date(2027, 6, 30), time(23, 59), timedelta(days=60)


class Stand(Enum):
    """Where a picture stands."""

    ASKED = auto()
    MISSING = auto()
    SETTLED = auto()
    GONE = auto()


@dataclass
class Picture:
    """A picture that was posted: `shown` are the students in it, `words` what parents said of it."""

    place: Place
    poster: PersonRef
    name: str
    incident: str
    stand: Stand = Stand.ASKED
    is_told: bool = False
    shown: list[PersonRef] = field(default_factory=list)
    words: dict[tuple[PersonRef, str], bool] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return f"{self.place.name}|{self.name}"


@dataclass
class PictureModel:
    """All that must come of pictures. `for_the_year` is until when parents allowed all pictures of a child."""

    model: Model
    for_the_year: dict[tuple[PersonRef, str], datetime] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)

    def posted(self, picture: Picture, now: datetime) -> None:
        """People were seen in it: its poster is asked at once, once more later, and in time those who answer hear."""
        self.pictures.append(picture)
        self.model.call(picture.poster, TopicKind.PICTURE, picture.topic, now)
        self.model.plan(
            "poster again", picture.topic, now + POSTER_REMINDED, lambda at: self._poster_again(picture, at)
        )
        self.model.plan("poster", picture.topic, now + POSTER_WITHIN, lambda at: self._poster_silent(picture, at))

    def answered(self, picture: Picture, shown: list[PersonRef], now: datetime) -> None:
        """The poster said who is shown. Where a permission is missing, those who answer hear, and parents are asked."""
        picture.shown = shown
        self._poster_is_done(picture)
        if all(self._is_allowed(picture, student, now) for student in shown):
            picture.stand = Stand.SETTLED
            return
        picture.stand = Stand.MISSING
        self._tell(picture, now)
        if self._ask_parents(picture, now):
            self.model.plan(
                "parents again", picture.topic, now + PARENTS_REMINDED, lambda at: self._parents_again(picture, at)
            )
            self.model.plan(
                "parents", picture.topic, now + PARENTS_WITHIN, lambda at: self._parents_silent(picture, at)
            )

    def said(self, picture: Picture, student: PersonRef, parent: str, word: str, now: datetime) -> None:
        """A parent allows this picture of a child, or all of the year, or does not."""
        before, was_refused = picture.words.get((student, parent)), False in self._words(picture, student, now)
        if word == "year":
            self._allow_the_year(student, parent, now)
            if before is False:
                picture.words[student, parent] = True
        else:
            picture.words[student, parent] = word == "picture"
        if word == "no" and not was_refused:
            picture.stand = Stand.MISSING
            if not any(self._is_open(picture, each, now) for each in picture.shown):
                self._parents_are_done(picture)
            self._tell(picture, now)
            if self.model.town.people[picture.poster].is_active:
                self.model.call(picture.poster, TopicKind.PICTURE, picture.topic, now)
        for each in self.pictures:
            if each.stand is Stand.MISSING and all(self._is_allowed(each, one, now) for one in each.shown):
                each.stand = Stand.SETTLED
                self._parents_are_done(each)

    def _allow_the_year(self, student: PersonRef, parent: str, now: datetime) -> None:
        """Until the school year ends for the parent; what is said in its last weeks is for the next."""
        known = self.for_the_year.get((student, parent), now)
        account = self.model.town.account_of[parent]
        assert account is not None
        zone = ZoneInfo(self.model.town.people[account].zone)
        ends = [datetime.combine(LAST_DAY.replace(year=year), LAST_MINUTE, tzinfo=zone) for year in (2027, 2028)]
        if known <= now:  # said again while it holds, it changes nothing
            until = ends[0] if ends[0] - now > LAST_WEEKS else ends[1]
            self.for_the_year[student, parent] = until.astimezone(UTC)

    def deleted(self, picture: Picture, now: datetime) -> None:
        """It is gone: nobody is asked about it any more. Where nobody had said who is shown, it is in the digest."""
        if picture.stand is Stand.ASKED and not picture.is_told:
            trace = Message(picture.place, picture.poster, picture.name, "")
            self.model.found(trace, picture.incident, now, is_low=True)
        picture.stand = Stand.GONE
        self._poster_is_done(picture)
        self._parents_are_done(picture)

    def _is_allowed(self, picture: Picture, student: PersonRef, now: datetime) -> bool:
        words = self._words(picture, student, now)
        return bool(words) and all(words)

    def _is_open(self, picture: Picture, student: PersonRef, now: datetime) -> bool:
        return not self._words(picture, student, now)

    def _words(self, picture: Picture, student: PersonRef, now: datetime) -> list[bool]:
        """What each parent says: of this picture before what they said of the year."""
        found = []
        for parent in self.model.town.parents_of.get(student, ()):
            if (student, parent) in picture.words:
                found.append(picture.words[student, parent])
            elif now < self.for_the_year.get((student, parent), now):
                found.append(True)
        return found

    def _ask_parents(self, picture: Picture, now: datetime) -> bool:
        """Calls the parents with an account of each student of whom nobody has said anything."""
        missing = [each for each in picture.shown if self._is_open(picture, each, now)]
        for student in missing:
            for parent in self.model.town.parents_of.get(student, ()):
                account = self.model.town.account_of[parent]
                if account is not None and self.model.town.people[account].is_active:
                    topic = f"{picture.topic}|roster-{student.person}"
                    self.model.call(account, TopicKind.PERMISSION, topic, now)
        return bool(missing)

    def _tell(self, picture: Picture, now: datetime) -> None:
        picture.is_told = True
        for person in (picture.place.owner, picture.place.supervisor):
            self.model.call(person, TopicKind.INCIDENT, picture.incident, now)

    def _poster_again(self, picture: Picture, now: datetime) -> None:
        if picture.stand is Stand.ASKED and self.model.town.people[picture.poster].is_active:
            self.model.call(picture.poster, TopicKind.PICTURE, picture.topic, now)

    def _poster_silent(self, picture: Picture, now: datetime) -> None:
        if picture.stand is Stand.ASKED:
            self._tell(picture, now)

    def _parents_again(self, picture: Picture, now: datetime) -> None:
        if picture.stand is Stand.MISSING:
            self._ask_parents(picture, now)

    def _parents_silent(self, picture: Picture, now: datetime) -> None:
        if picture.stand is Stand.MISSING:
            self._tell(picture, now)

    def _poster_is_done(self, picture: Picture) -> None:
        for kind in ("poster", "poster again"):
            self.model.cancel(kind, picture.topic)

    def _parents_are_done(self, picture: Picture) -> None:
        for kind in ("parents", "parents again"):
            self.model.cancel(kind, picture.topic)
