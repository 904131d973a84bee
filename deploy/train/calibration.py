"""How much encoder, small model and rules count for each label, and from which score on it is a finding."""

from dataclasses import dataclass, replace

import torch
from data import LABELS, Row
from scoring import report
from torch import Tensor
from torch.nn import functional

SURE_PRECISION = 0.9
CAUTION = 1.4
"""How much a false alarm weighs against a miss when thresholds are chosen."""
LEAST, MOST = 0.45, 0.6
LEAST_OF = {"instructional": 0.1}
"""No threshold lies lower or higher: beyond, the held-out rows are too few to tell. Of class work there are too few
rows for a score to rise high."""
GIVEN = {"personal_link": 0.95, "copyright": 0.92, "misrepresentation": 0.6, "boundary": 0.22, "safety": 0.4}
"""Thresholds that are not chosen by F. Ordinary talk about computers, rare in the corpus, looks like links, pirating
and playing somebody else; of adults too close to a child, or a child in danger, a miss is worse than a false alarm."""
DOUBT = 0.3
"""Below this score the model takes back what a rule found. On the held-out rows nothing is lost by it up to here, and
ordinary chat is flagged a tenth less."""
DOUBT_OF = {"boundary": 0.15}
"""Where a miss is worse it must disagree more."""
FIRM = 0.8
"""Below this score what a rule found is not `high`. Above it nineteen of twenty are right, below it two of three."""
FIRM_OF = {"respect": 0.93}
"""Words of hate are said by those whom they hurt and by those who object, too."""
MOST_LOST = 0.003
"""So much of F may be lost by not asking the encoder about messages in which the small model sees nothing at all."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each held-out row: logits of both models, which rules fired, and the gold labels."""

    encoder: Tensor | None
    small: Tensor
    rules: Tensor
    gold: Tensor

    def part(self, rows: Tensor) -> "Evidence":
        encoder = None if self.encoder is None else self.encoder[rows]
        return Evidence(encoder, self.small[rows], self.rules[rows], self.gold[rows])


@dataclass(frozen=True, slots=True)
class Fit:
    """Shared weights, an offset and two thresholds a label."""

    encoder: float
    small: float
    rules: float
    offsets: Tensor
    thresholds: Tensor
    sure: Tensor
    doubt: Tensor

    def scores(self, evidence: Evidence) -> Tensor:
        logits = self.small * evidence.small + self.rules * evidence.rules + self.offsets
        if evidence.encoder is not None:
            logits = logits + self.encoder * evidence.encoder
        return torch.sigmoid(logits)

    def found(self, evidence: Evidence) -> Tensor:
        """What rules and model together find: the model adds, and takes back what it strongly disagrees with."""
        scores = self.scores(evidence)
        return (scores >= self.thresholds) | ((evidence.rules > 0) & (scores >= self.doubt))

    def weighings(self) -> dict[str, dict[str, float]]:
        return {
            label: {
                "encoder": round(self.encoder, 4),
                "small": round(self.small, 4),
                "rules": round(self.rules, 4),
                "offset": round(self.offsets[number].item(), 4),
                "threshold": round(self.thresholds[number].item(), 4),
                "sure": round(self.sure[number].item(), 4),
                "doubt": round(self.doubt[number].item(), 4),
                "firm": FIRM_OF.get(label, FIRM),
            }
            for number, label in enumerate(LABELS)
        }


def gold_of(rows: list[Row]) -> Tensor:
    return torch.tensor([[float(label in row.labels) for label in LABELS] for row in rows])


