"""A school year of an invented district in virtual time, beside a plain model of what each check should say.

`python -m tests.school_year --channels 300 --people 5000` lives through it at full size and prints what happened."""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.storage import open_store
from bot.accounts import Account
from bot.deliveries import TopicKind
from bot.delivery import deliver
from bot.desk import Desk
from bot.duties import DutyItem
from bot.duty_worker import do
from bot.errors import StaleLease
from bot.events import AccountChanged, Archived, Converted, Event, Joined, Left, Renamed, Shared, Watched
from bot.governance import approvals
from bot.governance.check import asked_by
from bot.governance.records import CheckState
from bot.governance.watch import LOOK, look_soon
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from bot.intake import Intake
from bot.moderate import handle
from bot.ports import Transaction
from bot.registry import Channel, ChannelFacts, ChannelState, Person
from bot.subjects import subject_of
from policy.message import ChannelKind, Role
from policy.verdict import PackId
from tests.district import CREC, WORKSPACE, District, a_core, a_post, shipped
from tests.fakes import FakeClock, FakePlatform

BEGINS = datetime(2026, 8, 27, 12, 0, tzinfo=UTC)
ENDS = datetime(2027, 7, 8, 12, 0, tzinfo=UTC)
STEP = timedelta(days=1)
PACKS = (CREC, PackId("ledyard"))
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "Europe/Madrid")
HOLIDAYS = (("2026-11-25", "2026-11-30"), ("2026-12-23", "2027-01-04"), ("2027-04-12", "2027-04-19"))
"""Days on which nobody does anything; whatever is due goes on being due."""
APPROVAL_ENDS = clock_time(23, 59)
MONITORING = timedelta(days=7)
MEND_WITHIN, REMIND_EVERY = timedelta(days=3), timedelta(days=7)
REMIND_BEFORE = timedelta(days=1.75)


