"""Reads what a district's student information system exports: OneRoster in CSV, or a plain list of people."""

from datetime import date
from pathlib import Path

from adapters.roster import oneroster, people
from adapters.roster.files import BadRoster, files_of
from bot.records.roster import Reading

__all__ = ["BadRoster", "read_roster"]


def read_roster(path: Path, today: date, *, is_full: bool | None = None) -> Reading:
    """The roster in a zip, a folder or a CSV file. `is_full` says whether it is all there is, whatever the roster says
    of itself. Raises BadRoster with what to do, and then nothing of it may be used."""
    files = files_of(path, oneroster.NAMES)
    if "" in files:
        return people.read(path.name, files[""], is_full=is_full is not False)
    return oneroster.read(files, today, is_full=is_full)
