"""OneRoster 1.1 and 1.2 in CSV, as a zip or a folder: organisations, people, classes, enrollments, sessions.
Demographics, telephone numbers, passwords and results are not even opened or kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from adapters.roster import rows, values, words
from adapters.roster.files import BadRoster
from adapters.roster.rows import CsvFile, Row
from bot.records.roster import (
    AcademicSession,
    Enrollment,
    Fault,
    Reading,
    Record,
    RosterClass,
    RosterId,
    RosterOrg,
    RosterPerson,
    Sheet,
)
from policy.message import Role

SOURCE = "oneroster"
FILES = ("manifest", "orgs", "users", "roles", "classes", "enrollments", "academicsessions")
NAMES = frozenset(f"{name}.csv" for name in FILES)
_NEEDED = {
    "orgs": ("sourcedid", "name"),
    "users": ("sourcedid", "givenname", "familyname"),
    "roles": ("usersourcedid", "role"),
    "classes": ("sourcedid", "title"),
    "enrollments": ("sourcedid", "classsourcedid", "usersourcedid", "role"),
    "academicsessions": ("sourcedid", "type", "startdate", "enddate"),
}
_SAYS = {
    "supervisor": ("supervisor", "supervisorsourcedid", "supervisoremail"),
    "photos": ("photopermission", "photos"),
    "is_unlisted": ("directoryoptout",),
}
"""Columns beside the standard's own, as extensions: `metadata.photoPermission`."""
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """How each file is meant: `bulk` (all there is), `delta` (what changed) or `absent`."""

    modes: Mapping[str, str]


def read(files: Mapping[str, bytes], today: date, *, is_full: bool | None = None) -> Reading:
    """The roster of these files. `is_full` overrides what the manifest says of whether they are all there is. Raises
    BadRoster."""
    faults: list[Fault] = []
    manifest = _manifest(files, faults)
    opened: dict[str, CsvFile] = {}
    for name in FILES[1:]:
        content, mode = files.get(f"{name}.csv"), manifest.modes.get(name)
        if content is None and mode in ("bulk", "delta"):
            raise BadRoster(f"manifest.csv says that {name}.csv is there, and it is not. Nothing was changed.")
        if content is not None and mode == "absent":
            faults.append(Fault(f"{name}.csv", 1, words.NOT_TOLD, is_left_out=False))
        elif content is not None:
            opened[name] = rows.read(f"{name}.csv", content, _NEEDED[name])
    if not opened:
        raise BadRoster("There is no roster in it: neither users.csv nor any other file of OneRoster.")

    def sheet(name: str, make: Callable[[CsvFile, Row], R | None]) -> Sheet[R] | None:
        file = opened.get(name)
        mode_full = manifest.modes.get(name, "bulk") == "bulk" if is_full is None else is_full
        return None if file is None else _sheet(file, make, is_full=mode_full)

    roles = _roles(opened.get("roles"), opened.get("users"), today)
    users = opened.get("users")
    if users is not None and roles is None and "role" not in users.columns:
        raise BadRoster("users.csv has no column role, and there is no roles.csv. Nothing was changed.")
    return Reading(
        source=SOURCE,
        orgs=sheet("orgs", _org),
        people=sheet("users", lambda file, row: _person(file, row, roles)),
        agents=_agents(users),
        classes=sheet("classes", _class),
        enrollments=sheet("enrollments", _enrollment),
        sessions=sheet("academicsessions", _session),
        says=frozenset(name for name, columns in _SAYS.items() if users and set(columns) & set(users.columns)),
        faults=(*faults, *(fault for file in opened.values() for fault in file.faults)),
    )


def _manifest(files: Mapping[str, bytes], faults: list[Fault]) -> _Manifest:
    if "manifest.csv" not in files:
        return _Manifest(modes={})
    file = rows.read("manifest.csv", files["manifest.csv"], ("propertyname", "value"))
    faults.extend(file.faults)
    told = {row["propertyname"].lower(): row["value"].lower() for row in file.rows}
    version = told.get("oneroster.version", "1.1")
    if not version.startswith(("1.1", "1.2")):
        raise BadRoster(f"manifest.csv says OneRoster {version[:20]}. Export version 1.1 or 1.2; nothing was changed.")
    modes = {name.removeprefix("file."): mode for name, mode in told.items() if name.startswith("file.")}
    odd = sorted(f"{name}: {mode[:20]}" for name, mode in modes.items() if mode not in ("bulk", "delta", "absent"))
    if odd:
        raise BadRoster(f"manifest.csv says neither bulk, delta nor absent for {', '.join(odd)}. Nothing was changed.")
    return _Manifest(modes=modes)


def _sheet(file: CsvFile, make: Callable[[CsvFile, Row], R | None], *, is_full: bool) -> Sheet[R]:
    found: dict[RosterId, R] = {}
    lines: dict[RosterId, int] = {}
    gone: set[RosterId] = set()
    held = {RosterId(spoilt["sourcedid"]) for spoilt in file.spoilt if spoilt.get("sourcedid")}
    for row in rows.identified(file, "sourcedid"):
        roster_id, status = RosterId(row["sourcedid"]), row["status"].lower()
        record = None
        if status == "tobedeleted":
            gone.add(roster_id)
            continue
        if status in ("", "active"):
            record = make(file, row)
        else:
            file.fault(row, words.STATUS, value=row["status"])
        if record is None:
            held.add(roster_id)
        else:
            found[roster_id], lines[roster_id] = record, row.line
    return Sheet(
        file=file.name,
        rows=found,
        lines=lines,
        is_full=is_full,
        gone=frozenset(gone),
        held=frozenset(held - found.keys()),
    )


