"""Trains the small model: logistic regression over hashed words and runs of letters."""

import random

import torch
from data import LABELS, Row, roughened
from torch.nn import functional

from policy.model.ngrams import BUCKETS, buckets
from policy.model.plain_text import Words, model_view


def train_ngrams(rows: list[Row], words: Words, epochs: int = 8, seed: int = 7) -> tuple[bytes, list[float], float]:
    """The table of signed bytes, the offsets and the scale."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    table = torch.nn.EmbeddingBag(BUCKETS, len(LABELS), mode="sum")
    torch.nn.init.zeros_(table.weight)
    offsets = torch.nn.Parameter(torch.full((len(LABELS),), -3.0))
    optimizer = torch.optim.Adam([{"params": table.parameters(), "lr": 0.03}, {"params": [offsets], "lr": 0.03}])
    goals = torch.tensor([[float(label in row.labels) for label in LABELS] for row in rows])
    found = [_buckets(row, words, chance) for row in rows]
    order = list(range(len(rows)))
    for epoch in range(epochs):
        chance.shuffle(order)
        for group in optimizer.param_groups:
            group["lr"] = 0.03 * (1 - epoch / epochs)
        for start in range(0, len(order), 128):
            batch = order[start : start + 128]
            logits = _logits(table, offsets, [found[number] for number in batch])
            weight = torch.full((len(LABELS),), 3.0)
            loss = functional.binary_cross_entropy_with_logits(logits, goals[batch], pos_weight=weight)
            loss = loss + 2e-6 * table.weight.pow(2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"small model, epoch {epoch}: {loss.item():.4f}", flush=True)
    scale = table.weight.abs().max().item() / 127
    signed = (table.weight / scale).round().clamp(-127, 127).to(torch.int8)
    return signed.detach().numpy().tobytes(), offsets.tolist(), scale


def _buckets(row: Row, words: Words, chance: random.Random) -> list[int]:
    return buckets(model_view(roughened(row.message.text, chance), words), row.message, row.context)


def _logits(table: torch.nn.EmbeddingBag, offsets: torch.Tensor, found: list[list[int]]) -> torch.Tensor:
    flat = torch.tensor([bucket for one in found for bucket in one])
    lengths = torch.tensor([len(one) for one in found])
    sums: torch.Tensor = table(flat, torch.cumsum(lengths, 0) - lengths)
    return sums / lengths.sqrt()[:, None] + offsets
