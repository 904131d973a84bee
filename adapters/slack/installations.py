"""The workspaces that installed Chaperone, each with its sealed token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

import sqlalchemy as sa

from adapters.slack import tables
from adapters.slack.client import Failed
from adapters.slack.events import PLATFORM
from adapters.storage.rows import insert_or_replace
from bot.ports import Keys, Store, Transaction
from bot.records.journal import Entry

SKEW = timedelta(seconds=60)
"""How far Slack's clock may be behind ours: a departure that it dates a little before the installation is one."""


class _Connected(Protocol):
    connection: sa.Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One workspace that let Chaperone in. `installer` is who did it."""

    team: str
    name: str
    installer: str
    token: str


class Installations:
    """`Tokens` of all workspaces. They are read anew for each request to Slack, so that every process knows at once who
    came and who left."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def teams(self) -> Collection[str]:
        """The workspaces where Chaperone is installed now."""
        c = tables.installations.c
        asked = sa.select(c.team).where(c.left_at.is_(None)).order_by(c.team)
        return await self._store.read(lambda tx: tuple(_connection(tx).execute(asked).scalars()))

    async def bot(self, team: str) -> str:
        """As `Tokens.bot` says."""
        c = tables.installations.c
        asked = sa.select(c.token).where(c.team == team, c.left_at.is_(None))
        sealed = await self._store.read(lambda tx: _connection(tx).execute(asked).scalar_one_or_none())
        if not sealed:
            raise Failed("token", "Chaperone is not installed in this workspace")
        return self._keys.open(bytes(sealed), purpose=_purpose(team)).decode()

    async def admin(self, team: str) -> str | None:
        """Nobody's: an administrator's token is for one workspace."""
        del team
        return None

    async def save(self, installed: Installed) -> None:
        """Keeps a workspace that let Chaperone in, again too. Raises StoreUnavailable."""
        sealed = self._keys.seal(installed.token.encode(), purpose=_purpose(installed.team))

        def unit(tx: Transaction) -> None:
            row = {"team": installed.team, "name": installed.name, "installer": installed.installer}
            insert_or_replace(
                _connection(tx),
                tables.installations,
                {**row, "token": sealed, "installed_at": tx.now, "left_at": None},
            )
            journal(tx, "installed", installed.team, by=installed.installer)

        await self._store.write(unit)


def leave(tx: Transaction, team: str, *, at: datetime) -> bool:
    """The workspace took Chaperone out at that time: its token is destroyed. False where that was known, or where it
    let Chaperone in again since."""
    t = tables.installations
    is_that = sa.and_(t.c.team == team, t.c.left_at.is_(None), t.c.installed_at <= at + SKEW)
    return _connection(tx).execute(t.update().where(is_that).values(token=b"", left_at=at)).rowcount == 1


def installed_since(tx: Transaction, team: str) -> datetime | None:
    """Since when the workspace lets Chaperone in; None where it does not."""
    c = tables.installations.c
    asked = sa.select(c.installed_at).where(c.team == team, c.left_at.is_(None))
    found: datetime | None = _connection(tx).execute(asked).scalar_one_or_none()
    return found


def journal(tx: Transaction, what: str, team: str, *, by: str = "") -> None:
    """Puts on record that a workspace let Chaperone in, or took it out."""
    subject = f"workspace:{PLATFORM}:{team}"
    tx.journal.append(Entry(at=tx.now, name=f"workspace:app:{what}", subject=subject, actor=by, facts={}))


def _purpose(team: str) -> str:
    return f"slack-token:{team}"


def _connection(tx: Transaction) -> sa.Connection:
    return cast("_Connected", tx).connection
