"""Installations that somebody began: each may be finished once, by the browser that began it, within minutes."""

import hashlib
import secrets
from datetime import timedelta
from typing import Protocol, cast

import sqlalchemy as sa

from adapters.slack import tables
from adapters.storage.rows import insert_new
from bot.ports import Store, Transaction

GOOD_FOR = timedelta(minutes=10)
MOST = 1_000
"""Installations that may be under way at a time; whoever asks for more pages than that pushes the oldest out."""


class _Connected(Protocol):
    connection: sa.Connection


class States:
    """What a browser is given on the way out, and brings back with Slack's answer. Only prints of it are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def new(self) -> str:
        """A state that nobody could guess, good for ten minutes."""
        state = secrets.token_urlsafe(32)

        def unit(tx: Transaction) -> None:
            connection, t = cast("_Connected", tx).connection, tables.states
            connection.execute(t.delete().where(t.c.ends_at <= tx.now))
            kept = sa.select(t.c.state).order_by(t.c.ends_at.desc()).limit(MOST - 1)
            connection.execute(t.delete().where(t.c.state.not_in(kept)))
            insert_new(connection, t, {"state": _print(state), "ends_at": tx.now + GOOD_FOR})

        await self._store.write(unit)
        return state

    async def spend(self, state: str) -> bool:
        """Whether it is one of ours that was not brought back before, and not too late; from now on it was."""

        def unit(tx: Transaction) -> bool:
            t = tables.states
            spent = t.delete().where(t.c.state == _print(state), t.c.ends_at > tx.now)
            return cast("_Connected", tx).connection.execute(spent).rowcount == 1

        return await self._store.write(unit)


def _print(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
