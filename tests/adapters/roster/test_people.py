"""A plain list of people: headings in two languages, names in two orders, whose parent, permissions."""

from pathlib import Path

import pytest

from adapters.roster import BadRoster, read_roster
from adapters.roster.people import read
from bot.records.roster import RosterId, RosterPerson, Sheet
from policy.message import Role
from policy.words import Lang
from tests.adapters.roster.test_oneroster import TODAY

ENGLISH = """name,role,email,parent of,supervisor,school,photo permission,directory opt-out
Ola Quill,principal,Ola@example.org,,,North,,
"Ruiz, Ada",student,ada@example.org,,,North,yes,no
Rosa Ruiz,parent,rosa@example.net,Ada Ruiz; tom@example.org,,,,
Cody Tarn,Coach,cody@example.org,ada@example.org,ola@example.org,North,,
"""
SPANISH = """nombre;rol;correo;padre de;supervisor;escuela;permiso de fotos;fuera del directorio
Ola Quill;directora;Ola@example.org;;;North;;
Ruiz, Ada;estudiante;ada@example.org;;;North;sí;no
"""


def by_address(email: str) -> RosterId:
    """The id that a list without numbers gives whoever has that address."""
    (only,) = listed(f"Ada,student,{email}").rows
    return only


def listed(*rows: str) -> Sheet[RosterPerson]:
    reading = read("people.csv", "\n".join(["name,role,email", *rows]).encode())
    assert reading.people is not None
    return reading.people


def test_an_id_tells_nothing_about_the_person() -> None:
    assert "ada" not in by_address("ada@example.org")
    assert by_address("Ada@Example.org") == by_address("ada@example.org")


def test_a_list_is_read() -> None:
    reading = read("people.csv", ENGLISH.encode())

    assert reading.faults == ()
    assert reading.people is not None
    assert reading.people.is_full
    people = {each.name: each for each in reading.people.rows.values()}
    assert {name: each.role for name, each in people.items()} == {
        "Ola Quill": Role.STAFF,
        "Ada Ruiz": Role.STUDENT,
        "Rosa Ruiz": Role.PARENT,
        "Cody Tarn": Role.STAFF,
    }
    assert (people["Ada Ruiz"].photos, people["Ada Ruiz"].is_unlisted) == (True, False)
    assert (people["Cody Tarn"].supervisor, people["Cody Tarn"].is_parent) == ("ola@example.org", True)
    assert reading.agents[by_address("rosa@example.net")] == {"Ada Ruiz", "tom@example.org"}
    assert reading.orgs is not None
    assert [each.name for each in reading.orgs.rows.values()] == ["North"]


def test_headings_roles_and_answers_may_be_spanish() -> None:
    spanish, english = read("gente.csv", SPANISH.encode()), read("people.csv", ENGLISH.encode())

    assert spanish.faults == ()
    assert spanish.people is not None
    assert english.people is not None
    for roster_id, person in spanish.people.rows.items():
        assert (person.name, person.role, person.photos) == (
            english.people.rows[roster_id].name,
            english.people.rows[roster_id].role,
            english.people.rows[roster_id].photos,
        )
    assert len(spanish.people.rows) == 2


def test_two_of_one_name_and_school_need_a_number_or_an_address() -> None:
    reading = read(
        "p.csv", b"name,role,school\nAda Ruiz,student,North\nAda Ruiz,student,North\nAda Ruiz,student,South\n"
    )

    assert reading.people is not None
    assert len(reading.people.rows) == 2
    assert [(fault.line, fault.what(Lang.EN)) for fault in reading.faults] == [
        (3, "“Ada Ruiz” stands in line 2 already; that row counts.")
    ]


def test_wrong_rows_are_named_and_left_out() -> None:
    rows = ("name,role,email", ",student,", "Ada,,ada@example.org", "Ben,wizard,", "Cy,student,not an address")

    reading = read("p.csv", "\n".join([*rows, "Dov,student,d@example.org"]).encode())

    assert reading.people is not None
    assert sorted(each.given for each in reading.people.rows.values()) == ["Cy", "Dov"]
    assert [fault.line for fault in reading.faults] == [2, 3, 4, 5]
    assert reading.people.held >= {by_address("ada@example.org")}


def test_somebody_may_be_said_to_have_left() -> None:
    reading = read("p.csv", b"name,role,email,status\nAda,student,ada@example.org,left\n", is_full=False)

    assert reading.people is not None
    assert sorted(reading.people.gone) == [by_address("ada@example.org")]
    assert reading.people.rows == {}


@pytest.mark.parametrize("header", ["name,email\nAda,a@example.org\n", "role,email\nstudent,a@example.org\n"])
def test_a_list_without_names_or_roles_is_refused(header: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(header, encoding="utf-8")

    with pytest.raises(BadRoster, match="has no column"):
        read_roster(path, TODAY)
