"""`chaperone bench`: is the judge right, and how quick is it, on this machine, in one run."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.bench.burst import rows_of
from adapters.bench.disguises_table import print_disguises
from adapters.bench.labelled import Counts, Score, labelled_rows, score
from adapters.bench.peers import installed
from adapters.bench.pictures_table import print_pictures
from adapters.bench.side_by_side import RESPECT, Sample, side_by_side
from adapters.bench.slack_burst import slack_burst
from adapters.bench.speed import Row, chat_rows, speed_rows
from adapters.bench.teams_burst import teams_burst
from adapters.commandline.judge import as_message
from adapters.commandline.samples import corpus
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from adapters.storage.bench import storage_bench
from policy import judge
from policy.loading.model import load_model
from policy.message import Context, Message
from policy.pack import Pack
from policy.verdict import PackId


@click.command()
@click.option("--pack", default="crec", show_default=True, help="The pack to judge by.")
@click.option(
    "--labelled",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("../shared/benchmark"),
    show_default=True,
    help="A folder with dev_*.jsonl, labelled as docs/measuring.md says.",
)
@click.option(
    "--corpora",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("../shared/corpora"),
    show_default=True,
    help="A folder with HateCheck's hatecheck-dev.csv and mhc-es-dev.csv.",
)
@click.option("--disguises/--no-disguises", default=True, help="Also disguise what is caught, in twenty ways.")
@click.option("--storage/--no-storage", default=True, help="Also time the database.")
@click.option(
    "--flyers", default=40, show_default=True, help="Draw so many messages as flyers and read them; 0: no pictures."
)
@click.option(
    "--faces",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of pictures with faces.json: how many faces are in each. Without it they are drawn.",
)
@click.option(
    "--bursts/--no-bursts", default=True, help="Also send a burst of events through Slack's and Teams' doors."
)
def bench(
    pack: str,
    labelled: Path,
    corpora: Path,
    disguises: bool,
    storage: bool,
    flyers: int,
    faces: Path | None,
    bursts: bool,
) -> None:
    """Measures: the score on labelled messages, the time of a judgement, durable writes, pictures, a burst of Slack's
    events."""
    console = Console()
    shelf = load_shelf(load_settings())
    chosen = shelf.get(PackId(pack))
    if chosen is None:
        raise click.UsageError(f"There is no pack {pack!r}. There are: {', '.join(sorted(each.id for each in shelf))}.")
    by_rules = load_shelf(load_settings(), with_model=False)[chosen.id]
    rows = labelled_rows(labelled)
    if not rows:
        console.print(f"No labelled messages in {labelled} (--labelled DIR names another folder): nothing to score.")
    else:
        _print_speed(console, rows, chosen, by_rules)
        _print_rows(console, speed_rows(rows, by_rules))
        found = [[finding.rule for finding in judge(*as_message(row, 0), chosen).alerting] for row in rows]
        gold = [[str(label) for label in row["labels"]] for row in rows]  # type: ignore[attr-defined]
        console.print(_table(score(zip(gold, found, strict=True)), pack))
    _print_rows(console, chat_rows(_short_chat(), chosen))
    _print_peers(console, rows, by_rules)
    if disguises:
        print_disguises(console, chosen, corpora)
    if storage:
        for name, value, unit in asyncio.run(storage_bench()):
            console.print(f"{name:58} {value:>12,.0f} {unit}")
    if flyers:
        print_pictures(console, _sampled(rows, flyers), chosen, faces)
    for burst in (slack_burst, teams_burst) if bursts else ():
        for name, value, unit in rows_of(burst()):
            console.print(f"{name:58} {value:>12,.0f} {unit}")


def _print_rows(console: Console, rows: Iterable[Row]) -> None:
    for name, value, unit in rows:
        console.print(f"{name:62} {value:>12,.2f} {unit}", markup=False, highlight=False)


def _short_chat() -> Iterator[tuple[Message, Context]]:
    """Harmless short messages of our own that the model was not taught with."""
    for each in corpus(only_held_out=True):
        if not each.wanted and len(each.message.text) <= _SHORT_CHAT:
            yield each.message, each.context


def _sampled(rows: Sequence[dict[str, object]], most: int) -> list[tuple[Message, Context]]:
    """Spread over all labelled messages, or else over the held-out ones of our own."""
    texts = [as_message(row, 0) for row in rows] or [
        (each.message, each.context) for each in corpus(only_held_out=True)
    ]
    return texts[:: max(1, len(texts) // max(1, most))][:most]


def _table(result: Score, pack: str) -> Table:
    table = Table(title=f"Labelled messages, pack {pack}", caption=_caption(result), caption_justify="left")
    table.add_column("rule")
    for name in ("n", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for rule, counts in [*result.rules.items(), ("all (micro)", result.all)]:
        figures = (f"{figure:.3f}" for figure in (counts.precision, counts.recall, counts.f1))
        table.add_row(rule, str(counts.hit + counts.missed), *figures)
    return table


def _caption(result: Score) -> str:
    share = result.clean_flagged / result.clean if result.clean else 0.0
    return (
        f"{result.rows} messages, {result.exact} exactly right; macro F1 {result.macro_f1:.3f}; "
        f"clean messages flagged: {result.clean_flagged} of {result.clean} = {share:.3f}"
    )


def _print_speed(console: Console, rows: Sequence[dict[str, object]], pack: Pack, by_rules: Pack) -> None:
    """One judgement by rules alone and by rules and model, as a ratio to reading the same line as JSON: machines
    differ, the ratio hardly does. The model remembers what it has read, so with it each message is judged once."""
    base = statistics.mean(_microseconds(partial(json.loads, json.dumps(row)), rounds=5) for row in rows)
    for name, judging, rounds in (("rules", by_rules, 5), ("rules and model", pack, 1)):
        each = [_microseconds(partial(judge, *as_message(row, 0), judging), rounds=rounds) for row in rows]
        mean, p99 = statistics.mean(each), statistics.quantiles(each, n=100)[98]
        console.print(
            f"one judgement, {name}: mean {mean:,.0f} µs, p99 {p99:,.0f} µs; {mean / base:,.0f} times the JSON"
        )


def _print_peers(console: Console, rows: Sequence[dict[str, object]], by_rules: Pack) -> None:
    """Chaperone beside what other libraries are installed, on the labelled messages or else the held-out ones."""
    peers, missing = installed()
    if missing:
        console.print(f"Not installed, so not compared: {', '.join(missing)} (`make bench-peers` compares).")
    if not peers:
        return
    labelled = [(*as_message(row, 0), RESPECT in row["labels"]) for row in rows]  # type: ignore[operator]
    held_out = ((each.message, each.context, RESPECT in (each.wanted or ())) for each in corpus(only_held_out=True))
    samples = [Sample(*each) for each in labelled or held_out]
    title = f"Side by side, {len(samples)} messages"
    table = Table(title=title, caption=_PEERS_CAPTION, caption_justify="left", box=box.SIMPLE)
    for name in ("", "µs", "ratio", "rude P", "R", "F1", "data P", "R"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    # A model of its own, which has read none of the messages yet.
    for each in side_by_side(samples, by_rules, by_rules.with_model(load_model()), peers):
        table.add_row(each.name, f"{each.microseconds:,.0f}", f"{each.ratio:,.1f}", *_three(each.respect, each.contact))
    # Wider than a pipe is taken to be: a figure that is cut short says nothing.
    Console(width=max(console.width, _LEAST_WIDTH)).print(table)


_LEAST_WIDTH = 96
_SHORT_CHAT = 60
"""Letters of a message as most of them are."""
_PEERS_CAPTION = (
    "P: of what is found, how much is right; R: of what is there, how much is found. Rude: the rule respect. Data: "
    "phone numbers and e-mail addresses in adapters/bench/contact.yml, which we wrote. Ours looks for all rules."
)


def _three(respect: Counts | None, contact: Counts | None) -> list[str]:
    rude = [respect.precision, respect.recall, respect.f1] if respect else [None] * 3
    reach = [contact.precision, contact.recall] if contact else [None] * 2
    return ["–" if figure is None else f"{figure:.2f}" for figure in (*rude, *reach)]


def _microseconds(call: Callable[[], object], *, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best * 1e6
