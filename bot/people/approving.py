"""Who may decide about a channel: its supervisor and those above, and never the person who asks."""

from collections.abc import Collection

from bot.ids import PersonRef
from bot.people.routing import above, supervisor_of
from bot.ports import Transaction
from bot.records.registry import Channel, Person
from policy.words import Text

NOBODY_ABOVE = Text(
    en="Nobody on the register stands above you who could approve this. Ask your IT office to name your supervisor.",
    es="En el registro no hay nadie por encima de usted que pueda aprobarlo. Pida a informática que lo indique.",
)


def deciders(tx: Transaction, channel: Channel, *, never: Collection[PersonRef | None]) -> tuple[Person, ...]:
    """Active people who may decide, the one who is asked first: the channel's supervisor, then everybody above.

    None of `never`, so that nobody decides about their own wish. Empty: the chain ends nowhere.
    """
    found: dict[PersonRef, Person] = {}
    person = supervisor_of(tx, channel)
    seen: set[PersonRef] = set()
    while person is not None and person.ref not in seen:
        seen.add(person.ref)
        if person.is_active and person.ref not in never:
            found[person.ref] = person
        person = above(tx, person)
    return tuple(found.values())
