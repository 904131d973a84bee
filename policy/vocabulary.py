"""The words that a disguise may be read as, and the ways to look one up: stretched, misspelt, by sound, by its ends."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from operator import eq
from typing import TypeVar

from policy.common_words import COMMON
from policy.letters import ORDINARY_DOUBLES
from policy.run_together import Parting
from policy.sounds import BySound

_Key = TypeVar("_Key")
_STEM = 4
"""Stems that are shorter would find something in every other word."""
_NO_STEMS: tuple[str, ...] = ()
LONGEST = 40
"""Longer words are no words."""
_LONGEST_OF_STEM = 15
"""Longer ones that begin like a known word are several words run together."""
_SHORTEST_MISSPELT = 4
_MOST_REMEMBERED = 50_000


class Trust(Enum):
    """How sure it is that letters stand for a word: only stretched, surely disguised, or perhaps another word."""

    PLAIN = "plain"
    SURE = "sure"
    GUESS = "guess"


Guess = tuple[str, Trust]
Reading = tuple[tuple[int, int, str, Trust], ...]
"""Stretches of a token that read as other words: start, end, words, how sure that is."""


@dataclass(slots=True)
class _Memory:
    """What tokens were found to mean. It only saves time: the same token always means the same."""

    nothing: set[str] = field(default_factory=set)
    meant: dict[str, tuple[Reading, ...]] = field(default_factory=dict)

    def keep(self, token: str, readings: tuple[Reading, ...]) -> None:
        if len(self.nothing) + len(self.meant) >= _MOST_REMEMBERED:
            self.nothing, self.meant = set(), {}
        if readings:
            self.meant[token] = readings
        else:
            self.nothing.add(token)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words` are those that phrases are made of, `ordinary` all that need no second look; `by_squeezed` has those of
    `words` that have a doubled letter."""

    words: frozenset[str]
    ordinary: frozenset[str]
    parting: Parting
    stems: dict[str, tuple[str, ...]]
    by_squeezed: dict[str, tuple[str, ...]]
    by_ends: dict[tuple[int, str, str], tuple[str, ...]]
    by_sound: BySound
    memory: _Memory = field(default_factory=_Memory, compare=False)

    def is_ordinary(self, word: str) -> bool:
        """Whether the word is what it seems."""
        return word in self.ordinary or (len(word) < _LONGEST_OF_STEM and word.isalpha() and self.has_stem_of(word))

    def has_stem_of(self, word: str) -> bool:
        return word.startswith(self.stems.get(word[:_STEM], _NO_STEMS))

    def is_sought(self, word: str) -> bool:
        """Whether phrases have the word."""
        return word in self.words or self.has_stem_of(word)

    def stretched(self, word: str) -> str | None:
        """The known word of which this one has some letters repeated."""
        if len(word) > LONGEST or True not in map(eq, word, word[1:]):
            return None
        squeezed = squeeze(word)
        if any(_is_stretched(word, ordinary) for ordinary in _ORDINARY.get(squeezed, ())):
            return None
        fitting = [known for known in self.by_squeezed.get(squeezed, ()) if _is_stretched(word, known)]
        if fitting:
            return max(fitting, key=len)
        is_word = len(squeezed) > 2 and squeezed in self.words
        return squeezed if is_word else self._stretched_stem(word, squeezed)

    def _stretched_stem(self, word: str, squeezed: str) -> str | None:
        """The word with its long runs made two or one, where a known stem begins it."""
        if len(word) >= _LONGEST_OF_STEM:
            return None
        halved = "".join("".join(run)[:2] for _, run in groupby(word))
        single = (word[:at] + word[at + 1 :] for at in range(len(word) - 1) if word[at] == word[at + 1])
        shorter = (short for short in (halved, *single, squeezed) if short != word)
        return next((short for short in shorter if self.is_sought(short)), None)

    def starred(self, core: str) -> str | None:
        """The known word behind stars, where its first and last letter show and only one word fits."""
        fitting = [
            word
            for word in self.by_ends.get((len(core), core[0], core[-1]), ())
            if word in self.words and all(shown in ("*", letter) for shown, letter in zip(core, word, strict=True))
        ]
        return fitting[0] if len(fitting) == 1 else None

    def misspelt(self, word: str) -> Iterator[Guess]:
        """The words that this one may be with two letters swapped, or one inside left out, or one too many."""
        if not _SHORTEST_MISSPELT - 1 <= len(word) <= LONGEST:
            return
        words, stems = self.words, self.stems
        for at in range(len(word) - 1):
            first, second = word[at], word[at + 1]
            if first == second:
                continue
            swapped = f"{word[:at]}{second}{first}{word[at + 2 :]}"
            if swapped in words or swapped.startswith(stems.get(swapped[:_STEM], _NO_STEMS)):
                yield swapped, _trust(len(word) > 4)
        if len(word) >= _SHORTEST_MISSPELT:
            for known in self._one_longer(word):
                yield known, _trust(len(known) > 5)
        if len(word) > _SHORTEST_MISSPELT:
            for at in range(1, len(word) - 1):
                short = word[:at] + word[at + 1 :]
                if short in self.words:
                    yield short, _trust(len(short) > 5)

    def _one_longer(self, word: str) -> Iterator[str]:
        """The known words of which this one has all letters but one inside."""
        half = len(word) // 2
        head, tail = word[:half], word[half:]
        for known in self.by_ends.get((len(word) + 1, word[0], word[-1]), ()):
            # What is left out is in one half, so the other one stands as it is.
            if known.startswith(head):
                more, left = known[half:], tail
            elif known.endswith(tail):
                more, left = known[: half + 1], head
            else:
                continue
            if any(more[:at] + more[at + 1 :] == left for at in range(len(more))):
                yield known

    def sounding_like(self, word: str) -> Iterator[Guess]:
        if 2 < len(word) <= LONGEST and not any(letter * 3 in word for letter in set(word)):
            for known in self.by_sound.like(word):
                is_alike = len(known) > 3 and (
                    _vowels(known) == _vowels(word) != "" or _consonants(known) == _consonants(word)
                )
                is_near = min(len(known), len(word)) > 4 or known in COMMON or is_alike
                if is_near and abs(len(known) - len(word)) < 3:
                    yield known, _trust(len(word) > 4 and len(known) > 4)

    def is_inflected(self, word: str) -> bool:
        """Whether the word is an ordinary one with an ending that this vocabulary has not met."""
        ordinary = self.ordinary
        for size in range(1, min(_LONGEST_ENDING, len(word) - 3) + 1):
            ending = word[-size:]
            instead = _INSTEAD.get(ending)
            if instead is None:
                continue
            stem = word[:-size]
            if ending in _CLITICS and stem[-1] not in "aeiourn":
                continue
            if any(stem + more in ordinary for more in instead) or _halved(stem) in ordinary:
                return True
        return False