@dataclass
class Place:
    """A channel as the model knows it: what happened there, and nothing of what the product made of it."""

    ref: ChannelRef
    pack: PackId
    owner: PersonRef
    supervisor: PersonRef
    approved_at: datetime
    ends_at: datetime
    is_private: bool = True
    is_shared: bool = False
    looked_at: datetime | None = None
    brought_by: dict[PersonRef, PersonRef | None] = field(default_factory=dict)
    approved: dict[PersonRef, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    reminded_at: datetime | None = None
    reminders: int = 0
    overdue_since: datetime | None = None
    next_escalation: datetime | None = None
    escalations: int = 0


@dataclass
class Year:
    """The year under way: the product on its clock, and the model beside it."""

    district: District
    clock: FakeClock
    chance: random.Random
    places: list[Place]
    people: dict[PersonRef, Person]
    happened: Counter[str] = field(default_factory=Counter)
    done: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)
    crashes: int = 0
    compared: int = 0

    async def run(self, *, until: datetime, per_step: int) -> None:
        """Lives through the year. After each step every check of every channel is what the model says."""
        while self.clock.now < until:
            self.clock.now += STEP
            if not self._is_holiday():
                for _ in range(per_step):
                    await self._something_happens(self.chance.choice(self.places))
            await self._settle()
            for place in self.places:
                _time_passes(place, self.clock.now, self.people[place.owner].zone)
            await self._compare()

    def _is_holiday(self) -> bool:
        day = self.clock.now.date().isoformat()
        return any(first <= day < last for first, last in HOLIDAYS)

    # What happens

    async def _something_happens(self, place: Place) -> None:
        what = self.chance.choice([
            self._joins, self._joins, self._joins, self._leaves, self._shared, self._converted, self._decides,
            self._decides, self._looks, self._looks, self._looks, self._says, self._account, self._given, self._renamed,
        ])  # fmt: skip
        if await what(place):
            self.happened[what.__name__.strip("_")] += 1

    async def _takes(self, event: Event) -> None:
        # Twice, as platforms do.
        for _ in range(self.chance.choice((1, 1, 2))):
            await Intake(self.district.core).receive(event)

    async def _joins(self, place: Place) -> bool:
        person = self.chance.choice([ref for ref in self.people if ref not in place.brought_by])
        by = self.chance.choice((place.owner, place.owner, place.owner, place.supervisor, None, person))
        place.brought_by[person] = None if by == person else by
        self.district.platform.inside[place.ref].add(person.person)
        inviter = place.brought_by[person]
        await self._takes(
            Joined(channel=place.ref, person=person.person, at=self.clock.now, by=inviter.person if inviter else None)
        )
        return True

    async def _leaves(self, place: Place) -> bool:
        gone = self.chance.choice(sorted(place.brought_by))
        if gone == place.owner:
            return False
        del place.brought_by[gone]
        place.approved.pop(gone, None)
        self.district.platform.inside[place.ref].discard(gone.person)
        await self._takes(Left(channel=place.ref, person=gone.person, at=self.clock.now))
        return True

    async def _shared(self, place: Place) -> bool:
        place.is_shared = not place.is_shared
        self._shape(place)
        await self._takes(Shared(channel=place.ref, is_shared=place.is_shared, at=self.clock.now))
        return True

    async def _converted(self, place: Place) -> bool:
        place.is_private = not place.is_private
        self._shape(place)
        await self._takes(Converted(channel=place.ref, is_private=place.is_private, at=self.clock.now))
        return True

    async def _renamed(self, place: Place) -> bool:
        at = self.clock.now
        await self._takes(Renamed(channel=place.ref, name=f"{place.ref.channel}-{at:%m%d}", at=at))
        await self._takes(Archived(channel=place.ref, is_archived=False, at=at))
        await self._takes(Watched(channel=place.ref, is_watched=True, at=at))
        return True

    async def _decides(self, place: Place) -> bool:
        """The owner or supervisor approves of a member, an outsider for a purpose."""
        doubtful = [p for p in place.brought_by if not (_is_invited(place, p) and self._belongs(place, p))]
        decider = self.chance.choice((place.owner, place.supervisor))
        if not doubtful or not self.people[decider].is_active:
            return False
        person = self.chance.choice(sorted(doubtful))
        purpose = "" if self._is_ours(person) else "Judge of a match"
        await self._settle()  # the product knows of the member by now
        subject = f"{subject_of(place.ref)}|{person.person}"
        await Desk(self.district.core).act(decider, "member.approve", subject, {"purpose": purpose})
        place.approved[person] = purpose
        return True

    async def _looks(self, place: Place) -> bool:
        if not self.people[place.owner].is_active:
            return False
        await Desk(self.district.core).act(place.owner, "attest.confirm", subject_of(place.ref), {})
        place.looked_at, place.reminded_at = self.clock.now, None
        place.overdue_since = place.next_escalation = None
        return True

    async def _says(self, place: Place) -> bool:
        author = self.chance.choice(sorted(place.brought_by))
        words = self.chance.choice(("practice is at four", "chaperone canary drill", "bring your boards"))
        name = f"m{self.happened.total()}"
        await self._takes(a_post(words, at=self.clock.now, by=author, message=name, channel=place.ref))
        return True

    async def _account(self, place: Place) -> bool:
        """Somebody's account is closed, or opened again; never an owner's, whose channel would go to another."""
        staff_above = {p.supervisor for p in self.places} | {p.owner for p in self.places}
        person = self.people[self.chance.choice(sorted(place.brought_by))]
        if person.ref in staff_above:
            return False
        changed = replace(person, is_active=not person.is_active)
        self.people[person.ref] = changed
        account = _account_of(changed)
        self.district.platform.accounts[person.ref] = account
        await self._takes(AccountChanged(account=account, at=self.clock.now))
        await self._settle()
        # The event tells of the account; each of its channels is looked at in the night at the latest.
        for each in self.places:
            if person.ref in each.brought_by:
                await self.district.core.store.write(lambda tx, ref=each.ref: look_soon(tx, ref))  # type: ignore[misc]
        return True

    async def _given(self, place: Place) -> bool:
        """The owner has given a notice to parents on paper."""
        notices = shipped()[place.pack].notices
        missing = [n for n in notices.values() if n.to == "parents" and n.id not in place.given]
        if not missing or not self.people[place.owner].is_active:
            return False
        notice = self.chance.choice(missing)
        subject = f"{subject_of(place.ref)}|{notice.id}|{notice.version}"
        await Desk(self.district.core).act(place.owner, "notice.given", subject, {})
        place.given.add(notice.id)
        return True

    def _shape(self, place: Place) -> None:
        self.district.platform.facts_of[place.ref] = _facts(place)

    # The product at work

    async def _settle(self) -> None:
        """Works everything through that is due; now and then a process dies after it took something up."""
        core = self.district.core
        store, lease = core.store, core.limits.lease
        while True:
            items, duties, owed = await store.write(
                lambda tx: (
                    tx.inbox.claim("year", limit=20, lease=lease),
                    tx.duties.claim("year", limit=20, lease=lease),
                    tx.outbox.claim("year", limit=20, lease=lease),
                )
            )
            if not (items or duties or owed):
                return
            if self.chance.random() < 0.05:
                self.crashes += 1
                await store.write(_all_leases_end)
                continue
            for item in items:
                await handle(core, item)
            for duty in duties:
                await self._do(duty)
            for delivery in owed:
                await deliver(core, delivery)

    async def _do(self, item: DutyItem) -> None:
        duty = item.duty
        try:
            await do(self.district.core, item)
        except StaleLease:
            return
        left = await self.district.read(lambda tx: tx.duties.get(duty.kind, duty.subject))
        if (duty.kind, duty.due_at) == (LOOK, self.clock.now):
            return  # asked for by hand, perhaps more than once in one step
        if left is None or left.due_at != duty.due_at:
            self.done[duty.kind, duty.subject, duty.due_at] += 1

    # The model

    async def _compare(self) -> None:
        recorded = await self.district.read(
            lambda tx: {p.ref: {r.name: r.outcome.state for r in tx.checks.of(p.ref)} for p in self.places}
        )
        for place in self.places:
            expected = self._expected(place)
            found = {name: state for name, state in recorded[place.ref].items() if name in expected}
            assert found == expected, (self.clock.now, place.ref.channel, _difference(found, expected))
            self.compared += len(expected)

    def _expected(self, place: Place) -> dict[str, CheckState]:
        """What each check must say, worked out anew from all that happened."""
        now, owner = self.clock.now, self.people[place.owner]
        begun = place.looked_at or place.approved_at
        unsaid = {n.id for n in shipped()[place.pack].notices.values() if n.to == "parents"} - place.given
        said = {
            "approved": now < place.ends_at,
            "closed": place.is_private and not place.is_shared,
            "invited": all(_is_invited(place, person) for person in place.brought_by),
            "membership": all(self._belongs(place, person) for person in place.brought_by),
            "supervisor_access": place.supervisor in place.brought_by,
            "purpose": True,
            "monitored": now < begun + MONITORING,
            "notices": not unsaid,
            "ownership": owner.is_active,
        }
        asked = {check.name for check in asked_by(shipped()[place.pack])}
        states = {
            name: CheckState.HOLDS if is_so else CheckState.BROKEN for name, is_so in said.items() if name in asked
        }
        unseen = {"district_account", "parent_access"} & asked
        return states | dict.fromkeys(unseen, CheckState.UNSEEN)

    def _is_ours(self, person: PersonRef) -> bool:
        known = self.people[person]
        return known.is_active and known.role is not Role.OUTSIDER

    def _belongs(self, place: Place, person: PersonRef) -> bool:
        return self._is_ours(person) or bool(place.approved.get(person))


