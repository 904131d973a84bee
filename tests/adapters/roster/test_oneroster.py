"""OneRoster 1.1 and 1.2: what is read of it, and what is said of every kind of fault."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adapters.roster import BadRoster, read_roster
from bot.records.roster import Reading, RosterId
from policy.message import Role
from policy.words import Lang
from tests.rosters import Files, a_district, a_family, a_user

TODAY = date(2026, 11, 20)


def read(files: Files, tmp_path: Path, *, is_full: bool | None = None) -> Reading:
    return read_roster(files.zipped(tmp_path / "roster.zip"), TODAY, is_full=is_full)


def said(reading: Reading) -> list[str]:
    """Each fault in a line, as the command prints it."""
    return [f"{fault.file}:{fault.line} {fault.what(Lang.EN)}" for fault in reading.faults]


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.2.1"])
def test_a_family_is_read_the_same_in_both_versions_as_zip_and_as_folder(version: str, tmp_path: Path) -> None:
    files = a_family(version)

    zipped = read(files, tmp_path)
    in_folder = read_roster(files.in_folder(tmp_path / "folder"), TODAY)

    assert zipped == in_folder
    assert zipped.faults == ()
    assert zipped.people is not None
    people = zipped.people.rows
    assert sorted(people) == ["coach", "mum", "otis", "principal", "stu"]
    stu, coach, mum = (people[RosterId(name)] for name in ("stu", "coach", "mum"))
    assert (stu.name, stu.role, stu.school, stu.photos, stu.is_unlisted) == ("Stu Wren", Role.STUDENT, "n", True, False)
    assert (coach.role, coach.title, coach.supervisor) == (Role.STAFF, "Teacher", "principal")
    assert (mum.role, mum.is_parent, mum.email) == (Role.PARENT, True, "pat@example.net")
    assert people[RosterId("principal")].email == "prim@example.org"
    assert zipped.agents[RosterId("stu")] == {"mum"}
    assert zipped.sessions is not None
    assert [each.ends_on for each in zipped.sessions.rows.values()] == [date(2027, 6, 17)]
    assert zipped.enrollments is not None
    assert [each.is_teacher for each in zipped.enrollments.rows.values()] == [True, False, False]


def test_demographics_and_telephone_numbers_leave_no_trace(tmp_path: Path) -> None:
    files = a_family()
    files.rows["users"][2] |= {"sms": "555-0134", "phone": "555-0135", "password": "secret", "grades": "09"}
    more = {"demographics.csv": b"sourcedId,birthDate\nstu,2011-01-01\n"}

    reading = read_roster(files.zipped(tmp_path / "roster.zip", more), TODAY)

    assert reading.people is not None
    assert not any(word in repr(reading) for word in ("555-01", "secret", "2011", "birthDate"))


def test_a_teacher_who_is_a_parent_is_both(tmp_path: Path) -> None:
    files = a_family("1.2")
    files.add("roles", sourcedId="r9", userSourcedId="coach", roleType="secondary", role="parent", orgSourcedId="n")
    files.rows["users"][3]["agentSourcedIds"] = "coach"

    reading = read(files, tmp_path)

    assert reading.people is not None
    coach = reading.people.rows[RosterId("coach")]
    assert (coach.role, coach.is_parent) == (Role.STAFF, True)


def test_roles_that_are_over_or_not_yet_begun_do_not_count(tmp_path: Path) -> None:
    files = a_family("1.2")
    files.rows["roles"][1]["endDate"] = "2026-11-19"
    files.rows["roles"][2]["beginDate"] = "2026-12-01"

    reading = read(files, tmp_path)

    assert said(reading) == [
        "users.csv:3 coach has no role in roles.csv that is in force.",
        "users.csv:4 stu has no role in roles.csv that is in force.",
    ]
    assert reading.people is not None
    assert reading.people.held == {"coach", "stu"}


def test_a_delta_names_who_changed_and_who_is_gone(tmp_path: Path) -> None:
    files = Files(mode="delta")
    a_user(files, "stu", "student", "Stuart", "Wren", status="active", dateLastModified="2026-11-19T08:00:00Z")
    a_user(files, "otis", "student", "Otis", "Xylo", status="tobedeleted", dateLastModified="2026-11-19T08:00:00Z")

    reading = read(files, tmp_path)

    assert reading.people is not None
    assert not reading.people.is_full
    assert sorted(reading.people.rows) == ["stu"]
    assert sorted(reading.people.gone) == ["otis"]
    assert reading.orgs is None
    assert reading.classes is None
    assert read(files, tmp_path, is_full=True).people.is_full  # type: ignore[union-attr]


def wrong(file: str, row: int, /, **values: str) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        files.rows[file][row] |= values

    return spoil


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (wrong("users", 2, role="pupil"), "users.csv:4 “pupil” is not a role that we know."),
        (wrong("users", 2, sourcedId=""), "users.csv:4 “sourcedid” is empty."),
        (wrong("users", 2, givenName="", familyName=""), "users.csv:4 “givenname” is empty."),
        (wrong("users", 3, sourcedId="stu"), "users.csv:5 “stu” stands in line 4 already; that row counts."),
        (wrong("users", 2, status="inactive"), "users.csv:4 “inactive” is not a status: active or tobedeleted."),
        (
            wrong("users", 2, email="stu at home"),
            "users.csv:4 “stu at home” is not an e-mail address; it was left out.",
        ),
        (wrong("users", 2, givenName="S" * 2_001), "users.csv:4 The field “givenname” has more than 2000 characters."),
        (wrong("users", 2, givenName="S\x00u"), "users.csv:4 The field “givenname” holds characters that are no text."),
        (
            wrong("users", 2, photoPermission="perhaps"),
            "users.csv:4 “perhaps” in “photopermission” is neither yes nor no; it counts as not known.",
        ),
        (wrong("enrollments", 1, role="mascot"), "enrollments.csv:3 “mascot” is not a role that we know."),
        (wrong("enrollments", 1, classSourcedId=""), "enrollments.csv:3 “classsourcedid” is empty."),
        (
            wrong("enrollments", 1, endDate="30/6/2027"),
            "enrollments.csv:3 “30/6/2027” in “enddate” is not a day. Write it like 2026-06-30.",
        ),
        (wrong("academicSessions", 0, endDate="2026-01-01"), "academicsessions.csv:2 It ends before it begins."),
        (wrong("academicSessions", 0, endDate=""), "academicsessions.csv:2 “enddate” is empty."),
        (wrong("orgs", 1, name=""), "orgs.csv:3 “name” is empty."),
        (wrong("classes", 0, title=""), "classes.csv:2 “title” is empty."),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_all_others_are_read(
    spoil: Callable[[Files], None], expected: str, tmp_path: Path
) -> None:
    files = a_family()
    spoil(files)

    reading = read(files, tmp_path)

    assert said(reading) == [expected]
    assert reading.people is not None
    assert len(reading.people.rows) >= 4


def test_a_wrong_row_of_somebody_known_says_that_nothing_is_known_of_them(tmp_path: Path) -> None:
    """So that nobody leaves because of a slip in their row."""
    folder = a_family().in_folder(tmp_path / "roster")
    users = folder / "users.csv"
    users.write_text(users.read_text().replace("Otis,Xylo", 'Otis,"Xylo').replace("Cody,Tarn", "Cody,Tarn, Jr."))

    reading = read_roster(folder, TODAY)

    assert reading.people is not None
    assert reading.people.held == {"otis", "coach"}
    assert sorted(reading.people.rows) == ["mum", "principal", "stu"]
    assert len(said(reading)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "users.csv").unlink(), "manifest.csv says that users.csv is there"),
        (lambda folder: (folder / "users.csv").write_text(""), "users.csv is empty"),
        (lambda folder: (folder / "users.csv").write_text("id,name\n1,Ada\n"), "has no column sourcedid"),
        (lambda folder: (folder / "orgs.csv").write_text("sourcedId\nn\n"), "orgs.csv has no column name"),
        (
            lambda folder: (folder / "manifest.csv").write_text("propertyName,value\noneroster.version,1.0\n"),
            "says OneRoster 1.0",
        ),
        (
            lambda folder: (folder / "manifest.csv").write_text("propertyName,value\nfile.users,everything\n"),
            "neither bulk, delta nor absent for users",
        ),
    ],
)
def test_what_is_wrong_with_the_whole_is_refused_whole(
    change: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    folder = a_family().in_folder(tmp_path / "roster")
    change(folder)

    with pytest.raises(BadRoster, match=message):
        read_roster(folder, TODAY)


def test_a_file_that_the_manifest_calls_absent_is_not_read(tmp_path: Path) -> None:
    files = a_family()
    del files.rows["classes"]
    folder = files.in_folder(tmp_path / "roster")
    (folder / "classes.csv").write_text("sourcedId,title\nc9,Old\n")

    reading = read_roster(folder, TODAY)

    assert reading.classes is None
    assert said(reading) == ["classes.csv:1 manifest.csv says that this file is absent, so it was not read."]


def test_nothing_there_and_nothing_readable_are_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(a_family().zipped(tmp_path / "roster.zip").read_bytes()[:-60])

    for path, message in (
        (tmp_path / "none.zip", "There is no"),
        (tmp_path / "empty", "There is no roster in it"),
        (broken, "damaged"),
    ):
        with pytest.raises(BadRoster, match=message):
            read_roster(path, TODAY)


def test_a_zip_bomb_is_not_unpacked_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a smaller limit, so that making the bomb takes no time."""
    monkeypatch.setattr("adapters.roster.files.MOST_BYTES", 4 * 1024 * 1024)
    files = a_family()
    del files.rows["classes"]
    bomb = files.zipped(tmp_path / "bomb.zip", {"classes.csv": b"sourcedId,title\n" + b"x" * 50_000_000})
    assert bomb.stat().st_size < 100_000

    with pytest.raises(BadRoster, match="larger than 4 MB"):
        read_roster(bomb, TODAY)


def test_other_files_and_names_from_elsewhere_are_not_opened(tmp_path: Path) -> None:
    more = {"a/b/orgs.csv": b"deep", "__MACOSX/users.csv": b"\0", "notes.txt": b"x", "/etc/x/users.csv": b"far"}
    path = a_family().zipped(tmp_path / "odd.zip", more)

    assert read_roster(path, TODAY) == read(a_family(), tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = a_family().zipped(tmp_path / "two.zip", {"../users.csv": b"sourcedId\n"})

    with pytest.raises(BadRoster, match="two files called users.csv"):
        read_roster(path, TODAY)


def test_a_district_of_five_thousand_is_read_without_a_fault(tmp_path: Path) -> None:
    reading = read(a_district(), tmp_path)

    assert reading.faults == ()
    assert reading.people is not None
    assert len(reading.people.rows) == 5_000
    assert reading.enrollments is not None
    assert len(reading.enrollments.rows) > 10_000