_ENDINGS = (
    ("ed", ("e",)),
    *((ending, ("", "e")) for ending in ("s", "es", "ed", "ing", "in", "er", "ers", "ly", "y", "est", "ness")),
    *((ending, ("", "o", "a", "e", "ar", "er", "ir")) for ending in ("ito", "ita", "itos", "itas", "ando", "iendo")),
    *((ending, ("ar", "er", "ir")) for ending in ("o", "a", "as", "an", "e", "en")),
    *((ending, ("", "ar", "er", "ir")) for ending in ("aba", "aron", "ado", "ada")),
    *((ending, ("", "a", "o", "e")) for ending in ("mente", "lo", "la", "los", "las", "le", "les", "me", "te", "se")),
)
"""Endings of either language, and what may stand in their place in the word that is known."""
_INSTEAD = {
    ending: tuple(dict.fromkeys(more for other, instead in _ENDINGS if other == ending for more in instead))
    for ending, _ in _ENDINGS
}
_ENDINGS_OF_STEMS = ("", "o", "a", "os", "as", "e", "ed", "er", "ing")
_LONGEST_ENDING = max(map(len, _INSTEAD))
_CLITICS = frozenset({"lo", "la", "los", "las", "le", "les", "me", "te", "se"})
"""They stand behind a verb."""


def _vowels(word: str) -> str:
    return "".join(letter for letter in word if letter in "aeiou")


def _consonants(word: str) -> str:
    return "".join(letter for letter in word if letter not in "aeiou")


def _halved(stem: str) -> str:
    """`stopp` of stopped as stop."""
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else ""


def _trust(is_sure: bool) -> Trust:
    return Trust.SURE if is_sure else Trust.GUESS


def vocabulary_of(words: Iterable[str], ordinary: Sequence[Sequence[str]] = ()) -> Vocabulary:
    """The vocabulary; of `words`, those of the phrases, one that ends with `*` is a stem.

    `ordinary` are the words of each language, the commonest first.
    """
    every = [word for word in words if word.rstrip("*").isalpha()]
    closed = frozenset(word for word in every if not word.endswith("*"))
    # A set made of a set is as large as need be, one that grows is twice that.
    all_ordinary = frozenset(set(closed).union(ORDINARY_DOUBLES, *ordinary))
    squeezed: dict[str, list[str]] = defaultdict(list)
    ends: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    stems: dict[str, list[str]] = defaultdict(list)
    whole_stems = sorted(word[:-1] for word in every if word.endswith("*") and len(word) > _STEM)
    for stem in whole_stems:
        stems[stem[:_STEM]].append(stem)
    for word in sorted(closed):
        if squeeze(word) != word:
            squeezed[squeeze(word)].append(word)
    sought = sorted({*closed, *whole_stems})
    for word in sought:
        if len(word) > 3:
            ends[len(word), word[0], word[-1]].append(word)
    return Vocabulary(
        words=closed,
        ordinary=all_ordinary,
        parting=Parting(ordinary, [*closed, *(word for stem in whole_stems for word in _ended(stem, all_ordinary))]),
        stems=_frozen(stems),
        by_squeezed=_frozen(squeezed),
        by_ends=_frozen(ends),
        by_sound=BySound(sought),
    )


def _ended(stem: str, ordinary: frozenset[str]) -> Iterable[str]:
    """The words of a stem as they are run together with others."""
    return (stem + ending for ending in (("", "s") if stem in ordinary else _ENDINGS_OF_STEMS))


def squeeze(word: str) -> str:
    """The word with each run of a letter made one."""
    if len(set(word)) == len(word):
        return word
    return "".join(letter for letter, _ in groupby(word))


def _frozen(found: dict[_Key, list[str]]) -> dict[_Key, tuple[str, ...]]:
    return {key: tuple(words) for key, words in found.items()}


def _is_stretched(word: str, known: str) -> bool:
    """Whether `word` is `known` with some letters repeated; both are the same when squeezed."""
    runs = zip(groupby(word), groupby(known), strict=True)
    return all(len(list(have)) >= len(list(need)) for (_, have), (_, need) in runs)


_ORDINARY: dict[str, list[str]] = defaultdict(list)
for _word in sorted(ORDINARY_DOUBLES):
    _ORDINARY[squeeze(_word)].append(_word)
