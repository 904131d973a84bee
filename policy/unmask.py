"""Reads disguised words: leetspeak, letters spaced or dotted apart, split by markup, doubled, or starred out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from policy.fold import Folded
from policy.letters import LEET, ORDINARY_DOUBLES

_LETTERS = "abcdefghijklmnñopqrstuvwxyz"
_BETWEEN = r"[ ._\-/,*~|]{1,3}"
PATTERNS: dict[str, str] = {
    "disguise.doubled": "|".join(letter * 2 for letter in _LETTERS),
    "disguise.leet": r"[a-zñ][0-9@$]|[0-9@$][a-zñ]|[a-zñ][!|+(<#%¢£¥][a-zñ]",
    "disguise.split": r"[a-zñ0-9][*_~`.\-/\\,:;'\"=^]+[a-zñ0-9]",
    "disguise.spaced": rf"(?:^|[^a-zñ0-9])[a-zñ]{_BETWEEN}[a-zñ0-9@$!]{_BETWEEN}[a-zñ0-9@$](?:$|[^a-zñ0-9])",
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


def pieces(text: Folded, vocabulary: Vocabulary) -> list[Piece]:
    """The stretches that read as other words than they show, in order."""
    found: list[Piece] = []
    known: dict[str, str | None] = {}
    at = 0
    for run, stretch in groupby(text.plain.split(" "), _is_single):
        tokens = list(stretch)
        if run and sum(map(len, tokens)) > 2:
            found += _spelled(tokens, at, vocabulary)
        for token in tokens:
            if not run and token:
                if token not in known:
                    known[token] = _meant(token, vocabulary)
                meant = known[token]
                if meant is not None:
                    found.append(Piece(at, at + len(token), meant, is_disguise=not token.strip(_EDGE).isalpha()))
            at += len(token) + 1
    return found


def _is_single(token: str) -> bool:
    return len(token.strip("._-/,*~|")) == 1 and len(token) < 5


def _spelled(tokens: list[str], at: int, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Letters set apart, put together: as the longest words that are known, from the left."""
    starts, letters = [], []
    for token in tokens:
        starts.append(at)
        letters.append(token.strip("._-/,*~|"))
        at += len(token) + 1
    ends = [start + len(token.rstrip("._-/,*~|")) for start, token in zip(starts, tokens, strict=True)]
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
    """The known words that the token stands for, or None where it is what it seems."""
    if len(token) > _LONGEST or len(token) < 3:
        return None
    core = token.strip(_EDGE)
    if core in vocabulary.words or core in ORDINARY_DOUBLES or not any(letter.isalpha() for letter in core):
        return None
    if core.isalpha():
        return _unsqueezed(core, vocabulary)
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
    if len(squeezed) == len(word):
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
