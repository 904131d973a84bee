"""How quick the rules are whatever comes, and what `chaperone judge` takes: time, memory, start."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.bench.hostile import worst_by_family
from policy.fold import Folded, fold
from policy.pack import Pack
from policy.rule import GroupId
from policy.sweep import Sweep

Row = tuple[str, float, str]
"""What is measured, the figure, its unit."""
LINES, ROUNDS = 20_000, 3
NEEDS_NO_ENCODER = {"id": 1, "text": "Practice is at 4 on field 2", "author": "owner", "channel": "team: track"}
ASKS_THE_ENCODER = {
    **NEEDS_NO_ENCODER,
    "text": "send me your address and do not tell your mom",
    "context": ["student: how do I reach you?"],
}
_MORE = GroupId("/more")
_TIMES = 10


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: lines for `chaperone judge`, letters of each hostile text (0: none), and how often
    each command runs, of which the quickest counts."""

    lines: int
    letters: int
    rounds: int


def speed_rows(rows: Sequence[Mapping[str, object]], by_rules: Pack, extent: Extent) -> Iterator[Row]:
    """The figures, one after the other."""
    texts = [fold(str(row["text"])) for row in rows]
    yield f"{_TIMES} times the phrases, time of a sweep", _ratio_of_more_phrases(texts, by_rules), "times"
    worst = worst_by_family(by_rules, extent.letters) if extent.letters else {}
    for family, (name, seconds) in worst.items():
        yield f"worst of {extent.letters:,} characters: {family} ({name})", seconds * 1e3, "ms"
    yield from _judged_lines(rows, by_rules.id, extent)


def _ratio_of_more_phrases(texts: Sequence[Folded], pack: Pack) -> float:
    """The time for the texts with ten times the phrases, to that with the rules' own."""
    groups: dict[GroupId, tuple[str, ...]] = {
        GroupId(f"{rule.id}/{name}"): entries for rule in pack.rules.values() for name, entries in rule.terms.items()
    }
    words = sorted(word for word in pack.sweep.vocabulary if word.isalpha())
    count = (_TIMES - 1) * sum(map(len, groups.values()))
    more = tuple(f"{words[at % len(words)]} {words[at * 7919 % len(words)]} {at}" for at in range(count))
    few, many = Sweep(groups), Sweep({**groups, _MORE: more})
    times = [_seconds(lambda sweep=sweep: [sweep.scan(text).hits for text in texts]) for sweep in (many, few)]  # type: ignore[misc]
    return times[0] / times[1]


def _seconds(work: Callable[[], object]) -> float:
    """The processor's time for the work, the quickest of three runs."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def _judged_lines(rows: Sequence[Mapping[str, object]], pack: str, extent: Extent) -> Iterator[Row]:
    """What the command takes in a process of its own: for one line, and for many with and without the model. The
    encoder is opened for the first line that it has to read, so what many lines take is held against such a one."""
    lines = [json.dumps(row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:

        def seconds_and_memory(typed: Sequence[str], *options: str) -> tuple[float, float]:
            file = Path(folder) / "lines.jsonl"
            file.write_text("\n".join(typed) + "\n")
            runs = [_command(file, pack, *options) for _ in range(extent.rounds)]
            return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)

        asking = [json.dumps(ASKS_THE_ENCODER)]
        start, _ = seconds_and_memory(asking, "--rules-only")
        many = (lines * (extent.lines // len(lines) + 1))[: extent.lines]
        seconds, memory = seconds_and_memory(many, "--rules-only")
        plain_start, _ = seconds_and_memory([json.dumps(NEEDS_NO_ENCODER)])
        whole_start, _ = seconds_and_memory(asking)
        whole_seconds, whole_memory = seconds_and_memory(lines)
    yield "judge --rules-only, start and one line", start, "s"
    yield from _of_lines("judge --rules-only", len(many), seconds, start)
    yield "judge --rules-only, memory of its largest process", memory, "MB"
    yield "judge with the model, start and one line without encoder", plain_start, "s"
    yield "judge with the model, start and one line for the encoder", whole_start, "s"
    yield from _of_lines("judge with the model", len(lines), whole_seconds, whole_start)
    yield "judge with the model, memory of its largest process", whole_memory, "MB"


def _of_lines(what: str, lines: int, seconds: float, start: float) -> Iterator[Row]:
    """How long all took, and how many a second that makes, where they took longer than one line did."""
    yield f"{what}, start and {lines:,} lines", seconds, "s"
    if seconds > start:
        yield f"{what}, {lines:,} lines without the start", lines / (seconds - start), "messages/s"


_RUN = (
    "import resource, subprocess, sys, time; started = time.perf_counter(); "
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
    "print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""A small process that starts the command: Linux counts what the starting one holds as held by the one it starts."""


def _command(file: Path, pack: str, *options: str) -> tuple[float, float]:
    """The seconds that `chaperone judge` took, and the megabytes of its largest process at most."""
    command = [sys.executable, "-m", "adapters.cli", "judge", str(file), "--pack", pack, *options]
    run = [sys.executable, "-c", _RUN, *command]
    said = subprocess.run(run, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own command
    seconds, kilobytes = said.stdout.split()
    return float(seconds), float(kilobytes) / 1024
