"""Who is told: never the person whom it is about."""

from dataclasses import replace

from bot.ids import PersonRef, WorkspaceId
from bot.people.routing import above, operators, reviewers
from bot.ports import Transaction
from tests.district import CHESS, COACH, DIRECTOR, OPERATOR, PEOPLE, PRINCIPAL, STUDENT, WORKSPACE, District, ref


async def told(district: District, author: PersonRef) -> list[PersonRef]:
    return await district.read(lambda tx: [person.ref for person in reviewers(tx, CHESS, author)])


async def change(district: District, person: PersonRef, **values: object) -> None:
    def unit(tx: Transaction) -> None:
        known = tx.registry.person(person)
        assert known
        tx.registry.save_person(replace(known, **values))  # type: ignore[arg-type]

    await district.core.store.write(unit)


async def test_a_students_message_goes_to_the_owner_and_the_owners_supervisor(district: District) -> None:
    assert await told(district, STUDENT) == [COACH, PRINCIPAL]


async def test_the_owners_message_goes_to_the_supervisor_alone(district: District) -> None:
    assert await told(district, COACH) == [PRINCIPAL]


async def test_the_supervisors_message_goes_to_the_next_above_alone(district: District) -> None:
    assert await told(district, PRINCIPAL) == [DIRECTOR]


async def test_an_owner_who_left_is_replaced_by_the_next_above(district: District) -> None:
    await change(district, COACH, is_active=False)

    assert await told(district, STUDENT) == [PRINCIPAL]


async def test_a_chain_that_ends_nowhere_tells_nobody_and_the_caller_must_say_so(district: District) -> None:
    await change(district, PRINCIPAL, supervisor=None)

    assert await told(district, PRINCIPAL) == []


async def test_a_chain_that_runs_in_a_circle_ends(district: District) -> None:
    await change(district, DIRECTOR, supervisor=PRINCIPAL, is_active=False)
    principal = next(person for person in PEOPLE if person.ref == PRINCIPAL)

    assert await district.read(lambda tx: above(tx, principal)) is None


async def test_operators_are_those_on_duty(district: District) -> None:
    assert await district.read(lambda tx: [person.ref for person in operators(tx, WORKSPACE)]) == [OPERATOR]

    await change(district, OPERATOR, is_active=False)

    assert await district.read(lambda tx: operators(tx, WORKSPACE)) == ()


async def test_an_author_whom_nobody_knows_is_treated_as_anybody(district: District) -> None:
    assert await told(district, ref("ghost")) == [COACH, PRINCIPAL]


async def test_where_a_workspace_has_no_operator_those_of_another_must_know(district: District) -> None:
    elsewhere = WorkspaceId("fake:elsewhere")

    assert await district.read(lambda tx: [person.ref for person in operators(tx, elsewhere)]) == [OPERATOR]
