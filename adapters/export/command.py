"""`chaperone audit`: judges a whole Slack export and writes a report, a table and lines for programs."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from adapters.export.lists import Lists
from adapters.export.postings import Posting, postings
from adapters.export.progress import shown_progress
from adapters.export.report import Subject, render
from adapters.export.roles import read_roles
from adapters.export.source import NotAnExport, Source, open_source
from adapters.export.tally import Tally
from adapters.export.workspace import Notes, Workspace, read_workspace
from adapters.packs import pack_named
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from bot.errors import ChaperoneError
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Lang, Text

REPORT, TABLE, LINES = "report.html", "findings.csv", "findings.jsonl"


class CannotWrite(ChaperoneError):
    """The folder for the report cannot be written. Look at its permissions and the free space, or give another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is asked for."""

    export: Path
    out: Path
    pack: Pack
    lang: Lang
    roles: Mapping[str, Role]
    kinds: Mapping[str, ChannelKind]


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--pack", default=None, help="The policy pack to judge by (chaperone packs lists them).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write, made if need be.",
)
@click.option(
    "--lang",
    type=click.Choice([each.value for each in Lang]),
    default=Lang.EN.value,
    show_default=True,
    help="The report's language.",
)
@click.option(
    "--roles",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A CSV of e-mail or Slack id, and role: owner, staff, student, parent, outsider.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="CHANNEL=KIND",
    help="What a channel is for: club, team, parents, class. May be given many times; guessed from the name else.",
)
@click.option("--force", is_flag=True, help="Write into a folder that is not empty, over an earlier report.")
def audit(  # one for each option
    export: Path, pack: str | None, out: Path, lang: str, roles: Path | None, kinds: tuple[str, ...], *, force: bool
) -> None:
    """Judges a Slack export, EXPORT.zip or the folder it was unpacked into.

    Writes report.html to read and print, findings.csv for a spreadsheet and findings.jsonl for programs into --out.
    Nothing leaves this machine. Ends with 0 when it is done, whatever was found, and with 2 when it cannot be done.
    """
    asked = Audit(
        export=export,
        out=out,
        pack=_pack(pack),
        lang=Lang(lang),
        roles=read_roles(roles) if roles else {},
        kinds=dict(_kind(given) for given in kinds),
    )
    _refuse_to_overwrite(asked, is_forced=force)
    try:
        tally, notes = run(asked)
    except NotAnExport as error:
        raise NotAnExport(error.text, asked.lang, **error.values) from error
    except OSError as error:
        raise CannotWrite(_CANNOT_WRITE(asked.lang, out=out, why=error.strerror or error)) from error
    _say_done(asked, tally, notes)


def run(asked: Audit) -> tuple[Tally, Notes]:
    """Does the audit. The three files appear together at the end, or not at all.

    Raises NotAnExport before anything is written, OSError where the files cannot be written.
    """
    notes = Notes()
    with open_source(asked.export) as source:
        workspace = read_workspace(source, notes, asked.roles, asked.kinds)
        asked.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _parts(asked.out) as parts:
            tally = _judge_all(
                asked, source, workspace, notes, Lists(parts[TABLE], parts[LINES], asked.pack, asked.lang)
            )
            subject = Subject(asked.export.name, workspace.channels, asked.pack, tally, notes)
            parts[REPORT].write(render(subject, asked.lang))
    return tally, notes


def _judge_all(asked: Audit, source: Source, workspace: Workspace, notes: Notes, lists: Lists) -> Tally:
    tally = Tally(workspace.zone)
    with shown_progress(workspace.size, asked.lang) as advance:
        for posting in postings(source, workspace, notes, lambda day: advance(day.size)):
            try:
                verdict = judge(*as_message(posting), asked.pack)
            except Exception:  # noqa: BLE001  # one message that breaks the judge is reported, the others still judged
                notes.unchecked_message(posting.file)
                continue
            tally.add(posting, verdict)
            lists.add(posting, verdict, tally.time_of(posting))
    return tally


def as_message(posting: Posting) -> tuple[Message, Context]:
    """The posting as the judge takes it."""
    content = posting.content
    message = Message(content.text, posting.role, content.links, content.attachments, content.sender)
    return message, Context(posting.channel.kind, posting.channel.name, before=posting.before)


@contextmanager
def _parts(out: Path) -> Iterator[dict[str, TextIO]]:
    """The three files under names of their own, which become the real ones when all went well. Readable by the one who
    asked alone: they hold students' words."""
    parts = {name: out / f".{name}.part" for name in (REPORT, TABLE, LINES)}

    def opener(path: str, flags: int) -> int:
        return os.open(path, flags | os.O_NOFOLLOW, 0o600)

    try:
        with ExitStack() as stack:
            # The mark in front tells Excel that the table is UTF-8.
            encoding = {TABLE: "utf-8-sig"}
            yield {
                name: stack.enter_context(
                    open(
                        part, "w", encoding=encoding.get(name, "utf-8"), newline="", opener=opener
                    )  # Path.open takes no opener
                )
                for name, part in parts.items()
            }
        for name, part in parts.items():
            part.replace(out / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _pack(name: str | None) -> Pack:
    settings = load_settings()
    return pack_named(name or settings.pack, load_shelf(settings))


def _kind(given: str) -> tuple[str, ChannelKind]:
    channel, _, kind = given.rpartition("=")
    try:
        return channel.lstrip("#"), ChannelKind(kind)
    except ValueError:
        raise click.UsageError(f"--kind {given}: say CHANNEL=KIND, where KIND is {', '.join(ChannelKind)}.") from None


def _refuse_to_overwrite(asked: Audit, *, is_forced: bool) -> None:
    if not is_forced and asked.out.is_dir() and any(asked.out.iterdir()):
        raise CannotWrite(_NOT_EMPTY(asked.lang, out=asked.out))


def _say_done(asked: Audit, tally: Tally, notes: Notes) -> None:
    total = tally.total
    click.echo(
        _DONE(
            asked.lang,
            messages=f"{total.messages:,}",
            flagged=f"{total.flagged:,}",
            urgent=f"{total.severities[Severity.URGENT]:,}",
            report=asked.out / REPORT,
        )
    )
    if notes.is_incomplete:
        click.echo(_INCOMPLETE(asked.lang), err=True)


_DONE = Text(
    en="Messages read: {messages}, flagged: {flagged}, of these urgent: {urgent}. Open {report}",
    es="Mensajes leídos: {messages}, señalados: {flagged}, de ellos urgentes: {urgent}. Abra {report}",
)
_INCOMPLETE = Text(
    en="Not everything could be read. The report names it under “What could not be read”.",
    es="No se pudo leer todo. El informe lo nombra en «Lo que no se pudo leer».",
)
_NOT_EMPTY = Text(
    en="{out} is not empty. Give another folder, or --force to write over an earlier report.",
    es="{out} no está vacía. Indique otra carpeta, o --force para sobrescribir un informe anterior.",
)
_CANNOT_WRITE = Text(
    en="{out} cannot be written ({why}). Look at its permissions and the free space, or give another folder.",
    es="No se puede escribir en {out} ({why}). Revise los permisos y el espacio libre, o indique otra carpeta.",
)
