"""Parents' access to the channels their children are in: who was offered it, who asked, what was answered, who
joined."""

from dataclasses import dataclass, replace

from bot.access import ParentAccess
from bot.ids import ChannelRef, PersonRef
from bot.people import account_of, accounts_of, rostered
from bot.ports import Transaction
from bot.registry import Channel, Person
from bot.roster import RosterId, RosterPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentPlace:
    """One parent of students in a channel, with their account there, if they have one, and what is on record."""

    parent: RosterPerson
    children: tuple[RosterPerson, ...]
    account: Person | None
    access: ParentAccess
    is_in: bool


def parents_of_channel(tx: Transaction, channel: Channel) -> tuple[ParentPlace, ...]:
    """All parents of the channel's students whom the roster knows, by name."""
    children: dict[RosterId, list[RosterPerson]] = {}
    parents: dict[RosterId, RosterPerson] = {}
    for child in tx.roster.students_in(channel.ref):
        for parent in tx.roster.parents_of(child.id):
            parents[parent.id] = parent
            children.setdefault(parent.id, []).append(child)
    members = set(tx.registry.members(channel.ref))
    places = (_place(tx, channel, parent, children[parent.id], members) for parent in parents.values())
    return tuple(sorted(places, key=lambda place: (place.parent.family, place.parent.given, place.parent.id)))


def channels_of_children(tx: Transaction, parent: RosterPerson, account: Person) -> tuple[Channel, ...]:
    """The sponsored channels that the parent's children are in, in the workspace of the account, by name."""
    found: dict[ChannelRef, Channel] = {}
    for child in tx.roster.children_of(parent.id):
        for each in accounts_of(tx, child, account.ref.workspace):
            for place in tx.registry.channels_of(each.ref):
                channel = tx.registry.channel(place)
                if channel is not None and channel.state.is_read:
                    found[place] = channel
    return tuple(sorted(found.values(), key=lambda channel: (channel.name, channel.ref)))


def is_child_in(tx: Transaction, parent: RosterId, channel: ChannelRef) -> bool:
    """Whether a child of the parent is a member of the channel."""
    children = {child.id for child in tx.roster.children_of(parent)}
    return any(student.id in children for student in tx.roster.students_in(channel))


def note_joined(tx: Transaction, channel: ChannelRef, account: PersonRef) -> None:
    """Somebody became a member: where it is a parent of a student there, that is on record."""
    person = tx.registry.person(account)
    for parent in rostered(tx, person) if person is not None else ():
        access = access_of(tx, channel, parent.id)
        if parent.is_parent and access.joined_at is None and is_child_in(tx, parent.id, channel):
            tx.parents.save(replace(access, account=account, joined_at=tx.now, version=access.version + 1))


def access_of(tx: Transaction, channel: ChannelRef, parent: RosterId) -> ParentAccess:
    """What is on record; a blank one where nothing is."""
    return tx.parents.get(channel, parent) or ParentAccess(channel=channel, parent=parent)


def _place(
    tx: Transaction, channel: Channel, parent: RosterPerson, children: list[RosterPerson], members: set[PersonRef]
) -> ParentPlace:
    accounts = accounts_of(tx, parent, channel.ref.workspace)
    inside = [each for each in accounts if each.ref in members]
    return ParentPlace(
        parent=parent,
        children=tuple(children),
        account=inside[0] if inside else account_of(tx, parent, channel.ref.workspace),
        access=access_of(tx, channel.ref, parent.id),
        is_in=bool(inside),
    )
