"""Tries a pack on everything that is at hand, beside the pack that it takes the place of."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import track

import policy
from adapters.commandline.database import NoDatabase, existing_store
from adapters.commandline.pack_changes import compared
from adapters.commandline.pack_report import Report, Wish
from adapters.commandline.samples import Sample, Stored, cases_of, corpus, known_keys, stored
from adapters.settings import Settings
from bot.errors import ChaperoneError
from bot.ports import Keys
from policy.loading import PackError, load_pack
from policy.loading.model import load_model
from policy.loading.own_cases import also_flagged, failing
from policy.verdict import PackId

SHIPPED = Path(policy.__file__).parent / "packs"


def checked(settings: Settings, wish: Wish) -> Report:
    """Loads the pack strictly and, where it holds, tries it on everything that is at hand. Raises PackError where the
    pack to compare with is not there or does not hold."""
    own = [settings.packs] if settings.packs else []
    try:
        with busy("Reading the pack and trying its examples"):
            # Its own examples are tried by the whole judge, however the rest is looked at. Those of the shipped rules
            # were tried when they were shipped, and what the pack changes about them is shown.
            model = load_model()
            pack = load_pack(wish.file, own=own, model=model, check_cases=False)
            problems = tuple(failing(pack))
    except PackError as error:
        return Report(wish=wish, problems=error.problems)
    if problems:
        return Report(wish=wish, problems=problems)
    other = wish.beside or _beside(settings, wish.file)
    if other is None:
        return Report(wish=wish, pack=pack, stored="There is no pack to compare it with: it extends none.")
    with busy("Reading the pack to compare with"):
        before = load_pack(other, own=own, model=model, check_cases=False)
    report = Report(wish=wish, pack=pack, beside=before, notes=tuple(map(str, also_flagged(pack))))
    if not wish.with_model:
        pack, before = replace(pack, model=None), replace(before, model=None)
    report.sources["cases of all rules"] = compared(_shown(list(cases_of((before, pack))), "cases"), before, pack)
    report.sources["corpus"] = compared(_shown(list(corpus()), "corpus"), before, pack)
    if wish.with_stored:
        found, report.stored = _of_deployment(settings, frozenset({before.id, pack.id}))
        if found:
            report.sources["stored incidents"] = compared(_shown(found, "incidents"), before, pack)
    return report


def _beside(settings: Settings, file: Path) -> str | Path | None:
    """The installed pack of the same id, where that is another file; else the one that this one extends."""
    homes = [*([settings.packs] if settings.packs else []), SHIPPED]
    installed = (home / file.name for home in homes)
    other = next((each for each in installed if each.is_file() and not each.samefile(file)), None)
    if other is not None:
        return other
    extends = yaml.safe_load(file.read_text(encoding="utf-8")).get("extends")
    return None if extends is None else str(extends)


def _of_deployment(settings: Settings, packs: frozenset[PackId]) -> tuple[Sequence[Sample], str]:
    """What can be read of what this deployment found, and a line about it."""
    try:
        keys = known_keys(settings)
        found = asyncio.run(_read(settings, keys, packs))
    except NoDatabase:
        return (), "No database here: nothing stored was looked at."
    except ChaperoneError as error:
        return (), f"What is stored was not looked at: {error}"
    if not found.incidents:
        return (), "No incident is stored under these packs."
    plural = "" if found.incidents == 1 else "s"
    line = f"{found.incidents} stored incident{plural} under these packs; clean messages left no words to judge again."
    if found.sealed:
        why = "" if keys else " (the master key is not here)"
        each = ", ".join(f"{rule} {count}" for rule, count in found.rules.most_common())
        line += f" {found.sealed} could not be opened{why}. All by rule: {each}."
    return found.samples, line


async def _read(settings: Settings, keys: Keys | None, packs: frozenset[PackId]) -> Stored:
    store = await existing_store(settings)
    try:
        return await stored(store, keys, packs)
    finally:
        await store.close()


def busy(what: str) -> AbstractContextManager[object]:
    """A line on a terminal while it takes its time."""
    return Console(stderr=True).status(f"{what} …")


def _shown(samples: Sequence[Sample], what: str) -> Iterable[Sample]:
    """The samples, with a bar on a terminal: the model takes its time."""
    console = Console(stderr=True)
    return track(samples, what, console=console, transient=True, disable=not console.is_terminal)
