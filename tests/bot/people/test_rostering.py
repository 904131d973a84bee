"""What an import changes: all of it or nothing, once, and nobody leaves by a slip."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.roster import oneroster, people
from bot.channels.cards.approval import until
from bot.desk.door import Desk
from bot.ids import PersonId, PersonRef
from bot.known_names import names_in
from bot.people.identity import meet
from bot.people.roster_status import roster_status
from bot.people.rostering import Changes, TooManyLeave, changes_of, take_in
from bot.ports.roster import Known
from bot.records.accounts import Account
from bot.records.registry import Person
from bot.records.roster import AcademicSession, Reading, RosterId, RosterPerson, year_end
from bot.workers.upkeep import Upkeep
from policy.message import Role
from policy.words import Lang
from tests.district import CHESS, CLUB, COACH, PRINCIPAL, STUDENT, WORKSPACE, District, ref
from tests.fakes import FakeClock
from tests.rosters import Files, a_district, a_family, a_user

TODAY = date(2026, 11, 20)
NOW = FakeClock().now


def family(files: Files | None = None) -> Reading:
    return oneroster.read((files or a_family()).as_bytes(), TODAY)


def listed(
    *rows: str, header: str = "name,role,email,parent of,supervisor,school,photo permission,directory opt-out"
) -> Reading:
    return people.read("people.csv", "\n".join([header, *rows]).encode())


async def taken(district: District, reading: Reading) -> Changes:
    return await district.core.store.write(lambda tx: take_in(tx, reading))


async def person(district: District, roster_id: str) -> RosterPerson:
    found = await district.read(lambda tx: tx.roster.person(roster_id))
    assert found is not None
    return found


def names(found: tuple[RosterPerson, ...]) -> list[str]:
    return sorted(each.id for each in found)


def called(found: Iterable[RosterPerson]) -> list[str]:
    return sorted(each.name for each in found)


async def test_the_same_roster_again_changes_nothing(district: District) -> None:
    first = await taken(district, family())
    again = await taken(district, family())

    assert names(first.added) == ["coach", "mum", "otis", "principal", "stu"]
    assert first.faults == ()
    assert again.is_nothing
    imports = await district.read(lambda tx: tx.roster.imports())
    assert [(each.added, each.changed, each.left) for each in imports] == [(0, 0, 0), (5, 0, 0)]


async def test_families_supervisors_schools_and_the_years_end_are_known(district: District) -> None:
    await taken(district, family())

    stu, coach, mum = [await person(district, name) for name in ("stu", "coach", "mum")]
    assert [each.id for each in await district.read(lambda tx: tx.roster.parents_of(stu.id))] == ["mum"]
    assert [each.id for each in await district.read(lambda tx: tx.roster.children_of(mum.id))] == ["stu"]
    assert await district.read(lambda tx: tx.roster.school_of(coach)) == "North School"
    above = await district.read(lambda tx: tx.roster.above(coach))
    assert above is not None
    assert above.id == "principal"
    assert await district.read(lambda tx: year_end(tx.roster.sessions(), TODAY)) == date(2027, 6, 17)


async def test_an_agent_counts_as_parent_only_where_the_roster_calls_them_one(district: District) -> None:
    files = a_family()
    files.rows["users"][2]["agentSourcedIds"] = "mum,coach,otis"

    await taken(district, family(files))

    assert [each.id for each in await district.read(lambda tx: tx.roster.parents_of(RosterId("stu")))] == ["mum"]


async def test_whoever_a_full_roster_no_longer_has_left_and_may_come_back(district: District) -> None:
    await taken(district, family())
    files = a_family()
    files.rows["users"] = [row for row in files.rows["users"] if row["sourcedId"] != "otis"]

    left = await taken(district, family(files))
    back = await taken(district, family())

    assert names(left.left) == ["otis"]
    assert names(back.changed) == ["otis"]
    assert (await person(district, "otis")).left_at is None


async def test_a_delta_changes_only_what_it_names(district: District) -> None:
    await taken(district, family())
    delta = Files(mode="delta")
    a_user(delta, "stu", "student", "Stuart", "Wren", email="stu@example.org", agentSourcedIds="mum", status="active")
    a_user(delta, "otis", "student", "Otis", "Xylo", status="tobedeleted")

    changes = await taken(district, family(delta))

    assert (names(changes.changed), names(changes.left), names(changes.added)) == (["stu"], ["otis"], [])
    assert (await person(district, "coach")).left_at is None
    assert (await person(district, "stu")).name == "Stuart Wren"


async def test_somebody_whose_row_is_wrong_stays_as_they_were(district: District) -> None:
    await taken(district, family())
    files = a_family()
    files.rows["users"][3]["role"] = "wizard"

    changes = await taken(district, family(files))

    assert changes.left == ()
    assert (await person(district, "otis")).left_at is None
    assert await district.read(lambda tx: len(tx.roster.known("oneroster").enrollments)) == 3


async def test_a_class_whose_row_is_wrong_keeps_its_students(district: District) -> None:
    await taken(district, family())
    files = a_family()
    files.rows["classes"][0]["title"] = ""

    changes = await taken(district, family(files))

    assert [fault.file for fault in changes.faults] == ["classes.csv"]
    known = await district.read(lambda tx: tx.roster.known("oneroster"))
    assert (len(known.classes), len(known.enrollments)) == (1, 3)


async def test_a_roster_that_was_cut_off_is_refused_whole(district: District) -> None:
    await taken(district, oneroster.read(a_district(100).as_bytes(), TODAY))
    cut = a_district(100)
    cut.rows["users"] = cut.rows["users"][:50]
    reading = oneroster.read(cut.as_bytes(), TODAY)
    before = await district.read(lambda tx: tx.roster.known("oneroster"))

    with pytest.raises(TooManyLeave, match="50 of 100 people"):
        await taken(district, reading)

    assert await district.read(lambda tx: tx.roster.known("oneroster")) == before
    accepted = await district.core.store.write(lambda tx: take_in(tx, reading, accepts_leavers=True))
    assert len(accepted.left) == 50


async def test_references_to_nobody_are_faults_with_their_lines() -> None:
    files = a_family()
    files.rows["users"][1]["supervisor"] = "ghost"
    files.rows["users"][2]["agentSourcedIds"] = "mum,ghost"
    files.rows["users"][3]["orgSourcedIds"] = "nowhere"
    files.rows["enrollments"][1]["classSourcedId"] = "c9"
    files.rows["enrollments"][2]["userSourcedId"] = "ghost"

    changes = changes_of(Known(), family(files), NOW)

    assert [(fault.file, fault.line, fault.what(Lang.EN), fault.is_left_out) for fault in changes.faults] == [
        ("enrollments.csv", 3, "The class “c9” is not on the roster.", True),
        ("enrollments.csv", 4, "The person “ghost” is not on the roster.", True),
        ("users.csv", 3, "The supervisor “ghost” is not on the roster as staff.", False),
        ("users.csv", 4, "The person “ghost” is not on the roster.", False),
        ("users.csv", 5, "The school “nowhere” is not on the roster.", False),
    ]
    assert len(changes.added) == 5


async def test_a_list_adds_to_what_oneroster_says_and_neither_undoes_the_other(district: District) -> None:
    await taken(district, family())
    more = listed(
        "Otis Xylo,student,otis@example.org,,,,yes,yes",
        "Pia Xylo,parent,pia@example.net,Otis Xylo; Stu Wren,,,,",
        "Cody Tarn,Chess coach?,cody@example.org,,,,,",
    )

    changes = await taken(district, more)
    await taken(district, family())

    assert [fault.line for fault in more.faults] == [4]
    assert (called(changes.added), called(changes.left)) == (["Pia Xylo"], [])
    otis = await person(district, "otis")
    assert otis.source == "oneroster"
    parents = await district.read(lambda tx: tx.roster.parents_of(RosterId("stu")))
    assert called(parents) == ["Pat Wren", "Pia Xylo"]
    gone = await taken(district, listed("Ola Quill,principal,ola@example.org,,,,,"))
    assert called(gone.left) == ["Pia Xylo"]


async def test_columns_that_a_file_does_not_have_leave_what_is_known(district: District) -> None:
    await taken(district, family())
    await taken(district, listed("Otis Xylo,student,otis@example.org", header="name,role,email"))

    assert (await person(district, "otis")).photos is False


async def test_whom_a_list_named_first_goes_on_under_oneroster(district: District) -> None:
    await taken(district, listed("Otis Xylo,student,otis@example.org,,,North,yes,"))
    files = a_family()
    await taken(district, family(files))

    everybody = await district.read(lambda tx: tx.roster.by_email("otis@example.org"))
    assert [(each.id, each.source) for each in everybody] == [("otis", "oneroster")]


async def test_two_students_of_one_name_are_nobodys_child_by_name() -> None:
    reading = listed(
        "Ada Ruiz,student,a1@example.org,,,,,",
        "Ada Ruiz,student,a2@example.org,,,,,",
        "Rosa Ruiz,parent,rosa@example.net,Ada Ruiz,,,,",
    )

    changes = changes_of(Known(), reading, NOW)

    assert [fault.what(Lang.EN) for fault in changes.faults] == [
        "2 students are called “Ada Ruiz”. Give the number or the e-mail address."
    ]


async def test_who_left_is_forgotten_after_the_set_time(district: District, clock: FakeClock) -> None:
    await taken(district, family())
    files = a_family()
    files.rows["users"] = [row for row in files.rows["users"] if row["sourcedId"] != "stu"]
    await taken(district, family(files))
    upkeep = Upkeep(district.core)

    clock.pass_(days=89)
    await upkeep.round()
    assert (await person(district, "stu")).left_at is not None
    clock.pass_(days=2)
    await upkeep.round()

    assert await district.read(lambda tx: tx.roster.person("stu")) is None
    known = await district.read(lambda tx: tx.roster.known("oneroster"))
    assert "'stu'" not in repr(known)
    assert sorted(known.people) == ["coach", "mum", "otis", "principal"]


async def test_an_import_brings_accounts_to_the_roster_and_keeps_what_people_decided(district: District) -> None:
    async def with_email(who: PersonRef, email: str, **changes: object) -> None:
        known = await district.read(lambda tx: tx.registry.person(who))
        assert known is not None
        changed = replace(known, email=email, **changes)  # type: ignore[arg-type]
        await district.core.store.write(lambda tx: tx.registry.save_person(changed))

    await with_email(COACH, "cody@example.org", lang=Lang.ES, role=Role.STUDENT, supervisor=None, title="")
    await with_email(PRINCIPAL, "prim@example.org")
    await with_email(STUDENT, "stu@example.org")

    await taken(district, family())

    coach = await district.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None
    assert (coach.role, coach.supervisor, coach.school, coach.title) == (
        Role.STAFF,
        PRINCIPAL,
        "North School",
        "Teacher",
    )
    assert coach.lang is Lang.ES
    status = await district.read(roster_status)
    assert [each.id for each in status.without_account] == ["mum", "otis"]
    assert COACH not in [each.ref for each in status.accounts_unknown]
    assert ref("parent") in [each.ref for each in status.accounts_unknown]


def account(name: str, email: str, **more: object) -> Account:
    return Account(ref=PersonRef(WORKSPACE, PersonId(name)), name=name, email=email, **more)  # type: ignore[arg-type]


async def met(district: District, one: Account) -> Person:
    found = await district.core.store.write(lambda tx: meet(district.core, tx, one))
    assert found is not None
    return found


async def test_a_new_account_is_who_the_roster_says_and_its_supervisor_may_come_later(district: District) -> None:
    await taken(district, family())

    coach = await met(district, account("u-cody", "Cody@Example.org"))
    boss = await met(district, account("u-prim", "prim@example.org"))

    assert (coach.role, coach.school) == (Role.STAFF, "North School")
    later = await district.read(lambda tx: tx.registry.person(coach.ref))
    assert later is not None
    assert later.supervisor == boss.ref


async def test_an_account_of_another_organisation_is_never_matched(district: District) -> None:
    await taken(district, family())

    stranger = await met(district, account("u-evil", "prim@example.org", is_external=True))
    await taken(district, family())

    kept = await district.read(lambda tx: tx.registry.person(stranger.ref))
    assert kept is not None
    assert (stranger.role, kept.role) == (Role.OUTSIDER, Role.OUTSIDER)


async def test_an_address_that_a_family_shares_stands_for_nobody(district: District) -> None:
    files = a_family()
    files.rows["users"][4]["email"] = "stu@example.org"
    await taken(district, family(files))

    shared = await met(district, account("u-wren", "stu@example.org", is_guest=True))

    assert shared.role is Role.OUTSIDER
    assert (await district.read(roster_status)).shared_addresses == ("stu@example.org",)


async def test_who_left_the_roster_is_an_outsider_until_they_come_back(district: District) -> None:
    await taken(district, family())
    coach = await met(district, account("u-cody", "cody@example.org"))
    files = a_family()
    files.rows["users"] = [row for row in files.rows["users"] if row["sourcedId"] != "coach"]

    await taken(district, family(files))
    gone = await district.read(lambda tx: tx.registry.person(coach.ref))
    await taken(district, family())
    back = await district.read(lambda tx: tx.registry.person(coach.ref))

    assert gone is not None
    assert back is not None
    assert (gone.role, back.role) == (Role.OUTSIDER, Role.STAFF)


async def test_the_judge_knows_the_names_of_members_and_of_the_owners_classes(district: District) -> None:
    await taken(district, family())
    stu = await met(district, account("u-stu", "stu@example.org"))
    coach = await met(district, account("u-cody", "cody@example.org"))

    await district.core.store.write(lambda tx: tx.registry.join(CLUB, stu.ref, by=None, at=tx.now))
    by_members = await district.read(lambda tx: names_in(tx, CHESS).students)
    by_classes = await district.read(lambda tx: names_in(tx, replace(CHESS, owner=coach.ref)).students)

    assert by_members == {"Stu", "Wren"}
    assert by_classes == {"Stu", "Wren", "Otis", "Xylo"}


async def test_a_student_named_beside_grades_is_found_only_where_the_roster_has_them(
    district: District, clock: FakeClock
) -> None:
    """At once in a channel that was quiet, within a minute where one talks."""
    said = "Wren got a D on the exam and is failing."
    before = await district.post(said, by=COACH, message="before")
    await taken(district, family())
    stu = await met(district, account("u-stu", "stu@example.org"))
    await district.core.store.write(lambda tx: tx.registry.join(CLUB, stu.ref, by=None, at=tx.now))

    clock.pass_(minutes=1)
    after = await district.post(said, by=COACH, message="after")

    assert await district.read(lambda tx: tx.messages.is_clean(before, 0))
    assert not await district.read(lambda tx: tx.messages.is_clean(after, 0))


async def test_an_unlisted_student_beside_an_address_is_flagged_and_one_who_is_listed_is_not(
    district: District, clock: FakeClock
) -> None:
    await taken(district, family())
    stu = await met(district, account("u-stu", "stu@example.org"))
    await district.core.store.write(lambda tx: tx.registry.join(CLUB, stu.ref, by=None, at=tx.now))
    said = "Rides to the match: Stu, 42 Alder Street"

    async def is_told(message: str) -> bool:
        clock.pass_(minutes=2)
        await district.post(said, by=COACH, message=message)
        return any("wants nothing of them in a directory" in str(card) for card in district.platform.of(PRINCIPAL))

    listed = await is_told("m1")
    (known,) = await district.read(lambda tx: tx.roster.by_email("stu@example.org"))
    await district.core.store.write(lambda tx: tx.roster.save([replace(known, is_unlisted=True)]))

    assert not listed
    assert await is_told("m2")


async def test_a_look_before_posting_knows_the_names_too(district: District) -> None:
    await taken(district, family())
    stu = await met(district, account("u-stu", "stu@example.org"))
    await district.core.store.write(lambda tx: tx.registry.join(CLUB, stu.ref, by=None, at=tx.now))

    card = await Desk(district.core).command(COACH, CLUB, "check Wren got a D on the exam and is failing.")

    assert card.title == "This would be flagged"


ids = st.sampled_from(["p1", "p2", "p3", "p4"])
steps = st.lists(st.dictionaries(ids, st.sampled_from(["Ada", "Ben"]), max_size=4), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_after_any_full_rosters_exactly_those_of_the_last_are_present(rosters: list[dict[str, str]]) -> None:
    """A slower truth: after each import, who is present and how they are called is what the last file said."""
    known: dict[RosterId, RosterPerson] = {}
    for roster in rosters:
        files = Files()
        files.rows["users"] = []
        for who, given_name in roster.items():
            a_user(files, who, "student", given_name, "Ruiz", org="")
        reading = oneroster.read(files.as_bytes(), TODAY)

        changes = changes_of(Known(people=known), reading, NOW)

        known = known | {each.id: each for each in (*changes.added, *changes.changed, *changes.left)}
        present = {each.id: each.given for each in known.values() if each.left_at is None}
        assert present == roster
        assert changes_of(Known(people=known), reading, NOW).is_nothing


def session(kind: str, starts: str, ends: str) -> AcademicSession:
    return AcademicSession(
        id=RosterId(f"{kind}{starts}"),
        title=kind,
        kind=kind,
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends),
    )


@pytest.mark.parametrize(
    ("sessions", "ends"),
    [
        ([session("schoolYear", "2026-08-31", "2027-06-17")], date(2027, 6, 17)),
        (
            [
                session("schoolYear", "2026-08-31", "2027-06-17"),
                session("schoolYear", "2027-08-30", "2028-06-16"),
                session("term", "2026-08-31", "2027-01-22"),
            ],
            date(2027, 6, 17),
        ),
        ([session("schoolYear", "2025-09-01", "2026-06-18")], None),
        (
            [
                session("semester", "2026-08-31", "2027-01-22"),
                session("semester", "2027-01-25", "2027-06-17"),
                session("semester", "2027-08-30", "2028-01-21"),
            ],
            date(2027, 6, 17),
        ),
        ([], None),
    ],
)
def test_the_school_years_end_is_told_by_years_or_by_terms(sessions: list[AcademicSession], ends: date | None) -> None:
    assert year_end(sessions, TODAY) == ends


async def test_an_approval_lasts_to_the_end_that_the_roster_tells(district: District) -> None:
    await taken(district, family())

    ends = await district.read(lambda tx: until(tx, next(p for p in tx.registry.people() if p.ref == PRINCIPAL)))

    assert ends.astimezone(ZoneInfo("America/New_York")).date() == date(2027, 6, 17)
