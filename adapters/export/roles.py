"""Reads who is who from a CSV: an e-mail address or Slack id, and a role."""

import csv
from collections.abc import Iterator
from pathlib import Path

from bot.errors import ChaperoneError
from policy.message import Role


class BadRoles(ChaperoneError):
    """The list of roles cannot be used. Each line needs an e-mail or Slack id, a comma, and owner, staff, student,
    parent or outsider."""


def read_roles(path: Path) -> dict[str, Role]:
    """The roles by lower-case e-mail or id. A first line of column names is passed over. Raises BadRoles."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return dict(_rows(path, csv.reader(file)))
    except UnicodeDecodeError as error:
        raise BadRoles(f"{path} is not a text file in UTF-8. Save it as CSV UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise BadRoles(f"{path} cannot be read: {error}") from error


def _rows(path: Path, rows: Iterator[list[str]]) -> Iterator[tuple[str, Role]]:
    for number, cells in enumerate(rows, start=1):
        who, role = [*(cell.strip().lower() for cell in cells), "", ""][:2]
        if not who and not role:
            continue
        try:
            yield who, Role(role)
        except ValueError:
            if number == 1:
                continue
            may_be = ", ".join(Role)
            raise BadRoles(f"{path}, line {number}: {role!r} is no role. It may be {may_be}.") from None
