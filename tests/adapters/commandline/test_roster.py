"""`chaperone roster`: what an office sees that brings its roster in."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.commandline.roster import roster
from adapters.storage import open_store
from bot.errors import ChaperoneError
from bot.ids import PersonId, PersonRef, WorkspaceId
from bot.records.registry import Person
from policy.message import Role
from tests.rosters import a_family

COACH = Person(
    ref=PersonRef(WorkspaceId("slack:T1"), PersonId("U1")), name="Cody", role=Role.STUDENT, email="cody@example.org"
)
STRANGER = Person(ref=PersonRef(WorkspaceId("slack:T1"), PersonId("U2")), name="Strange", role=Role.STUDENT)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'chaperone.db'}"
    monkeypatch.setenv("DATABASE_URL", url)

    async def make() -> None:
        store = await open_store(url)
        for person in (COACH, STRANGER):
            await store.write(lambda tx, person=person: tx.registry.save_person(person))  # type: ignore[misc]
        await store.close()

    asyncio.run(make())
    return url


def run(*words: str) -> Result:
    return CliRunner().invoke(roster, list(words), catch_exceptions=False)


def people_in(url: str) -> int:
    async def count() -> int:
        store = await open_store(url)
        found = await store.read(lambda tx: tx.roster.people())
        await store.close()
        return len(found)

    return asyncio.run(count())


def test_an_import_says_what_changed_what_was_wrong_and_who_has_no_account(database: str, tmp_path: Path) -> None:
    files = a_family()
    files.rows["users"][3]["role"] = "wizard"
    path = files.zipped(tmp_path / "roster.zip")

    said = run("import", str(path)).output

    assert "Added: 4" in said
    assert "Cody Tarn (staff, Teacher)" in said
    assert "users.csv:5: “wizard” is not a role that we know. [left out]" in said
    assert "enrollments.csv:4: The person “otis” is not on the roster. [left out]" in said
    assert "The school year ends on 2027-06-17" in said
    assert "Without an account: 3" in said
    assert "Accounts that are not on the roster: 1\n  Strange, no e-mail (slack:T1 U2, student)" in said
    assert people_in(database) == 4


def test_a_dry_run_changes_nothing(database: str, tmp_path: Path) -> None:
    path = a_family().zipped(tmp_path / "roster.zip")

    said = run("import", str(path), "--dry-run").output

    assert "Added: 5" in said
    assert "nothing was changed" in said
    assert people_in(database) == 0


def test_the_status_afterwards_and_faults_in_spanish(database: str, tmp_path: Path) -> None:
    path = tmp_path / "gente.csv"
    path.write_text("nombre;rol;correo\nCody;docente;cody@example.org\nBen;mago;\n", encoding="utf-8")

    imported = run("import", str(path), "--lang", "es").output
    status = run("status", "--all").output

    assert "«mago» no es una función conocida." in imported
    assert "On the roster: 1 staff" in status
    assert "people" in status
    assert people_in(database) == 1


def test_what_cannot_be_read_is_one_line_and_changes_nothing(database: str, tmp_path: Path) -> None:
    with pytest.raises(ChaperoneError, match="There is no"):
        run("import", str(tmp_path / "none.zip"))

    assert people_in(database) == 0


def test_long_lists_end_with_how_many_more(database: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"Student {number},student,s{number}@example.org" for number in range(60)]
    path.write_text("\n".join(["name,role,email", *rows]), encoding="utf-8")

    said = run("import", str(path)).output

    assert "… and 10 more (--all)" in said
    assert "more (--all)" not in run("status", "--all").output
    assert people_in(database) == 60
