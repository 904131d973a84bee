"""The made-up district's own records: its roster, and what is on record of its approved channels."""

from collections.abc import Iterable
from datetime import datetime

from adapters.playground import board
from adapters.playground.seed_file import SeedFamily, SeedPerson, address_of, district
from adapters.playground.world import World
from bot.core import Core
from bot.governance.cards.notice import announcement
from bot.governance.check import View, view_of
from bot.governance.noticing import topic_of
from bot.governance.watch import look_soon
from bot.ids import PersonRef
from bot.people.parents import ParentPlace, parents_of_channel
from bot.ports import Transaction
from bot.records.access import AccessState, ParentAccess
from bot.records.governance import Answer, NoticePosting, NoticeReceipt
from bot.records.registry import Channel, ChannelFacts, ChannelState
from bot.records.roster import RosterId, RosterOrg, RosterPerson
from policy.message import Role
from policy.notices import Audience, Notice

SOURCE = "playground"
"""Which kind of file answers for these people: none, so that no import takes them for leavers."""


def write_roster(tx: Transaction) -> None:
    """Puts the district's people and families on the roster. Written again, it is the same."""
    known = district()
    schools = {person.school for person in known.people if person.school}
    tx.roster.save(RosterOrg(id=_id(school), name=school) for school in sorted(schools))
    people = [person for person in known.people if person.role is not Role.OUTSIDER]
    tx.roster.save([*(_person(person) for person in people), *(_parent(family) for family in known.families)])
    parents = [*((p.id, p.children) for p in people if p.children), *((f.id, f.children) for f in known.families)]
    agents = {_id(parent): [_id(child) for child in children] for parent, children in parents}
    tx.roster.save_agents(SOURCE, agents)


def write_governance(world: World, core: Core, channel: Channel, began: datetime) -> None:
    """Tells the members of a channel that it is checked; an approved one was run well from the beginning: parents are
    told and invited, too."""
    tx, pack = world.tx, core.shelf.get(channel.pack)
    if pack is None:
        return
    tx.registry.save_facts(channel.ref, ChannelFacts(name=channel.name, is_private=True, is_shared=False))
    view = view_of(tx, core, channel, pack)
    for notice in pack.notices.values():
        if notice.to is Audience.MEMBERS:
            topic, card = topic_of(channel, notice), announcement(view, notice)
            board.put(world, channel.ref.channel, topic, card, pin=True, at=began)
            _record(view, notice, began, by=None)
    if channel.state is ChannelState.APPROVED:
        _tell_parents(view, began)
        look_soon(tx, channel.ref)


def _tell_parents(view: View, began: datetime) -> None:
    places = parents_of_channel(view.tx, view.channel)
    _invite(view, places, began)
    for notice in view.pack.notices.values():
        if notice.to is Audience.PARENTS:
            _record(view, notice, began, by=view.channel.owner)
            _answer(view, notice, places, began)


def _record(view: View, notice: Notice, at: datetime, *, by: PersonRef | None) -> None:
    posting = NoticePosting(channel=view.channel.ref, notice=notice.id, version=notice.version, at=at, by=by)
    view.tx.notices.add_posting(posting)


def _invite(view: View, places: Iterable[ParentPlace], began: datetime) -> None:
    for place in places:
        if not place.is_in and place.access.state is AccessState.NONE:
            access = ParentAccess(
                channel=view.channel.ref,
                parent=place.parent.id,
                account=place.account.ref if place.account else None,
                offered_at=began,
                offered_by=view.channel.owner,
                version=1,
            )
            view.tx.parents.save(access)


def _answer(view: View, notice: Notice, places: Iterable[ParentPlace], began: datetime) -> None:
    inside = {m.place.person for m in view.members if m.person is not None and m.person.role is Role.PARENT}
    for parent in sorted(inside | {place.account.ref for place in places if place.account is not None}):
        receipt = NoticeReceipt(
            channel=view.channel.ref,
            notice=notice.id,
            person=parent,
            version=notice.version,
            sent_at=began,
            answered_at=began,
            answer=Answer.YES if notice.is_asked else Answer.READ,
        )
        view.tx.notices.save_receipt(receipt)


def _person(person: SeedPerson) -> RosterPerson:
    given, _, family = person.name.partition(" ")
    return RosterPerson(
        id=_id(person.id),
        source=SOURCE,
        given=given,
        family=family,
        role=person.role,
        title=person.shown_title if person.role is Role.STAFF else "",
        is_parent=bool(person.children),
        school=_id(person.school),
        email=address_of(person.id),
        supervisor=_id(person.supervisor) if person.supervisor else "",
        photos=person.photos if person.role is Role.STUDENT else None,
    )


def _parent(family: SeedFamily) -> RosterPerson:
    given, _, last = family.name.partition(" ")
    return RosterPerson(
        id=_id(family.id),
        source=SOURCE,
        given=given,
        family=last,
        role=Role.PARENT,
        is_parent=True,
        email=family.email,
    )


def _id(name: str) -> RosterId:
    return RosterId(f"{SOURCE}:{name}")
