"""`chaperone bench`: is the judge right, and how quick is it, on this machine, in one run."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from adapters.bench.burst import rows_of
from adapters.bench.disguises_table import print_disguises
from adapters.bench.hostile import LENGTH
from adapters.bench.judgements import Said, of_chat, of_labelled
from adapters.bench.labelled import Counts, Score, labelled_rows, score
from adapters.bench.peers import installed
from adapters.bench.pictures_table import print_pictures
from adapters.bench.side_by_side import RESPECT, Sample, side_by_side
from adapters.bench.slack_burst import slack_burst
from adapters.bench.speed import LINES, ROUNDS, Extent, Row, speed_rows
from adapters.bench.spread import spread
from adapters.bench.teams_burst import teams_burst
from adapters.commandline.judge import as_message
from adapters.commandline.run import set_aside_what_stays
from adapters.commandline.samples import corpus
from adapters.packs import pack_named
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from adapters.storage.bench import storage_bench
from policy import judge
from policy.loading.model import load_model
from policy.pack import Pack

_Function = Callable[..., None]


def _count(name: str, default: int, told: str, least: int = 1) -> Callable[[_Function], _Function]:
    """An option that says how many."""
    return click.option(name, default=default, type=click.IntRange(min=least), show_default=True, help=told)


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
@click.option(
    "--messages",
    type=click.IntRange(min=1),
    help="Look at so many of the labelled, held-out and disguised messages, spread over all. Without it: at all.",
)
@_count("--lines", LINES, "Have `chaperone judge` judge so many lines by rules.")
@_count("--hostile", LENGTH, "Characters of each hostile text; 0: none.", least=0)
@_count("--rounds", ROUNDS, "Time judgements and commands so often; the quickest counts.")
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
def bench(**options: Any) -> None:  # noqa: ANN401 - each is what its option says
    """Measures: the score on labelled messages, the time of a judgement, durable writes, pictures, a burst of Slack's
    events."""
    plan = _Plan(**options)
    console = Console()
    chosen = pack_named(plan.pack, load_shelf(load_settings()))
    by_rules = load_shelf(load_settings(), with_model=False)[chosen.id]
    rows = spread(labelled_rows(plan.labelled), plan.messages)
    set_aside_what_stays()
    _print_judging(console, plan, rows, chosen, by_rules)
    _print_peers(console, plan, rows, by_rules)
    if plan.disguises:
        print_disguises(console, chosen, plan.corpora, plan.messages)
    if plan.storage:
        for name, value, unit in asyncio.run(storage_bench()):
            console.print(f"{name:58} {value:>12,.0f} {unit}")
    if plan.flyers:
        print_pictures(console, _sampled(rows, plan.flyers), chosen, plan.faces)
    for burst in (slack_burst, teams_burst) if plan.bursts else ():
        for name, value, unit in rows_of(burst()):
            console.print(f"{name:58} {value:>12,.0f} {unit}")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked for: the options."""

    pack: str
    labelled: Path
    corpora: Path
    messages: int | None
    lines: int
    hostile: int
    rounds: int
    disguises: bool
    storage: bool
    flyers: int
    faces: Path | None
    bursts: bool


def _print_judging(
    console: Console, plan: _Plan, rows: Sequence[dict[str, object]], chosen: Pack, by_rules: Pack
) -> None:
    """How quick the judge is, and how right on the labelled messages, where there are any."""
    if rows:
        said = [as_message(row, 0) for row in rows]
        _print_lines(console, of_labelled(rows, said, by_rules, chosen, plan.rounds))
        _print_rows(console, speed_rows(rows, by_rules, Extent(plan.lines, plan.hostile, plan.rounds)))
        found = [[finding.rule for finding in judge(*each, chosen).alerting] for each in said]
        gold = [[str(label) for label in row["labels"]] for row in rows]  # type: ignore[attr-defined]
        console.print(_table(score(zip(gold, found, strict=True)), plan.pack))
    else:
        where = f"{plan.labelled} (--labelled DIR names another folder)"
        console.print(f"No labelled messages in {where}: nothing to score.")
    _print_lines(console, of_chat(spread(_short_chat(), plan.messages), by_rules, chosen, plan.rounds))


def _print_lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_rows(console: Console, rows: Iterable[Row]) -> None:
    for name, value, unit in rows:
        console.print(f"{name:62} {value:>12,.2f} {unit}", markup=False, highlight=False, soft_wrap=True)


def _short_chat() -> list[Said]:
    """Harmless short messages of our own that the model was not taught with."""
    held_out = corpus(only_held_out=True)
    return [
        (each.message, each.context) for each in held_out if not each.wanted and len(each.message.text) <= _SHORT_CHAT
    ]


def _sampled(rows: Sequence[dict[str, object]], most: int) -> Sequence[Said]:
    """Spread over all labelled messages, or else over the held-out ones of our own."""
    texts = [as_message(row, 0) for row in rows] or [
        (each.message, each.context) for each in corpus(only_held_out=True)
    ]
    return spread(texts, most)


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


def _print_peers(console: Console, plan: _Plan, rows: Sequence[dict[str, object]], by_rules: Pack) -> None:
    """Chaperone beside what other libraries are installed, on the labelled messages or else the held-out ones."""
    peers, missing = installed()
    if missing:
        console.print(f"Not installed, so not compared: {', '.join(missing)} (`make bench-peers` compares).")
    if not peers:
        return
    labelled = [(*as_message(row, 0), RESPECT in row["labels"]) for row in rows]  # type: ignore[operator]
    held_out = ((each.message, each.context, RESPECT in (each.wanted or ())) for each in corpus(only_held_out=True))
    samples = [Sample(*each) for each in spread(labelled or list(held_out), plan.messages)]
    title = f"Side by side, {len(samples)} messages"
    table = Table(title=title, caption=_PEERS_CAPTION, caption_justify="left", box=box.SIMPLE)
    for name in ("", "µs", "ratio", "rude P", "R", "F1", "data P", "R"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    # A model of its own, which has read none of the messages yet.
    pack = by_rules.with_model(load_model())
    set_aside_what_stays()
    for each in side_by_side(samples, by_rules, pack, peers):
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
