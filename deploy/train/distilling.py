"""Teaches a slimmer encoder what the whole one knows: half the time for a message, and nearly its judgement."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from data import LABELS, Row
from encoder import HEAD, Encoder, Layer, Shape
from encoder_training import Laid, Tools, against_labels, chosen, in_batches, laid_roughly, tensors
from pacing import Pace, go_through
from torch import Tensor, nn
from torch.nn import functional

SLIM = Shape(layers=4, inner=768, heads=8)
KEPT = (0, 2, 3, 5)
"""The layers that the slim encoder begins with. Of all fours these alone, untaught, come nearest to the whole."""
_SAMPLE = 25
"""Every so many rows show which cells inside a layer do something."""

_DOT = 1012
"""The piece of a full stop."""
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
    """The kept layers of the teacher, in each of them the heads and the cells that say most on a sample of the rows."""
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
        own[name] = _taken(theirs[f"layers.{layer}.{rest}"], rest, strengths[layer])
    student.load_state_dict(own)
    return student


def _taken(whole: Tensor, name: str, strengths: "_Strengths") -> Tensor:
    """What a slim layer takes over of one part of a whole one."""
    cells = _strongest(strengths.cells, SLIM.inner)
    wide = _strongest(strengths.heads, SLIM.heads)[:, None] * HEAD + torch.arange(HEAD)
    rows = {
        "up": cells,
        "mix": torch.cat([part * len(strengths.heads) * HEAD + wide.flatten() for part in range(3)]),
    }
    columns = {"down.weight": cells, "out.weight": wide.flatten()}
    kept = rows.get(name.partition(".")[0])
    if kept is not None:
        return whole[kept].clone()
    return whole[:, columns[name]].clone() if name in columns else whole.clone()


def _strongest(strengths: Tensor, count: int) -> Tensor:
    return strengths.topk(count).indices.sort().values


class _Strengths:
    """How much each head and each inner cell of a layer puts into the sum, over all pieces that it was shown."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._heads = torch.zeros(layer.heads)
        self._cells = torch.zeros(layer.up.out_features)
        self._hooks = [layer.out.register_forward_hook(self._looked), layer.up.register_forward_hook(self._rose)]

    @property
    def heads(self) -> Tensor:
        return self._heads

    @property
    def cells(self) -> Tensor:
        return self._cells * self._layer.down.weight.norm(dim=0)

    def _looked(self, out: nn.Module, given: tuple[Tensor, ...], _sum: Tensor) -> None:
        for head in range(self._layer.heads):
            own = slice(head * HEAD, (head + 1) * HEAD)
            self._heads[head] += (given[0][..., own] @ out.weight[:, own].T).norm(dim=-1).sum()

    def _rose(self, _up: nn.Module, _given: tuple[Tensor, ...], inner: Tensor) -> None:
        self._cells += functional.gelu(inner).abs().flatten(0, 1).sum(0)

    def forget(self) -> None:
        """Looks on no longer."""
        for hook in self._hooks:
            hook.remove()


@torch.no_grad()
def _strengths(teacher: Encoder, rows: list[Row], tools: Tools) -> list[_Strengths]:
    found = [_Strengths(layer) for layer in teacher.layers]
    chance = random.Random(1)
    for laid, _ in in_batches([(laid_roughly(row, chance, tools), row) for row in rows], 32, chance):
        teacher(*tensors(laid))
    for one in found:
        one.forget()
    return found


def _varied(laid: Laid, all_laid: list[Laid], chance: random.Random) -> Laid:
    """The same, or with another header, a part of it, two in one, or with words of others in between: the teacher knows
    what each of them is, so that the student learns from far more than was written."""
    header, own = laid
    dice = chance.random()
    if dice < 0.10:
        return chance.choice(all_laid)[0], own
    if dice < 0.16 and len(own) > 10:
        start = chance.randrange(len(own) // 2)
        return header, own[start : start + chance.randrange(5, len(own))]
    if dice < 0.22 and len(own) < 50:
        other = chance.choice(all_laid)[1]
        return (header, own + other) if len(other) < 50 else laid
    if 0.22 <= dice < 0.42 and len(own) < 70:
        share = chance.choice((0.1, 0.2, 0.4, 0.7))
        return header, tuple(_of_another(all_laid, chance) if chance.random() < share else piece for piece in own)
    if 0.42 <= dice < 0.50:
        other = chance.choice(all_laid)[1]
        start = chance.randrange(max(1, len(other) - 3))
        return header, other[start : start + chance.randrange(2, 12)] or own
    return laid


def _of_another(all_laid: list[Laid], chance: random.Random) -> int:
    other = chance.choice(all_laid)[1]
    return chance.choice(other) if other else _DOT


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
