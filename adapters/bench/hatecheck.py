"""HateCheck's misspelt cases: how many are caught of those whose plainly written twin is caught."""

import csv
from collections.abc import Mapping
from pathlib import Path

from adapters.bench.disguised import Share, is_caught
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.verdict import RuleId

FILES = {"en": "hatecheck-dev.csv", "es": "mhc-es-dev.csv"}
_RESPECT = RuleId("respect")
_PLACE = Context(ChannelKind.CLUB)


def misspelt(folder: Path, pack: Pack) -> Mapping[tuple[str, str], Share]:
    """By function (`spell_...`) and language, for the files that are in the folder."""
    results: dict[tuple[str, str], Share] = {}
    for lang, name in FILES.items():
        if (folder / name).is_file():
            results.update(_of_file(folder / name, lang, pack))
    return results


def _of_file(path: Path, lang: str, pack: Pack) -> Mapping[tuple[str, str], Share]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # Spanish ids are `spanish-3`, and the twin is named by its number alone: `3.0`.
    by_id = {(row.get("case_id") or row["mhc_case_id"]).removeprefix("spanish-"): row["test_case"] for row in rows}
    caught: dict[str, bool] = {}
    counts: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for row in rows:
        twin = by_id.get(row["ref_case_id"].removesuffix(".0"))
        if not row["functionality"].startswith("spell_") or twin is None:
            continue
        if twin not in caught:
            caught[twin] = _is_caught(twin, pack)
        if caught[twin]:
            hits, missed = counts.setdefault((row["functionality"], lang), (0, []))
            is_hit = _is_caught(row["test_case"], pack)
            counts[row["functionality"], lang] = (hits + is_hit, missed if is_hit else [*missed, row["test_case"]])
    return {key: Share(hits, tuple(missed)) for key, (hits, missed) in counts.items()}


def _is_caught(text: str, pack: Pack) -> bool:
    return is_caught(_RESPECT, Message(text, Role.STUDENT), _PLACE, pack)
