"""Who is told: the owner and the owner's supervisor, and never the person whom it is about."""

from bot.ids import PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.registry import Channel, Person


def reviewers(tx: Transaction, channel: Channel, author: PersonRef) -> tuple[Person, ...]:
    """The people who are told of a finding in `channel` about `author`, owner first.

    A finding about the owner goes to the supervisor alone; one about the supervisor to the next above alone: nobody
    judges their own case, nor their superior's. An owner who hands over is replaced by the supervisor; an owner or
    supervisor who is not on duty any more by the next above.
    Empty: the chain ends nowhere, and the caller must make that known.
    """
    owner = _person(tx, channel.owner)
    supervisor = supervisor_of(tx, channel)
    is_leaving = tx.handovers.open_of(channel.ref) is not None
    if supervisor is not None and author == supervisor.ref:
        chain = [above(tx, supervisor)]
    elif owner is not None and author == owner.ref:
        chain = [supervisor]
    else:
        chain = [supervisor if is_leaving else owner, supervisor]
    told = {person.ref: person for person in (_standing_in(tx, p) for p in chain) if person and person.ref != author}
    return tuple(told.values())


def supervisor_of(tx: Transaction, channel: Channel) -> Person | None:
    """Who supervises the channel: the one on its register, else the one above its owner."""
    named = _person(tx, channel.supervisor)
    if named is not None:
        return named
    owner = _person(tx, channel.owner)
    return None if owner is None else above(tx, owner)


def above(tx: Transaction, person: Person) -> Person | None:
    """The next person above who is on duty, or None where the chain ends. A chain that runs in a circle ends."""
    seen = {person.ref}
    while person.supervisor is not None and person.supervisor not in seen:
        seen.add(person.supervisor)
        higher = tx.registry.person(person.supervisor)
        if higher is None:
            return None
        if higher.is_on_duty:
            return higher
        person = higher
    return None


def operators(tx: Transaction, workspace: WorkspaceId) -> tuple[Person, ...]:
    """The people who keep Chaperone running there, else those of any workspace: somebody must know. They see what is
    stuck, never a member's words."""
    found = tuple(person for person in tx.registry.operators() if person.is_active)
    return tuple(person for person in found if person.ref.workspace == workspace) or found


def _standing_in(tx: Transaction, person: Person | None) -> Person | None:
    if person is None or person.is_on_duty:
        return person
    return above(tx, person)


def _person(tx: Transaction, ref: PersonRef | None) -> Person | None:
    return None if ref is None else tx.registry.person(ref)
