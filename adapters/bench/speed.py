"""How quick the rules are whatever comes, and what `chaperone judge` takes: time, memory, start."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from adapters.bench.hostile import LENGTH, worst_by_family
from policy import judge
from policy.fold import Folded, fold
from policy.message import Context, Message
from policy.pack import Pack
from policy.rule import GroupId
from policy.sweep import Sweep

Row = tuple[str, float, str]
"""What is measured, the figure, its unit."""
LINES = 20_000
_MORE = GroupId("/more")
_TIMES = 10


def speed_rows(rows: Sequence[Mapping[str, object]], by_rules: Pack) -> Iterator[Row]:
    """The figures, one after the other."""
    texts = [fold(str(row["text"])) for row in rows]
    yield f"{_TIMES} times the phrases, time of a sweep", _ratio_of_more_phrases(texts, by_rules), "times"
    for family, (name, seconds) in worst_by_family(by_rules).items():
        yield f"worst of {LENGTH:,} characters: {family} ({name})", seconds * 1e3, "ms"
    yield from _judged_lines(rows, by_rules.id)


def chat_rows(said: Iterable[tuple[Message, Context]], pack: Pack) -> Iterator[Row]:
    """The time of one judgement of ordinary short chat, which is what most of a channel is. Each message is judged
    once, because the model remembers what it has read."""
    times = []
    for message, context in said:
        started = time.perf_counter()
        judge(message, context, pack)
        times.append(time.perf_counter() - started)
    if len(times) > 1:
        what = f"one judgement of short chat with the model, {len(times)} messages"
        yield f"{what}, mean", statistics.mean(times) * 1e3, "ms"
        yield f"{what}, p99", statistics.quantiles(times, n=100, method="inclusive")[98] * 1e3, "ms"


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


def _judged_lines(rows: Sequence[Mapping[str, object]], pack: str) -> Iterator[Row]:
    """What the command takes in a process of its own: for one line, and for many with and without the model."""
    with tempfile.TemporaryDirectory() as folder:
        one, many, once = (Path(folder) / name for name in ("one.jsonl", "many.jsonl", "once.jsonl"))
        lines = [json.dumps(row) for row in rows]
        one.write_text(f"{lines[0]}\n")
        once.write_text("\n".join(lines) + "\n")
        many.write_text("\n".join((lines * (LINES // len(lines) + 1))[:LINES]) + "\n")
        start, _ = _command(one, pack, "--rules-only")
        seconds, memory = _command(many, pack, "--rules-only")
        start_with_model, _ = _command(one, pack)
        seconds_with_model, memory_with_model = _command(once, pack)
    yield "judge --rules-only, start and one line", start, "s"
    yield f"judge --rules-only, {LINES:,} lines", LINES / max(0.001, seconds - start), "messages/s"
    yield "judge --rules-only, memory of its largest process", memory, "MB"
    yield "judge with the model, start and one line", start_with_model, "s"
    rate = len(rows) / max(0.001, seconds_with_model - start_with_model)
    yield f"judge with the model, {len(rows):,} lines", rate, "messages/s"
    yield "judge with the model, memory", memory_with_model, "MB"


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
