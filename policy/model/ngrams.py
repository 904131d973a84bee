"""The small model: a weight for each word, pair of words and run of letters. Needs nothing but Python."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import sqrt
from zlib import crc32

from policy.message import Context, Message
from policy.model.wordpiece import words_of

BUCKETS = 1 << 16
_BIAS = 128
_LANE = 4
_MOST_WORDS = 400


class NgramModel:
    """Logits of all labels from a table of one signed byte for each bucket and label.

    A row is one large number with a lane for each label, so that Python adds a whole row at once.
    """

    def __init__(self, table: bytes, offsets: Sequence[float], scale: float) -> None:
        self._labels = len(offsets)
        if len(table) != BUCKETS * self._labels:
            raise ValueError("The table of the small model has the wrong size.")
        self._offsets = tuple(offsets)
        self._scale = scale
        wide = bytearray(_LANE * len(table))
        wide[::_LANE] = bytes(table.translate(_SHIFTED))
        width = _LANE * self._labels
        self._rows = [int.from_bytes(wide[at : at + width], "little") for at in range(0, len(wide), width)]

    def logits(self, view: str, message: Message, context: Context) -> tuple[float, ...]:
        """One number for each label, in the order of the offsets. `view` is the message as the model reads it."""
        found = buckets(view, message, context)
        total = sum(map(self._rows.__getitem__, found)).to_bytes(_LANE * self._labels, "little")
        sums = memoryview(total).cast("I")
        factor = self._scale / sqrt(len(found))
        less = _BIAS * len(found)
        return tuple((lane - less) * factor + offset for lane, offset in zip(sums, self._offsets, strict=True))

    def moved(self, chunks: Sequence[str], label: int, message: Message) -> list[float]:
        """How much each chunk's own words add to the logit of the label."""
        side = _side(message)
        return [
            float(sum(self._weight(_bucket(feature), label) for feature in _of_word(chunk, side))) for chunk in chunks
        ]

    def _weight(self, bucket: int, label: int) -> int:
        return (self._rows[bucket] >> (8 * _LANE * label) & 0xFF) - _BIAS


_SHIFTED = bytes((byte + _BIAS) % 256 for byte in range(256))
"""From a signed byte's pattern to the same value with 128 added."""


def buckets(view: str, message: Message, context: Context) -> list[int]:
    """The buckets of everything that the small model looks at, each once."""
    words = words_of(view)[:_MOST_WORDS]
    side = _side(message)
    found = {_bucket(feature) for feature in _around_words(words, message, context)}
    found.update(*[_buckets_of_word(word, side) for word in words])
    return sorted(found)


def _around_words(words: Sequence[str], message: Message, context: Context) -> Iterator[str]:
    yield f"author {message.author.value}"
    yield f"channel {context.channel.value}"
    yield f"both {message.author.value} {context.channel.value}"
    for before, word in zip(("^", *words), words, strict=False):
        yield f"{before} {word}"
    for said in context.before[-2:]:
        for word in words_of(said.text.lower())[:40]:
            yield f"before {word}"


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS


def _side(message: Message) -> str:
    return "+" if message.author.is_staff else "-"


@lru_cache(maxsize=1 << 13)
def _buckets_of_word(word: str, side: str) -> tuple[int, ...]:
    """Most words of a message were in others before."""
    return tuple([_bucket(feature) for feature in _of_word(word, side)])


def _of_word(word: str, side: str) -> Iterator[str]:
    yield word
    yield f"{side}{word}"
    if len(word) > 3:
        edged = f"<{word}>"
        for size in (3, 4, 5):
            for at in range(len(edged) - size + 1):
                yield f"~{edged[at : at + size]}"
