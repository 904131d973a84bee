"""Teaches a slimmer encoder what the whole one knows: half the time for a message, and nearly its judgement."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from data import LABELS, Row
from encoder import Encoder, Shape
from encoder_training import Laid, Tools, against_labels, chosen, in_batches, laid_roughly, tensors
from pacing import Pace, go_through
from torch import Tensor, nn
from torch.nn import functional

SLIM = Shape(layers=4, inner=1024)
KEPT = (0, 2, 3, 5)
"""The layers that the slim encoder begins with. Of all fours these alone, untaught, come nearest to the whole."""
_SAMPLE = 25
"""Every so many rows show which cells inside a layer do something."""

Item = tuple[Row, bool]
"""A row, and whether it still says what its label means."""


@dataclass(frozen=True, slots=True)
class Distilling(Pace):
    """Three losses: off what the teacher says, off the label, off the teacher's states after the kept layers."""

    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 4e-4
    smoothing: float = 0.02
    positive_weight: float = 2.0
    clean_share: float = 0.75
    of_teacher: float = 2.0
    of_label: float = 0.3
    of_states: float = 0.25


RECIPE = Distilling(epochs=16, warm_up=0.03, seed=11)


def distilled(teacher: Encoder, rows: list[Row], recipe: Distilling, tools: Tools, state: Path) -> Encoder:
    """A slim encoder. Rows are also shown elsewhere, in part, or two in one: the teacher knows what they are then."""
    teacher.eval().requires_grad_(False)
    student = slimmed(teacher, rows, tools)
    # The pieces' vectors are the teacher's and stay so.
    for part in (student.words, student.places, student.kinds, student.norm):
        part.requires_grad_(False)
    optimizer = torch.optim.AdamW(
        [
            {"params": list(student.head.parameters()), "lr": recipe.head_rate},
            {"params": list(student.layers.parameters()), "lr": recipe.rate},
        ],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )

    def batches(chance: random.Random) -> list[tuple[list[Laid], list[Item]]]:
        shown = chosen(rows, recipe.clean_share, chance)
        laid = [laid_roughly(row, chance, tools) for row in shown]
        varied = [_varied(own, laid, chance) for own in laid]
        items = [(own, (row, own is plain)) for own, plain, row in zip(varied, laid, shown, strict=True)]
        return in_batches(items, recipe.batch, chance)

    def loss(batch: tuple[list[Laid], list[Item]]) -> Tensor:
        return _loss(student, teacher, batch, recipe)

    return go_through(student, optimizer, recipe, batches, loss, state)


def slimmed(teacher: Encoder, rows: list[Row], tools: Tools) -> Encoder:
    """The kept layers of the teacher, in each of them the cells that say most on a sample of the rows."""
    strengths = _strengths(teacher, rows[::_SAMPLE], tools)
    theirs = teacher.state_dict()
    student = Encoder(teacher.words.num_embeddings, len(LABELS), SLIM, dropout=0.05)
    own = {}
    for name in student.state_dict():
        if not name.startswith("layers."):
            own[name] = theirs[name]
            continue
        _, number, rest = name.split(".", 2)
        layer = KEPT[int(number)]
        taken = theirs[f"layers.{layer}.{rest}"]
        strongest = strengths[layer].topk(SLIM.inner).indices.sort().values
        if rest.startswith("up."):
            taken = taken[strongest]
        elif rest == "down.weight":
            taken = taken[:, strongest]
        own[name] = taken.clone()
    student.load_state_dict(own)
    return student


@torch.no_grad()
def _strengths(teacher: Encoder, rows: list[Row], tools: Tools) -> list[Tensor]:
    """For each layer, how much each inner cell puts into the layer's sum over all pieces of the rows."""
    sums = [torch.zeros(layer.up.out_features) for layer in teacher.layers]

    def listen(number: int) -> torch.utils.hooks.RemovableHandle:
        def heard(_module: nn.Module, _given: tuple[Tensor, ...], out: Tensor) -> None:
            sums[number] += functional.gelu(out).abs().flatten(0, 1).sum(0)

        return teacher.layers[number].up.register_forward_hook(heard)

    handles = [listen(number) for number in range(len(teacher.layers))]
    chance = random.Random(1)
    for laid, _ in in_batches([(laid_roughly(row, chance, tools), row) for row in rows], 32, chance):
        teacher(*tensors(laid))
    for handle in handles:
        handle.remove()
    return [one * layer.down.weight.norm(dim=0) for one, layer in zip(sums, teacher.layers, strict=True)]


def _varied(laid: Laid, all_laid: list[Laid], chance: random.Random) -> Laid:
    header, own = laid
    dice = chance.random()
    if dice < 0.12:
        return chance.choice(all_laid)[0], own
    if dice < 0.20 and len(own) > 10:
        start = chance.randrange(len(own) // 2)
        return header, own[start : start + chance.randrange(5, len(own))]
    if dice < 0.27 and len(own) < 50:
        other = chance.choice(all_laid)[1]
        return (header, own + other) if len(other) < 50 else laid
    return laid


def _loss(student: Encoder, teacher: Encoder, batch: tuple[list[Laid], list[Item]], recipe: Distilling) -> Tensor:
    laid, items = batch
    ids, kinds, mask = tensors(laid)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            theirs, their_states = teacher(ids, kinds, mask)
        logits, states = student(ids, kinds, mask)
    said = functional.binary_cross_entropy_with_logits(logits.float(), theirs.float().sigmoid())
    plain = torch.tensor([[float(is_plain)] for _, is_plain in items])
    labels = against_labels(logits, [row for row, _ in items], recipe.smoothing, recipe.positive_weight)
    apart = sum(
        ((states[number + 1].float() - their_states[layer + 1].float()).pow(2) * mask[..., None]).sum()
        for number, layer in enumerate(KEPT)
    ) / (mask.sum() * states[0].shape[-1] * len(KEPT))
    return recipe.of_teacher * said + recipe.of_label * (labels * plain).mean() + recipe.of_states * apart