def fit(evidence: Evidence, steps: int = 300, caution: float = CAUTION) -> Fit:
    """Weights by logistic regression; thresholds where rules and model together have the best smoothed F."""
    weights = torch.nn.Parameter(torch.tensor([0.8, 0.3, 2.0]))
    offsets = torch.nn.Parameter(torch.zeros(len(LABELS)))
    optimizer = torch.optim.Adam([weights, offsets], lr=0.03)
    for _ in range(steps):
        logits = weights[1] * evidence.small + weights[2] * evidence.rules + offsets
        if evidence.encoder is not None:
            logits = logits + weights[0] * evidence.encoder
        loss = functional.binary_cross_entropy_with_logits(logits, evidence.gold)
        loss = loss + 1e-3 * (offsets - offsets.mean()).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    encoder, small, rules = weights.tolist()
    none = torch.zeros(len(LABELS))
    doubt = torch.tensor([DOUBT_OF.get(label, DOUBT) for label in LABELS])
    half = Fit(0.0 if evidence.encoder is None else encoder, small, rules, offsets.detach(), none, none, doubt)
    scores = half.scores(evidence)
    kept = (evidence.rules > 0) & (scores >= doubt)
    chosen = [_threshold(scores[:, n], kept[:, n], evidence.gold[:, n], caution) for n in range(len(LABELS))]
    chosen = [
        GIVEN.get(label, max(min(one, MOST), LEAST_OF.get(label, LEAST)))
        for one, label in zip(chosen, LABELS, strict=True)
    ]
    sure = [_sure(scores[:, n], evidence.gold[:, n], chosen[n]) for n in range(len(LABELS))]
    return replace(half, thresholds=torch.tensor(chosen), sure=torch.tensor(sure))


def crossed(evidence: Evidence, held: list[Row]) -> dict[str, object]:
    """The figures of the held-out rows, each half with weights and thresholds from the other half of the blocks."""
    side = torch.tensor([row.block // 10 % 2 for row in held])
    found = torch.zeros_like(evidence.gold, dtype=torch.bool)
    for half in (0, 1):
        learnt = fit(evidence.part((side != half).nonzero()[:, 0]))
        found[side == half] = learnt.found(evidence.part((side == half).nonzero()[:, 0]))
    return report(held, [frozenset(label for label, is_in in zip(LABELS, row, strict=True) if is_in) for row in found])


def gate_of(whole: Fit, small: Fit, evidence: Evidence) -> float:
    """The highest score of the small model below which the encoder need not be asked where no rule found anything."""
    found, highest = whole.found(evidence), small.scores(evidence).max(1).values
    quiet = evidence.rules.sum(1) == 0
    chosen = 0.0
    for gate in torch.linspace(0.01, 0.1, 19).tolist():
        kept = found & ~(quiet & (highest < gate))[:, None]
        if _micro(kept, evidence.gold) >= _micro(found, evidence.gold) - MOST_LOST:
            chosen = gate
    return round(chosen, 3)


def _micro(found: Tensor, gold: Tensor) -> float:
    return (2 * (found & (gold > 0)).sum() / (found.sum() + gold.sum()).clamp(min=1)).item()


_GRID = torch.linspace(0.10, 0.90, 81)


def _threshold(scores: Tensor, kept: Tensor, gold: Tensor, caution: float) -> float:
    """The middle of where F is best: a few dozen rows say little about the exact point, so the curve is smoothed and
    drawn a little to a common value."""
    curve = []
    for threshold in _GRID:
        found = (scores >= threshold) | kept
        hits = (found & (gold > 0)).sum()
        wrong, missed = found.sum() - hits, gold.sum() - hits
        curve.append((2 * hits / (2 * hits + caution * wrong + missed).clamp(min=1)).item())
    smooth = functional.avg_pool1d(torch.tensor(curve)[None, None], 15, 1, 7, count_include_pad=False)[0, 0]
    drawn = smooth - 0.1 * (_GRID - 0.42).pow(2)
    return _GRID[int(drawn.argmax())].item()


def _sure(scores: Tensor, gold: Tensor, least: float) -> float:
    """The lowest score above which nine of ten are right, or 0.97."""
    for threshold in torch.linspace(max(least, 0.5), 0.97, 40):
        above = scores >= threshold
        if above.sum() >= 8 and gold[above].mean() >= SURE_PRECISION:
            return threshold.item()
    return 0.97
