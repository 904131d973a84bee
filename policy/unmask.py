"""Reads disguised words: leetspeak, letters spaced or dotted apart, split by markup, doubled, or starred out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import eq
from typing import NamedTuple

from policy.fold import Folded
from policy.letters import LEET, ORDINARY_DOUBLES

_LETTERS = "abcdefghijklmnñopqrstuvwxyz"
_PAIRS = tuple(letter * 2 for letter in _LETTERS)
_SEPARATORS = "._-/,*~|"
_BETWEEN = r"[ ._\-/,*~|]{1,3}"
DOUBLED, LEET_LIKE, SPLIT, SPACED = "disguise.doubled", "disguise.leet", "disguise.split", "disguise.spaced"
PATTERNS: dict[str, str] = {
    DOUBLED: "|".join(_PAIRS),
    LEET_LIKE: r"[a-zñ][0-9@$]|[0-9@$][a-zñ]|[a-zñ][!|+(<#%¢£¥][a-zñ]",
    SPLIT: r"[a-zñ][*_~`.\-/\\=^]+[a-zñ]",
    SPACED: rf"(?:^|[^a-zñ0-9])[a-zñ]{_BETWEEN}[a-zñ0-9@$!]{_BETWEEN}[a-zñ0-9@$](?:$|[^a-zñ0-9])",
}
"""A text in which none of these occurs hides nothing that this file knows of."""


class Piece(NamedTuple):
    """A stretch of the plain view that reads as `text`. Stretched letters alone are no disguise."""

    start: int
    end: int
    text: str
    is_disguise: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words worth unmasking: those that phrases are made of."""

    words: frozenset[str]
    plain_words: frozenset[str]
    stems: frozenset[str]
    by_squeezed: dict[str, tuple[str, ...]]
    by_ends: dict[tuple[int, str, str], tuple[str, ...]]

    def has(self, word: str) -> bool:
        return word in self.words or any(word[:length] in self.stems for length in range(4, len(word) + 1))


def vocabulary_of(words: Iterable[str]) -> Vocabulary:
    """The vocabulary; a word that ends with `*` is a stem."""
    every = [word for word in words if word.rstrip("*").isalpha()]
    closed = frozenset(word for word in every if not word.endswith("*"))
    squeezed: dict[str, list[str]] = defaultdict(list)
    ends: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for word in sorted(closed):
        if len(word) > 2:
            squeezed[squeeze(word)].append(word)
        if len(word) > 3:
            ends[len(word), word[0], word[-1]].append(word)
    return Vocabulary(
        words=closed,
        plain_words=closed | ORDINARY_DOUBLES,
        stems=frozenset(word[:-1] for word in every if word.endswith("*") and len(word) > 4),
        by_squeezed={key: tuple(found) for key, found in squeezed.items()},
        by_ends={key: tuple(found) for key, found in ends.items()},
    )


def squeeze(word: str) -> str:
    """The word with each run of a letter made one."""
    if len(set(word)) == len(word):
        return word
    return "".join(letter for letter, _ in groupby(word))


_LONGEST = 40


def pieces(text: Folded, present: frozenset[str], vocabulary: Vocabulary) -> list[Piece]:
    """The stretches that read as other words than they show, in order. `present` says which of `PATTERNS` occur."""
    found: list[Piece] = []
    if SPACED in present:
        found += _spelled_words(text, vocabulary)
    if LEET_LIKE in present or SPLIT in present:
        found += _undone_tokens(text, vocabulary)
    if DOUBLED in present:
        found += _stretched_words(text, vocabulary)
    return found if len(found) < 2 else _without_overlaps(found)


