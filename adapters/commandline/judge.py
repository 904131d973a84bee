"""`chaperone judge`: labelled lines in, one verdict a line out, by the same rules as in the live bot."""

import gc
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import click

from adapters.commandline.bulk import FEWEST, MOST, Lines, answer_all, can_use_all_processors
from adapters.packs import own_packs, pack_named, pack_settings
from adapters.playground.text import labelled_links
from bot.errors import ChaperoneError
from bot.language import spoken
from policy import judge as judged
from policy import load_packs
from policy.loading.model import load_model
from policy.message import ChannelKind, Context, Link, Message, Role, Said
from policy.pack import Pack
from policy.verdict import Verdict
from policy.words import Lang

Named = TypeVar("Named", bound=StrEnum)
_written = json.JSONEncoder(ensure_ascii=False).encode
"""As `json.dumps` writes, which would make an encoder for every line."""


A_LINE = '{"id": 1, "text": "see you at four", "author": "student", "channel": "team: track"}'
FILE_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".log", ".xlsx", ".zip")
"""What one word with such an ending is meant as a file's name."""


class BadLine(ChaperoneError):
    """A line is not a message to judge. Each line is a JSON object with `id`, `text`, `author`, `channel`; see
    --help."""

    id: object = None
    """The line's own, where it has one and is read no further."""


class CannotRead(ChaperoneError):
    """The lines cannot be read. Look at the file and its rights, or hand the lines in through standard input (-)."""


@click.command()
@click.argument("sources", metavar="FILE|-|TEXT", nargs=-1)
@click.option("--pack", metavar="PACK", help="The policy pack to judge by (chaperone packs lists them).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "text"]),
    default=None,
    help="jsonl: one JSON object a line, in order (so for lines). text: for people (so for a TEXT).",
)
@click.option("--rules-only", is_flag=True, help="Leave the trained model out: quicker, and misses more.")
@click.option("--author", type=click.Choice([role.value for role in Role]), help="TEXT: who writes it (student).")
@click.option("--channel", metavar="KIND[: NAME]", help='TEXT: where, as "team: girls soccer" (club).')
@click.option(
    "--before",
    "--context",
    multiple=True,
    metavar="AUTHOR: TEXT",
    help="TEXT: what was said before it, oldest first; may be given several times.",
)
@click.option(
    "--lang",
    type=click.Choice([lang.value for lang in Lang]),
    help="Explain in this language (that of the TEXT; English for lines in --format text).",
)
def judge(
    sources: tuple[str, ...],
    pack: str | None,
    form: str | None,
    rules_only: bool,
    author: str | None,
    channel: str | None,
    before: tuple[str, ...],
    lang: str | None,
) -> None:
    """Judges messages: JSON lines from FILE or standard input (-), or explains one TEXT.

    A line holds id, text, author (owner, staff, student, parent, outsider), channel ("team: girls soccer"), and may
    hold lang and context (a list of "author: text", oldest first). A line that cannot be read is answered with an
    "error" in its place, and the exit code is 1.

    \b
    chaperone judge "text me at 555-0134" --author owner --channel "team: track"
    chaperone judge "my number is 555-0134" --before "owner: how do I reach you?"
    chaperone judge messages.jsonl > verdicts.jsonl
    """
    source = _only(sources)
    given = {"author": author, "channel": channel, "context": list(before)}
    spoken_of = {name: value for name, value in given.items() if value}
    is_text = source != "-" and not _is_file(source)
    if not is_text and (spoken_of or (lang and form != "text")):
        raise click.UsageError(
            "--author, --channel and --before are for one TEXT: a line has its own fields. So is --lang, but for lines "
            "in --format text."
        )
    chosen = _load(pack, with_model=not rules_only)
    if is_text:
        _one(_as_row(source, spoken_of), chosen, form or "text", Lang(lang) if lang else spoken(source) or Lang.EN)
        return
    if source == "-" and sys.stdin.isatty():
        click.echo("Reading lines as they are typed; Ctrl-D ends.", err=True)
    if not _stream(source, chosen, form or "jsonl", Lang(lang or Lang.EN)):
        click.echo(f"chaperone: some lines could not be read, and say why in their place. A line: {A_LINE}", err=True)
        sys.exit(1)


