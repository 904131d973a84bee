"""Finds the names of a channel's students where a roster is known."""

from functools import lru_cache
from typing import NamedTuple

import ahocorasick_rs

from policy.disguise import readings
from policy.fold import Folded
from policy.hits import MOST_SPANS, Hit
from policy.vocabulary import LONGEST, squeeze
from policy.word_list import word_set

_ALSO_WORDS = word_set("""
will mark grace hope may rose faith joy chase art bill pat sue dean page drew jack rob gene dawn june april august
autumn summer winter ray rich miles ivy iris lily daisy ruby amber crystal melody harmony destiny trinity angel
angeles luz sol paz mar rey cruz flores rosa blanca leon guerra young brown white black green gray king price long
short little small best day cook baker hunter mason carter parker tucker cooper chance christian major santos reyes
prince brook brooks hill wood woods field stone
""")
"""Names that are words too: they count only with a capital letter, and not at the start of the message."""


def students_in(text: Folded, names: frozenset[str]) -> list[Hit]:
    """Where one of the names stands. `names` are single words of the plain view, at least two letters long."""
    here = names & text.token_set
    hits: list[Hit] = []
    if not here:
        return hits
    tokens = text.tokens
    at = before = 0
    for place in [place for place, token in enumerate(tokens) if token in here]:
        at += sum(map(len, tokens[before:place])) + place - before
        before, token = place, tokens[place]
        if len(token) > 1 and (token not in _ALSO_WORDS or _is_a_name(text, at)):
            hits.append(Hit(at, at + len(token)))
        if len(hits) == MOST_SPANS:
            break
    return hits


def disguised_students_in(text: Folded, names: frozenset[str], ordinary: frozenset[str]) -> list[Hit]:
    """Where something that is no ordinary word stands for one of the names: in leetspeak, split, stretched, swapped,
    run together with other words, or with each letter apart. Of many the first."""
    sought = _sought(names)
    hits: list[Hit] = []
    letters: list[int] = []
    seen: dict[str, list[tuple[int, int]]] = {}
    at = 0
    for token in text.plain.split(" "):
        if len(token) == 1 and token.isalpha():
            letters.append(at)
        elif letters:
            hits += _spelled_out(text.plain, letters, sought)
            letters = []
        if len(token) > _SHORTEST_DISGUISED and token not in ordinary and token not in names:
            places = seen.get(token)
            if places is None and len(seen) < _MOST_LOOKED_AT:
                places = seen[token] = _hidden_in(token, sought)
            if places:
                hits += [Hit(at + begin, at + end, is_disguised=True) for begin, end in places]
        if len(hits) >= MOST_SPANS:
            return hits[:MOST_SPANS]
        at += len(token) + 1
    return hits + _spelled_out(text.plain, letters, sought)


class _Sought(NamedTuple):
    """What the long ones of the names are known by: themselves within other letters, and what a disguise leaves, the
    letters that each has among it."""

    long: ahocorasick_rs.AhoCorasick
    keys: frozenset[str]
    letters: frozenset[frozenset[str]]


@lru_cache(maxsize=64)
def _sought(names: frozenset[str]) -> _Sought:
    long = sorted(name for name in names if len(name) > _SHORTEST_DISGUISED)
    # With no name at all there is still something to look for, which no plain view has.
    return _Sought(
        ahocorasick_rs.AhoCorasick(long or ["\0"]),
        frozenset(key for name in long for key in _keys(name)),
        frozenset(map(frozenset, long)),
    )


def _hidden_in(token: str, sought: _Sought) -> list[tuple[int, int]]:
    """Where in the token names are hidden: in all of it, or among other letters."""
    if len(token) <= LONGEST and not token.isdigit():
        every = (token,) if token.isalpha() else dict.fromkeys(readings(token))
        ways = [way for way in every if frozenset(way) in sought.letters]
        if any(key in sought.keys for way in ways for key in _keys(way)):
            return [(0, len(token))]
    return _places(token, sought) if len(token) > _SHORTEST_RUN_TOGETHER else []


def _spelled_out(plain: str, letters: list[int], sought: _Sought) -> list[Hit]:
    """The names in single letters that stand at these places."""
    if len(letters) <= _SHORTEST_DISGUISED:
        return []
    places = _places("".join([plain[at] for at in letters]), sought)
    return [Hit(letters[begin], letters[end - 1] + 1, is_disguised=True) for begin, end in places]


def _places(joined: str, sought: _Sought) -> list[tuple[int, int]]:
    """Where each of the names stands first among the letters."""
    first: dict[int, tuple[int, int]] = {}
    for name, start, end in sought.long.find_matches_as_indexes(joined, overlapping=True):
        first.setdefault(name, (start, end))
    return list(first.values())


_SHORTEST_DISGUISED = 4
_SHORTEST_RUN_TOGETHER = 9
_MOST_LOOKED_AT = 600
"""So many different words of one message that no dictionary has are tried: one that is repeated counts once."""


def _keys(word: str) -> tuple[str, str]:
    """What stays the same where letters are doubled, and where the inner ones change places."""
    return squeeze(word), f"{word[:1]}{''.join(sorted(word[1:]))}"


def _is_a_name(text: Folded, at: int) -> bool:
    start = text.span(at, at + 1).start
    if not text.typed[start].isupper():
        return False
    before = text.typed[max(0, start - _FAR) : start].rstrip() or text.typed[:start].rstrip()
    return bool(before) and before[-1] not in ".!?¡¿"


_FAR = 100
