"""The encoder at run time: pieces in; logits, the share of every piece, and the vector of the message out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from policy.model.layout import Laid

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
MOST_EXAMPLES = 2
"""So many of the nearest messages are shown: one alone may share no more than a word."""
Run = Callable[[Integers, Integers], Sequence[Floats]]
"""The loaded network: ids and kinds of one window to logits, shares and vector."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What the encoder made of one window. `moved` has a row for each piece of the header and the window."""

    logits: tuple[float, ...]
    moved: Floats
    mean: Floats


class Encoder:
    """Reads one window at a time, which is quicker than padding several to one length; remembers the last few."""

    def __init__(self, run: Run, end: int, remembered: int = 2048) -> None:
        self._run = run
        self._end = end
        self._glance = lru_cache(maxsize=remembered)(self._look)

    def see(self, laid: Laid) -> list[Glance]:
        """What is in each window; at least one, also of a message without words."""
        return [self._glance(laid.header, window) for window in laid.windows if window] or [
            self._glance(laid.header, ())
        ]

    def _look(self, header: tuple[int, ...], window: tuple[int, ...]) -> Glance:
        ids = np.array([[*header, *window, self._end]], dtype=np.int64)
        kinds = np.zeros_like(ids)
        kinds[0, len(header) :] = 1
        logits, moved, mean = self._run(ids, kinds)
        return Glance(tuple(logits.tolist()), moved[len(header) : len(header) + len(window)].astype(np.float16), mean)


class Examples:
    """Labelled messages and their vectors, for "this resembles that"."""

    def __init__(self, texts: Sequence[str], labels: Sequence[Sequence[int]], vectors: NDArray[np.int8]) -> None:
        directions = vectors.astype(np.float32)
        directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-6)
        self._of_label: list[tuple[list[str], Floats]] = []
        for label in range(1 + max((label for own in labels for label in own), default=-1)):
            rows = [number for number, own in enumerate(labels) if label in own]
            self._of_label.append(([texts[number] for number in rows], directions[rows]))

    def nearest(self, mean: Floats, label: int) -> tuple[str, ...]:
        """The messages with that label whose vectors point most the way `mean` does, the nearest first."""
        if label >= len(self._of_label):
            return ()
        texts, directions = self._of_label[label]
        likeness = directions @ mean
        found: list[str] = []
        for _ in texts[:MOST_EXAMPLES]:
            nearest = int(likeness.argmax())
            found.append(texts[nearest])
            likeness[nearest] = -np.inf
        return tuple(found)


class EncoderSight:
    """What the encoder saw in one message: of each label the highest logit of all windows."""

    def __init__(self, laid: Laid, glances: Sequence[Glance], examples: Examples) -> None:
        self._laid = laid
        self._glances = glances
        self._examples = examples
        self.logits: tuple[float, ...] = glances[0].logits
        if len(glances) > 1:
            self.logits = tuple(map(max, *[glance.logits for glance in glances]))

    @property
    def vector(self) -> Floats:
        """The vector of the message's beginning."""
        return self._glances[0].mean

    def moved(self, label: int) -> list[float]:
        """What each chunk adds to the label's logit, in the window where it is highest."""
        window = self._highest(label)
        shares = [0.0] * len(self._laid.chunks)
        owners = self._laid.owners[self._laid.starts[window] :]
        for owner, share in zip(owners, self._glances[window].moved[:, label].tolist(), strict=False):
            shares[owner] += share
        return shares

    def examples(self, label: int) -> tuple[str, ...]:
        return self._examples.nearest(self._glances[self._highest(label)].mean, label)

    def _highest(self, label: int) -> int:
        return [glance.logits[label] for glance in self._glances].index(self.logits[label])


class LargeEncoder:
    """The encoder with its examples, as the trained model asks it."""

    def __init__(self, encoder: Encoder, examples: Examples) -> None:
        self._encoder = encoder
        self._examples = examples

    def see(self, laid: Laid) -> EncoderSight:
        return EncoderSight(laid, self._encoder.see(laid), self._examples)
