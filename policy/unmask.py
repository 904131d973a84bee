"""Reads disguised words in a text: what single tokens stand for, letters that are set apart, whole words reversed."""

from collections.abc import Iterator
from itertools import chain, groupby
from typing import NamedTuple

from policy import figures
from policy.disguise import readings, readings_of
from policy.fold import Folded
from policy.letters import LEET
from policy.rule import GroupId
from policy.vocabulary import Reading, Trust, Vocabulary

_SEPARATORS = "._-/,*~|"
_BETWEEN = r"[ ._\-/,*~|]{1,3}"
SPACED = "disguise.spaced"
DISGUISED = GroupId("@disguised")
"""Words that only show when they are unmasked; known only when all groups are looked up."""
PATTERNS: dict[str, str] = {
    **figures.PATTERNS,
    SPACED: rf"(?:^|[^a-zñ0-9])[a-zñ]{_BETWEEN}[a-zñ0-9@$!]{_BETWEEN}[a-zñ0-9@$](?:$|[^a-zñ0-9])",
}
"""A text in which these do not occur has no letters that are set apart and no numbers in words."""
LONG = 4_000
"""A text of more letters is only read in the likeliest way."""
MOST_PIECES = 500
"""So many disguised words of one message are read, and so many numbers in words."""
MOST_UNKNOWN = 200
MOST_UNKNOWN_LETTERS = 1_500
"""So many different unknown words of one message, with so many letters together, are looked at: no one writes more."""


class Piece(NamedTuple):
    """A stretch of the plain view that reads as `text`. Stretched letters are no disguise; a guess may be wrong."""

    start: int
    end: int
    text: str
    is_disguise: bool = True
    is_guess: bool = False


def pieces(text: Folded, present: frozenset[str], vocabulary: Vocabulary) -> list[list[Piece]]:
    """The stretches that read as other words than they show, in order: the likeliest reading of all, then others.

    `present` says which of `PATTERNS` occur.
    """
    spelled = _spelled_words(text, vocabulary) if SPACED in present else []
    numbers = _numbers(text) if figures.NUMBER in present else []
    tokens = text.plain.split(" ")
    meant = _meant(tokens, text, vocabulary)
    if not meant and not spelled and not numbers:
        return []
    most = max([len(spelled), bool(numbers), *map(len, meant.values())])
    variants: list[list[Piece]] = []
    for number in range(most if len(text.plain) < LONG else 1):
        apart = spelled[min(number, len(spelled) - 1)] if spelled else []
        # Each kind has its own limit, so that no flood of numbers hides a disguise.
        laid = _laid(tokens, meant, number)[:MOST_PIECES]
        pieces = _without_overlaps([*apart, *numbers[:MOST_PIECES], *laid])
        if pieces and pieces not in variants:
            variants.append(pieces)
    return variants


def _numbers(text: Folded) -> list[Piece]:
    """Numbers in words as figures, which are no disguise."""
    tokens = text.tokens
    pieces: list[Piece] = []
    at = before = 0
    for first, last, number in figures.numbers_in(tokens):
        start = at + sum(map(len, tokens[before:first])) + first - before
        at, before = start + sum(map(len, tokens[first:last])) + last - first, last
        pieces.append(Piece(start, at - 1, number, is_disguise=False))
    return pieces


