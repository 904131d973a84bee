"""The small model: a weight for each word, pair of words and run of letters. Needs nothing but Python."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import sqrt
from zlib import crc32

from policy.message import ChannelKind, Context, Message, Role
from policy.model.wordpiece import words_of

BUCKETS = 1 << 15
_BIAS = 128
_LANE = 4
_MOST_WORDS = 400
_REMEMBERED, _LONGEST_REMEMBERED = 1 << 13, 40
"""Most words of a message were in others before. So many are remembered, and none that is longer."""


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
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._added_by)

    def logits(self, view: str, message: Message, context: Context) -> tuple[float, ...]:
        """One number for each label, in the order of the offsets. `view` is the message as the model reads it."""
        return self.logits_of_words(words_of(view), message, context)

    def logits_of_words(self, words: Sequence[str], message: Message, context: Context) -> tuple[float, ...]:
        """The same, where the words of the view are known already."""
        total, count = self._added(words[:_MOST_WORDS], message, context)
        sums = memoryview(total.to_bytes(_LANE * self._labels, "little")).cast("I")
        factor = self._scale / sqrt(count)
        less = _BIAS * count
        return tuple([(lane - less) * factor + offset for lane, offset in zip(sums, self._offsets, strict=True)])

    def moved(self, chunks: Sequence[str], label: int, message: Message) -> list[float]:
        """How much each chunk's own words add to the logit of the label."""
        side = _side(message)
        return [float(sum(self._weight(bucket, label) for bucket in _of_word(chunk, side))) for chunk in chunks]

    def _weight(self, bucket: int, label: int) -> int:
        return (self._rows[bucket] >> (8 * _LANE * label) & 0xFF) - _BIAS

    def _added(self, words: Sequence[str], message: Message, context: Context) -> tuple[int, int]:
        """The rows of all buckets added up, and how many they are. What a word adds by itself is known from other
        messages, so that only what stands around it has to be looked up."""
        side = _side(message)
        around = _around_words(words, message, context)
        total, count = self._sum(around), len(around)
        for word in dict.fromkeys(words):
            # Without end they would take memory without end.
            own, size = self._remembered(word, side) if len(word) <= _LONGEST_REMEMBERED else self._added_by(word, side)
            total += own
            count += size
        return total, count

    def _added_by(self, word: str, side: str) -> tuple[int, int]:
        own = _of_word(word, side)
        return self._sum(own), len(own)

    def _sum(self, found: Iterable[int]) -> int:
        return sum(map(self._rows.__getitem__, found))


_SHIFTED = bytes((byte + _BIAS) % 256 for byte in range(256))
"""From a signed byte's pattern to the same value with 128 added."""


def buckets(view: str, message: Message, context: Context) -> list[int]:
    """The buckets of everything that the small model looks at: of each different word those that it has by itself, and
    of what stands around the words each once."""
    words = words_of(view)[:_MOST_WORDS]
    side = _side(message)
    own = [bucket for word in dict.fromkeys(words) for bucket in _of_word(word, side)]
    return [*_around_words(words, message, context), *own]


def _around_words(words: Sequence[str], message: Message, context: Context) -> set[int]:
    """The buckets of who writes where, of pairs of words, and of what was said before."""
    found = set(_of_place(message.author, context.channel))
    written = list(map(str.encode, words))
    led = map(crc32, [b" "] * len(words), map(crc32, [b"^", *written]))
    found.update([crc % BUCKETS for crc in map(crc32, written, led)])
    for said in context.before[-2:]:
        found.update([crc32(word.encode(), _BEFORE) % BUCKETS for word in words_of(said.text.lower())[:40]])
    return found


@lru_cache(maxsize=64)
def _of_place(author: Role, channel: ChannelKind) -> tuple[int, ...]:
    features = f"author {author.value}", f"channel {channel.value}", f"both {author.value} {channel.value}"
    return tuple([crc32(feature.encode()) % BUCKETS for feature in features])


def _side(message: Message) -> str:
    return "+" if message.author.is_staff else "-"


def _of_word(word: str, side: str) -> list[int]:
    """The buckets of the word, of who used it, and of its runs of three to five letters, each behind a `~`."""
    written = word.encode()
    found = [crc32(written), crc32(written, crc32(side.encode()))]
    if len(word) > 3:
        letters = list(map(str.encode, f"<{word}>"))
        runs = [_RUN] * len(letters)
        for size in range(1, 6):
            # Each run so far with one letter more; the last of them has none left.
            runs = list(map(crc32, letters[size - 1 :], runs))
            if size >= 3:
                found += runs
    return [crc % BUCKETS for crc in found]


_BEFORE, _RUN = crc32(b"before "), crc32(b"~")
"""How these features begin: a checksum may go on from that of what stands before."""
