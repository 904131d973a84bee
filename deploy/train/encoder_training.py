"""Fine-tunes the encoder on the corpus: seeded, and after a stop it goes on from the last whole epoch."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from data import LABELS, Row, roughened
from encoder import LAYERS, Encoder, load_base
from torch import Tensor
from torch.nn import functional

from policy.model.layout import MOST_OWN, header_of, lay_out, starts_of
from policy.model.plain_text import Words, model_view
from policy.model.wordpiece import WordPiece

Laid = tuple[tuple[int, ...], tuple[int, ...]]
"""A header and a window of the message."""


@dataclass(frozen=True, slots=True)
class Recipe:
    epochs: int = 6
    batch: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.85
    warm_up: float = 0.06
    smoothing: float = 0.02
    positive_weight: float = 2.0
    frozen: int = 2
    clean_share: float = 0.6
    minutes: float = 0.0
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Tools:
    pieces: WordPiece
    words: Words


def train(rows: list[Row], recipe: Recipe, tools: Tools, base: Path, state: Path) -> Encoder:
    """The fine-tuned encoder. `state` keeps every finished epoch, and the last step when the minutes are over."""
    torch.manual_seed(recipe.seed)
    model = Encoder(words=30522, labels=len(LABELS), frozen=recipe.frozen)
    load_base(model, str(base))
    with torch.no_grad():
        model.kinds.weight[1] = model.kinds.weight[0]
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
                group["lr"] = rate * _schedule(done, recipe.warm_up)
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
    """The rows of one epoch: all that break a rule (the rarest rule's twice), and a share of the clean ones."""
    often = {row.id: 2 if "instructional" in row.labels else 1 for row in rows}
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


def _schedule(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else max(0.0, (1 - done) / (1 - warm_up))


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
    """The row as training sees it this time: roughened, one of its windows."""
    own = tools.pieces.ids(model_view(roughened(row.message.text, chance), tools.words))
    context = row.context
    header = header_of(row.message.author, context, tools.pieces, tools.words)
    start = chance.choice(starts_of(len(own)))
    return header, tuple(own[start : start + MOST_OWN])


def _loss(model: Encoder, batch: tuple[list[Laid], list[Row]], recipe: Recipe) -> Tensor:
    laid, rows = batch
    goal = torch.tensor([[float(label in row.labels) for label in LABELS] for row in rows])
    goal = goal * (1 - 2 * recipe.smoothing) + recipe.smoothing
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, _ = model(*tensors(laid, model))
    weight = torch.full((len(LABELS),), recipe.positive_weight)
    return functional.binary_cross_entropy_with_logits(logits.float(), goal, pos_weight=weight)


def tensors(laid: list[Laid], model: Encoder) -> tuple[Tensor, Tensor, Tensor]:
    """Pieces, their kinds (header, message) and the mask, padded."""
    del model
    length = max(len(header) + len(own) + 1 for header, own in laid)
    ids, kinds, mask = (torch.zeros(len(laid), length, dtype=kind) for kind in (torch.long, torch.long, torch.float))
    for number, (header, own) in enumerate(laid):
        whole = [*header, *own, 102]
        ids[number, : len(whole)] = torch.tensor(whole)
        kinds[number, len(header) : len(whole)] = 1
        mask[number, : len(whole)] = 1
    return ids, kinds, mask


@torch.no_grad()
def logits_of(model: Encoder, rows: list[Row], tools: Tools) -> tuple[Tensor, Tensor]:
    """Logits (the highest of the windows) and the vector of the first window, in the order of the rows."""
    model.eval()
    windows = []
    for number, row in enumerate(rows):
        laid = lay_out(row.message, row.context, tools.pieces, tools.words)
        windows += [(number, (laid.header, own)) for own in laid.windows]
    windows.sort(key=lambda pair: len(pair[1][0]) + len(pair[1][1]))
    logits = torch.full((len(rows), len(LABELS)), -1e4)
    vectors = torch.zeros(len(rows), 384)
    for start in range(0, len(windows), 32):
        batch = windows[start : start + 32]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found, means = model(*tensors([one for _, one in batch], model))
        for (number, _), row_logits, vector in zip(batch, found.float(), means.float(), strict=True):
            logits[number] = torch.maximum(logits[number], row_logits)
            vectors[number] = vector
    return logits, vectors
