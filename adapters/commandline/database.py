"""The deployment's database, for commands that read what is there."""

from adapters.settings import Settings
from adapters.storage import open_store, sqlite_file
from bot.errors import ChaperoneError
from bot.ports import Store


class NoDatabase(ChaperoneError):
    """There is no database where the settings say. Set CHAPERONE_STATE or DATABASE_URL as `chaperone run` has it."""


async def existing_store(settings: Settings) -> Store:
    """The database, which must be there: an empty one made by mistake would hold, and prove nothing. Raises NoDatabase,
    and ChaperoneError where it cannot be reached."""
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        raise NoDatabase(f"There is no database {file}. Set CHAPERONE_STATE or DATABASE_URL as `chaperone run` has it.")
    return await open_store(settings.database)
