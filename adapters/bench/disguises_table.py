"""Prints what is still caught in disguise, by family and language, with an example of what is missed."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from adapters.bench.disguised import Share, caught_seeds, shares
from adapters.bench.hatecheck import misspelt
from adapters.bench.spread import spread
from policy.pack import Pack

_LONGEST = 60


def print_disguises(console: Console, pack: Pack, corpora: Path, most: int | None = None) -> None:
    """The pack's own short examples in disguise, or so many of them; and HateCheck's misspelt cases, where the folder
    has them."""
    seeds = spread(caught_seeds(pack), most)
    console.print(_table(f"{len(seeds)} caught messages in disguise, pack {pack.id}", shares(seeds, pack)))
    found = misspelt(corpora, pack)
    if found:
        console.print(_table("HateCheck: misspelt cases whose plain twin is caught", found))
    else:
        console.print(f"No HateCheck files in {corpora} (--corpora DIR names another folder).")


def _table(title: str, results: Mapping[tuple[str, str], Share]) -> Table:
    table = Table(title=title)
    for name in ("family", "lang"):
        table.add_column(name)
    for name in ("caught", "of", "share"):
        table.add_column(name, justify="right")
    table.add_column("missed, for example", overflow="fold")
    for (family, lang), share in sorted(results.items()):
        example = next(iter(share.missed), "")[-_LONGEST:]
        table.add_row(family, lang, str(share.caught), str(share.all), f"{share.caught / share.all:.3f}", repr(example))
    return table
