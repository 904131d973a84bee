"""Fine-tunes the encoder on the corpus in stages."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from data import LABELS, Row, roughened
from encoder import Encoder
from pacing import Pace, go_through
from torch import Tensor
from torch.nn import functional

from policy.model.layout import MOST_OWN, PART, header_of, later_parts
from policy.model.plain_text import Words, model_view
from policy.model.wordpiece import WordPiece

Laid = tuple[tuple[int, ...], tuple[int, ...]]
"""A header and a window of the message."""
Batch = tuple[list[Laid], list[Row]]
Of = TypeVar("Of")
LAST_WRITTEN = "ghijk"
"""The files of the corpus that were written to what the others left out begin so; their rows count twice."""


@dataclass(frozen=True, slots=True)
class Recipe(Pace):
    """One stage. `frozen` layers do not learn."""

    batch: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.85
    smoothing: float = 0.02
    positive_weight: float = 2.0
    frozen: int = 0
    clean_share: float = 0.6


STAGES = (
    Recipe(frozen=2),
    Recipe(epochs=9, rate=8e-5, head_rate=3.2e-4, steady=True, seed=21),
    Recipe(epochs=6, rate=8e-5, head_rate=3.2e-4, warm_up=0.03, seed=33),
)
"""Upper layers first, so that the fresh head does not shake the lower ones; then all."""


@dataclass(frozen=True, slots=True)
class Tools:
    pieces: WordPiece
    words: Words


def train(model: Encoder, rows: list[Row], recipe: Recipe, tools: Tools, state: Path) -> Encoder:
    """The model after one more stage. `state` keeps every finished epoch."""
    model.frozen = recipe.frozen

    def batches(chance: random.Random) -> list[Batch]:
        laid = [(laid_roughly(row, chance, tools), row) for row in chosen(rows, recipe.clean_share, chance)]
        return in_batches(laid, recipe.batch, chance)

    return go_through(
        model, _optimizer(model, recipe), recipe, batches, lambda batch: _loss(model, batch, recipe), state
    )


def chosen(rows: list[Row], clean_share: float, chance: random.Random) -> list[Row]:
    """The rows of one epoch: all that break a rule, and a share of the clean ones; twice those of the rarest rule and
    of the files that were written last, to what earlier ones left out."""
    often = {row.id: 2 if "instructional" in row.labels or row.id[0] in LAST_WRITTEN else 1 for row in rows}
    return [row for row in rows for _ in range(often[row.id]) if row.labels or chance.random() < clean_share]


def _optimizer(model: Encoder, recipe: Recipe) -> torch.optim.Optimizer:
    """Lower layers learn slower, the lowest and the words not at all."""
    groups = [{"params": list(model.head.parameters()), "lr": recipe.head_rate}]
    for number in range(recipe.frozen, len(model.layers)):
        rate = recipe.rate * recipe.layer_decay ** (len(model.layers) - 1 - number)
        groups.append({"params": list(model.layers[number].parameters()), "lr": rate})
    for name, parameter in model.named_parameters():
        is_low = not name.startswith(("head", "layers")) or any(
            name.startswith(f"layers.{n}.") for n in range(recipe.frozen)
        )
        parameter.requires_grad_(not (is_low and recipe.frozen))
    if not recipe.frozen:
        rest = [p for name, p in model.named_parameters() if not name.startswith(("head", "layers"))]
        groups.append({"params": rest, "lr": recipe.rate * recipe.layer_decay ** len(model.layers)})
    return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))


def in_batches(laid: list[tuple[Laid, Of]], size: int, chance: random.Random) -> list[tuple[list[Laid], list[Of]]]:
    """Those of like length together, in a new order every epoch."""
    chance.shuffle(laid)
    batches = []
    for start in range(0, len(laid), size * 24):
        pool = sorted(laid[start : start + size * 24], key=lambda pair: len(pair[0][0]) + len(pair[0][1]))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    chance.shuffle(batches)
    return [([one for one, _ in batch], [own for _, own in batch]) for batch in batches]


def laid_roughly(row: Row, chance: random.Random, tools: Tools) -> Laid:
    """The row as training sees it this time: roughened; of a long one some part."""
    own = tools.pieces.ids(model_view(roughened(row.message.text, chance), tools.words))
    context = row.context
    header = header_of(row.message.author, context, tools.pieces, tools.words)
    if len(own) <= MOST_OWN:
        return header, tuple(own)
    start = chance.choice([0, *later_parts(len(own))])
    return header, tuple(own[start : start + PART])


def _loss(model: Encoder, batch: Batch, recipe: Recipe) -> Tensor:
    laid, rows = batch
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, _ = model(*tensors(laid))
    return against_labels(logits, rows, recipe.smoothing, recipe.positive_weight).mean()


def against_labels(logits: Tensor, rows: list[Row], smoothing: float, positive_weight: float) -> Tensor:
    """What each logit is off the row's label."""
    goal = torch.tensor([[float(label in row.labels) for label in LABELS] for row in rows])
    goal = goal * (1 - 2 * smoothing) + smoothing
    weight = torch.full((len(LABELS),), positive_weight)
    return functional.binary_cross_entropy_with_logits(logits.float(), goal, pos_weight=weight, reduction="none")


def tensors(laid: list[Laid]) -> tuple[Tensor, Tensor, Tensor]:
    """Pieces, their kinds (header, message) and the mask, padded."""
    length = max(len(header) + len(own) + 1 for header, own in laid)
    ids, kinds, mask = (torch.zeros(len(laid), length, dtype=kind) for kind in (torch.long, torch.long, torch.float))
    for number, (header, own) in enumerate(laid):
        whole = [*header, *own, 102]
        ids[number, : len(whole)] = torch.tensor(whole)
        kinds[number, len(header) : len(whole)] = 1
        mask[number, : len(whole)] = 1
    return ids, kinds, mask
