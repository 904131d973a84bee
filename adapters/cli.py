"""The `chaperone` command. Every error that a person can mend is one clear line, never a traceback."""

import importlib
import sys
from io import TextIOWrapper
from typing import ClassVar

import click

from bot.errors import ChaperoneError
from policy.loading.problems import ModelError, PackError


class _Lazy(click.Group):
    """Imports a subcommand's module when it is called, so that `judge` does not wait for the web server's."""

    modules: ClassVar[dict[str, str]] = {
        "run": "adapters.commandline.run",
        "judge": "adapters.commandline.judge",
        "audit": "adapters.export.command",
        "packs": "adapters.commandline.packs",
        "doctor": "adapters.commandline.doctor",
        "manifest": "adapters.commandline.manifest",
        "roster": "adapters.commandline.roster",
        "records": "adapters.commandline.records",
        "bench": "adapters.commandline.bench",
    }

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.modules:
            return None
        command: click.Command = getattr(importlib.import_module(self.modules[name]), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chaperone", prog_name="chaperone")
def cli() -> None:
    """Chaperone reads sponsored school channels against the district's own policy. It flags and explains; people
    decide."""


def main() -> None:
    """Runs the command. Exits with 2 where something must be mended first, and says what."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Files and other programs are handed UTF-8, as JSON asks for, whatever this machine's language is set to; a
            # terminal gets what it can show, the rest as codes.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        cli()
    except (ChaperoneError, PackError, ModelError) as error:
        click.echo(f"chaperone: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output went away (`chaperone judge … | head`): nothing to say, and nobody to say it to.
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        # Files that are written here and there: a full disk, a folder without rights.
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"chaperone: {where}{error.strerror or error}. Look at rights and free space.", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
