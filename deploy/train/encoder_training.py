"""Fine-tunes the encoder on the corpus in stages: seeded, and after a stop it goes on from the last whole epoch."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from data import LABELS, Row, roughened
from encoder import LAYERS, Encoder
from torch import Tensor
from torch.nn import functional

from policy.model.layout import MOST_OWN, PART, header_of, later_parts
from policy.model.plain_text import Words, model_view
from policy.model.wordpiece import WordPiece

Laid = tuple[tuple[int, ...], tuple[int, ...]]
"""A header and a window of the message."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One stage. With `minutes` it ends by the clock; a `steady` rate does not fall; `frozen` layers do not learn."""

    epochs: int = 6
    batch: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.85
    warm_up: float = 0.06
    smoothing: float = 0.02
    positive_weight: float = 2.0
    frozen: int = 0
    clean_share: float = 0.6
    minutes: float = 0.0
    steady: bool = False
    seed: int = 7


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
    torch.manual_seed(recipe.seed)
    model.frozen = recipe.frozen
    optimizer = _optimizer(model, recipe)
    rates = [group["lr"] for group in optimizer.param_groups]
    first = 0
    if state.exists():
        kept = torch.load(state)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        first = kept["epoch"]
    begun = time.monotonic()
    epoch = first
    while epoch < recipe.epochs:
        model.train()
        chance = random.Random(recipe.seed * 1000 + epoch)
        torch.manual_seed(recipe.seed * 1000 + epoch)
        total = 0.0
        batches = _batches(_chosen(rows, recipe, chance), recipe.batch, chance, tools)
        for number, batch in enumerate(batches):
            done = (epoch + number / len(batches)) / recipe.epochs
            if recipe.minutes:
                done = (time.monotonic() - begun) / 60 / recipe.minutes
            if done >= 1:
                print(f"time is over at epoch {epoch} step {number}", flush=True)
                return model.eval()
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * _schedule(done, recipe)
            loss = _loss(model, batch, recipe)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item()
            if number % 20 == 0:
                print(
                    f"epoch {epoch} step {number}/{len(batches)} loss {total / (number + 1):.4f} done {done:.3f}",
                    flush=True,
                )
        epoch += 1
        torch.save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, state)
    return model.eval()


def _chosen(rows: list[Row], recipe: Recipe, chance: random.Random) -> list[Row]:
    """The rows of one epoch: all that break a rule, and a share of the clean ones; twice those of the rarest rule and
    of the files that were written last, to what earlier ones left out."""
    often = {row.id: 2 if "instructional" in row.labels or row.id[0] in "ghi" else 1 for row in rows}
    return [row for row in rows for _ in range(often[row.id]) if row.labels or chance.random() < recipe.clean_share]


def _optimizer(model: Encoder, recipe: Recipe) -> torch.optim.Optimizer:
    """Lower layers learn slower, the lowest and the words not at all."""
    groups = [{"params": list(model.head.parameters()), "lr": recipe.head_rate}]
    for number in range(recipe.frozen, LAYERS):
        rate = recipe.rate * recipe.layer_decay ** (LAYERS - 1 - number)
        groups.append({"params": list(model.layers[number].parameters()), "lr": rate})
    for name, parameter in model.named_parameters():
        is_low = not name.startswith(("head", "layers")) or any(
            name.startswith(f"layers.{n}.") for n in range(recipe.frozen)
        )
        parameter.requires_grad_(not (is_low and recipe.frozen))
    if not recipe.frozen:
        rest = [p for name, p in model.named_parameters() if not name.startswith(("head", "layers"))]
        groups.append({"params": rest, "lr": recipe.rate * recipe.layer_decay**LAYERS})
    return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))


def _schedule(done: float, recipe: Recipe) -> float:
    if done < recipe.warm_up:
        return done / recipe.warm_up
    return 1.0 if recipe.steady else max(0.0, (1 - done) / (1 - recipe.warm_up))


def _batches(rows: list[Row], size: int, chance: random.Random, tools: Tools) -> list[tuple[list[Laid], list[Row]]]:
    """Rows of like length together, in a new order every epoch."""
    laid = [(laid_roughly(row, chance, tools), row) for row in rows]
    chance.shuffle(laid)
    batches = []
    for start in range(0, len(laid), size * 24):
        pool = sorted(laid[start : start + size * 24], key=lambda pair: len(pair[0][0]) + len(pair[0][1]))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    chance.shuffle(batches)
    return [([one for one, _ in batch], [row for _, row in batch]) for batch in batches]


def laid_roughly(row: Row, chance: random.Random, tools: Tools) -> Laid:
    """The row as training sees it this time: roughened; of a long one some part."""
    own = tools.pieces.ids(model_view(roughened(row.message.text, chance), tools.words))
    context = row.context
    header = header_of(row.message.author, context, tools.pieces, tools.words)
    if len(own) <= MOST_OWN:
        return header, tuple(own)
    start = chance.choice([0, *later_parts(len(own))])
    return header, tuple(own[start : start + PART])


def _loss(model: Encoder, batch: tuple[list[Laid], list[Row]], recipe: Recipe) -> Tensor:
    laid, rows = batch
    goal = torch.tensor([[float(label in row.labels) for label in LABELS] for row in rows])
    goal = goal * (1 - 2 * recipe.smoothing) + recipe.smoothing
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, _ = model(*tensors(laid))
    weight = torch.full((len(LABELS),), recipe.positive_weight)
    return functional.binary_cross_entropy_with_logits(logits.float(), goal, pos_weight=weight)


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
