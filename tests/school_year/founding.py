"""The invented district of the year: people, families, channels, as model and product find them at its start."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.channels import approvals
from bot.governance.watch import look_soon
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from bot.ports import Transaction
from bot.records.access import ParentAccess
from bot.records.accounts import Account
from bot.records.governance import NoticePosting
from bot.records.registry import Channel, ChannelFacts, ChannelState, Person
from bot.records.roster import RosterId, RosterPerson
from policy.message import ChannelKind, Role
from tests.district import WORKSPACE, shipped
from tests.school_year.places import FOR_PARENTS, PACKS, Asking, Place, Somebody, Stay, Town

BEGINS = datetime(2026, 8, 27, 12, 0, tzinfo=UTC)
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "Europe/Madrid")
QUIET = (None, (time(21), time(7)), (time(20, 30), time(6, 15)), (time(0), time(7, 30)))
DIGESTS = (time(16), time(7, 30), time(2, 30), time(23, 59))
KINDS = (Role.STAFF, Role.STUDENT, Role.STUDENT, Role.STUDENT, Role.PARENT, Role.OUTSIDER)
WELL_KEPT = 0.8
"""So many of the channels begin with all that parents are due."""
LAST_DAY = date(2027, 6, 30)


@dataclass(frozen=True)
class Founded:
    """What the year begins with."""

    town: Town
    places: list[Place]


def found(*, channels: int, people: int, chance: random.Random) -> Founded:
    """A district of that size, always the same for the same chance."""
    everybody = _people(people, chance)
    students = [each.ref for each in everybody.values() if each.role is Role.STUDENT]
    parents = [each.ref for each in everybody.values() if each.role is Role.PARENT]
    # One in eight has no account, so that the owner must write to them.
    account_of: dict[str, PersonRef | None] = {f"roster-{ref.person}": ref for ref in parents}
    account_of |= {f"roster-far{n}": None for n in range(len(parents) // 8)}
    names = sorted(account_of)
    parents_of = {each: chance.sample(names, chance.choice((0, 1, 1, 2))) for each in students}
    town = Town(everybody, parents_of, account_of)
    staff = [each.ref for each in everybody.values() if each.role is Role.STAFF]
    return Founded(town, [_place(n, town, staff, students, chance) for n in range(channels)])


def _people(count: int, chance: random.Random) -> dict[PersonRef, Somebody]:
    people: dict[PersonRef, Somebody] = {}
    staff: list[PersonRef] = []
    for n in range(count):
        role = KINDS[n % len(KINDS)]
        ref = PersonRef(WORKSPACE, PersonId(f"{role}{n}"))
        people[ref] = Somebody(ref, role, chance.choice(ZONES))
        if role is Role.STAFF:
            people[ref].quiet = chance.choice(QUIET)
            people[ref].digest_at = chance.choice(DIGESTS)
            people[ref].is_weekly = chance.random() < 0.3
            # Everybody but the first has somebody above, few of them many below.
            people[ref].boss = staff[chance.randrange(len(staff) // 4 + 1)] if staff else None
            staff.append(ref)
    return people


def _place(number: int, town: Town, staff: list[PersonRef], students: list[PersonRef], chance: random.Random) -> Place:
    owner = chance.choice(staff[1:])
    supervisor = town.people[owner].boss
    assert supervisor is not None
    zone = ZoneInfo(town.people[owner].zone)
    place = Place(
        ref=ChannelRef(WORKSPACE, ChannelId(f"group{number}")),
        pack=PACKS[number % len(PACKS)],
        owner=owner,
        supervisor=supervisor,
        posted_at=BEGINS,
        approved_at=BEGINS,
        ends_at=datetime.combine(LAST_DAY, time(23, 59), tzinfo=zone).astimezone(UTC),
    )
    others = chance.sample(list(town.people), min(chance.randint(3, 14), len(town.people)))
    inside = {owner, supervisor, *others, *chance.sample(students, min(chance.randint(2, 14), len(students)))}
    place.members = {each: Stay(owner, BEGINS) for each in sorted(inside)}
    if chance.random() < WELL_KEPT:
        place.on_paper = set(FOR_PARENTS[place.pack])
        place.asking = {parent: Asking(offered=True) for parent in town.parents_in(place)}
    return place


def furnish(tx: Transaction, founded: Founded) -> None:
    """Puts the district on the register and its families on the roster; every channel is to be looked at."""
    for each in founded.town.people.values():
        tx.registry.save_person(person_of(each))
    tx.roster.save(_rostered(founded.town))
    agents = {_roster_id(child): frozenset(theirs) for child, theirs in founded.town.parents_of.items()}
    tx.roster.save_agents("oneroster", agents)
    for place in founded.places:
        channel = _channel_of(place)
        tx.registry.save_channel(channel)
        for member, stay in place.members.items():
            tx.registry.join(place.ref, member, by=stay.by, at=stay.since)
        for notice in sorted(place.on_paper):
            version = shipped()[place.pack].notices[notice].version
            given = NoticePosting(channel=place.ref, notice=notice, version=version, at=BEGINS, by=place.owner)
            tx.notices.add_posting(given)
        for parent in place.asking:
            offer = ParentAccess(channel=place.ref, parent=RosterId(parent), offered_at=BEGINS, offered_by=place.owner)
            tx.parents.save(offer)
        approvals.decided(tx, channel)
        look_soon(tx, place.ref)


def person_of(each: Somebody) -> Person:
    """Somebody as they stand on the register."""
    return Person(
        ref=each.ref,
        name=each.ref.person,
        role=each.role,
        supervisor=each.boss,
        zone=each.zone,
        quiet=each.quiet,
        digest_at=each.digest_at,
        is_digest_weekly=each.is_weekly,
        email=_email(each),
        is_external=each.role is Role.OUTSIDER,
    )


def account_of(each: Somebody) -> Account:
    """Somebody's account, as the platform tells of it."""
    return Account(
        ref=each.ref,
        name=each.ref.person,
        email=_email(each),
        is_active=each.is_active,
        is_external=each.role is Role.OUTSIDER,
    )


def facts_of(place: Place) -> ChannelFacts:
    """The channel's shape, as the platform shows it."""
    return ChannelFacts(is_private=place.is_private, is_shared=place.is_shared, is_archived=False, is_watched=True)


def _rostered(town: Town) -> list[RosterPerson]:
    students = [
        RosterPerson(
            id=_roster_id(ref),
            source="oneroster",
            given=ref.person,
            family="Larkfield",
            role=Role.STUDENT,
            email=_email(town.people[ref]),
        )
        for ref in town.parents_of
    ]
    parents = [
        RosterPerson(
            id=RosterId(name),
            source="oneroster",
            given=name,
            family="Larkfield",
            role=Role.PARENT,
            is_parent=True,
            email=_email(town.people[ref]) if ref else f"{name}@far.example.org",
        )
        for name, ref in town.account_of.items()
    ]
    return students + parents


def _roster_id(ref: PersonRef) -> RosterId:
    return RosterId(f"roster-{ref.person}")


def _email(each: Somebody) -> str:
    return "" if each.role in (Role.OUTSIDER, Role.STAFF) else f"{each.ref.person}@larkfield.example.org"


def _channel_of(place: Place) -> Channel:
    return Channel(
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
