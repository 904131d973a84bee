"""Whether a student may be shown: what the parents said here, else what the school's records say."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.ids import MessageRef, PersonRef
from bot.people.identity import account_of, rostered
from bot.ports import Transaction
from bot.records.photos import PhotoPermission, Pictures
from bot.records.registry import Channel, Person
from bot.records.roster import RosterId, RosterPerson


class Permit(StrEnum):
    """What is known of a permission: there for this picture, for the year, in the school's records, by a parent's own
    posting; refused; or nobody has said anything."""

    PICTURE = "picture"
    YEAR = "year"
    RECORDS = "records"
    POSTED = "posted"
    REFUSED = "refused"
    MISSING = "missing"

    @property
    def is_given(self) -> bool:
        return self not in (Permit.REFUSED, Permit.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A student in a picture: the permission, the parents, and those accounts of theirs that can be asked."""

    student: RosterPerson
    permit: Permit
    parents: tuple[RosterPerson, ...]
    accounts: tuple[Person, ...]


def shown_in(tx: Transaction, pictures: Pictures) -> tuple[Shown, ...]:
    """The students that were named, by name; whoever is forgotten by now is left out."""
    found = (tx.roster.person(student) for student in pictures.students)
    return _by_name(_shown(tx, student, pictures) for student in found if student is not None)


def permit_of(tx: Transaction, student: RosterPerson, message: MessageRef | None, poster: PersonRef | None) -> Permit:
    """What is known of the permission for this message, or (None) for any of this school year. One parent's no counts
    more than another's yes, and what parents said here more than the school's records."""
    last = _last_words(tx.photos.permissions(student.id), message, tx)
    if any(not word.is_given for word in last):
        return Permit.REFUSED
    if any(word.message is not None for word in last):
        return Permit.PICTURE
    if last:
        return Permit.YEAR
    account = tx.registry.person(poster) if poster else None
    parents = {parent.id for parent in tx.roster.parents_of(student.id)}
    if account is not None and parents & {one.id for one in rostered(tx, account)}:
        return Permit.POSTED
    return Permit.RECORDS if student.photos else Permit.MISSING


def choices(tx: Transaction, channel: Channel) -> tuple[RosterPerson, ...]:
    """Whom the poster may name: the channel's students on the roster, by name."""
    return tuple(sorted(tx.roster.students_in(channel.ref), key=lambda each: (each.family, each.given, each.id)))


def children_of(tx: Transaction, account: Person) -> tuple[tuple[RosterPerson, RosterPerson], ...]:
    """The account's parents on the roster with each of their children, by the child's name."""
    pairs = (
        (parent, child)
        for parent in rostered(tx, account)
        if parent.is_parent and parent.left_at is None
        for child in tx.roster.children_of(parent.id)
    )
    return tuple(sorted(pairs, key=lambda pair: (pair[1].given, pair[1].id, pair[0].id)))


def parent_of(tx: Transaction, account: Person, student: RosterId) -> RosterPerson | None:
    """As which parent of the student the roster knows the account."""
    return next((parent for parent, child in children_of(tx, account) if child.id == student), None)


def _shown(tx: Transaction, student: RosterPerson, pictures: Pictures) -> Shown:
    parents = tuple(tx.roster.parents_of(student.id))
    accounts = {}
    for parent in parents:
        account = account_of(tx, parent, pictures.message.workspace)
        if account is not None and account.is_active:
            accounts[account.ref] = account
    return Shown(
        student=student,
        permit=permit_of(tx, student, pictures.message, pictures.poster),
        parents=parents,
        accounts=tuple(accounts.values()),
    )


def _last_words(
    words: Iterable[PhotoPermission], message: MessageRef | None, tx: Transaction
) -> tuple[PhotoPermission, ...]:
    """Each parent's word that counts: of this picture before the year's."""
    last: dict[str, PhotoPermission] = {}
    for word in words:
        if not word.holds(tx.now) or word.message not in (None, message):
            continue
        known = last.get(word.parent)
        if known is None or known.message is None:
            last[word.parent] = word
    return tuple(last.values())


def _by_name(people: Iterable[Shown]) -> tuple[Shown, ...]:
    return tuple(sorted(people, key=lambda each: (each.student.family, each.student.given, each.student.id)))