def _org(file: CsvFile, row: Row) -> RosterOrg | None:
    if not _has(file, row, "name"):
        return None
    return RosterOrg(
        id=RosterId(row["sourcedid"]), name=row["name"], kind=row["type"] or "school", parent=row["parentsourcedid"]
    )


def _class(file: CsvFile, row: Row) -> RosterClass | None:
    if not _has(file, row, "title"):
        return None
    return RosterClass(id=RosterId(row["sourcedid"]), title=row["title"], school=row["schoolsourcedid"])


def _enrollment(file: CsvFile, row: Row) -> Enrollment | None:
    if not _has(file, row, "classsourcedid", "usersourcedid"):
        return None
    role = values.role(row["role"])
    if role is None:
        file.fault(row, words.ROLE, value=row["role"])
        return None
    ends_on = values.day(file, row, "enddate")
    if row["enddate"] and ends_on is None:
        return None
    return Enrollment(
        id=RosterId(row["sourcedid"]),
        class_id=row["classsourcedid"],
        person=row["usersourcedid"],
        is_teacher=role is Role.STAFF,
        ends_on=ends_on,
    )


def _session(file: CsvFile, row: Row) -> AcademicSession | None:
    starts_on, ends_on = values.day(file, row, "startdate"), values.day(file, row, "enddate")
    if starts_on is None or ends_on is None:
        _has(file, row, "startdate", "enddate")
        return None
    if ends_on < starts_on:
        file.fault(row, words.ENDS_BEFORE)
        return None
    return AcademicSession(
        id=RosterId(row["sourcedid"]), title=row["title"], kind=row["type"], starts_on=starts_on, ends_on=ends_on
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Function:
    """What somebody is at one school (a row of roles.csv)."""

    name: str
    role: Role
    org: str
    is_primary: bool


def _roles(file: CsvFile | None, users: CsvFile | None, today: date) -> Mapping[str, list[_Function]] | None:
    """Everybody's roles that are in force; None where roles stand with the users (1.1)."""
    if file is None:
        return None
    known = {row["sourcedid"] for row in users.rows} if users else set()
    found: dict[str, list[_Function]] = defaultdict(list)
    for row in file.rows:
        role = values.role(row["role"])
        if role is None:
            file.fault(row, words.ROLE, value=row["role"])
            continue
        begins, ends = values.day(file, row, "begindate"), values.day(file, row, "enddate")
        is_over = row["status"].lower() == "tobedeleted" or (ends and ends < today) or (begins and begins > today)
        if row["usersourcedid"] not in known:
            file.fault(row, words.ROLE_OF_NOBODY, id=row["usersourcedid"])
        elif not is_over:
            is_primary = row["roletype"].lower() != "secondary"
            function = _Function(name=row["role"], role=role, org=row["orgsourcedid"], is_primary=is_primary)
            found[row["usersourcedid"]].append(function)
    return found


def _person(file: CsvFile, row: Row, roles: Mapping[str, list[_Function]] | None) -> RosterPerson | None:
    if not (row["givenname"] or row["familyname"]):
        file.fault(row, words.MISSING, column="givenname")
        return None
    functions = _functions(file, row, roles)
    if not functions:
        return None
    main = _main(functions)
    own_title = row["title"]
    given, family = row["givenname"], row["familyname"]
    return RosterPerson(
        id=RosterId(row["sourcedid"]),
        source=SOURCE,
        given=given,
        family=family,
        preferred=row["preferredgivenname"] if row["preferredgivenname"] != given else "",
        role=main.role,
        title=own_title or (values.titled(main.name) if main.role is Role.STAFF else ""),
        is_parent=any(each.role is Role.PARENT for each in functions),
        school=row["primaryorgsourcedid"] or main.org,
        email=values.email(file, row, "email"),
        supervisor=next((row[column] for column in _SAYS["supervisor"] if row[column]), ""),
        photos=_first_told(file, row, _SAYS["photos"]),
        is_unlisted=_first_told(file, row, _SAYS["is_unlisted"]),
    )


def _functions(file: CsvFile, row: Row, roles: Mapping[str, list[_Function]] | None) -> list[_Function]:
    if roles is not None:
        found = roles.get(row["sourcedid"], [])
        if not found:
            file.fault(row, words.NO_ROLE, id=row["sourcedid"])
        return found
    role = values.role(row["role"])
    if role is None:
        file.fault(row, words.ROLE, value=row["role"])
        return []
    orgs = row.parts("orgsourcedids")
    return [_Function(name=row["role"], role=role, org=orgs[0] if orgs else "", is_primary=True)]


def _main(functions: Iterable[_Function]) -> _Function:
    """What somebody is first: of the primary roles a student's (judged most carefully), then staff, then parent."""
    order = (Role.STUDENT, Role.STAFF, Role.PARENT)
    return min(functions, key=lambda each: (not each.is_primary, order.index(each.role)))


def _first_told(file: CsvFile, row: Row, columns: Iterable[str]) -> bool | None:
    return next((values.yes_or_no(file, row, column) for column in columns if row[column]), None)


def _agents(users: CsvFile | None) -> Mapping[RosterId, frozenset[str]]:
    if users is None or "agentsourcedids" not in users.columns:
        return {}
    return {RosterId(row["sourcedid"]): frozenset(row.parts("agentsourcedids")) for row in users.rows}


def _has(file: CsvFile, row: Row, *columns: str) -> bool:
    """Whether none of the fields is empty; the first that is, is a fault."""
    empty = next((column for column in columns if not row[column]), None)
    if empty is not None:
        file.fault(row, words.MISSING, column=empty)
    return empty is None