def _load(name: str | None, *, with_model: bool) -> Pack:
    """The pack of that name, or else the one that is set. The cases of shipped rules were tried when they were shipped,
    and `packs check` tries a district's own. Raises UsageError where there is no such pack."""
    settings = pack_settings()
    gc.disable()  # what is loaded stays: looking through it again and again for garbage takes a tenth of the time
    try:
        model = load_model(at_once=False) if with_model else None
        packs = load_packs(own_packs(settings.packs), model=model, check_cases=False)
    finally:
        gc.freeze()
        gc.enable()
    return pack_named(name or settings.pack, packs.values())


def _only(sources: tuple[str, ...]) -> str:
    """The one source. Raises UsageError where there is none, or words that nobody put in quotes."""
    if not sources or not sources[0].strip():
        what = "The text is empty." if sources else "There is nothing to judge."
        raise click.UsageError(f"{what} Give a file of JSON lines, - for standard input, or a text in quotes.")
    if len(sources) > 1:
        raise click.UsageError(f'Give one file, or put the text in quotes: chaperone judge "{" ".join(sources)}".')
    return sources[0]


def _is_file(source: str) -> bool:
    """Whether to read it as a file; else it is the text. Raises UsageError where it looks like a file and is none."""
    try:
        if Path(source).is_file():
            return True
        is_folder = bool(source) and Path(source).is_dir()
    except OSError:  # too long for a name
        return False
    is_word = not any(char.isspace() for char in source) and "://" not in source
    is_path = is_word and ("/" in source or source.lower().endswith(FILE_ENDINGS))
    if is_folder:
        what = "Give a file of JSON lines, - for standard input, or a text. A Slack export is for `chaperone audit`."
        raise click.UsageError(f"{source!r} is a folder. {what}")
    if is_path or source.endswith((".jsonl", ".json")):
        what = "Give a file of JSON lines, - for standard input, or a text."
        raise click.UsageError(f"There is no file {source!r}. {what}")
    return False


def _stream(source: str, pack: Pack, form: str, lang: Lang) -> bool:
    """Answers all lines, in order. Raises CannotRead."""
    most = MOST if pack.model is None else FEWEST
    answer = partial(_answer, pack, form, lang)
    try:
        with _opened(source) as file:
            return answer_all(file, answer, _say, on_all_processors=can_use_all_processors(), most=most)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        what = "Look at its rights, or hand the lines in through standard input (-)."
        raise CannotRead(f"{source} cannot be read: {error.strerror}. {what}") from error


class _Line(NamedTuple):
    """A line as it was read: a message to judge, or what is wrong with it."""

    number: int
    row: Mapping[str, Any]
    asked: tuple[Message, Context] | BadLine


def _answer(pack: Pack, form: str, lang: Lang, lines: Lines) -> tuple[str, bool]:
    """What is written for the lines. All are read before the first is judged, and judged before the first is answered:
    a processor is quicker at the same thing many times over."""
    first, typed = lines
    read = [_line(line, number) for number, line in enumerate(typed, first) if line.strip()]
    verdicts = [line.asked if isinstance(line.asked, BadLine) else judged(*line.asked, pack) for line in read]
    answers = [_written_of(line, verdict, pack, form, lang) for line, verdict in zip(read, verdicts, strict=True)]
    return "\n".join(answers), not any(isinstance(line.asked, BadLine) for line in read)


def _line(typed: bytes, number: int) -> _Line:
    """Other programs write other encodings, or a mark before the first line: what is not UTF-8 shows as U+FFFD."""
    row: Mapping[str, Any] = {}
    try:
        row = _read(typed.decode("utf-8" if number > 1 else "utf-8-sig", "replace"), number)
        return _Line(number, row, as_message(row, number))
    except BadLine as error:
        return _Line(number, row, error)


def _written_of(line: _Line, verdict: Verdict | BadLine, pack: Pack, form: str, lang: Lang) -> str:
    if isinstance(verdict, BadLine):
        return _refusal(line.row, line.number, verdict, form)
    if form == "jsonl":
        return _written(as_json(line.row["id"], verdict))
    from adapters.commandline.explain import in_short  # lines as JSON shall not wait for it

    return in_short(line.row["id"], line.row["text"], verdict, pack, lang)


def _refusal(row: Mapping[str, Any], number: int, error: BadLine, form: str) -> str:
    """What stands in the place of a line that could not be read."""
    id_ = row.get("id", error.id)
    if form == "text":
        from adapters.commandline.explain import visible

        return visible(f"{'-' if id_ is None else id_}: not judged, {error}")
    return json.dumps({"id": id_, "line": number, "error": str(error)}, ensure_ascii=False)


