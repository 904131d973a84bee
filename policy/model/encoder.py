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

    logits: Floats
    moved: Floats
    mean: Floats


@dataclass(frozen=True, slots=True)
class Sight:
    """What it made of the whole message: the highest logit of all windows, and which window that was."""

    logits: Floats
    glances: tuple[Glance, ...]
    highest: tuple[int, ...]


class Encoder:
    """Reads one window at a time, which is quicker than padding several to one length; remembers the last few."""

    def __init__(self, run: Run, end: int, remembered: int = 2048) -> None:
        self._run = run
        self._end = end
        self._glance = lru_cache(maxsize=remembered)(self._look)

    def see(self, laid: Laid) -> Sight:
        glances = tuple(self._glance(laid.header, window) for window in laid.windows if window)
        if not glances:
            glances = (self._glance(laid.header, ()),)
        logits = np.stack([glance.logits for glance in glances])
        return Sight(logits.max(0), glances, tuple(int(number) for number in logits.argmax(0)))

    def _look(self, header: tuple[int, ...], window: tuple[int, ...]) -> Glance:
        ids = np.array([[*header, *window, self._end]], dtype=np.int64)
        kinds = np.zeros_like(ids)
        kinds[0, len(header) :] = 1
        logits, moved, mean = self._run(ids, kinds)
        return Glance(logits, moved[len(header) : len(header) + len(window)].astype(np.float16), mean)


class Examples:
    """Labelled messages and their vectors, for "this resembles that"."""

    def __init__(self, texts: Sequence[str], labels: Sequence[Sequence[int]], vectors: NDArray[np.int8]) -> None:
        self._texts = tuple(texts)
        lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
        count = 1 + max((label for own in labels for label in own), default=0)
        self._rows = [
            np.array([n for n, own in enumerate(labels) if label in own], dtype=int) for label in range(count)
        ]
        self._vectors = vectors
        self._lengths = np.maximum(lengths, 1e-6)

    def nearest(self, mean: Floats, label: int) -> tuple[str, ...]:
        """The messages with that label whose vectors point most the way `mean` does, the nearest first."""
        rows = self._rows[label] if label < len(self._rows) else np.array([], dtype=int)
        if not len(rows):
            return ()
        likeness = self._vectors[rows].astype(np.float32) @ mean / self._lengths[rows]
        return tuple(self._texts[int(rows[number])] for number in np.argsort(-likeness, kind="stable")[:MOST_EXAMPLES])


class EncoderSight:
    """What the encoder saw in one message."""

    def __init__(self, laid: Laid, sight: Sight, examples: Examples) -> None:
        self._laid = laid
        self._sight = sight
        self._examples = examples
        self.logits: tuple[float, ...] = tuple(float(logit) for logit in sight.logits)

    @property
    def vector(self) -> Floats:
        """The vector of the message's beginning."""
        return self._sight.glances[0].mean

    def moved(self, label: int) -> list[float]:
        """What each chunk adds to the label's logit, in the window where it is highest."""
        window = self._sight.highest[label]
        shares = [0.0] * len(self._laid.chunks)
        start = self._laid.starts[window]
        for at, share in enumerate(self._sight.glances[window].moved[:, label]):
            shares[self._laid.owners[start + at]] += float(share)
        return shares

    def examples(self, label: int) -> tuple[str, ...]:
        return self._examples.nearest(self._sight.glances[self._sight.highest[label]].mean, label)


class LargeEncoder:
    """The encoder with its examples, as the trained model asks it."""

    def __init__(self, encoder: Encoder, examples: Examples) -> None:
        self._encoder = encoder
        self._examples = examples

    def see(self, laid: Laid) -> EncoderSight:
        return EncoderSight(laid, self._encoder.see(laid), self._examples)
