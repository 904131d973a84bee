"""What one token may stand for: leetspeak, letters split, doubled, starred out, misspelt, run together, reversed."""

import string
from collections.abc import Iterator

from policy.common_words import COMMON
from policy.figures import in_figures
from policy.letters import LEET
from policy.sounds import SHORT, is_same_to_the_ear
from policy.vocabulary import LONGEST, Guess, Reading, Trust, Vocabulary
from policy.word_list import word_set

EDGE = " .,;:?)(\"'[]{}<>*_~`-!&=“”¿¡«»^/\\"
_SURE_EDGE = EDGE.replace("!", "")
"""What stands for no letter."""
MOST_READINGS = 3
"""So many readings of one token are tried."""
_LONGEST_GLUED = 120
_SHORTEST_GLUED = 5
_SHORTEST_OF_MANY = 8
_SHORTEST_SWAPPED = 7
_LONG_COMPOUND = 12
"""Shorter, two words that are not among the commonest are a compound: bookmarks, landlords."""
_ENDINGS_OF_PLACES, _MOST_OF_PLACE = ("ville", "borough", "burgh", "shire"), 4
"""What ends so, and falls into so few parts, is a place's name and no sentence."""
_UNITS = word_set("""
st nd rd th am pm a p k m x s h ft lb lbs oz mg ml kg km mi mph yd yds in cm mm gb mb tb v d hr hrs min mins sec
er do ra ro to ta mo va vo hs bn c f g b
""")
"""What stands behind figures: 4th, 5pm, 10k, 1ra."""
_LAST_FIGURE = {"st": "1", "nd": "2", "rd": "3"}
_BETWEEN = str.maketrans(dict.fromkeys('.,;:-_/\\=&~^|"(){}[]<>?!*`¿¡«»', " "))
_APART = str.maketrans(dict.fromkeys("'.,;:-_/\\=&~^|\"(){}[]<>?*`¿¡«»", " "))


