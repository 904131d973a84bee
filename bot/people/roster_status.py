"""How roster and accounts fit together: who has no account, and which accounts the roster does not know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.ports import Transaction
from bot.records.registry import Person
from bot.records.roster import Import, RosterPerson, whose, year_end
from policy.message import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterStatus:
    """People on the roster by role, those who left aside; the last import; the school year's last day; who has no
    account, and which active accounts stand for nobody on the roster; addresses that people of different roles share,
    so that they stand for nobody."""

    present: Counter[Role]
    left: int
    last_import: Import | None
    year_ends_on: date | None
    without_account: tuple[RosterPerson, ...]
    accounts_unknown: tuple[Person, ...]
    shared_addresses: tuple[str, ...]


def roster_status(tx: Transaction) -> RosterStatus:
    """As things stand in this transaction."""
    people = tx.roster.people()
    present = [each for each in people if each.left_at is None]
    accounts = [each for each in tx.registry.people() if each.is_active and not each.is_external]
    addresses = {each.email for each in accounts if each.email}
    by_email: dict[str, list[RosterPerson]] = {}
    for each in present:
        by_email.setdefault(each.email, []).append(each)
    return RosterStatus(
        present=Counter(each.role for each in present),
        left=len(people) - len(present),
        last_import=next(iter(tx.roster.imports()), None),
        year_ends_on=year_end(tx.roster.sessions(), tx.now.date()),
        without_account=_without(present, addresses),
        accounts_unknown=tuple(each for each in accounts if not whose(by_email.get(each.email, ())) or not each.email),
        shared_addresses=tuple(sorted(email for email, sharing in by_email.items() if email and not whose(sharing))),
    )


def _without(present: Sequence[RosterPerson], addresses: set[str]) -> tuple[RosterPerson, ...]:
    missing = [each for each in present if each.email not in addresses]
    return tuple(sorted(missing, key=lambda each: (each.role, each.family, each.given)))
