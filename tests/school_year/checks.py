"""What each check must say of a channel, worked out anew from all that happened there."""

from collections.abc import Iterator
from datetime import datetime

from bot.ids import PersonRef
from policy.message import Role
from tests.school_year.places import ASKED_BY, FOR_PARENTS, LOOK_EVERY, SLIPS, Place, Said, Town

HOLDS, BROKEN, UNSEEN = "holds", "broken", "unseen"


def all_said(place: Place, town: Town, now: datetime) -> dict[str, Said]:
    """What each check that the channel's policy asks for must say."""
    return {name: said for name, said in _every(place, town, now) if name in ASKED_BY[place.pack]}


def is_invited(place: Place, person: PersonRef) -> bool:
    stay, answering = place.members[person], (place.owner, place.supervisor)
    return person in answering or stay.by in answering or stay.approved is not None


def belongs(place: Place, town: Town, person: PersonRef) -> bool:
    return town.people[person].is_ours or bool(place.members[person].approved)


def _every(place: Place, town: Town, now: datetime) -> Iterator[tuple[str, Said]]:
    yield "approved", Said(HOLDS) if now < place.ends_at else Said(BROKEN, "waiting" if place.asked_at else "expired")
    yield "closed", _closed(place)
    yield "district_account", Said(UNSEEN, "no_domains")
    uninvited = frozenset(each.person for each in place.members if not is_invited(place, each))
    yield "invited", Said(BROKEN, "uninvited", uninvited) if uninvited else Said(HOLDS)
    strangers = frozenset(each.person for each in place.members if not belongs(place, town, each))
    yield "membership", Said(BROKEN, "strangers", strangers) if strangers else Said(HOLDS)
    late = "overdue" if place.looked_at else "never"
    yield "monitored", Said(HOLDS) if now < place.begun + LOOK_EVERY else Said(BROKEN, late)
    yield "notices", _notices(place, town)
    yield "parent_access", _parent_access(place, town)
    yield "purpose", Said(HOLDS)
    outside = Said(BROKEN, "outside", frozenset({place.supervisor.person}))
    yield "supervisor_access", Said(HOLDS) if place.supervisor in place.members else outside


def _closed(place: Place) -> Said:
    if place.is_shared:
        return Said(BROKEN, "shared")
    return Said(HOLDS) if place.is_private else Said(BROKEN, "public")


def _notices(place: Place, town: Town) -> Said:
    for notice in FOR_PARENTS[place.pack]:
        if notice in place.on_paper:
            continue
        parents = town.parents_in(place)
        if not parents and not _has_families(place, town):
            return Said(UNSEEN, "nobody_yet")
        accounts = [town.account_of[parent] for parent in parents]
        answers = [place.shown.get((notice, each)) if each else None for each in accounts]
        is_given = bool(answers) and None not in answers
        if not is_given or (notice in SLIPS and set(answers) != {"yes"}):
            return Said(BROKEN, "permission" if notice in SLIPS else "parents")
    return Said(HOLDS)


def _has_families(place: Place, town: Town) -> bool:
    return any(town.people[member].role in (Role.STUDENT, Role.PARENT) for member in place.members)


def _parent_access(place: Place, town: Town) -> Said:
    parents = town.parents_in(place)
    if not parents:
        return Said(UNSEEN, "no_roster" if _has_families(place, town) else "nobody_yet")
    outside = [place.asking.get(each) for each in parents if not town.is_in(place, each)]
    if any(each is not None and each.waits for each in outside):
        return Said(BROKEN, "asked")
    if any(each is not None and each.is_declined for each in outside):
        return Said(BROKEN, "refused")
    is_offered = all(each is not None and each.is_begun for each in outside)
    return Said(HOLDS) if is_offered else Said(BROKEN, "not_offered")
