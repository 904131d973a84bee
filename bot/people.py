"""Who an account is in the district: known from the register, else met through the platform."""

from dataclasses import replace

from bot.accounts import Account
from bot.core import Core
from bot.errors import PlatformBusy, Undeliverable
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.registry import Person
from policy.words import Lang


async def met(core: Core, ref: PersonRef) -> Person | None:
    """The person, met now where nobody knew the account yet. None where the platform knows no such account, or
    cannot tell now: then it is asked again the next time."""
    person = await core.store.read(lambda tx: tx.registry.person(ref))
    if person is not None:
        return person
    try:
        account = await core.platforms(ref.workspace).account(ref)
    except (PlatformBusy, Undeliverable):
        return None
    return None if account is None else await core.store.write(lambda tx: meet(core, tx, account))


def meet(core: Core, tx: Transaction, account: Account) -> Person | None:
    """Puts the account on the register, or brings its name, e-mail and activity up to date there; what people decided
    about it stays. None for an app: it is nobody."""
    if account.is_app:
        return None
    known = tx.registry.person(account.ref)
    person = replace(
        known or _stranger(core, account),
        name=account.name,
        email=account.email.lower(),
        is_guest=account.is_guest,
        is_active=account.is_active,
    )
    if person != known:
        tx.registry.save_person(person)
    return person


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