def _without_overlaps(found: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in sorted(found):
        if not kept or kept[-1].end <= piece.start:
            kept.append(piece)
    return kept


def _stretched_words(text: Folded, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words with a letter repeated. Most words of a text are known, and few of the others have a letter twice."""
    known = vocabulary.plain_words
    unknown = {word for word in text.tokens if word not in known and True in map(eq, word, word[1:])}
    meant = {word: short for word in unknown if (short := _unsqueezed(word, vocabulary)) is not None}
    at = 0
    for word in text.tokens if meant else ():
        if word in meant:
            yield Piece(at, at + len(word), meant[word], is_disguise=False)
        at += len(word) + 1


def _undone_tokens(text: Folded, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words that mix letters with digits and signs."""
    at = 0
    for token in text.plain.split(" "):
        if 2 < len(token) <= _LONGEST and not token.isalpha():
            meant = _meant(token, vocabulary)
            if meant is not None:
                yield Piece(at, at + len(token), meant)
        at += len(token) + 1


def _spelled_words(text: Folded, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words whose letters stand apart."""
    at = 0
    for is_single, stretch in groupby(text.plain.split(" "), _is_single):
        tokens = list(stretch)
        if is_single and len(tokens) > 1:
            yield from _spelled(tokens, at, vocabulary)
        at += sum(map(len, tokens)) + len(tokens)


def _is_single(token: str) -> bool:
    return len(token) < 5 and len(token.strip(_SEPARATORS)) == 1


def _spelled(tokens: list[str], at: int, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Letters set apart, put together: as the longest words that are known, from the left."""
    starts, letters = [], []
    for token in tokens:
        starts.append(at)
        letters.append(token.strip(_SEPARATORS))
        at += len(token) + 1
    ends = [start + len(token.rstrip(_SEPARATORS)) for start, token in zip(starts, tokens, strict=True)]
    for variant in _variants("".join(letters)):
        words = list(_words_in(variant, vocabulary))
        if words:
            return iter([Piece(starts[first], ends[last - 1], word) for first, last, word in words])
    return iter(())


def _words_in(letters: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    first = 0
    while first < len(letters) - 1:
        for last in range(min(len(letters), first + _LONGEST), first + 1, -1):
            word = letters[first:last]
            if word in vocabulary.words and (last - first > 2 or first > 0):
                yield first, last, word
                first = last
                break
        else:
            first += 1


_EDGE = " .,;:?)(\"'[]{}<>*_~`-!&=“”^/\\"


def _meant(token: str, vocabulary: Vocabulary) -> str | None:
    """The known word that the token stands for, or None where it is what it seems."""
    core = token.strip(_EDGE)
    if core.isalpha() or core in vocabulary.words or not any(letter.isalpha() for letter in core):
        return None
    return _undone(token, core, vocabulary)


def _undone(token: str, core: str, vocabulary: Vocabulary) -> str | None:
    if "*" in core:
        starred = _starred(core, vocabulary)
        if starred is not None:
            return starred
    for candidate in _candidates(token, core):
        for variant in _variants(candidate):
            if variant != core and _is_worth(variant):
                word = variant if vocabulary.has(variant) else _unsqueezed(variant, vocabulary)
                if word is not None:
                    return word
    return None


def _is_worth(variant: str) -> bool:
    return len(variant) > 2 and variant.isalpha() and variant not in ORDINARY_DOUBLES


def _candidates(token: str, core: str) -> Iterator[str]:
    """The token with the marks inside it taken out, and as it stands with those that may be letters at its ends."""
    yield "".join(letter for letter in core if letter.isalnum() or letter in LEET)
    yield "".join(letter for letter in core if letter.isalnum() or letter in "@$")
    yield "".join(letter for letter in token if letter.isalnum() or letter in "@$!")


_AS_I = str.maketrans(LEET)
_AS_L = str.maketrans({**LEET, "1": "l", "|": "l", "!": "l"})


def _variants(letters: str) -> Iterator[str]:
    yield letters.translate(_AS_I)
    if "1" in letters or "|" in letters or "!" in letters:
        yield letters.translate(_AS_L)


def _unsqueezed(word: str, vocabulary: Vocabulary) -> str | None:
    """The known word of which this one is a stretched form."""
    squeezed = squeeze(word)
    if len(squeezed) == len(word) or len(word) > _LONGEST:
        return None
    if any(_is_stretched(word, ordinary) for ordinary in _ORDINARY.get(squeezed, ())):
        return None
    fitting = [known for known in vocabulary.by_squeezed.get(squeezed, ()) if _is_stretched(word, known)]
    return max(fitting, key=len, default=None)


def _is_stretched(word: str, known: str) -> bool:
    """Whether `word` is `known` with some letters repeated; both are the same when squeezed."""
    runs = zip(groupby(word), groupby(known), strict=True)
    return all(len(list(have)) >= len(list(need)) for (_, have), (_, need) in runs)


_ORDINARY: dict[str, list[str]] = defaultdict(list)
for _word in sorted(ORDINARY_DOUBLES):
    _ORDINARY[squeeze(_word)].append(_word)


def _starred(core: str, vocabulary: Vocabulary) -> str | None:
    """The known word behind stars, where its first and last letter show and only one word fits."""
    fitting = [
        word
        for word in vocabulary.by_ends.get((len(core), core[0], core[-1]), ())
        if all(shown in ("*", letter) for shown, letter in zip(core, word, strict=True))
    ]
    return fitting[0] if len(fitting) == 1 else None
