"""How much more text helps: the same training after a quarter, a half and all of the corpus."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from calibration import Evidence, crossed
from data import LABELS, Row
from encoder import Encoder, load_base
from encoder_training import Recipe, Tools, tensors, train
from ngram_training import train_ngrams
from torch import Tensor

from policy.model.layout import lay_out
from policy.model.ngrams import NgramModel
from policy.model.plain_text import Words, model_view

SHARES = (25, 50, 100)
"""In hundredths; whole blocks, so that twins stay together."""
_AT_ONCE = 32

Curve = dict[str, tuple[int, float, float]]
"""For each share: rows, and micro- and macro-F1 on the held-out rows."""


def small_curve(taught: list[Row], held: list[Row], words: Words, evidence: Evidence) -> Curve:
    """The small model with the rules, whose findings and the gold labels are in `evidence`."""
    curve: Curve = {}
    for share, rows in _shares(taught):
        model = NgramModel(*train_ngrams(rows, words))
        small = torch.tensor([model.logits(model_view(r.message.text, words), r.message, r.context) for r in held])
        curve[f"{share} %"] = _point(rows, replace(evidence, encoder=None, small=small), held)
    return curve


def encoder_curve(
    taught: list[Row], held: list[Row], tools: Tools, evidence: Evidence, epochs: int, weights: Path, work: Path
) -> Curve:
    """The encoder with the rules and the small model. Each share begins with the public weights and takes as many steps
    as `epochs` over all rows: less text is met more often. `work` keeps what is done."""
    curve: Curve = {}
    for share, rows in _shares(taught):
        model = Encoder(words=30522, labels=len(LABELS))
        load_base(model, str(weights))
        train(model, rows, Recipe(frozen=2, epochs=epochs * 100 // share), tools, work / f"curve{share}.pt")
        curve[f"{share} %"] = _point(rows, replace(evidence, encoder=_logits(model, held, tools)), held)
    return curve


def _shares(taught: list[Row]) -> Iterable[tuple[int, list[Row]]]:
    for share in SHARES:
        yield share, [row for row in taught if row.block % 4 < share // 25]


def _point(rows: list[Row], evidence: Evidence, held: list[Row]) -> tuple[int, float, float]:
    figures = crossed(evidence, held)
    return len(rows), figures["micro"][2], figures["macro"]  # type: ignore[index,return-value]


@torch.no_grad()
def _logits(model: Encoder, rows: list[Row], tools: Tools) -> Tensor:
    """The highest of all windows of each row, in full precision."""
    laid = [lay_out(row.message, row.context, tools.pieces, tools.words) for row in rows]
    windows = [(number, (each.header, own)) for number, each in enumerate(laid) for own in each.windows]
    windows.sort(key=lambda pair: len(pair[1][0]) + len(pair[1][1]))
    highest = torch.full((len(rows), len(LABELS)), -torch.inf)
    for start in range(0, len(windows), _AT_ONCE):
        batch = windows[start : start + _AT_ONCE]
        logits, _ = model(*tensors([window for _, window in batch]))
        for (number, _), own in zip(batch, logits, strict=True):
            highest[number] = torch.maximum(highest[number], own)
    return highest
