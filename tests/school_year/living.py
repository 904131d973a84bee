"""The year lived through: product and model side by side, compared after each event and every night."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from adapters.storage import open_store
from bot.ids import ChannelRef
from bot.ports import Transaction
from tests.district import District, a_core
from tests.fakes import FakeClock
from tests.school_year.checks import all_said
from tests.school_year.founding import BEGINS, Founded, account_of, facts_of, found, furnish
from tests.school_year.happenings import Happenings
from tests.school_year.hours import local_day
from tests.school_year.model import Model
from tests.school_year.pictures import PictureModel
from tests.school_year.places import Place, Said
from tests.school_year.posting import OneFace, Posting
from tests.school_year.product import Product, YearPlatform
from tests.school_year.renewals import Renewals
from tests.school_year.straight import StraightStore

ENDS = datetime(2027, 7, 8, 12, 0, tzinfo=UTC)
HOLIDAYS = (("2026-11-25", "2026-11-30"), ("2026-12-23", "2027-01-04"), ("2027-04-12", "2027-04-19"))
"""Days on which nobody does anything; whatever is due goes on being due."""
WEEKEND = (5, 6)
MORNING, EVENING = time(12), time(23, 30)
"""Between these, in UTC, things happen: in Madrid up to the small hours."""
OUTAGES = (datetime(2027, 3, 14, 3, tzinfo=UTC), datetime(2027, 3, 28, 0, tzinfo=UTC))
"""Everything is down for a while over clock changes in spring."""
FAILS = 0.03
"""How often it is on any other night."""


@dataclass
class Year:
    """The year under way. `differences` are what should not be: empty, where all is well."""

    product: Product
    model: Model
    places: list[Place]
    happens: Happenings
    chance: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    outages: int = 0
    nights: Counter[tuple[ChannelRef, str]] = field(default_factory=Counter)

    async def run(self, *, until: datetime, per_day: int, progress: Callable[["Year"], None]) -> None:
        """Lives up to that day."""
        await self.product.settle()
        for place in self.places:
            self.model.begins(place, BEGINS)
        self.product.looks.clear()
        await self._compare(self.places)
        day = BEGINS
        while day < until:
            day += timedelta(days=1)
            await self._day(day, per_day)
            self._compare_calls()
            progress(self)

    async def _day(self, day: datetime, per_day: int) -> None:
        for moment in self._moments(day, per_day):
            await self._until(moment)
            place = self.chance.choice(self.places)
            what = self.happens.choose()
            if await what(place):
                self.happened[what.__name__] += 1
            await self._compare([place])
        night = datetime.combine(day.date(), EVENING, tzinfo=UTC) + timedelta(minutes=20)
        await self._until(night)
        outage = self._outage(night)
        if outage is not None:
            await self._is_down(*outage)
        # Nights end when it is noon in Madrid.
        await self._until(datetime.combine(day.date() + timedelta(days=1), time(11, 59), tzinfo=UTC))
        await self._compare(self.places)

    def _moments(self, day: datetime, per_day: int) -> list[datetime]:
        """When something happens on that day: at no full hour or minute, and at no two of them at once."""
        date = day.date().isoformat()
        if any(first <= date < last for first, last in HOLIDAYS):
            return []
        count = per_day // 4 if day.weekday() in WEEKEND else per_day
        start, end = (datetime.combine(day.date(), at, tzinfo=UTC) for at in (MORNING, EVENING))
        micros = int((end - start) / timedelta(microseconds=1))
        return [start + timedelta(microseconds=each) for each in sorted(self.chance.sample(range(micros), count))]

    def _outage(self, night: datetime) -> tuple[datetime, datetime] | None:
        planned = [each for each in OUTAGES if night < each < night + timedelta(hours=12)]
        if planned:
            return planned[0], planned[0] + timedelta(hours=8)
        if self.chance.random() < FAILS:
            begins = night + timedelta(hours=self.chance.uniform(0, 6))
            return begins, begins + timedelta(hours=self.chance.uniform(0.5, 5.9))
        return None

    async def _is_down(self, begins: datetime, ends: datetime) -> None:
        await self._until(begins)
        self.outages += 1
        self.product.clock.now = ends
        self.model.resumed_at = ends
        await self._until(ends)

    async def _until(self, moment: datetime) -> None:
        """Both live up to that moment. When exactly a night's look comes the product says; the model says how often."""
        await self.product.until(moment)
        looks, self.product.looks = self.product.looks, []
        for at, ref in looks:
            place = self._places[ref]
            self.model.passes(at)
            self.model.look(place, at)
            self.model.night(place, at)
            zone = self.model.town.people[place.owner].zone
            self.nights[ref, local_day(at, zone).isoformat()] += 1
        self.model.passes(moment)

    def __post_init__(self) -> None:
        self._places = {place.ref: place for place in self.places}

    # Comparing

    async def _compare(self, places: Iterable[Place]) -> None:
        """What is on record of each check is what it must say."""
        chosen = list(places)
        recorded = await self.product.district.read(lambda tx: [_recorded(tx, place) for place in chosen])
        for place, said in zip(chosen, recorded, strict=True):
            must = all_said(place, self.model.town, self.product.clock.now)
            self.compared += len(must)
            if said != must:
                wrong = {name: (said.get(name), must.get(name)) for name in said | must}
                wrong = {name: both for name, both in wrong.items() if both[0] != both[1]}
                self._differs(f"{place.name} ({place.pack}): on record, and due: {wrong}")

    def _compare_calls(self) -> None:
        """Whose attention was called for, when and for what, each time once."""
        called, due = self.product.platform.called, self.model.calls
        for each in sorted(called.keys() | due.keys(), key=str):
            if called[each] != due[each]:
                at, person, topic = each
                self._differs(f"{at} {person.person} {topic}: called {called[each]} times and not {due[each]}")
            self.calls[each[2].partition(":")[0]] += 1
        called.clear()
        due.clear()

    def _differs(self, what: str) -> None:
        self.differences.append(f"{self.product.clock.now:%Y-%m-%d %H:%M} {what}")

    def twice(self) -> dict[tuple[str, str, datetime], int]:
        """Whatever was to be done at one time and was not done once."""
        return {duty: count for duty, count in self.product.done.items() if count != 1}

    def restless(self) -> dict[tuple[ChannelRef, str], int]:
        """Nights in which a channel was looked at more than once, and nights without a look."""
        found = {night: count for night, count in self.nights.items() if count != 1}
        for place in self.places:
            days = sorted(date for ref, date in self.nights if ref == place.ref)
            first, last = (datetime.fromisoformat(each) for each in (days[0], days[-1]))
            if len(days) != (last - first).days + 1:
                found[place.ref, "missing"] = (last - first).days + 1 - len(days)
        return found


