"""`chaperone records`: the journal, verified."""

import asyncio
import sys

import click

from adapters.commandline.database import existing_store
from adapters.settings import load_settings
from bot.records.journal import Break, Row, first_break


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
    store = await existing_store(load_settings())
    try:
        return await store.read(lambda tx: (first_break(tx.journal.rows(), head=kept), tx.journal.head()))
    finally:
        await store.close()


async def _head() -> Row | None:
    store = await existing_store(load_settings())
    try:
        return await store.read(lambda tx: tx.journal.head())
    finally:
        await store.close()
