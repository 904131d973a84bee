"""What PostgreSQL's error codes mean: which pass by themselves, and what a person can do about the others."""

import asyncpg
import sqlalchemy as sa

from bot.errors import StoreUnavailable

LOST_RACES = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "55P03",  # lock timeout
        "23505",  # somebody else added the same key first; the second time the unit sees it
    }
)
_UNREACHABLE = (
    "PostgreSQL cannot be reached. Look whether the server runs and whether DATABASE_URL names it; Chaperone goes on "
    "by itself when it is back."
)
_BUSY = (
    "PostgreSQL is too busy: the same rows are held by others again and again. Look for long transactions in "
    "pg_stat_activity; Chaperone goes on by itself then."
)
_WORDS = {
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "53100": "The disk of the PostgreSQL server is full. Free some space; Chaperone goes on by itself then.",
    "53300": "PostgreSQL has no connection left. Raise max_connections, or let fewer programs use this server.",
    "25006": (
        "PostgreSQL takes no writes: it is a stand-by, or set to read-only. Point DATABASE_URL at the primary server."
    ),
    "28P01": "PostgreSQL refuses the password in DATABASE_URL. Put the right one there.",
    "28000": "PostgreSQL refuses the user in DATABASE_URL. Look at the name, and at pg_hba.conf on the server.",
    "3D000": "There is no database of the name in DATABASE_URL. Make it (createdb NAME) or mend the name.",
    "42501": "The user in DATABASE_URL may not do that. Make it the owner of the database.",
}
_CONNECTION_CLASSES = ("08", "57P")
"""Connection exceptions, and a server that stops, has crashed or is not up yet."""


def is_passing(error: Exception) -> bool:
    """Whether the same unit may well succeed a moment later."""
    return _state(error) in LOST_RACES or _state(error) == "53300" or _is_unreachable(error)


def as_store_fault(error: Exception) -> StoreUnavailable | None:
    """The error in words for an operator; None where it is none of the server's."""
    words = _WORDS.get(_state(error))
    if words is None and _is_unreachable(error):
        words = _UNREACHABLE
    return None if words is None else StoreUnavailable(words)


def _is_unreachable(error: Exception) -> bool:
    if isinstance(error, (OSError, sa.exc.TimeoutError, asyncpg.InterfaceError)):
        return True
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    return _state(error).startswith(_CONNECTION_CLASSES)


def _state(error: Exception) -> str:
    origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return getattr(origin, "sqlstate", None) or ""