def _is_invited(place: Place, person: PersonRef) -> bool:
    answering = {place.owner, place.supervisor}
    return person in answering or place.brought_by[person] in answering or person in place.approved


def _time_passes(place: Place, now: datetime, zone: str) -> None:
    """Which reminders and escalations of the owner's look must have come by now."""
    begun = place.looked_at or place.approved_at
    due = begun + MONITORING
    reminder = _morning_after(due - REMIND_BEFORE, zone)
    if place.reminded_at is None and reminder <= now < due:
        place.reminded_at, place.reminders = now, place.reminders + 1
    if now >= due and place.overdue_since is None:
        place.overdue_since, place.next_escalation = now, now + MEND_WITHIN
    while place.next_escalation is not None and place.next_escalation <= now:
        place.escalations, place.next_escalation = place.escalations + 1, now + REMIND_EVERY


def _morning_after(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    morning = local.replace(hour=8, minute=0, second=0, microsecond=0)
    day = local.date() if morning > local else local.date() + timedelta(days=1)
    return datetime.combine(day, clock_time(8), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _difference(found: dict[str, CheckState], expected: dict[str, CheckState]) -> dict[str, tuple[object, object]]:
    names = found.keys() | expected.keys()
    return {n: (found.get(n), expected.get(n)) for n in names if found.get(n) != expected.get(n)}


def _all_leases_end(tx: Transaction) -> None:
    tx.inbox.release()
    tx.duties.release()
    tx.outbox.release()


def _facts(place: Place) -> ChannelFacts:
    return ChannelFacts(is_private=place.is_private, is_shared=place.is_shared, is_archived=False, is_watched=True)


def _account_of(person: Person) -> Account:
    return Account(
        ref=person.ref, name=person.name, is_active=person.is_active, is_external=person.role is Role.OUTSIDER
    )


def _people(count: int, chance: random.Random) -> dict[PersonRef, Person]:
    people: dict[PersonRef, Person] = {}
    head = PersonRef(WORKSPACE, PersonId("head"))
    people[head] = Person(ref=head, name="Hedda Head", role=Role.STAFF, zone=ZONES[0])
    for n in range(count):
        kind = ("staff", "student", "student", "student", "parent", "outsider")[n % 6]
        ref = PersonRef(WORKSPACE, PersonId(f"{kind}{n}"))
        people[ref] = Person(
            ref=ref,
            name=f"{kind} {n}",
            role=Role(kind),
            supervisor=head if kind == "staff" else None,
            zone=chance.choice(ZONES),
        )
    return people


def _places(count: int, people: dict[PersonRef, Person], chance: random.Random, now: datetime) -> list[Place]:
    staff = [ref for ref, person in people.items() if person.role is Role.STAFF and person.supervisor is not None]
    places = []
    for n in range(count):
        owner, supervisor = chance.sample(staff, 2)
        ref = ChannelRef(WORKSPACE, ChannelId(f"group{n}"))
        zone = ZoneInfo(people[owner].zone)
        ends = datetime.combine(date(2027, 6, 30), APPROVAL_ENDS, tzinfo=zone).astimezone(UTC)
        place = Place(ref, PACKS[n % 2], owner, supervisor, approved_at=now, ends_at=ends)
        inside = {owner, supervisor, *chance.sample(sorted(people), min(12, len(people)))}
        place.brought_by = dict.fromkeys(sorted(inside), owner)
        places.append(place)
    return places


def _furnish(tx: Transaction, year: Year) -> None:
    for person in year.people.values():
        tx.registry.save_person(person)
    for place in year.places:
        tx.registry.save_channel(
            Channel(
                ref=place.ref,
                name=place.ref.channel,
                kind=ChannelKind.CLUB,
                pack=place.pack,
                state=ChannelState.APPROVED,
                purpose="Meetings of a group",
                owner=place.owner,
                supervisor=place.supervisor,
                decided_at=place.approved_at,
                expires_at=place.ends_at,
            )
        )
        for member in place.brought_by:
            tx.registry.join(place.ref, member, by=place.owner, at=tx.now)
        _approve(tx, place.ref)
        look_soon(tx, place.ref)


def _approve(tx: Transaction, ref: ChannelRef) -> None:
    """Sets what becomes of the channel's approval in time, as a decision does."""
    channel = tx.registry.channel(ref)
    assert channel is not None
    approvals.decided(tx, channel)


async def live(folder: Path, *, channels: int, people: int, per_step: int, seed: int, until: datetime = ENDS) -> Year:
    """Lives through the year (or up to `until`) and returns what happened."""
    chance, clock = random.Random(seed), FakeClock(BEGINS)
    everybody = _people(people, chance)
    store = await open_store(f"sqlite:///{folder / 'year.db'}", clock)
    platform = FakePlatform()
    year = Year(
        District(a_core(store, platform), platform),
        clock,
        chance,
        _places(channels, everybody, chance, BEGINS),
        everybody,
    )
    for place in year.places:
        platform.facts_of[place.ref] = _facts(place)
        platform.inside[place.ref] = {person.person for person in place.brought_by}
    for person in everybody.values():
        platform.accounts[person.ref] = _account_of(person)
    await store.write(lambda tx: _furnish(tx, year))
    try:
        await year.run(until=until, per_step=per_step)
    finally:
        await store.close()
    return year


def calls(year: Year, kind: TopicKind) -> Counter[tuple[PersonRef, str]]:
    """How often each card of that kind called for attention."""
    return Counter(
        (to, topic.id) for to, topic, notify in year.district.platform.calls if notify and topic.kind is kind
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--per-step", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        year = asyncio.run(
            live(Path(folder), channels=given.channels, people=given.people, per_step=given.per_step, seed=given.seed)
        )
        print(f"{year.compared} checks compared, {year.crashes} crashes, {time.perf_counter() - started:.0f} s")  # noqa: T201
        print(dict(year.happened), "duties done:", len(year.done))  # noqa: T201


if __name__ == "__main__":
    main()
