"""Rows of one CSV file, however it was written; what cannot be read is a fault with its line, and the rest goes on."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.roster import words
from adapters.roster.files import BadRoster
from bot.language import plain
from bot.records.roster import Fault
from bot.wording.forms import filled
from policy.words import Text

LONGEST_FIELD = 2_000
LONGEST_LINE = 100_000
MOST_LINES = 20
"""Of one row: more means that a quote was never closed."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins in, and its values by column, without blanks around them; empty where there is no
    such column."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def parts(self, column: str, separators: str = ",") -> tuple[str, ...]:
        """The values of a field that holds several."""
        return tuple(part.strip() for part in re.split(f"[{separators}]", self[column]) if part.strip())


@dataclass(slots=True)
class CsvFile:
    """A file as it is read. `columns` are as `column_of` writes them; `spoilt` are the first fields of rows that cannot
    be read, by column, as far as they can be guessed."""

    name: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    spoilt: list[Mapping[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: Row | int, what: Text, *, is_left_out: bool = True, **values: object) -> None:
        """Notes what is wrong with the row."""
        line = row if isinstance(row, int) else row.line
        shown = {name: value[:60] if isinstance(value, str) else value for name, value in values.items()}
        self.faults.append(Fault(self.name, line, filled(what, **shown) if shown else what, is_left_out))


def column_of(heading: str) -> str:
    """A column's name whatever its case, accents and punctuation, and without `metadata.` before it."""
    return re.sub(r"[^a-z0-9]", "", plain(heading).removeprefix("metadata."))


def read(name: str, content: bytes, needed: Collection[str], aliases: Mapping[str, str] | None = None) -> CsvFile:
    """All rows of the file. Raises BadRoster where its header has not the columns that are needed."""
    file = CsvFile(name)
    lines = list(io.StringIO(_decoded(file, content), newline=""))
    start = next((at for at, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise BadRoster(f"{name} is empty. Nothing was changed; export it again.")
    separator = _separator(lines[start])
    header = _parsed(lines[start : start + 1], separator)
    if header is None:
        raise BadRoster(f"{name}: the header in line {start + 1} cannot be read. Nothing was changed.")
    columns = [(aliases or {}).get(column_of(each), column_of(each)) for each in header[0]]
    missing = [column for column in needed if column not in columns]
    if missing:
        raise BadRoster(f"{name} has no column {', '.join(missing)}. Nothing was changed; export it with a header.")
    for column in sorted({each for each in columns if each and columns.count(each) > 1}):
        file.fault(start + 1, words.SAME_COLUMN, is_left_out=False, column=column)
    file.columns = tuple(columns)
    _read_rows(file, lines, start + 1, separator)
    return file


def _read_rows(file: CsvFile, lines: Sequence[str], at: int, separator: str) -> None:
    while at < len(lines):
        line = lines[at]
        if not line.strip(" \t\r\n" + separator):
            at += 1
            continue
        parsed = None if len(line) > LONGEST_LINE else _parsed(lines[at : at + MOST_LINES], separator)
        if parsed is None or _swallows(parsed, lines[at : at + parsed[1]], len(file.columns), separator):
            file.fault(at + 1, words.UNREADABLE)
            _spoil(file, line, separator)
            at += 1
            continue
        _take(file, at + 1, parsed[0], line, separator)
        at += parsed[1]


def _swallows(parsed: tuple[list[str], int], lines: Sequence[str], expected: int, separator: str) -> bool:
    """Whether a row over several lines is a quote that was never closed, so that the lines after its first are rows of
    their own and are to be read as such: it does not fit the header, or one of them alone does."""
    if len(lines) == 1:
        return False
    alone = (_parsed([line], separator) for line in lines[1:])
    return len(parsed[0]) != expected or any(each is not None and len(each[0]) == expected for each in alone)


def _take(file: CsvFile, line: int, values: list[str], typed: str, separator: str) -> None:
    expected = len(file.columns)
    problem: Text | None = None
    if len(values) != expected:
        problem = filled(words.FIELDS, found=len(values), expected=expected)
    for column, value in zip(file.columns, values, strict=False):
        if len(value) > LONGEST_FIELD:
            problem = problem or filled(words.TOO_LONG, column=column, most=LONGEST_FIELD)
        elif _NO_TEXT.search(value):
            problem = problem or filled(words.NO_TEXT, column=column)
    if problem is not None:
        file.fault(line, problem)
        _spoil(file, typed, separator)
        return
    # From the last to the first, so that of two columns of one name the first counts.
    pairs = list(zip(file.columns, values, strict=True))[::-1]
    file.rows.append(Row(line, {column: " ".join(value.split()) for column, value in pairs}))


def _spoil(file: CsvFile, typed: str, separator: str) -> None:
    guessed = [part.strip(' "\r\n') for part in typed[:LONGEST_LINE].split(separator)]
    file.spoilt.append(dict(list(zip(file.columns, guessed, strict=False))[::-1]))


def _parsed(lines: Sequence[str], separator: str) -> tuple[list[str], int] | None:
    """The first row of the lines and over how many of them it goes; None where it cannot be read."""
    if '"' not in lines[0]:
        return lines[0].rstrip("\r\n").split(separator), 1
    reader = csv.reader(iter(lines), delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None


def _separator(header: str) -> str:
    """What stands between fields: Excel writes semicolons where commas are for decimals."""
    return max(",;\t", key=header.count)


def _decoded(file: CsvFile, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        file.fault(1, words.ENCODING, is_left_out=False)
        return content.decode("cp1252", "replace")


def identified(file: CsvFile, column: str) -> Iterator[Row]:
    """The rows that have an id of their own; one without, or with another row's, is a fault."""
    seen: dict[str, int] = {}
    for row in file.rows:
        if not row[column]:
            file.fault(row, words.MISSING, column=column)
        elif row[column] in seen:
            file.fault(row, words.TWICE, id=row[column], line=seen[row[column]])
        else:
            seen[row[column]] = row.line
            yield row