def _recorded(tx: Transaction, place: Place) -> dict[str, Said]:
    return {
        each.name: Said(each.outcome.state.value, each.outcome.why, frozenset(each.outcome.people))
        for each in tx.checks.of(place.ref)
    }


async def live(
    *,
    channels: int,
    people: int,
    per_day: int,
    seed: int,
    until: datetime = ENDS,
    folder: Path | None = None,
    progress: Callable[[Year], None] = lambda _: None,
) -> Year:
    """Lives through the year (or up to `until`) and returns what came of it. With a folder the product's own store is
    used, on a file there."""
    chance, clock = random.Random(seed), FakeClock(BEGINS)
    founded = found(channels=channels, people=people, chance=chance)
    store = StraightStore(clock) if folder is None else await open_store(f"sqlite:///{folder / 'year.db'}", clock)
    platform = YearPlatform(clock)
    _set_up(platform, founded)
    await store.write(lambda tx: furnish(tx, founded))
    core = replace(a_core(store, platform), sight=OneFace())
    product = Product(District(core, platform), platform, clock, chance)
    model = Model(founded.town, resumed_at=BEGINS)
    posting = Posting(product, PictureModel(model), chance)
    happens = Happenings(product, model, chance, founded.places, posting, Renewals(model))
    year = Year(product, model, founded.places, happens, chance)
    try:
        await year.run(until=until, per_day=per_day, progress=progress)
    finally:
        await store.close()
    return year


def _set_up(platform: YearPlatform, founded: Founded) -> None:
    for place in founded.places:
        platform.facts_of[place.ref] = facts_of(place)
        platform.inside[place.ref] = {person.person for person in place.members}
    for person in founded.town.people.values():
        platform.accounts[person.ref] = account_of(person)
