"""Reads disguised words: leetspeak, letters spaced or dotted apart, split by markup, doubled, or starred out."""

import string
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import eq
from typing import NamedTuple

import ahocorasick_rs

from policy.fold import Folded
from policy.letters import LEET, ORDINARY_DOUBLES

_STEM = 4
"""Stems that are shorter would find something in every other word."""
_NO_STEMS: tuple[str, ...] = ()
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
    stems: dict[str, tuple[str, ...]]
    squeezed_stems: frozenset[str]
    by_squeezed: dict[str, tuple[str, ...]]
    by_ends: dict[tuple[int, str, str], tuple[str, ...]]
    finder: ahocorasick_rs.AhoCorasick

    def may_know(self, word: str) -> bool:
        """False where `known` would find nothing; quicker to ask."""
        return (
            word in self.words
            or word[:_STEM] in self.stems
            or (True in map(eq, word, word[1:]) and self.may_be_stretched(squeeze(word)))
        )

    def may_be_stretched(self, squeezed: str) -> bool:
        return squeezed in self.by_squeezed or squeezed[:_STEM] in self.squeezed_stems

    def has_stem_of(self, word: str) -> bool:
        return word.startswith(self.stems.get(word[:_STEM], _NO_STEMS))

    def known(self, word: str) -> str | None:
        """The word itself where phrases have it, or the word of which it is a stretched form; None for any other."""
        if word in self.words or self.has_stem_of(word):
            return word
        return _unsqueezed(word, self) if True in map(eq, word, word[1:]) else None


def vocabulary_of(words: Iterable[str]) -> Vocabulary:
    """The vocabulary; a word that ends with `*` is a stem."""
    every = [word for word in words if word.rstrip("*").isalpha()]
    closed = frozenset(word for word in every if not word.endswith("*"))
    squeezed: dict[str, list[str]] = defaultdict(list)
    ends: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    stems: dict[str, list[str]] = defaultdict(list)
    for stem in sorted(word[:-1] for word in every if word.endswith("*") and len(word) > _STEM):
        stems[stem[:_STEM]].append(stem)
    for word in sorted(closed):
        if len(word) > 2:
            squeezed[squeeze(word)].append(word)
        if len(word) > 3:
            ends[len(word), word[0], word[-1]].append(word)
    return Vocabulary(
        words=closed,
        plain_words=closed | ORDINARY_DOUBLES,
        stems={start: tuple(stems) for start, stems in stems.items()},
        squeezed_stems=frozenset(squeeze(stem)[:_STEM] for found in stems.values() for stem in found),
        by_squeezed={key: tuple(found) for key, found in squeezed.items()},
        by_ends={key: tuple(found) for key, found in ends.items()},
        finder=ahocorasick_rs.AhoCorasick(
            sorted(word for word in closed if len(word) > 2) or ["\0"],
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            store_patterns=False,
        ),
    )


def squeeze(word: str) -> str:
    """The word with each run of a letter made one."""
    if len(set(word)) == len(word):
        return word
    return "".join(letter for letter, _ in groupby(word))


_LONGEST = 40
MOST_PIECES = 500
"""So many disguised words of one message are read."""
MOST_MIXED = 2000
"""So many different words that mix letters with signs, or repeat letters, are looked at: no one writes more."""


def pieces(text: Folded, present: frozenset[str], vocabulary: Vocabulary) -> list[Piece]:
    """The stretches that read as other words than they show, in order. `present` says which of `PATTERNS` occur."""
    found: list[Piece] = []
    if SPACED in present:
        found += _spelled_words(text, vocabulary)
    if LEET_LIKE in present or SPLIT in present:
        found += _undone_tokens(text, vocabulary)
    if DOUBLED in present:
        found += _stretched_words(text, vocabulary)
    return found if len(found) < 2 else _without_overlaps(found)[:MOST_PIECES]


