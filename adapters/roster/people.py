"""A plain list of people in CSV, as an office writes it in a spreadsheet: name, role, e-mail, whose parent, supervisor,
school, permissions. Headings in English or Spanish, in any order."""

from collections.abc import Mapping
from hashlib import sha256

from adapters.roster import rows, values, words
from adapters.roster.files import BadRoster
from adapters.roster.rows import CsvFile, Row, column_of
from bot.language import plain
from bot.records.roster import Reading, RosterId, RosterOrg, RosterPerson, Sheet
from policy.message import Role

SOURCE = "people"
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "number", "student number", "sourced id", "número", "identificador"),
    "name": ("name", "full name", "nombre completo", "nombre"),
    "given": ("given name", "first name", "nombre de pila"),
    "family": ("family name", "last name", "surname", "apellido", "apellidos"),
    "role": ("role", "rol", "función"),
    "title": ("title", "job title", "position", "cargo", "puesto"),
    "email": ("email", "e-mail", "email address", "district email", "correo", "correo electrónico"),
    "parentof": ("parent of", "guardian of", "children", "padre de", "padre o madre de", "familia de", "hijos"),
    "supervisor": ("supervisor", "supervisor email", "supervisor e-mail", "correo del supervisor"),
    "school": ("school", "escuela", "centro"),
    "photos": ("photo permission", "photos", "permiso de fotos"),
    "unlisted": ("directory opt out", "directory opt-out", "opt out", "fuera del directorio"),
    "status": ("status", "estado"),
}
_ALIASES = {column_of(heading): column for column, headings in HEADINGS.items() for heading in headings}
_SAYS = {"supervisor": "supervisor", "photos": "photos", "is_unlisted": "unlisted"}
_LEFT = frozenset({"left", "inactive", "tobedeleted", "baja", "inactivo"})


def read(name: str, content: bytes, *, is_full: bool = True) -> Reading:
    """The people of the list. `is_full`: whoever came with such a list before and is not in it has left. Raises
    BadRoster."""
    file = rows.read(name, content, ("role",), _ALIASES)
    if not {"name", "given", "family"} & set(file.columns):
        raise BadRoster(f"{name} has no column name. Give one called name, or given name and family name.")
    found: dict[RosterId, RosterPerson] = {}
    lines: dict[RosterId, int] = {}
    gone: set[RosterId] = set()
    held = {each for spoilt in file.spoilt if (each := _id_of(Row(0, spoilt)))}
    agents: dict[RosterId, frozenset[str]] = {}
    for row in file.rows:
        roster_id, person = _id_of(row), _person(file, row)
        if roster_id in lines:
            file.fault(row, words.TWICE, id=row["id"] or row["email"] or row["name"], line=lines[roster_id])
        elif person is None:
            held.add(roster_id)
        elif plain(row["status"]) in _LEFT:
            gone.add(roster_id)
        else:
            found[roster_id], lines[roster_id] = person, row.line
            if "parentof" in file.columns:
                agents[roster_id] = frozenset(row.parts("parentof", ";|"))
    orgs = {each.school: RosterOrg(id=RosterId(each.school), name=_school(each.school)) for each in found.values()}
    orgs.pop("", None)
    return Reading(
        source=SOURCE,
        people=Sheet(
            file=name,
            rows=found,
            lines=lines,
            is_full=is_full,
            gone=frozenset(gone),
            held=frozenset(held - found.keys()),
        ),
        agents=agents,
        orgs=Sheet(file=name, rows={org.id: org for org in orgs.values()}),
        says=frozenset(said for said, column in _SAYS.items() if column in file.columns),
        faults=tuple(file.faults),
    )


def _id_of(row: Row) -> RosterId:
    """The number that the list gives, else one made of the address, else of name and school: the same from list to
    list, and nothing that a log could tell about anybody. Empty where the row has none of these."""
    if row["id"]:
        return RosterId(row["id"])
    whole = row["email"].lower() or "|".join((*map(plain, _names(row)), plain(row["school"])))
    return RosterId(f"list:{sha256(whole.encode()).hexdigest()[:20]}" if whole.strip("| ") else "")


def _names(row: Row) -> tuple[str, str]:
    """Given and family name, of `Ana Ruiz Vega`, `Ruiz Vega, Ana` or two columns."""
    if row["given"] or row["family"]:
        return row["given"], row["family"]
    family, comma, given = row["name"].partition(",")
    if comma:
        return given.strip(), family.strip()
    given, _, family = row["name"].partition(" ")
    return given, family


def _person(file: CsvFile, row: Row) -> RosterPerson | None:
    given, family = _names(row)
    role = values.role(row["role"])
    if not (given or family):
        file.fault(row, words.MISSING, column="name")
        return None
    if role is None:
        file.fault(row, words.ROLE if row["role"] else words.MISSING, value=row["role"], column="role")
        return None
    email = values.email(file, row, "email")
    is_parent = role is Role.PARENT or bool(row["parentof"])
    return RosterPerson(
        id=_id_of(row),
        source=SOURCE,
        given=given,
        family=family,
        role=role,
        title=row["title"] or (values.titled(row["role"]) if role is Role.STAFF else ""),
        is_parent=is_parent,
        school=f"school:{row['school']}" if row["school"] else "",
        email=email,
        supervisor=values.email(file, row, "supervisor"),
        photos=values.yes_or_no(file, row, "photos"),
        is_unlisted=values.yes_or_no(file, row, "unlisted"),
    )


def _school(org: str) -> str:
    return org.removeprefix("school:")
