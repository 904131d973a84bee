"""The loop that every training goes through: seeded, by epochs or by the clock, resumable after each whole epoch."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

Model = TypeVar("Model", bound=nn.Module)
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long, and how the rates rise and fall. With `minutes` it ends by the clock; a `steady` rate does not fall."""

    epochs: int = 6
    warm_up: float = 0.06
    minutes: float = 0.0
    steady: bool = False
    seed: int = 7


def go_through(
    model: Model,
    optimizer: torch.optim.Optimizer,
    pace: Pace,
    batches_of: Callable[[random.Random], Sequence[Batch]],
    loss_of: Callable[[Batch], Tensor],
    state: Path,
) -> Model:
    """The model after all epochs. `batches_of` makes those of one epoch; `state` keeps every finished one."""
    torch.manual_seed(pace.seed)
    rates = [group["lr"] for group in optimizer.param_groups]
    epoch = 0
    if state.exists():
        kept = torch.load(state)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        epoch = kept["epoch"]
    begun = time.monotonic()
    while epoch < pace.epochs:
        model.train()
        torch.manual_seed(pace.seed * 1000 + epoch)
        total = 0.0
        batches = batches_of(random.Random(pace.seed * 1000 + epoch))
        for number, batch in enumerate(batches):
            done = (epoch + number / len(batches)) / pace.epochs
            if pace.minutes:
                done = (time.monotonic() - begun) / 60 / pace.minutes
            if done >= 1:
                print(f"time is over at epoch {epoch} step {number}", flush=True)
                return model.eval()
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * _share(done, pace)
            loss = loss_of(batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item()
            if number % 20 == 0:
                mean = total / (number + 1)
                print(f"epoch {epoch} step {number}/{len(batches)} loss {mean:.4f} done {done:.3f}", flush=True)
        epoch += 1
        torch.save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, state)
    return model.eval()


def _share(done: float, pace: Pace) -> float:
    if done < pace.warm_up:
        return done / pace.warm_up
    return 1.0 if pace.steady else max(0.0, (1 - done) / (1 - pace.warm_up))