def _without_overlaps(found: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in sorted(found):
        if not kept or kept[-1].end <= piece.start:
            kept.append(piece)
    return kept


def _meant(tokens: list[str], text: Folded, vocabulary: Vocabulary) -> dict[str, tuple[Reading, ...]]:
    """The tokens that stand for others. What was seen in other messages is not worked out again."""
    memory = vocabulary.memory
    if memory.nothing.issuperset(tokens):
        return {}
    is_long = len(text.plain) > MOST_UNKNOWN_LETTERS or len(tokens) > MOST_UNKNOWN
    meant = {}
    for token in _first(tokens, vocabulary) if is_long else set(tokens) - memory.nothing:
        found = memory.meant.get(token)
        if found is None:
            found = () if token in vocabulary.ordinary else readings_of(token, vocabulary)
            memory.keep(token, found)
        if found:
            meant[token] = found
    return meant


def _first(tokens: list[str], vocabulary: Vocabulary) -> set[str]:
    """The first unknown ones, whatever was seen before: the same text always gives the same."""
    ordinary = vocabulary.ordinary
    first: set[str] = set()
    letters = 0
    for token in dict.fromkeys(tokens):
        if token in ordinary or token.isdigit():
            continue
        letters += len(token)
        if len(first) == MOST_UNKNOWN or letters > MOST_UNKNOWN_LETTERS:
            break
        first.add(token)
    return first


def _laid(tokens: list[str], meant: dict[str, tuple[Reading, ...]], number: int) -> list[Piece]:
    """The pieces of the tokens where they stand, by the reading of this number or the last that there is."""
    found: list[Piece] = []
    at = before = 0
    for place, token in enumerate(tokens):
        if token in meant:
            at += sum(map(len, tokens[before:place])) + place - before
            before = place
            ways = meant[token]
            for start, end, word, trust in ways[min(number, len(ways) - 1)]:
                found.append(Piece(at + start, at + end, word, trust is not Trust.PLAIN, trust is Trust.GUESS))
    return found


def _spelled_words(text: Folded, vocabulary: Vocabulary) -> list[list[Piece]]:
    """Words whose letters stand apart: in two ways all that the letters spell, and the known words among them."""
    variants: tuple[list[Piece], list[Piece], list[Piece]] = ([], [], [])
    at = read = before = 0
    tokens = text.plain.split(" ")
    for first, last in _runs_of_letters(tokens):
        if read >= _MOST_SPELLED:
            break
        at += sum(map(len, tokens[before:first])) + first - before
        before = first
        letters, starts = _letters(tokens[first:last], at)
        read += len(letters)
        whole = _whole(letters, vocabulary)
        for number, words in enumerate([*whole, *whole][:2]):
            variants[number].append(Piece(starts[0], starts[-1] + 1, words))
        among = _among(letters, vocabulary)
        variants[2].extend(Piece(starts[begin], starts[end - 1] + 1, word) for begin, end, word in among)
    return [pieces for pieces in variants if pieces]


def _runs_of_letters(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Where two or more tokens in a row are a single letter each, first and behind the last."""
    single = {token for token in set(tokens) if len(token) < _LONGEST_OF_ONE and _is_single(token)}
    places = (place for place, token in enumerate(tokens) if token in single)
    first = last = -1
    for place in chain(places, [len(tokens) + 1]):
        if place != last:
            if last - first > 1:
                yield first, last
            first = place
        last = place + 1
        if last - first == _MOST_SPELLED:
            # No more of them are put together.
            yield first, last
            return


def _is_single(token: str) -> bool:
    letter = token.strip(_SEPARATORS)
    return len(letter) == 1 and (letter in LEET or letter == "'" or letter.isalnum())


_LONGEST_OF_ONE = 5
_MOST_SPELLED = 600
"""So many letters of one message are put together."""


def _letters(tokens: list[str], at: int) -> tuple[str, list[int]]:
    """The letters of the tokens, and where each of them stands."""
    starts, letters = [], []
    for token in tokens[:_MOST_SPELLED]:
        starts.append(at + len(token) - len(token.lstrip(_SEPARATORS)))
        letters.append(token.strip(_SEPARATORS))
        at += len(token) + 1
    return "".join(letters), starts


def _whole(letters: str, vocabulary: Vocabulary) -> list[str]:
    """What all of the letters spell, the likeliest first: as they stand, or where signs stand for letters."""
    found: list[str] = []
    for way in dict.fromkeys([letters, *readings(letters)]):
        if way in vocabulary.words and len(way) > 2:
            return [way]
        found += _parted(way, vocabulary)
    return list(dict.fromkeys(found))


def _parted(letters: str, vocabulary: Vocabulary) -> list[str]:
    """The words that the letters spell, in two ways; figures stay what they are, with `th` and the like behind them."""
    ways: tuple[list[str], list[str]] = ([], [])
    for is_letter, stretch in groupby(letters.replace("'", ""), str.isalpha):
        part = "".join(stretch)
        if is_letter and ways[0] and part[:2] in _UNITS:
            for way in ways:
                way[-1] += part[:2]
            part = part[2:]
        is_one = not is_letter or not part or part in vocabulary.ordinary
        words = [part] if is_one else [" ".join(way) for way in vocabulary.parting.ways(part)]
        if not words:
            return []
        ways[0].append(words[0])
        ways[1].append(words[-1])
    return list(dict.fromkeys(" ".join(way) for way in ways))


_UNITS = ("th", "st", "nd", "rd", "am", "pm")


def _among(letters: str, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
    """Where known words stand in the letters, as they stand or where signs stand for letters; the longest first."""
    for way in dict.fromkeys([letters, *readings(letters)]):
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(way) - 2 and len(way) == len(letters):
            ends = range(min(len(way), at + 20), at + 2, -1)
            end = next((end for end in ends if way[at:end] in vocabulary.words), 0)
            if end:
                found.append((at, end, way[at:end]))
            at = end or at + 1
        if found:
            return found
    return []