def readings_of(token: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
    """What the token may stand for, the likeliest first; nothing where it is what it seems."""
    core = token.strip(EDGE)
    if len(core) < 2 or core.isdigit() or core in vocabulary.ordinary:
        return ()
    at = token.index(core)
    if vocabulary.is_ordinary(core):
        # What begins like a known word may still be another one that is stretched: passando, textt.
        known = vocabulary.stretched(core)
        return _placed([(known, Trust.PLAIN)], at, at + len(core)) if known in vocabulary.words else ()
    if core.isalpha():
        return _placed(_of_letters(core, vocabulary), at, at + len(core))
    if _is_ordinary(core, vocabulary) or _is_address(core):
        return ()
    head, mark, rest = core.partition("'")
    if mark and head in SHORT:
        return _placed([(f"{SHORT[head]}'{rest}", Trust.SURE)], at, at + len(core))
    whole: tuple[Reading, ...] = ()
    for inside in dict.fromkeys((core, token.strip(_SURE_EDGE))):
        meant = _undone(inside, vocabulary) if len(inside) <= LONGEST else []
        if meant:
            at = token.index(inside)
            whole = _placed([(word, Trust.SURE) for word in meant], at, at + len(inside))
            break
    if whole and " " not in whole[0][0][2]:
        return whole
    # Sentences without blanks keep their signs, unless the signs stand for letters.
    return (*_of_parts(token, vocabulary), *whole)[:MOST_READINGS]


def _placed(guesses: list[Guess], start: int, end: int) -> tuple[Reading, ...]:
    return tuple(((start, end, word, trust),) for word, trust in guesses[:MOST_READINGS])


def _of_parts(token: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
    """What stands between the signs, each by itself: stretched words, and many that are run together."""
    unknown: list[tuple[int, str]] = []
    at = 0
    for part in token.translate(_BETWEEN).split(" "):
        if len(part) > 3 and not vocabulary.is_ordinary(part):
            unknown.append((at, part))
        at += len(part) + 1
    meant = [_of_part(part, vocabulary) for _, part in unknown]
    if any(ways[0][0].count(" ") > 1 for ways in meant if ways):
        meant = [ways or _of_rest(part, vocabulary) for ways, (_, part) in zip(meant, unknown, strict=True)]
    placed = [(at, at + len(part), ways) for (at, part), ways in zip(unknown, meant, strict=True) if ways]
    return tuple(
        dict.fromkeys(tuple((start, end, *ways[way]) for start, end, ways in placed) for way in (0, -1) if placed)
    )


def _of_rest(part: str, vocabulary: Vocabulary) -> list[Guess]:
    """What stands beside words that are run together: few words that could be a compound are none there."""
    if not part.isalpha() or not _SHORTEST_GLUED <= len(part) <= _LONGEST_GLUED:
        return []
    return [(" ".join(parts), Trust.SURE) for parts in vocabulary.parting.ways(part)]


def _of_part(part: str, vocabulary: Vocabulary) -> list[Guess]:
    stretched = vocabulary.stretched(part) if part.isalpha() else None
    if stretched is not None:
        return [(stretched, Trust.PLAIN)]
    letters = part.replace("'", "")
    if not letters.isalpha() or not _SHORTEST_OF_MANY <= len(letters) <= _LONGEST_GLUED:
        return []
    return [(words, Trust.SURE) for words in parted(letters, vocabulary)]


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
        yield from (
            (known, Trust.GUESS) for known, _ in vocabulary.sounding_like(word) if is_same_to_the_ear(known, word)
        )
        return
    misspelt = list(vocabulary.misspelt(word))
    if len(word) >= _SHORTEST_SWAPPED:
        # All letters of one known word are hardly those of two by chance.
        letters = sorted(word)
        yield from (guess for guess in misspelt if guess[0] in vocabulary.words and sorted(guess[0]) == letters)
    if _SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED:
        for parts in parted(word, vocabulary):
            yield parts, _trust_in(parts.split(" "), len(word), vocabulary)
    if "n" in word:
        for at, letter in enumerate(word[:LONGEST]):
            if letter == "n" and (tilde := f"{word[:at]}ñ{word[at + 1 :]}") in vocabulary.words:
                yield tilde, Trust.SURE
    yield from misspelt
    yield from vocabulary.sounding_like(word)


def _trust_in(parts: list[str], letters: int, vocabulary: Vocabulary) -> Trust:
    if letters >= _LONG_COMPOUND:
        is_sure = len(parts) > 2 or all(map(vocabulary.is_ordinary, parts))
    else:
        is_sure = letters >= _SHORTEST_OF_MANY and all(vocabulary.is_sought(part) for part in parts)
    return Trust.SURE if is_sure else Trust.GUESS


def parted(letters: str, vocabulary: Vocabulary) -> list[str]:
    """What words the letters are that are run together: at most two ways.

    Two rare words are only a compound, and scraps make no words.
    """
    return [
        " ".join(in_figures(parts))
        for parts in vocabulary.parting.ways(letters)
        if not _is_compound(parts, letters, vocabulary)
    ]


def _is_compound(parts: list[str], letters: str, vocabulary: Vocabulary) -> bool:
    if len(parts) <= _MOST_OF_PLACE and letters.endswith(_ENDINGS_OF_PLACES):
        return True
    if len(letters) < _LONG_COMPOUND and len(parts) > max(2, len(letters) // 3):
        return True
    is_rare = COMMON.isdisjoint(parts) and not all(vocabulary.is_sought(part) for part in parts)
    return is_rare and len(parts) == 2 and len(letters) < _LONG_COMPOUND


def _is_ordinary(core: str, vocabulary: Vocabulary) -> bool:
    """Whether there is nothing to undo: figures with units, contractions, and compounds such as `user-friendly`."""
    if not any(letter.isalpha() for letter in core):
        return True
    unit = core.lstrip(string.digits + ".,:/-")
    if core[0].isdigit() and unit in _UNITS:
        return core[: -len(unit)].endswith(_LAST_FIGURE.get(unit, ""))
    parts = core.translate(_APART).split()
    is_contraction = len(parts) == 2 and "'" in core and len(parts[1]) < 3
    return len(parts) > 1 and all(
        part.isdigit() or ((len(part) > 2 or is_contraction) and vocabulary.is_ordinary(part)) for part in parts
    )


def _is_address(core: str) -> bool:
    """E-mail addresses and links are read elsewhere; figures at the end belong to names of accounts."""
    if "@" in core[1:] and "." in core.rpartition("@")[2]:
        return True
    name = core.rstrip(string.digits)
    return "://" in core or (len(name) > 3 and len(core) - len(name) > 1 and name.isalpha())


def _undone(core: str, vocabulary: Vocabulary) -> list[str]:
    if "*" in core:
        starred = vocabulary.starred(core)
        if starred is not None:
            return [starred]
    bare = _without_tags(core) if "<" in core else core
    found: list[str] = []
    for reading in dict.fromkeys(readings(bare)):
        if reading == core or len(reading) < 3 or not reading.isalpha():
            continue
        if reading in vocabulary.words or (len(reading) > 3 and vocabulary.is_ordinary(reading)):
            found.append(reading)
        elif (stretched := vocabulary.stretched(reading)) is not None:
            found.append(stretched)
        elif len(reading) >= _SHORTEST_OF_MANY:
            found += parted(reading, vocabulary) or ([reading] if vocabulary.has_stem_of(reading) else [])
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
