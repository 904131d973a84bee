"""Precision, recall and F1 for each rule, together, and by language, author and tag."""

from collections.abc import Callable, Iterable, Sequence

from data import LABELS, Row

Found = Sequence[frozenset[str]]


def rates(
    pairs: Iterable[tuple[frozenset[str], frozenset[str]]], labels: Iterable[str] = LABELS
) -> tuple[float, float, float]:
    """Precision, recall and F1 over all of `labels` in pairs of gold and found."""
    hits = wrong = missed = 0
    wanted = frozenset(labels)
    for gold, found in pairs:
        hits += len(gold & found & wanted)
        wrong += len((found - gold) & wanted)
        missed += len((gold - found) & wanted)
    return hits / max(1, hits + wrong), hits / max(1, hits + missed), 2 * hits / max(1, 2 * hits + wrong + missed)


def report(rows: Sequence[Row], found: Found) -> dict[str, object]:
    """All figures of one measured set."""
    pairs = [(row.labels, got & frozenset(LABELS)) for row, got in zip(rows, found, strict=True)]
    each = {label: rates(pairs, [label]) for label in LABELS}
    clean = [got for gold, got in pairs if not gold]
    return {
        "rows": len(pairs),
        "micro": rates(pairs),
        "macro": sum(f for _, _, f in each.values()) / len(each),
        "clean_flagged": sum(map(bool, clean)) / max(1, len(clean)),
        "rules": each,
        "lang": _by(rows, pairs, lambda row: [row.lang]),
        "author": _by(rows, pairs, lambda row: [row.message.author.value]),
        "tag": _by(rows, pairs, lambda row: row.tags),
    }


def _by(
    rows: Sequence[Row],
    pairs: Sequence[tuple[frozenset[str], frozenset[str]]],
    keys_of: Callable[[Row], Iterable[str]],
) -> dict[str, tuple[int, float, float, float]]:
    """For each key with twenty rows or more: rows, then precision, recall and F1 together."""
    groups: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        for key in keys_of(row):
            groups.setdefault(key, []).append(pair)
    return {key: (len(own), *rates(own)) for key, own in sorted(groups.items()) if len(own) >= 20}