def _say(line: str) -> None:
    """Writes the lines. Half a surrogate pair, which no encoding holds, is written as JSON writes it: `\\ud83d`."""
    if not line:
        return
    click.echo(line.encode("utf-8", "backslashreplace").decode())


def as_json(id_: object, verdict: Verdict) -> dict[str, object]:
    """The verdict as `chaperone judge` writes it."""
    return {
        "id": id_,
        "labels": [finding.rule for finding in verdict.alerting],
        "findings": [
            {
                "rule": finding.rule,
                "clause": finding.clause,
                "score": round(finding.score, 3),
                "severity": finding.severity.word,
                "start": finding.start,
                "end": finding.end,
                "excerpt": finding.excerpt,
                "reason": finding.reason.en,
            }
            for finding in verdict.alerting
        ],
    }


def _read(line: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise BadLine(f"line {number} is nested too deeply") from error
    except ValueError as error:
        where = f"{error.msg}, at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise BadLine(f"line {number} is not JSON: {where}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        bad = BadLine(f"line {number} needs an object with at least id and text: {_lacking(row)}")
        bad.id = row.get("id") if isinstance(row, dict) else None
        raise bad
    return row


def _lacking(row: object) -> str:
    """What a line has instead of an id and a text."""
    if not isinstance(row, dict):
        return "it is a list" if isinstance(row, list) else "it is no object"
    lacks = [name for name in ("id", "text") if name not in row]
    return f"it has no {' and no '.join(lacks)}" if lacks else "its text is not in quotes"


def as_message(row: Mapping[str, Any], number: int) -> tuple[Message, Context]:
    try:
        author = _one_of(Role, row.get("author", "student"), "author")
        context = _place(str(row.get("channel", "club")))
        before = tuple(_said(line) for line in _texts(row.get("context") or []))
    except ValueError as error:
        raise BadLine(f"line {number}: {error}") from error
    # A link behind a label, `[label](address)`, is one here as in the playground.
    text: str = row["text"]
    links = tuple(Link(link.target, link.start, link.end) for link in labelled_links(text)) if "](" in text else ()
    return Message(text=text, author=author, links=links), replace(context, before=before) if before else context


@lru_cache(maxsize=1024)
def _place(said: str) -> Context:
    """The channel by its kind and name, where nothing was said before. Raises ValueError."""
    kind, _, name = said.partition(":")
    return Context(channel=_one_of(ChannelKind, kind.strip(), "channel"), channel_name=name.strip())


def _one_of(kinds: type[Named], said: str, name: str) -> Named:
    """The kind that is said. Raises ValueError, which names those there are."""
    try:
        return kinds(said)
    except ValueError as error:
        raise ValueError(f"{name} is one of {', '.join(kinds)}: {said!r} is none of them") from error


def _texts(lines: object) -> list[str]:
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        return lines
    raise ValueError('context is not a list of texts, as ["student: how do we reach you?"]')


def _said(line: str) -> Said:
    role, separator, text = line.partition(":")
    if separator and role.strip() in set(Role):
        return Said(author=Role(role.strip()), text=text.strip())
    return Said(author=Role.OUTSIDER, text=line)


def _as_row(text: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line for one text. Raises UsageError where the channel is of no kind that there is, or nobody said what was
    before."""
    kind = str(given.get("channel", "club")).partition(":")[0].strip()
    if kind not in set(ChannelKind):
        raise click.UsageError(f"--channel begins with one of {', '.join(ChannelKind)}: {kind!r} is none of them.")
    for line in given.get("context", ()):
        if line.partition(":")[0].strip() not in set(Role) or ":" not in line:
            raise click.UsageError(f'--before says who wrote it, one of {", ".join(Role)}: "student: {line}".')
    return {"id": "-", "text": text, **given}


def _one(row: Mapping[str, Any], pack: Pack, form: str, lang: Lang) -> None:
    # What explains a text to a person takes time and memory to import, and lines have no use for it.
    from rich.console import Console

    from adapters.commandline.explain import explained, show

    explanation = explained(*as_message(row, 1), pack)
    if form == "jsonl":
        _say(json.dumps(as_json(row["id"], explanation.verdict), ensure_ascii=False))
    else:
        show(Console(highlight=False, markup=False, emoji=False), explanation, lang)


def _opened(source: str) -> BinaryIO:
    return sys.stdin.buffer if source == "-" else Path(source).open("rb")
