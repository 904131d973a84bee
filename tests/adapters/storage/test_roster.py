"""The roster on both databases: what an import wrote comes back, and what is forgotten is gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.roster import oneroster
from bot.ids import ChannelRef, PersonRef
from bot.people.rostering import take_in
from bot.ports import Store, Transaction
from bot.ports.roster import Known
from bot.records.registry import Person
from bot.records.roster import Enrollment, Reading, RosterId, RosterPerson
from policy.message import Role
from tests.adapters.storage.records import START, TRACK, person
from tests.rosters import a_district, a_family

DAY = date(2026, 11, 20)


def family() -> Reading:
    return oneroster.read(a_family().as_bytes(), DAY)


async def test_everything_of_a_roster_comes_back_as_it_was_saved(store: Store) -> None:
    reading = family()

    await store.write(lambda tx: take_in(tx, reading))

    known = await store.read(lambda tx: tx.roster.known("oneroster"))
    for kept, sheet in (
        (known.people, reading.people),
        (known.orgs, reading.orgs),
        (known.classes, reading.classes),
        (known.enrollments, reading.enrollments),
        (known.sessions, reading.sessions),
    ):
        assert sheet is not None
        assert kept == sheet.rows
    assert known.agents == {RosterId("stu"): {"mum"}}
    assert await store.read(lambda tx: tx.roster.known("people").agents) == {}


async def test_an_import_that_fails_at_its_end_leaves_nothing(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        take_in(tx, family())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(unit)

    known = await store.read(lambda tx: tx.roster.known("oneroster"))
    assert known == Known()
    assert await store.read(lambda tx: tx.roster.imports()) == []
    assert await store.read(lambda tx: tx.journal.head()) is None


async def test_a_district_of_hundreds_is_written_and_then_found_unchanged(store: Store) -> None:
    reading = oneroster.read(a_district(600).as_bytes(), DAY)

    first = await store.write(lambda tx: take_in(tx, reading))
    again = await store.write(lambda tx: take_in(tx, reading))

    assert len(first.added) == 600
    assert again.is_nothing
    assert len(await store.read(lambda tx: tx.roster.people())) == 600


async def test_students_of_a_channel_are_found_by_their_accounts_and_of_a_teacher_by_classes(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        take_in(tx, family())
        for name, email in (("coach", "cody@example.org"), ("s", "stu@example.org"), ("m", "pat@example.net")):
            tx.registry.save_person(Person(ref=person(name), name=name, role=Role.STUDENT, email=email))
            tx.registry.join(TRACK, person(name), by=None, at=START)

    await store.write(unit)

    async def ids(of: ChannelRef | PersonRef) -> list[str]:
        def found(tx: Transaction) -> list[str]:
            students = tx.roster.students_in(of) if isinstance(of, ChannelRef) else tx.roster.students_of(of)
            return [each.id for each in students]

        return await store.read(found)

    assert await ids(TRACK) == ["stu"]
    assert await ids(person("coach")) == ["otis", "stu"]
    assert await ids(person("nobody")) == []
    over = Enrollment(id=RosterId("e-otis"), class_id="c1", person="otis", ends_on=START.date() - timedelta(days=1))
    await store.write(lambda tx: tx.roster.save([over]))
    assert await ids(person("coach")) == ["stu"]


async def test_the_parents_of_many_are_those_of_each(store: Store) -> None:
    reading = oneroster.read(a_district(1_200).as_bytes(), DAY)
    await store.write(lambda tx: take_in(tx, reading))

    def unit(tx: Transaction) -> tuple[object, object]:
        students = [each.id for each in tx.roster.people() if each.role is Role.STUDENT]
        each_alone = {child: tx.roster.parents_of(child) for child in students}
        assert len(each_alone) > 550
        return dict(tx.roster.parents_of_all(students)), each_alone

    together, alone = await store.read(unit)
    assert together == alone


async def test_who_is_forgotten_leaves_nothing_and_nobody_else_goes(store: Store) -> None:
    def unit(tx: Transaction) -> int:
        take_in(tx, family())
        stu = tx.roster.person("stu")
        mum = tx.roster.person("mum")
        assert stu is not None
        assert mum is not None
        tx.roster.save([replace(stu, left_at=START - timedelta(days=2)), replace(mum, left_at=START)])
        return tx.roster.forget(left_before=START - timedelta(days=1))

    assert await store.write(unit) == 1

    known = await store.read(lambda tx: tx.roster.known("oneroster"))
    assert sorted(known.people) == ["coach", "mum", "otis", "principal"]
    assert known.agents == {}
    assert sorted(known.enrollments) == ["e-coach", "e-otis"]


async def test_names_that_no_database_holds_and_long_lists_are_kept(store: Store) -> None:
    people = [
        RosterPerson(id=RosterId(f"p{number}"), source="people", given="😀ñ", family="\0x", role=Role.PARENT)
        for number in range(1_200)
    ]

    await store.write(lambda tx: tx.roster.save(people))
    await store.write(lambda tx: tx.roster.save_agents("people", {each.id: {"k"} for each in people}))
    await store.write(lambda tx: tx.roster.save_agents("people", {each.id: set() for each in people}))
    await store.write(lambda tx: tx.roster.drop(people[1:]))

    kept = await store.read(lambda tx: tx.roster.people())
    assert [(each.given, each.family) for each in kept] == [("😀ñ", "\ufffdx")]
