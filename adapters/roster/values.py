"""Single values of a roster's rows as our own; what cannot be read is a fault, and the row stays without it."""

import re
from datetime import date

from adapters.roster import words
from adapters.roster.rows import CsvFile, Row
from bot.language import plain
from policy.message import Role

ROLES = {
    **dict.fromkeys(("student", "estudiante", "alumno", "alumna"), Role.STUDENT),
    **dict.fromkeys(
        ("parent", "guardian", "relative", "padre", "madre", "tutor", "tutora", "familia", "acudiente"), Role.PARENT
    ),
    **dict.fromkeys(
        (
            *("staff", "teacher", "administrator", "aide", "proctor", "counselor", "principal", "coach", "advisor"),
            *("districtadministrator", "siteadministrator", "systemadministrator", "employee"),
            *("personal", "docente", "maestro", "maestra", "profesor", "profesora", "director", "directora"),
        ),
        Role.STAFF,
    ),
}
"""The roles of OneRoster 1.1 and 1.2, and what districts call them in lists of their own."""

_YES = frozenset({"yes", "y", "true", "1", "t", "si", "s", "granted", "allowed", "x"})
_NO = frozenset({"no", "n", "false", "0", "f", "denied", "refused"})
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")


def role(value: str) -> Role | None:
    """The role of that name, however it is written; None for any other word."""
    return ROLES.get(re.sub(r"[^a-z]", "", plain(value)))


def titled(value: str) -> str:
    """A role as a title: `Site administrator` for `siteAdministrator`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).capitalize()


def email(file: CsvFile, row: Row, column: str) -> str:
    """The address in lower case; empty where there is none."""
    value = row[column].lower()
    if value and not _EMAIL.fullmatch(value):
        file.fault(row, words.EMAIL, is_left_out=False, value=value)
        return ""
    return value


def yes_or_no(file: CsvFile, row: Row, column: str) -> bool | None:
    """Yes, no, or None where the field is empty or cannot be understood."""
    value = plain(row[column])
    if value in _YES or value in _NO:
        return value in _YES
    if value:
        file.fault(row, words.YES_OR_NO, is_left_out=False, value=row[column], column=column)
    return None


def day(file: CsvFile, row: Row, column: str) -> date | None:
    """The day, also of a moment (`2026-06-30T00:00:00Z`); None where the field is empty or no day."""
    value = row[column]
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        file.fault(row, words.DAY, is_left_out=False, value=value, column=column)
        return None
