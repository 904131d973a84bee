"""Brings a database to the tables of this version."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from adapters.storage.locks import MIGRATION_LOCK, hold
from bot.errors import StoreTooNew

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: sa.Connection) -> None:
    """Runs the migrations that are missing, within the connection's transaction: all of them or, where the process dies
    half-way, none. Two processes take turns. Raises StoreTooNew where a newer version has been here."""
    hold(connection, MIGRATION_LOCK)
    config = _config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    stored = set(MigrationContext.configure(connection).get_current_heads())
    if stored - known:
        raise StoreTooNew(
            f"The database is at version {', '.join(sorted(stored - known))}; this Chaperone knows versions up to "
            f"{max(known)}. Install the Chaperone that wrote it, or a newer one, or point DATABASE_URL at another "
            "database."
        )
    command.upgrade(config, "head")


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
