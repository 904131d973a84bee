"""The plain model of approvals that are asked for again: who is asked, reminded, told."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ids import PersonRef
from bot.records.deliveries import TopicKind
from tests.school_year.founding import LAST_DAY
from tests.school_year.model import RENEW_BEFORE, Model
from tests.school_year.places import LEDYARD, Place

REMINDED_AFTER = (timedelta(days=2), timedelta(days=3), timedelta(days=4))
"""From one reminder to the next; with the last the next above is asked, too."""


@dataclass
class Renewals:
    """All that must come of requests for another year."""

    model: Model

    def may(self, place: Place, now: datetime) -> bool:
        return place.asked_at is None and now >= place.ends_at - RENEW_BEFORE

    def asked(self, place: Place, now: datetime) -> None:
        """The owner asks for another year: whoever decides is asked, or where telling them is enough, told."""
        place.asked_at, place.approved_at = now, None
        if place.pack == LEDYARD:
            self._approved(place, place.owner, now)
        else:
            self._wait(place, 0, now)
        self.model.call(place.supervisor, TopicKind.APPROVAL, self._topic(place), now)
        self.model.look(place, now)
        self.model.night(place, now)

    def waits(self, place: Place) -> bool:
        return place.asked_at is not None and place.approved_at is None

    def granted(self, place: Place, now: datetime) -> None:
        """The supervisor says yes."""
        self.model.cancel("approval", place.name)
        self._approved(place, place.supervisor, now)
        self.model.call(place.owner, TopicKind.APPROVAL, self._topic(place), now)
        self.model.look(place, now)

    def _approved(self, place: Place, by: PersonRef, now: datetime) -> None:
        zone = ZoneInfo(self.model.town.people[by].zone)
        next_year = LAST_DAY.replace(year=LAST_DAY.year + 1)
        place.approved_at = now
        place.ends_at = datetime.combine(next_year, time(23, 59), tzinfo=zone).astimezone(UTC)
        self.model.cancel("ending", place.name)

    def _wait(self, place: Place, reminded: int, now: datetime) -> None:
        due = now + REMINDED_AFTER[reminded]
        self.model.plan("approval", place.name, due, lambda at: self._remind(place, reminded + 1, at))

    def _remind(self, place: Place, reminded: int, now: datetime) -> None:
        is_last = reminded == len(REMINDED_AFTER)
        above = self.model.town.people[place.supervisor].boss
        for person in (place.supervisor, above if is_last else None):
            if person is not None and person != place.owner:
                self.model.call(person, TopicKind.APPROVAL, self._topic(place), now)
        if not is_last:
            self._wait(place, reminded, now)

    def _topic(self, place: Place) -> str:
        return f"{place.name}|{place.asked_at:%Y%m%d%H%M%S%f}"
