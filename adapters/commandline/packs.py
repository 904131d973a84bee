"""`chaperone packs`: which packs there are, one of them in full, and whether a new one would be taken."""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size

import click

from adapters.commandline.pack_check import busy, checked
from adapters.commandline.pack_report import Wish
from adapters.commandline.pack_suggestions import overview
from adapters.commandline.rules_page import read_quality, rules_page
from adapters.commandline.run import PID_FILE
from adapters.packs import pack_named
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from policy.pack import Clause, Pack
from policy.words import Lang, Text

LEFT_ALONE = Text(
    en="Left alone by {rule} where one of these stands: {phrases}. {reason}",
    es="{rule} lo deja pasar donde está una de estas: {phrases}. {reason}",
)
EVEN_URGENT = Text(en="Even what is urgent: {reason}", es="Incluso lo urgente: {reason}")


@click.group(invoke_without_command=True)
@click.pass_context
def packs(context: click.Context) -> None:
    """Lists the policy packs."""
    if context.invoked_subcommand is not None:
        return
    for pack in sorted(load_shelf(load_settings(), with_model=False), key=lambda each: each.id):
        click.echo(f"{pack.id:18} {pack.name} · {pack.policy} · {len(pack.clauses)} clauses, {len(pack.rules)} rules")


@packs.command()
@click.argument("pack")
@click.option("--lang", type=click.Choice([lang.value for lang in Lang]), default=Lang.EN.value)
def show(pack: str, lang: str) -> None:
    """Shows every clause of PACK, and what enforces it."""
    found = pack_named(pack, load_shelf(load_settings(), with_model=False))
    click.echo(f"{found.name} · {found.policy}\n")
    for clause in found.clauses.values():
        click.echo(_clause(found, clause, Lang(lang)))
    for rule, unless in found.unless.items():
        phrases = ", ".join(f"“{phrase}”" for phrase in unless.phrases)
        click.echo(LEFT_ALONE(Lang(lang), rule=rule, phrases=phrases, reason=unless.reason(Lang(lang))))
        if unless.even_urgent:
            click.echo(f"  {EVEN_URGENT(Lang(lang), reason=unless.even_urgent(Lang(lang)))}")


@packs.command()
@click.argument("file", metavar="[FILE|FOLDER]", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--beside", metavar="PACK", help="FILE: the pack to compare with, by its id.")
@click.option(
    "--examples", default=5, type=click.IntRange(min=0), show_default=True, help="FILE: so many examples of each kind."
)
@click.option("--rules-only", is_flag=True, help="FILE: leave the trained model out: a minute quicker.")
@click.option("--stored/--no-stored", default=True, help="FILE: also try it on what this deployment found.")
@click.option("--exit-code", is_flag=True, help="FILE: exit with 1 where other messages would be flagged than before.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
    file: Path | None, beside: str | None, examples: int, rules_only: bool, stored: bool, exit_code: bool, form: str
) -> None:
    """Checks packs, and says what is wrong with file and line.

    With FILE, a pack: also what it would newly flag and newly let go, beside the installed pack of the same id, or
    else the one that it extends. Without, or with a FOLDER: all packs and rules, those of FOLDER included. Exits with
    2 where something is wrong.
    """
    if file is not None and file.is_file():
        if file.suffix != ".yml":
            raise click.UsageError(f"{file} is no pack: a pack is a text file whose name ends in .yml.")
        wish = Wish(file=file, beside=beside, examples=examples, with_model=not rules_only, with_stored=stored)
        report = checked(load_settings(), wish)
        width = get_terminal_size().columns if sys.stdout.isatty() else None
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=1) if form == "json" else report.as_text(width)
        click.echo(text)
        sys.exit(report.exit_code(says_changes=exit_code))
    own = [] if file is None else sorted(each.name for each in file.glob("*.yml"))
    if file is not None and not own:
        raise click.UsageError(f"There is no pack in {file}: a pack is a text file whose name ends in .yml.")
    with busy("Trying the cases of all rules and packs"):
        count = len(list(load_shelf(load_settings(packs=file) if file else load_settings())))
    among = f" (yours: {', '.join(own)})" if own else ""
    click.echo(f"All {count} packs hold{among}, and every rule and pack passes its own cases.")


@packs.command()
@click.option("--write", is_flag=True, help="Also keep it in the folder `suggestions` of the state folder.")
def suggestions(write: bool) -> None:
    """Shows what reviewers suggest, as lines for your pack.

    First how they decided about each rule, then what is suggested, and what people accepted in the chat (/policy
    suggestions). Nothing changes before you put the lines into your pack.
    """
    settings = load_settings()
    with busy("Reading what was decided"):
        text = asyncio.run(overview(settings, load_shelf(settings, check_cases=False))).as_text()
    click.echo(text)
    if write:
        folder = settings.state / "suggestions"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{datetime.now(UTC):%Y-%m-%d}.yml"
        file.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"# Kept in {file}.")


@packs.command()
def rules() -> None:
    """Prints every rule on one page (docs/rules.md).

    With its clauses, what to look at, examples, and how good it is.
    """
    shelf = load_shelf(load_settings(), with_model=False)
    click.echo(rules_page(shelf, read_quality()), nl=False)


@packs.command()
def reload() -> None:
    """Has the running Chaperone read its packs anew.

    First they are checked here, and a broken one changes nothing.
    """
    settings = load_settings()
    with busy("Trying the cases of all rules and packs"):
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
