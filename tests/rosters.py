"""An invented district's rosters as files: OneRoster 1.1 and 1.2 of any size, and what may be wrong with them."""

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

GIVEN = ("Ada", "Ben", "Caro", "Dov", "Elif", "Finn", "Gus", "Hana", "Iñaki", "Joss", "Kaia", "Lior", "Mina", "Noor")
FAMILY = ("Quill", "Ruiz", "Stone-Bay", "Tarn", "Umber", "Vega Luz", "Wren", "Xylo", "Yarrow", "Zephyr", "O'Dell")

HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,metadata.supervisor,"
    "metadata.photoPermission,metadata.directoryOptOut",
    "users 1.2": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,"
    "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.supervisor,"
    "metadata.photoPermission,metadata.directoryOptOut",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
}
Rows = list[dict[str, str]]


@dataclass(slots=True)
class Files:
    """A roster on its way to a file: rows by file, each naming only the fields that matter."""

    version: str = "1.1"
    mode: str = "bulk"
    rows: dict[str, Rows] = field(default_factory=dict)

    def add(self, file: str, /, **values: str) -> None:
        """Adds a row; `orgs`, `users`, `roles`, `classes`, `enrollments`, `academicSessions`. Fields of extensions are
        `supervisor`, `photoPermission` and `directoryOptOut`."""
        self.rows.setdefault(file, []).append(values)

    def texts(self) -> Mapping[str, str]:
        """Each file's text, the manifest included."""
        return {f"{name}.csv": self._text(name, rows) for name, rows in self.rows.items()} | {
            "manifest.csv": self.manifest()
        }

    def manifest(self) -> str:
        said = {
            "manifest.version": "1.0",
            "oneroster.version": self.version,
            **{f"file.{name}": self.mode if name in self.rows else "absent" for name in (*HEADERS, "demographics")},
            "source.systemName": "Invented",
        }
        said.pop("file.users 1.2")
        return "propertyName,value\r\n" + "".join(f"{name},{value}\r\n" for name, value in said.items())

    def zipped(self, path: Path, more: Mapping[str, bytes] | None = None) -> Path:
        """Writes a zip there."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.texts().items():
                archive.writestr(name, text)
            for name, content in (more or {}).items():
                archive.writestr(name, content)
        return path

    def in_folder(self, folder: Path) -> Path:
        """Writes the files into the folder."""
        folder.mkdir(exist_ok=True)
        for name, text in self.texts().items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return folder

    def as_bytes(self) -> dict[str, bytes]:
        """What a reader is handed: names in lower case."""
        return {name.lower(): text.encode() for name, text in self.texts().items()}

    def _text(self, name: str, rows: Iterable[Mapping[str, str]]) -> str:
        header = HEADERS["users 1.2" if name == "users" and self.version.startswith("1.2") else name].split(",")
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, header, restval="")
        writer.writeheader()
        for row in rows:
            writer.writerow({column if column in header else f"metadata.{column}": row[column] for column in row})
        return out.getvalue()


def a_family(version: str = "1.1", mode: str = "bulk") -> Files:
    """A school with a principal, a coach whom she supervises, two students, a mother of one, and a class."""
    files = Files(version, mode)
    files.add("orgs", sourcedId="d", name="Larkfield", type="district")
    files.add("orgs", sourcedId="n", name="North School", type="school", parentSourcedId="d")
    files.add(
        "academicSessions",
        sourcedId="y",
        title="2026-27",
        type="schoolYear",
        startDate="2026-08-31",
        endDate="2027-06-17",
        schoolYear="2027",
    )
    people = (
        ("principal", "administrator", "Prim", "Quill", {"email": "Prim@Example.org"}),
        ("coach", "teacher", "Cody", "Tarn", {"email": "cody@example.org", "supervisor": "principal"}),
        (
            "stu",
            "student",
            "Stu",
            "Wren",
            {"email": "stu@example.org", "agentSourcedIds": "mum", "photoPermission": "yes", "directoryOptOut": "no"},
        ),
        ("otis", "student", "Otis", "Xylo", {"email": "otis@example.org", "photoPermission": "no"}),
        ("mum", "parent", "Pat", "Wren", {"email": "pat@example.net"}),
    )
    for person, role, given, family, more in people:
        a_user(files, person, role, given, family, **more)
    files.add("classes", sourcedId="c1", title="Chess 1", schoolSourcedId="n", classType="scheduled")
    for person, role in (("coach", "teacher"), ("stu", "student"), ("otis", "student")):
        files.add("enrollments", sourcedId=f"e-{person}", classSourcedId="c1", userSourcedId=person, role=role)
    return files


def a_user(files: Files, person: str, role: str, given: str, family: str, org: str = "n", **more: str) -> None:
    """Adds somebody as the version has it: with the role in users.csv, or in roles.csv."""
    about = {"sourcedId": person, "givenName": given, "familyName": family, "username": person, "enabledUser": "true"}
    if files.version.startswith("1.2"):
        files.add("users", **about, primaryOrgSourcedId=org, **more)
        files.add(
            "roles", sourcedId=f"r-{person}", userSourcedId=person, roleType="primary", role=role, orgSourcedId=org
        )
    else:
        files.add("users", **about, orgSourcedIds=org, role=role, **more)


def a_district(people: int = 5_000, *, version: str = "1.1", seed: int = 7) -> Files:
    """A whole district: of each hundred people 50 students, 40 parents, 10 staff; six schools, a principal each."""
    chance = random.Random(seed)
    files = Files(version)
    files.add("orgs", sourcedId="d", name="Larkfield", type="district")
    schools = [f"s{number}" for number in range(6)]
    for school in schools:
        files.add("orgs", sourcedId=school, name=f"School {school}", type="school", parentSourcedId="d")
        a_user(files, f"p-{school}", "administrator", "Prim", school.upper(), school, email=f"p.{school}@example.org")
    staff = [f"t{number}" for number in range(people // 10 - len(schools))]
    for number, teacher in enumerate(staff):
        school = schools[number % len(schools)]
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        a_user(
            files, teacher, "teacher", given, family, school, email=f"{teacher}@example.org", supervisor=f"p-{school}"
        )
        files.add("classes", sourcedId=f"c-{teacher}", title=f"Class {teacher}", schoolSourcedId=school)
        files.add(
            "enrollments",
            sourcedId=f"e-{teacher}",
            classSourcedId=f"c-{teacher}",
            userSourcedId=teacher,
            role="teacher",
        )
    parents = [f"a{number}" for number in range(people * 4 // 10)]
    for parent in parents:
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        a_user(files, parent, "guardian", given, family, email=f"{parent}@example.net")
    for number in range(people // 2):
        student, school = f"k{number}", schools[number % len(schools)]
        a_user(
            files,
            student,
            "student",
            chance.choice(GIVEN),
            chance.choice(FAMILY),
            school,
            email=f"{student}@pupils.example.org",
            agentSourcedIds=",".join(chance.sample(parents, k=chance.choice((1, 2, 2)))),
            photoPermission=chance.choice(("yes", "no", "")),
        )
        for place in range(4):
            teacher = staff[(number + place * 7) % len(staff)]
            files.add(
                "enrollments",
                sourcedId=f"e-{student}-{place}",
                classSourcedId=f"c-{teacher}",
                userSourcedId=student,
                role="student",
            )
    return files
