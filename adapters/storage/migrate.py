"""Brings a database to the tables of this version."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.storage.locks import MIGRATION_LOCK, hold
from bot.errors import StoreTooNew

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: sa.Connection) -> None:
    """Runs the migrations that are missing, within the connection's transaction: all of them or, where the process dies
    half-way, none. Two processes take turns. Raises StoreTooNew where a newer version has been here."""
    hold(connection, MIGRATION_LOCK)
    known, stored = known_versions(), stored_version(connection)
    if stored == known[-1]:
        return
    if stored is not None and stored not in known:
        raise StoreTooNew(
            f"The database is at version {stored}; this Chaperone knows versions up to {known[-1]}. Install the "
            "Chaperone that wrote it, or a newer one, or point DATABASE_URL at another database."
        )
    # Imported only where there is something to do: it would make up most of the time that a start takes.
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def known_versions() -> list[str]:
    """The numbers of all steps, in order: each file's name begins with its own."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def stored_version(connection: sa.Connection) -> str | None:
    """The last step that was run on this database; None where it is new."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def alembic_config(connection: sa.Connection) -> "Config":
    """What Alembic needs to know to work on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
