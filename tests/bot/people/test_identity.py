"""Who an account is: met through the platform, kept up to date, and never changed in what people decided."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlatformBusy, Undeliverable
from bot.events import AccountChanged
from bot.ids import PersonId, PersonRef
from bot.people.identity import met
from bot.records.accounts import Account, EmailDomains
from bot.records.registry import Person
from policy.message import Role
from policy.words import Lang
from tests.district import STUDENT, WORKSPACE, District

NEW = PersonRef(WORKSPACE, PersonId("newcomer"))
DOMAINS = EmailDomains(staff=frozenset({"school.example.org"}), students=frozenset({"pupils.school.example.org"}))


def account(ref: PersonRef = NEW, **values: object) -> Account:
    return replace(Account(ref=ref, name="Nia Newcomer"), **values)  # type: ignore[arg-type]


async def known(district: District, ref: PersonRef = NEW) -> Person | None:
    return await district.read(lambda tx: tx.registry.person(ref))


@pytest.mark.parametrize(
    ("given_account", "role"),
    [
        (account(email="a@school.example.org"), Role.STAFF),
        (account(email="A@SCHOOL.example.org"), Role.STAFF),
        (account(email="a@music.school.example.org"), Role.STAFF),
        (account(email="a@pupils.school.example.org"), Role.STUDENT),
        (account(email="a@old.pupils.school.example.org"), Role.STUDENT),
        (account(email="a@preschool.example.org"), Role.STUDENT),
        (account(email="a@example.org"), Role.STUDENT),
        (account(email=""), Role.STUDENT),
        (account(email="a@example.org", is_guest=True), Role.OUTSIDER),
        (account(email="a@school.example.org", is_guest=True), Role.STAFF),
        (account(email="a@example.org", is_admin=True), Role.STAFF),
        (account(email="a@pupils.school.example.org", is_admin=True), Role.STUDENT),
        (account(email="a@school.example.org", is_external=True), Role.OUTSIDER),
        (account(email="a@example.org", is_external=True, is_admin=True), Role.OUTSIDER),
        (account(email="school.example.org@elsewhere.example.com"), Role.STUDENT),
    ],
)
def test_an_account_is_what_its_address_says_and_else_judged_most_carefully(given_account: Account, role: Role) -> None:
    assert DOMAINS.role_of(given_account) is role


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_no_address_makes_staff_of_somebody_of_another_organisation(email: str, is_guest: bool, is_admin: bool) -> None:
    stranger = account(email=email, is_guest=is_guest, is_admin=is_admin, is_external=True)

    assert DOMAINS.role_of(stranger) is Role.OUTSIDER


@given(st.text(max_size=60))
def test_no_address_outside_the_districts_domains_makes_staff(email: str) -> None:
    is_ours = email.lower().rpartition("@")[2].endswith("school.example.org")

    assert is_ours or DOMAINS.role_of(account(email=email)) is Role.STUDENT


async def test_who_nobody_knew_is_met_through_the_platform_once(district: District) -> None:
    asked = account(email="N@School.example.org", title="Librarian", zone="America/Chicago", lang=Lang.ES)
    district.platform.accounts[NEW] = asked
    core = replace(district.core, domains=DOMAINS)

    person = await met(core, NEW)
    district.platform.accounts.clear()
    again = await met(core, NEW)

    assert person is not None
    assert (person.name, person.role, person.title) == ("Nia Newcomer", Role.STAFF, "Librarian")
    assert (person.email, person.zone, person.lang) == ("n@school.example.org", "America/Chicago", Lang.ES)
    assert again == person == await known(district)


async def test_an_app_is_nobody_and_an_unknown_account_neither(district: District) -> None:
    district.platform.accounts[NEW] = account(is_app=True)

    assert await met(district.core, NEW) is None
    district.platform.accounts.clear()
    assert await met(district.core, NEW) is None
    assert await known(district) is None


@pytest.mark.parametrize("fault", [PlatformBusy(3), Undeliverable("away")])
async def test_a_platform_that_cannot_tell_now_is_asked_again_the_next_time(
    fault: Exception, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_person: PersonRef) -> Account | None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(district.platform, "account", failing)
        assert await met(district.core, NEW) is None
    district.platform.accounts[NEW] = account()

    assert await met(district.core, NEW) is not None


async def test_who_runs_the_workspace_is_an_operator_unless_of_another_organisation(district: District) -> None:
    other = PersonRef(WORKSPACE, PersonId("partner"))
    district.platform.accounts |= {NEW: account(is_admin=True), other: account(other, is_admin=True, is_external=True)}

    found = [await met(district.core, ref) for ref in (NEW, other)]

    assert [person is not None and person.is_operator for person in found] == [True, False]


async def test_a_changed_account_is_brought_up_to_date_and_decisions_about_it_stay(district: District) -> None:
    before = await known(district, STUDENT)
    assert before is not None
    at = await district.now()
    changed = account(STUDENT, name="Stu Renamed", email="Stu@example.org", title="Captain", is_active=False)

    await district.take(AccountChanged(account=changed, at=at))

    after = await known(district, STUDENT)
    assert after == replace(before, name="Stu Renamed", email="stu@example.org", is_active=False)


async def test_an_event_about_an_app_changes_nothing(district: District) -> None:
    await district.take(AccountChanged(account=account(is_app=True), at=await district.now()))

    assert await known(district) is None
