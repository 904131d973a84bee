"""Who an account is in the district: known from the register, else met through the platform, and by its e-mail address
on the roster."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.core import Core
from bot.errors import PlatformBusy, Undeliverable
from bot.ids import PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.accounts import Account
from bot.records.registry import Person
from bot.records.roster import RosterPerson, whose
from policy.message import Role
from policy.words import Lang


async def met(core: Core, ref: PersonRef) -> Person | None:
    """The person, met now where nobody knew the account yet. None where the platform knows no such account, or
    cannot tell now: then it is asked again the next time."""
    try:
        return await introduced(core, ref)
    except (PlatformBusy, Undeliverable):
        return None


async def introduced(core: Core, ref: PersonRef) -> Person | None:
    """The same, for work that can wait. Raises what the platform raises."""
    person = await core.store.read(lambda tx: tx.registry.person(ref))
    if person is not None:
        return person
    account = await core.platforms(ref.workspace).account(ref)
    return None if account is None else await core.store.write(lambda tx: meet(core, tx, account))


def meet(core: Core, tx: Transaction, account: Account) -> Person | None:
    """Puts the account on the register, or brings its name, e-mail and activity up to date there, and what the roster
    says of it; what people decided about it stays. None for an app: it is nobody."""
    if account.is_app:
        return None
    known = tx.registry.person(account.ref)
    met_now = replace(
        known or _stranger(core, account),
        name=account.name,
        email=account.email.lower(),
        is_guest=account.is_guest,
        is_external=account.is_external,
        is_active=account.is_active,
    )
    person = _matched(tx, met_now)
    if person != known:
        tx.registry.save_person(person)
    if known is None or known.email != person.email:
        _match_below(tx, person)
    return person


def match_all(tx: Transaction) -> int:
    """Brings everybody on the register to what the roster says; returns how many accounts are on it."""
    matched, looking = 0, _Looking(tx)
    by_email: dict[str, list[RosterPerson]] = defaultdict(list)
    for each in tx.roster.people():
        by_email[each.email].append(each)
    for person in tx.registry.people():
        found = () if person.is_external or not person.email else whose(by_email.get(person.email, ()))
        after = looking.as_rostered(person, found)
        matched += bool(found)
        if after != person:
            tx.registry.save_person(after)
    return matched


def rostered(tx: Transaction, person: Person) -> tuple[RosterPerson, ...]:
    """Who the account is on the roster, by its address; several where parents or siblings share one. Nobody for an
    account of another organisation: what that says of its address proves nothing here."""
    return () if person.is_external else whose(tx.roster.by_email(person.email))


def account_of(tx: Transaction, person: RosterPerson, workspace: WorkspaceId) -> Person | None:
    """The account of somebody on the roster in that workspace: an active one, if there is any."""
    return likeliest(accounts_of(tx, person, workspace))


def likeliest(accounts: Iterable[Person]) -> Person | None:
    """Of all accounts of one person the one that they use: an active one, if there is any."""
    return min(accounts, key=lambda each: (not each.is_active, each.ref), default=None)


def accounts_of(tx: Transaction, person: RosterPerson, workspace: WorkspaceId) -> tuple[Person, ...]:
    """All accounts of somebody on the roster in that workspace: those with the address that the roster has."""
    if not person.email:
        return ()
    return _theirs(tx.registry.with_email(person.email), workspace)


def accounts_by_email(
    tx: Transaction, people: Iterable[RosterPerson], workspace: WorkspaceId
) -> Mapping[str, Sequence[Person]]:
    """The same for many people, by their addresses."""
    found = tx.registry.with_emails({person.email for person in people} - {""})
    return {email: _theirs(accounts, workspace) for email, accounts in found.items()}


def _theirs(accounts: Iterable[Person], workspace: WorkspaceId) -> tuple[Person, ...]:
    return tuple(each for each in accounts if each.ref.workspace == workspace and not each.is_external)


def _matched(tx: Transaction, person: Person) -> Person:
    return _Looking(tx).as_rostered(person, rostered(tx, person))


class _Looking:
    """What the roster says of accounts; each school and each supervisor is looked up once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._schools: dict[str, str] = {}
        self._above: dict[tuple[str, WorkspaceId], PersonRef | None] = {}

    def as_rostered(self, person: Person, found: Iterable[RosterPerson]) -> Person:
        """The person as the roster has them: whoever left is an outsider from then on; whom it does not name stays."""
        one = next(iter(found), None)
        if one is None:
            return person
        if one.left_at is not None:
            return replace(person, role=Role.OUTSIDER)
        above = self._supervisor(one, person.ref.workspace)
        return replace(
            person,
            role=one.role,
            title=one.title or person.title,
            school=self._school(one) or person.school,
            supervisor=above if above and above != person.ref else person.supervisor,
        )

    def _school(self, one: RosterPerson) -> str:
        if one.school not in self._schools:
            self._schools[one.school] = self._tx.roster.school_of(one)
        return self._schools[one.school]

    def _supervisor(self, one: RosterPerson, workspace: WorkspaceId) -> PersonRef | None:
        key = (one.supervisor, workspace)
        if key not in self._above:
            higher = self._tx.roster.above(one)
            account = account_of(self._tx, higher, workspace) if higher else None
            self._above[key] = account.ref if account else None
        return self._above[key]


def _match_below(tx: Transaction, person: Person) -> None:
    """Those whose supervisor this account turns out to be."""
    for one in rostered(tx, person):
        for lower in tx.roster.below(one):
            account = account_of(tx, lower, person.ref.workspace)
            if account is not None:
                tx.registry.save_person(_matched(tx, account))


def _stranger(core: Core, account: Account) -> Person:
    person = Person(
        ref=account.ref,
        name=account.name,
        role=core.domains.role_of(account),
        title=account.title,
        lang=account.lang or Lang.EN,
        is_operator=account.is_admin and not account.is_external,
    )
    return replace(person, zone=account.zone) if account.zone else person
