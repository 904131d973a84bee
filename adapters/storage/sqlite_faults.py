"""What SQLite's error codes mean for a person, and what to do about each."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreUnavailable

_WORDS = {
    sqlite3.SQLITE_FULL: "The disk that holds {path} is full. Free some space; Chaperone goes on by itself then.",
    sqlite3.SQLITE_READONLY: (
        "{path} cannot be written. Give the account that runs Chaperone the right to write the file and its folder, or "
        "mount the disk for writing."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened. Look whether the folder exists, whether the account that runs Chaperone may write "
        "it, and whether the disk has space."
    ),
    sqlite3.SQLITE_PERM: "The account that runs Chaperone may not use {path}. Give it the right to read and write it.",
    sqlite3.SQLITE_BUSY: (
        "Another program has held {path} for too long. Close whatever else has it open (a backup, a database browser, "
        "a second Chaperone); Chaperone goes on by itself then."
    ),
    sqlite3.SQLITE_LOCKED: "{path} is locked. Try again; if it stays so, start Chaperone anew.",
    sqlite3.SQLITE_IOERR: (
        "The disk failed while {path} was read or written. Look at the disk and the system's log, then start Chaperone "
        "again."
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a database. Point DATABASE_URL at Chaperone's own file, or at a new name and one is made."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged. Stop Chaperone, keep a copy of the file for your records, and put the last backup in its "
        "place."
    ),
}


def as_store_fault(error: BaseException, path: Path) -> StoreUnavailable | None:
    """The error in words for an operator; None where it is none of the database's."""
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    if not isinstance(error, sqlite3.Error):
        return None
    # The low byte is the kind, the rest its finer shade.
    words = _WORDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return None if words is None else StoreUnavailable(words.format(path=path))
