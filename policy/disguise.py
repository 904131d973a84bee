"""What one token may stand for: leetspeak, letters split, doubled, starred out, misspelt, run together, reversed."""

import string
from collections.abc import Iterator

from policy.common_words import COMMON
from policy.letters import LEET
from policy.sounds import SHORT
from policy.vocabulary import LONGEST, Guess, Reading, Trust, Vocabulary
from policy.word_list import word_set

EDGE = " .,;:?)(\"'[]{}<>*_~`-!&=“”^/\\"
MOST_READINGS = 3
"""So many readings of one token are tried."""
_LONGEST_GLUED = 120
_SHORTEST_GLUED = 5
_LONGEST_PART = 16
_LONG_COMPOUND = 12
"""Shorter, two words that are not among the commonest are a compound: bookmarks, landlords."""
_UNITS = word_set("""
st nd rd th am pm a p k m x s h ft lb lbs oz mg ml kg km mi mph yd yds in cm mm gb mb tb v d hr hrs min mins sec
er do ra ro to ta mo va vo hs bn c f g b
""")
"""What stands behind figures: 4th, 5pm, 10k, 1ra."""
_APART = str.maketrans(dict.fromkeys("'.,;:-_/\\=&~^|\"(){}[]<>?*`", " "))


def readings_of(token: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
    """What the token may stand for, the likeliest first; nothing where it is what it seems."""
    core = token.strip(EDGE)
    if len(core) < 2 or core.isdigit() or vocabulary.is_ordinary(core):
        return ()
    at = token.index(core)
    if core.isalpha():
        return _placed(_of_letters(core, vocabulary), at, at + len(core))
    if len(core) <= LONGEST and not _is_ordinary(core) and not _is_address(core):
        meant = _undone(core, vocabulary)
        if meant:
            return _placed([(word, Trust.SURE) for word in meant], at, at + len(core))
    return _of_parts(token, vocabulary)


def _placed(guesses: list[Guess], start: int, end: int) -> tuple[Reading, ...]:
    return tuple(((start, end, word, trust),) for word, trust in guesses[:MOST_READINGS])


def _of_parts(token: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
    """What stands between the signs, each by itself: only stretched words."""
    found: list[tuple[int, int, str, Trust]] = []
    at = 0
    for part in token.translate(_APART).split(" "):
        if len(part) > 3 and part.isalpha() and not vocabulary.is_ordinary(part):
            stretched = vocabulary.stretched(part)
            if stretched is not None:
                found.append((at, at + len(part), stretched, Trust.PLAIN))
        at += len(part) + 1
    return (tuple(found),) if found else ()


def _of_letters(word: str, vocabulary: Vocabulary) -> list[Guess]:
    """What an unknown word of letters only may stand for."""
    if word in SHORT:
        return [(SHORT[word], Trust.SURE)]
    stretched = vocabulary.stretched(word)
    if stretched is not None:
        return [(stretched, Trust.PLAIN)]
    found: dict[str, Trust] = {}
    for guess, trust in _guesses(word, vocabulary):
        if guess != word:
            found.setdefault(guess, trust)
    return list(found.items())


def _guesses(word: str, vocabulary: Vocabulary) -> Iterator[Guess]:
    if len(word) > 3 and word[::-1] in vocabulary.ordinary:
        yield word[::-1], Trust.SURE if len(word) > 4 else Trust.GUESS
    if vocabulary.is_inflected(word):
        return
    if _SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED:
        parts = parted(word, vocabulary)
        if parts is not None:
            yield parts, Trust.SURE if len(word) > 11 and parts.count(" ") > 1 else Trust.GUESS
    if "n" in word:
        for at, letter in enumerate(word[:LONGEST]):
            if letter == "n" and (tilde := f"{word[:at]}ñ{word[at + 1 :]}") in vocabulary.words:
                yield tilde, Trust.SURE
    yield from vocabulary.misspelt(word)
    yield from vocabulary.sounding_like(word)


def parted(letters: str, vocabulary: Vocabulary) -> str | None:
    """The words that are run together, as few as can be; None where a rest would be left."""
    words = vocabulary.ordinary
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        ways = []
        for start in range(max(0, end - _LONGEST_PART), end):
            before = best[start][0]
            part = letters[start:end]
            if before < _NEVER and (part in words if end - start > 3 else part in vocabulary.small):
                ways.append((before + _COST.get(end - start, 1.0), start))
        best.append(min(ways, default=(_NEVER, 0)))
    if best[-1][0] > len(letters) / 2.5:
        return None
    parts: list[str] = []
    end = len(letters)
    while end:
        parts.append(letters[best[end][1] : end])
        end = best[end][1]
    if len(parts) == 1 or (len(parts) == 2 and len(letters) < _LONG_COMPOUND and COMMON.isdisjoint(parts)):
        return None
    return " ".join(reversed(parts))


_NEVER = 1e9
_COST = {1: 1.6, 2: 1.4, 3: 1.2}
"""A word's; short ones fit anywhere."""


def _is_ordinary(core: str) -> bool:
    """Whether there is nothing to undo: figures with units, contractions, and compounds such as `user-friendly`."""
    if not any(letter.isalpha() for letter in core):
        return True
    if core[0].isdigit() and core.lstrip(string.digits + ".,:/-") in _UNITS:
        return True
    parts = core.translate(_APART).split()
    is_contraction = len(parts) == 2 and "'" in core and len(parts[1]) < 3
    return len(parts) > 1 and all(
        (part.isalpha() or part.isdigit()) and (len(part) > 2 or is_contraction) for part in parts
    )


def _is_address(core: str) -> bool:
    """E-mail addresses and links are read elsewhere; figures at the end belong to names of accounts."""
    if "@" in core[1:] and "." in core.rpartition("@")[2]:
        return True
    return "://" in core or (core[-2:].isdigit() and core.rstrip(string.digits).isalpha())


def _undone(core: str, vocabulary: Vocabulary) -> list[str]:
    if "*" in core:
        starred = vocabulary.starred(core)
        if starred is not None:
            return [starred]
    if "<" in core:
        core = _without_tags(core)
    found: list[str] = []
    for reading in dict.fromkeys(readings(core)):
        if reading == core or len(reading) < 3 or not reading.isalpha():
            continue
        if vocabulary.is_sought(reading) or (len(reading) > 3 and reading in vocabulary.ordinary):
            found.append(reading)
        elif (stretched := vocabulary.stretched(reading)) is not None:
            found.append(stretched)
        elif len(reading) > 7 and (parts := parted(reading, vocabulary)) is not None:
            found.append(parts)
    return found


def _without_tags(core: str) -> str:
    """Without `<b>` and its like."""
    kept: list[str] = []
    for part in core.split("<"):
        name, closing, rest = part.partition(">")
        kept.append(rest if closing and len(name) < 8 else part)
    return "".join(kept)


def _table(signs: dict[str, str]) -> dict[int, str]:
    """For `str.translate`: the signs by what they stand for, and all other punctuation away."""
    return {**{ord(sign): "" for sign in string.punctuation}, **{ord(sign): letter for sign, letter in signs.items()}}


_FEW = {sign: letter for sign, letter in LEET.items() if sign.isdigit() or sign in "@$"}
_AS_L = {"1": "l", "|": "l", "!": "l"}
_TABLES = (_table(LEET), _table(_FEW), _table({**LEET, **_AS_L}), _table({**_FEW, "1": "l"}))


def readings(core: str) -> Iterator[str]:
    """What the letters, digits and signs may spell: signs inside stand for letters, or only split the word."""
    is_ambiguous = "1" in core or "|" in core or "!" in core
    for table in _TABLES if is_ambiguous else _TABLES[:2]:
        yield core.translate(table)
