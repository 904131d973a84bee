"""`chaperone records`: the journal, verified."""

import asyncio
import sys

import click

from adapters.settings import load_settings
from adapters.storage import open_store, sqlite_file
from bot.errors import ChaperoneError
from bot.journal import Break, Row, first_break
from bot.ports import Store


class NoDatabase(ChaperoneError):
    """There is no database where the settings say. Set CHAPERONE_STATE or DATABASE_URL as `chaperone run` has it."""


@click.group()
def records() -> None:
    """The journal of what was found, decided and changed."""


@records.command()
@click.option(
    "--head", default=None, help="A head hash kept elsewhere: also finds a journal that was rewritten or cut."
)
def verify(head: str | None) -> None:
    """Walks the hash chain and names the first row that does not hold. Exits with 1 where one does not."""
    found, last = asyncio.run(_walk(head))
    if found is not None:
        click.echo(
            f"Row {found.seq} {found.reason}. What stands from there on cannot be trusted; compare with a backup."
        )
        sys.exit(1)
    if last is None:
        click.echo("The journal is empty.")
    else:
        click.echo(f"The journal holds: {last.seq} rows, head {last.hash}. Keep this head somewhere else.")


@records.command()
def head() -> None:
    """Prints the number and hash of the journal's last row, to keep somewhere else."""
    last = asyncio.run(_head())
    click.echo(f"{last.seq} {last.hash}" if last else "0 -")


async def _walk(kept: str | None) -> tuple[Break | None, Row | None]:
    store = await _opened()
    try:
        return await store.read(lambda tx: (first_break(tx.journal.rows(), head=kept), tx.journal.head()))
    finally:
        await store.close()


async def _head() -> Row | None:
    store = await _opened()
    try:
        return await store.read(lambda tx: tx.journal.head())
    finally:
        await store.close()


async def _opened() -> Store:
    """The database, which must be there: an empty one made by mistake would hold, and prove nothing."""
    url = load_settings().database
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise NoDatabase(f"There is no database {file}. Set CHAPERONE_STATE or DATABASE_URL as `chaperone run` has it.")
    return await open_store(url)
