"""By what a channel looks like a school's, and what its form of registration may be filled in with. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.language import plain
from bot.records.unregistered import Sign
from policy.message import ChannelKind
from policy.pack import ChannelHints

_WORD = re.compile(r"[a-z0-9]+")
TELLING = 4
"""Letters from which on a word of a class's or school's name tells it from others."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The words of the district's classes, to look names up in."""

    by_word: Mapping[str, tuple[frozenset[str], ...]]

    def has(self, words: Iterable[str]) -> bool:
        """Whether a class's name stands in these words: two telling words of it, or its only one."""
        given = frozenset(words)
        return any(len(title & given) >= min(2, len(title)) for word in given for title in self.by_word.get(word, ()))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a channel's name, in lower case and without accents."""
    return tuple(_WORD.findall(plain(name)))


def classes_of(titles: Iterable[str], hints: ChannelHints) -> Classes:
    """The classes of these titles. Words that stand in every other title (class, period) tell nothing."""
    found: dict[str, list[frozenset[str]]] = {}
    for title in titles:
        words = frozenset(w for w in words_of(title) if len(w) >= TELLING and hints.kind_of((w,)) is None)
        for word in words:
            found.setdefault(word, []).append(words)
    return Classes({word: tuple(titles) for word, titles in found.items()})


def signs_of(name: str, hints: ChannelHints, classes: Classes, *, families: int, is_of_staff: bool) -> tuple[Sign, ...]:
    """The signs that a channel of that name shows. `families` counts students and parents in it."""
    words = words_of(name)
    shown = {
        Sign.NAME: hints.kind_of(words) is not None,
        Sign.CLASS: classes.has(words),
        Sign.FAMILIES: families >= hints.families,
        Sign.STAFF: is_of_staff,
    }
    return tuple(sign for sign, is_shown in shown.items() if is_shown)


def looks_sponsored(signs: Iterable[Sign]) -> bool:
    """Whether so many signs are enough: a name alone is not, nor that staff made it."""
    shown = set(signs)
    by_name, by_people = shown & {Sign.NAME, Sign.CLASS}, shown & {Sign.FAMILIES, Sign.STAFF}
    return bool(by_name and by_people) or len(by_people) > 1


def kind_in(name: str, hints: ChannelHints, classes: Classes | None = None) -> ChannelKind | None:
    """The kind of channel that the name speaks for."""
    kind = hints.kind_of(words_of(name))
    return ChannelKind.CLASS if kind is None and classes is not None and classes.has(words_of(name)) else kind


def school_in(name: str, schools: Iterable[str]) -> str:
    """The one school that the name speaks of, by a word that no other school has or by its initials; else nothing."""
    known = {school: words_of(school) for school in schools}
    given = set(words_of(name))
    found = set()
    for school, words in known.items():
        others = {word for other, theirs in known.items() if other != school for word in theirs}
        telling = {word for word in words if len(word) >= TELLING} - others
        initials = "".join(word[0] for word in words)
        if telling & given or (len(initials) > 1 and initials in given):
            found.add(school)
    return found.pop() if len(found) == 1 else ""
