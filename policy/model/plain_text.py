"""A message as the model reads it: the plain view, words in disguise put right, emoji by name."""

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from policy.fold import Folded, fold
from policy.letters import LEET

Words = frozenset[str]
"""The words that a disguise may be read as."""
_LONGEST_NAME = 4
_EMPTY_WORDS = frozenset({"face", "sign", "symbol", "with", "of", "button", "mark", "and", "for", "emoji", "selector"})
_EDGE = ".,;:?)(\"'[]{}<>*_~`-!&=^/\\|"
_INSIDE = str.maketrans(dict.fromkeys("*_~`.-/\\=^|", ""))
_APART = str.maketrans(dict.fromkeys("'*_~`.-/\\=^|,:;?!&()", " "))
_AS_I = str.maketrans(LEET)
_AS_L = str.maketrans({**LEET, "1": "l", "|": "l", "!": "l"})
_SEPARATORS = "._-/,*~|"
_LONGEST = 30
"""What is longer is no word in disguise."""
_FEW, _MOST_ALONE = 4, 2
"""A letter set apart has few signs about it, and two letters are no word set apart."""


class Chunk(NamedTuple):
    """What the model reads in place of `plain[start:end]` of the folded text."""

    start: int
    end: int
    text: str


def model_view(typed: str, words: Words) -> str:
    """What the model reads. The same text always gives the same view."""
    return " ".join(chunk.text for chunk in chunks_of(fold(typed), words))


def chunks_of(folded: Folded, words: Words) -> list[Chunk]:
    """The words of the text one by one as the model reads them, and where each of them stands."""
    found: list[Chunk] = []
    singles: list[Chunk] = []
    end = -1
    for token in folded.plain.split(" "):
        start, end = end + 1, end + 1 + len(token)
        if not token:
            continue
        if len(token) < _FEW and len(token.strip(_SEPARATORS)) == 1:
            singles.append(Chunk(start, end, token))
            continue
        if singles:
            found += _together(singles, words)
            singles = []
        read = _read(token, words) if len(token) <= _LONGEST else _readable(token)
        found.append(Chunk(start, end, read))
    return found + _together(singles, words) if singles else found


def _together(singles: list[Chunk], words: Words) -> list[Chunk]:
    """Letters that stand apart one after the other: what they spell, or else each by itself."""
    joined = _joined([chunk.text for chunk in singles], words) if len(singles) > _MOST_ALONE else ""
    if joined:
        return [Chunk(singles[0].start, singles[-1].end, joined)]
    return [Chunk(start, end, _readable(text)) for start, end, text in singles]


def _joined(singles: list[str], words: Words) -> str:
    """Letters set apart as the words that they spell, or nothing where they leave a rest."""
    letters = "".join(token.strip(_SEPARATORS) for token in singles)
    for table in (_AS_I, _AS_L):
        spelled = letters.translate(table)
        found = _spelled(spelled, words) if spelled.isalpha() else []
        if found:
            return " ".join(found)
    return ""


def _spelled(letters: str, words: Words) -> list[str]:
    found: list[str] = []
    start = 0
    while start < len(letters):
        ends = range(min(len(letters), start + _LONGEST), start, -1)
        end = next((end for end in ends if letters[start:end] in words), 0)
        if not end:
            return []
        found.append(letters[start:end])
        start = end
    return found


@lru_cache(maxsize=1 << 13)
def _read(token: str, words: Words) -> str:
    """Most words of a message were in others before."""
    return _readable(_meant(token, words))


def _meant(token: str, words: Words) -> str:
    """The known word that the token stands for, or the token itself."""
    if token in words:
        return token
    if len(token) < 3:
        return token
    core = token.strip(_EDGE)
    if core in words or not any(letter.isalpha() for letter in core):
        return token
    if core.isalpha():
        return token.replace(core, _unstretched(core, words)) if core else token
    parts = core.translate(_APART).split()
    if len(parts) > 1 and all(part in words or part.isdigit() or len(part) == 1 for part in parts) and _has_long(parts):
        return token
    bare = core.translate(_INSIDE)
    for candidate in (bare, bare.translate(_AS_I), bare.translate(_AS_L), token.translate(_AS_I)):
        if len(candidate) > 2 and candidate.isalpha() and candidate in words:
            return candidate
    return token


def _has_long(parts: list[str]) -> bool:
    return any(len(part) > 2 for part in parts)


def _unstretched(word: str, words: Words) -> str:
    """The known word of which some letters were repeated."""
    runs = [(letter, len(list(run))) for letter, run in groupby(word)]
    if all(length < 3 for _, length in runs):
        return word
    for most in (2, 1):
        short = "".join(letter * min(length, most if length > 2 else length) for letter, length in runs)
        if short in words:
            return short
    return word


def _readable(text: str) -> str:
    if text.isascii():
        return text
    return "".join(letter if letter < "\u0250" else _name(letter) for letter in text)


@lru_cache(maxsize=4096)
def _name(letter: str) -> str:
    """An emoji's name in a few words; any other letter as it stands."""
    if unicodedata.category(letter) not in ("So", "Sk"):
        return letter
    words = unicodedata.name(letter, "").lower().replace("-", " ").split()
    telling = [word for word in words if word not in _EMPTY_WORDS]
    return f" {' '.join(telling[:_LONGEST_NAME])} "
