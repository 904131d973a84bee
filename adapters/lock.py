"""One process alone works on a SQLite database: a lock file beside it, held by the operating system for as long as we
live."""

import fcntl
import os
from pathlib import Path
from typing import Self

from bot.errors import ChaperoneError, StoreUnavailable


class AlreadyRunning(ChaperoneError):
    """Another Chaperone works on this database. Stop it, or give this one a state folder of its own
    (CHAPERONE_STATE)."""


class SingleProcess:
    """Holds the lock from `take` to `release`; a killed process lets go of it by dying."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, database: Path) -> Self:
        """Takes the lock of this database file. Raises AlreadyRunning or StoreUnavailable."""
        try:
            database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailable(
                f"Cannot write to {database.parent}: {error.strerror}. Mend its rights, or set CHAPERONE_STATE "
                "to a folder that Chaperone may write to."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise AlreadyRunning(
                f"Another Chaperone works on {database}. Stop it, or set CHAPERONE_STATE to another folder here."
            ) from error
        return cls(handle)

    def release(self) -> None:
        os.close(self._handle)