def _without_overlaps(found: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in sorted(found):
        if not kept or kept[-1].end <= piece.start:
            kept.append(piece)
    return kept


def _stretched_words(text: Folded, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words with a letter repeated. Most words of a text are known, and few of the others have a letter twice."""
    known = vocabulary.plain_words
    unknown = dict.fromkeys([word for word in text.tokens if word not in known and True in map(eq, word, word[1:])])
    meant = {word: short for word in list(unknown)[:MOST_MIXED] if (short := _unsqueezed(word, vocabulary)) is not None}
    at = 0
    for word in text.tokens if meant else ():
        if word in meant:
            yield Piece(at, at + len(word), meant[word], is_disguise=False)
        at += len(word) + 1


def _undone_tokens(text: Folded, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words that mix letters with digits and signs."""
    tokens = text.plain.split(" ")
    mixed = dict.fromkeys([token for token in tokens if 2 < len(token) <= _LONGEST and not token.isalpha()])
    worth = _worth_a_look([token for token in mixed if not token.isdigit()][:MOST_MIXED], vocabulary)
    meant = {token: word for token in worth if (word := _meant(token, vocabulary)) is not None}
    at = 0
    for token in tokens if meant else ():
        if token in meant:
            start = at + len(token) - len(token.lstrip(_EDGE))
            yield Piece(start, at + len(token.rstrip(_EDGE)), meant[token])
        at += len(token) + 1


def _worth_a_look(tokens: list[str], vocabulary: Vocabulary) -> set[str]:
    """Those tokens of which a reading may be known: all are read at once, which is quick however many they are."""
    if not tokens:
        return set()
    worth = {token for token in tokens if "*" in token}
    cores = " ".join([token.strip(_EDGE) for token in tokens])
    for table in _TABLES:
        for token, reading in zip(tokens, cores.translate(table).split(" "), strict=True):
            if vocabulary.may_know(reading):
                worth.add(token)
    return worth


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


def _spelled(tokens: list[str], at: int, vocabulary: Vocabulary) -> list[Piece]:
    """Letters set apart, put together: the longest words that are known, from the left."""
    starts, letters = [], []
    for token in tokens:
        starts.append(at + len(token) - len(token.lstrip(_SEPARATORS)))
        letters.append(token.strip(_SEPARATORS))
        at += len(token) + 1
    for reading in dict.fromkeys(_readings("".join(letters))):
        if len(reading) == len(letters):
            found = vocabulary.finder.find_matches_as_indexes(reading)
            if found:
                return [Piece(starts[first], starts[last - 1] + 1, reading[first:last]) for _, first, last in found]
    return []


_EDGE = " .,;:?)(\"'[]{}<>*_~`-!&=“”^/\\"


def _meant(token: str, vocabulary: Vocabulary) -> str | None:
    """The known word that the token stands for, or None where it is what it seems."""
    core = token.strip(_EDGE)
    if core.isalpha() or core.isdigit() or _is_ordinary(core, vocabulary):
        return None
    return _undone(core, vocabulary)


def _is_ordinary(core: str, vocabulary: Vocabulary) -> bool:
    """Whether there is nothing to undo: figures, contractions, and compounds such as `user-friendly`."""
    if core in vocabulary.words or not any(letter.isalpha() for letter in core):
        return True
    parts = core.translate(_APART).split()
    is_contraction = len(parts) == 2 and "'" in core and len(parts[1]) < 3
    return len(parts) > 1 and all(part.isalpha() and (len(part) > 2 or is_contraction) for part in parts)


_APART = str.maketrans(dict.fromkeys("'.,;:-_/\\=&~^|\"(){}[]<>?", " "))


def _undone(core: str, vocabulary: Vocabulary) -> str | None:
    if "*" in core:
        starred = _starred(core, vocabulary)
        if starred is not None:
            return starred
    for reading in _readings(core):
        if reading != core and len(reading) > 2 and reading.isalpha():
            word = vocabulary.known(reading)
            if word is not None:
                return word
    return None


def _table(signs: dict[str, str]) -> dict[int, str]:
    """For `str.translate`: the signs by what they stand for, and all other punctuation away."""
    return {**{ord(sign): "" for sign in string.punctuation}, **{ord(sign): letter for sign, letter in signs.items()}}


_FEW = {sign: letter for sign, letter in LEET.items() if sign.isdigit() or sign in "@$"}
_AS_L = {"1": "l", "|": "l", "!": "l"}
_TABLES = (_table(LEET), _table(_FEW), _table({**LEET, **_AS_L}), _table({**_FEW, "1": "l"}))


def _readings(core: str) -> Iterator[str]:
    """What the letters, digits and signs may spell: signs inside stand for letters, or only split the word."""
    is_ambiguous = "1" in core or "|" in core or "!" in core
    for table in _TABLES if is_ambiguous else _TABLES[:2]:
        yield core.translate(table)


def _unsqueezed(word: str, vocabulary: Vocabulary) -> str | None:
    """The known word of which this one is a stretched form."""
    if len(word) > _LONGEST:
        return None
    squeezed = squeeze(word)
    if any(_is_stretched(word, ordinary) for ordinary in _ORDINARY.get(squeezed, ())):
        return None
    fitting = [known for known in vocabulary.by_squeezed.get(squeezed, ()) if _is_stretched(word, known)]
    return max(fitting, key=len, default=None) or _unsqueezed_stem(word, squeezed, vocabulary)


def _unsqueezed_stem(word: str, squeezed: str, vocabulary: Vocabulary) -> str | None:
    """The word with its long runs made two or one, where a known stem begins it."""
    halved = "".join("".join(run)[:2] for _, run in groupby(word))
    return next((short for short in (halved, squeezed) if short != word and vocabulary.has_stem_of(short)), None)


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
