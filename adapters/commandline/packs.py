"""`chaperone packs`: which packs there are, one of them in full, and whether a new one would be taken."""

import os
import signal
from pathlib import Path

import click

from adapters.commandline.run import PID_FILE
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from policy.pack import Clause, Pack
from policy.verdict import PackId
from policy.words import Lang


@click.group(invoke_without_command=True)
@click.pass_context
def packs(context: click.Context) -> None:
    """Lists the policy packs."""
    if context.invoked_subcommand is not None:
        return
    for pack in sorted(load_shelf(load_settings()), key=lambda each: each.id):
        click.echo(f"{pack.id:18} {pack.name} · {pack.policy} · {len(pack.clauses)} clauses, {len(pack.rules)} rules")


@packs.command()
@click.argument("pack")
@click.option("--lang", type=click.Choice([lang.value for lang in Lang]), default=Lang.EN.value)
def show(pack: str, lang: str) -> None:
    """Shows every clause of PACK in plain words, with what enforces it."""
    shelf = load_shelf(load_settings())
    found = shelf.get(PackId(pack))
    if found is None:
        raise click.UsageError(f"There is no pack {pack!r}. There are: {', '.join(sorted(each.id for each in shelf))}.")
    click.echo(f"{found.name} · {found.policy}\n")
    for clause in found.clauses.values():
        click.echo(_clause(found, clause, Lang(lang)))


@packs.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
def check(folder: Path | None) -> None:
    """Checks all packs and rules, those of FOLDER included, and says what is wrong with file and line."""
    settings = load_settings(packs=folder) if folder else load_settings()
    shelf = load_shelf(settings)
    count = len(list(shelf))
    click.echo(f"All {count} packs hold, and every rule passes its own cases.")


@packs.command()
def reload() -> None:
    """Has the running Chaperone read its packs anew; first they are checked here, and a broken one changes nothing."""
    settings = load_settings()
    load_shelf(settings)
    file = settings.state / PID_FILE
    try:
        os.kill(int(file.read_text(encoding="ascii")), signal.SIGHUP)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        raise click.ClickException("No Chaperone runs with this state folder. Start it with `chaperone run`.") from None
    click.echo("The packs hold, and the running Chaperone reads them now.")


def _clause(pack: Pack, clause: Clause, lang: Lang) -> str:
    by = ", ".join((*clause.rules, *clause.checks, *clause.workflows)) or "look-up only"
    return f"{pack.citation(clause.id)} ({clause.section(lang)})\n  {clause.summary(lang)}\n  [{by}]\n"
