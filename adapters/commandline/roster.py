"""`chaperone roster`: reads the district's roster, and shows how it fits the accounts on the platforms."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from adapters.commandline.database import existing_store
from adapters.roster import read_roster
from adapters.settings import load_settings
from bot.people.roster_status import RosterStatus, roster_status
from bot.people.rostering import Changes, changes_of, take_in
from bot.ports import Transaction
from bot.records.registry import Person
from bot.records.roster import Fault, Reading, RosterPerson
from policy.words import Lang

T = TypeVar("T")
MOST_SHOWN = 50
LANG = click.option("--lang", type=click.Choice([lang.value for lang in Lang]), default=Lang.EN.value)
ALL = click.option("--all", "shows_all", is_flag=True, help="Shows every name, not only the first ones.")


@click.group()
def roster() -> None:
    """The district's students, parents and staff, as its own records have them."""


@roster.command(name="import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Shows what would change, and changes nothing.")
@click.option("--full/--delta", "is_full", default=None, help="All there is, or only what changed; else as it says.")
@click.option("--accept-leavers", is_flag=True, help="Also where many who were on the roster are missing from it.")
@ALL
@LANG
def import_(
    path: Path, *, dry_run: bool, is_full: bool | None, accept_leavers: bool, shows_all: bool, lang: str
) -> None:
    """Reads PATH (OneRoster 1.1 or 1.2 as zip or folder, or a CSV list of people) and brings the roster to it: all of
    it or, where something is wrong with the whole, nothing. Rows that are wrong are named and left out."""
    changes, status = asyncio.run(_import(path, is_full, is_dry=dry_run, accepts_leavers=accept_leavers))
    most = None if shows_all else MOST_SHOWN
    _show("Added", changes.added, most)
    _show("Changed", changes.changed, most)
    _show("Left", changes.left, most)
    _show_faults(changes.faults, Lang(lang), most)
    _show_status(status, most)
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")


@roster.command(name="status")
@ALL
def status_(*, shows_all: bool) -> None:
    """Shows who is on the roster, who of them has no account, and which accounts it does not know."""
    _show_status(asyncio.run(_within(roster_status, writes=False)), None if shows_all else MOST_SHOWN)


async def _import(
    path: Path, is_full: bool | None, *, is_dry: bool, accepts_leavers: bool
) -> tuple[Changes, RosterStatus]:
    today = await _within(lambda tx: tx.now.date(), writes=False)
    click.echo(f"Reading {path} …", err=True)
    reading = await asyncio.to_thread(read_roster, path, today, is_full=is_full)
    click.echo(f"Read: {_read(reading)}. Comparing …", err=True)
    if is_dry:
        return await _within(
            lambda tx: (
                changes_of(tx.roster.known(reading.source), reading, tx.now, accepts_leavers=accepts_leavers),
                roster_status(tx),
            ),
            writes=False,
        )
    return await _within(
        lambda tx: (take_in(tx, reading, accepts_leavers=accepts_leavers), roster_status(tx)), writes=True
    )


async def _within(unit: Callable[[Transaction], T], *, writes: bool) -> T:
    store = await existing_store(load_settings())
    try:
        return await (store.write(unit) if writes else store.read(unit))
    finally:
        await store.close()


def _read(reading: Reading) -> str:
    sheets = {
        "people": reading.people,
        "organisations": reading.orgs,
        "classes": reading.classes,
        "enrollments": reading.enrollments,
        "sessions": reading.sessions,
    }
    return ", ".join(f"{len(sheet.rows):,} {name}" for name, sheet in sheets.items() if sheet is not None)


def _show(what: str, people: Sequence[RosterPerson], most: int | None) -> None:
    click.echo(f"{what}: {len(people):,}")
    _listed([f"{each.name} ({each.role}{', ' + each.title if each.title else ''})" for each in people], most)


def _show_faults(faults: Sequence[Fault], lang: Lang, most: int | None) -> None:
    left_out = sum(fault.is_left_out for fault in faults)
    click.echo(f"Rows with faults: {len(faults):,}, left out: {left_out:,}")
    _listed([f"{each.file}:{each.line}: {each.what(lang)}{' [left out]' * each.is_left_out}" for each in faults], most)


def _show_status(status: RosterStatus, most: int | None) -> None:
    there = ", ".join(f"{count:,} {role}" for role, count in sorted(status.present.items())) or "nobody"
    click.echo(f"On the roster: {there}; {status.left:,} left and not yet forgotten")
    if status.last_import is not None:
        click.echo(f"Last import: {status.last_import.at:%Y-%m-%d %H:%M} UTC, {status.last_import.source}")
    if status.year_ends_on is not None:
        click.echo(f"The school year ends on {status.year_ends_on}")
    click.echo(f"Without an account: {len(status.without_account):,}")
    _listed([f"{each.name} ({each.role})" for each in status.without_account], most)
    click.echo(f"Accounts that are not on the roster: {len(status.accounts_unknown):,}")
    _listed([_account(each) for each in status.accounts_unknown], most)
    if status.shared_addresses:
        count = len(status.shared_addresses)
        click.echo(f"Addresses that people of different roles share, so that they stand for nobody: {count:,}")
        _listed(status.shared_addresses, most)


def _account(person: Person) -> str:
    return f"{person.name}, {person.email or 'no e-mail'} ({person.ref.workspace} {person.ref.person}, {person.role})"


def _listed(lines: Sequence[str], most: int | None) -> None:
    for line in lines[:most]:
        click.echo(f"  {line}")
    rest = len(lines) - len(lines[:most])
    if rest:
        click.echo(f"  … and {rest:,} more (--all)")
