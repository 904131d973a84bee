"""Parents' access to the channels their children are in: who was offered it, who asked, what was answered, who
joined."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.ids import ChannelRef, PersonRef
from bot.people.alerts import owe
from bot.people.identity import accounts_by_email, accounts_of, likeliest, rostered
from bot.ports import Transaction
from bot.records.access import ParentAccess
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, Person
from bot.records.roster import RosterId, RosterPerson
from bot.wording.subjects import subject_of
from policy.verdict import Severity


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
    students = tx.roster.students_in(channel.ref)
    families = tx.roster.parents_of_all([child.id for child in students])
    for child in students:
        for parent in families.get(child.id, ()):
            parents[parent.id] = parent
            children.setdefault(parent.id, []).append(child)
    if not parents:
        return ()
    accounts = accounts_by_email(tx, parents.values(), channel.ref.workspace)
    known = {access.parent: access for access in tx.parents.of(channel.ref)}
    members = set(tx.registry.members(channel.ref))
    places = (
        ParentPlace(
            parent=parent,
            children=tuple(children[parent.id]),
            account=_account_among(accounts.get(parent.email, ()), members),
            access=known.get(parent.id) or ParentAccess(channel=channel.ref, parent=parent.id),
            is_in=any(each.ref in members for each in accounts.get(parent.email, ())),
        )
        for parent in parents.values()
    )
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
            joined = replace(access, account=account, joined_at=tx.now, version=access.version + 1)
            tx.parents.save(joined)
            show(tx, joined)


def topic_of(access: ParentAccess) -> Topic:
    """The topic of this parent's access to the channel."""
    return Topic(TopicKind.ACCESS, f"{subject_of(access.channel)}|{access.parent}")


def show(tx: Transaction, access: ParentAccess) -> None:
    """Changes the cards that people have of it, without calling for attention."""
    topic = topic_of(access)
    for ref in tx.outbox.shown_to(topic):
        person = tx.registry.person(ref)
        if person is not None and person.is_active:
            owe(tx, topic, person, version=access.version, severity=Severity.NORMAL, notify=False)


def access_of(tx: Transaction, channel: ChannelRef, parent: RosterId) -> ParentAccess:
    """What is on record; a blank one where nothing is."""
    return tx.parents.get(channel, parent) or ParentAccess(channel=channel, parent=parent)


def _account_among(accounts: Sequence[Person], members: Collection[PersonRef]) -> Person | None:
    """The account by which the parent is in the channel, else the one that they are most likely to use."""
    return next((each for each in accounts if each.ref in members), None) or likeliest(accounts)
