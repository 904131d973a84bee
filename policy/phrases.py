"""The phrase language of rules and lexicons: reads one entry into the word sequences that it stands for."""

import re
from itertools import product
from math import prod
from typing import NamedTuple

from policy.fold import of_plain, plain

GAP_WORDS = 4
"""How many words ` ... ` may stand for."""
MOST_WRITTEN_OUT = 64
"""Up to so many variants an entry is written out; a longer one is found by its rarest part and then compared."""
_MOST_VARIANTS = 20_000


class PhraseError(ValueError):
    """An entry that is not in the phrase language; the message says what is wrong with it."""


class Wording(NamedTuple):
    """Words in a row, parted by one blank. `is_stem`: the last one may end in any way."""

    text: str
    is_stem: bool = False

    @property
    def length(self) -> int:
        return self.text.count(" ") + 1


class Slot(NamedTuple):
    """One place of a phrase, and the wordings that may stand there. A gap has none: up to four words of any kind."""

    wordings: frozenset[Wording]
    is_optional: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.wordings


Phrase = tuple[Slot, ...]
"""Slots that follow one another."""

_GAP = Slot(frozenset(), is_optional=True)


def check(entry: str) -> None:
    """Raises PhraseError for what is not in the phrase language. What an entry stands for is kept until `parse` is
    asked for it, since what is checked is compiled next."""
    _checked[entry] = _read(entry)


def parse(entry: str) -> tuple[Phrase, ...]:
    """The phrases that an entry stands for, together. Raises PhraseError."""
    return _checked.pop(entry, None) or _read(entry)


_checked: dict[str, tuple[Phrase, ...]] = {}


def _read(entry: str) -> tuple[Phrase, ...]:
    reader = _Reader(plain(entry))
    pieces = _sequence(reader)
    if reader.next:
        raise PhraseError(f"there is a “{reader.next}” too many in “{entry}”")
    phrases = tuple(_trimmed(phrase) for phrase in _unfolded(pieces))
    for phrase in phrases:
        if not any(not slot.is_optional for slot in phrase):
            raise PhraseError(f"nothing in “{entry}” has to be there: it would match everything")
    return phrases


def written_out(phrase: Phrase) -> tuple[Wording, ...] | None:
    """All wordings of the phrase where they are few and nothing stands open inside; None otherwise."""
    if any(slot.is_gap for slot in phrase) or any(_has_stem(slot) for slot in phrase[:-1]):
        return None
    if prod(len(slot.wordings) + slot.is_optional for slot in phrase) > MOST_WRITTEN_OUT:
        return None
    if phrase[-1].is_optional and len(phrase) > 1 and any(_has_stem(slot) for slot in phrase[-1:]):
        return None
    if len(phrase) == 1:
        return tuple(phrase[0].wordings)
    choices = [(*slot.wordings, None) if slot.is_optional else (*slot.wordings,) for slot in phrase]
    return tuple({_joined([part for part in parts if part]) for parts in product(*choices)})


def joined(parts: list[Wording]) -> Wording:
    """One wording for several in a row. Only the last may be a stem."""
    return _joined(parts)


def _joined(parts: list[Wording]) -> Wording:
    return Wording(" ".join([part.text for part in parts]), parts[-1].is_stem)


def _has_stem(slot: Slot) -> bool:
    return any(wording.is_stem for wording in slot.wordings)


# Reading. A piece is words in a row, a slot with such alternatives, or alternatives that are lists of pieces.


class _Choice(NamedTuple):
    options: "tuple[tuple[_Piece, ...], ...]"
    is_optional: bool
    is_stem: bool


_Piece = Wording | Slot | _Choice | None
"""None is a gap."""


_WORD = r"[^\W_]+"
_TOKEN = re.compile(
    # Most of an entry is words: several in a row are one token, and so are brackets with nothing else inside.
    rf"{_WORD}(?: {_WORD})*(?=[ |)\]]|$)|\({_WORD}(?:[ |]{_WORD})*\)|\[{_WORD}(?:[ |]{_WORD})*\]"
    r"|\.\.\.|[ |()\[\]*]|[^ |()\[\]*]+"
)


class _Reader:
    """Where reading stands in an entry. `next` is the next token; empty at the end."""

    __slots__ = ("_at", "_tokens", "next")

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = [*_TOKEN.findall(text), ""]
        self._at = 0
        self.next = self._tokens[0]

    @property
    def left(self) -> str:
        return "".join(self._tokens[self._at :])

    def take(self) -> str:
        """The next token, which then is read."""
        token = self.next
        self._at += 1
        self.next = self._tokens[self._at]
        return token


def _sequence(reader: _Reader) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    while reader.next not in _ENDS:
        if reader.next[0] in "([":
            pieces.append(_choice(reader))
            continue
        taken = reader.take()
        if taken == " ":
            continue
        if reader.next in _AFTER_WORD and (taken.isalnum() or taken.replace(" ", "").isalnum()):
            pieces.append(Wording(taken))
        elif taken == "...":
            pieces.append(None)
        else:
            pieces += _words(taken, reader)
    return tuple(pieces)


_ENDS = frozenset({"", "|", ")", "]"})
_AFTER_WORD = _ENDS | {" "}


def _choice(reader: _Reader) -> Slot | _Choice:
    is_optional = reader.next[0] == "["
    of_words = reader.take()[1:-1].split("|") if len(reader.next) > 1 else None
    options = _options(reader) if of_words is None else ()
    is_stem = reader.next == "*"
    if is_stem:
        reader.take()
    if reader.next not in _AFTER_WORD:
        raise PhraseError(f"a blank is missing before “{reader.left}”: only * may follow a bracket directly")
    if of_words is not None:
        return Slot(frozenset([Wording(words, is_stem) for words in of_words]), is_optional)
    return _Choice(options, is_optional, is_stem)


def _options(reader: _Reader) -> tuple[tuple[_Piece, ...], ...]:
    """What stands between brackets."""
    start = reader.left
    opening = reader.take()
    closing = ")" if opening == "(" else "]"
    options = [_sequence(reader)]
    while reader.next == "|":
        reader.take()
        options.append(_sequence(reader))
    if reader.next != closing:
        raise PhraseError(f"“{start}” opens with “{opening}” and has no “{closing}”")
    reader.take()
    if () in options:
        raise PhraseError(f"an alternative of “{start}” is empty: write [a|b] where it may be left out")
    return tuple(options)


def _words(typed: str, reader: _Reader) -> list[_Piece]:
    if reader.next[:1] in ("(", "["):
        raise PhraseError(f"a blank is missing before “{reader.left}”")
    is_stem = reader.next == "*"
    if is_stem:
        reader.take()
        if reader.next not in _AFTER_WORD:
            raise PhraseError(f"“*” stands only at a word's end, and here before “{reader.left}”")
    if typed.isalnum():
        return [Wording(typed, is_stem)]
    variants = [_split(typed)] + ([_split(typed.replace("'", ""))] if "'" in typed else [])
    if not all(variants):
        raise PhraseError(f"“{typed}” has no letter, digit or emoji: use an `re:` pattern for punctuation")
    return _one_of(variants, is_stem=is_stem)


def _split(written: str) -> list[str]:
    return of_plain(written).words.split()


def _one_of(variants: list[list[str]], *, is_stem: bool) -> list[_Piece]:
    readings: list[tuple[_Piece, ...]] = [
        tuple(Wording(word, is_stem and word is words[-1]) for word in words) for words in variants
    ]
    if len(readings) == 1:
        return list(readings[0])
    return [_Choice(tuple(readings), is_optional=False, is_stem=False)]


# From pieces to phrases: an alternative with a gap or a stem inside gets a phrase of its own.


def _unfolded(pieces: tuple[_Piece, ...]) -> list[Phrase]:
    phrases: list[Phrase] = [()]
    for piece in pieces:
        ways = _ways(piece)
        phrases = [before + way for before in phrases for way in ways]
        if len(phrases) > _MOST_VARIANTS:
            raise PhraseError("too many variants with gaps or open words in one entry: split it")
    return [_merged(phrase) for phrase in phrases]


def _ways(piece: _Piece) -> list[Phrase]:
    if piece is None:
        return [(_GAP,)]
    if isinstance(piece, Wording):
        return [(Slot(frozenset({piece})),)]
    if isinstance(piece, Slot):
        return [(piece,)]
    wordings: set[Wording] = set()
    ways: list[Phrase] = []
    for option in piece.options:
        fixed = _fixed(option)
        if fixed is not None:
            wordings.add(Wording(fixed.text, True) if piece.is_stem else fixed)
            continue
        for phrase in _unfolded(option):
            short = _as_wordings(phrase)
            if short is None:
                ways.append(_opened(phrase) if piece.is_stem else phrase)
            else:
                wordings.update(Wording(wording.text, wording.is_stem or piece.is_stem) for wording in short)
    if wordings:
        ways.append((Slot(frozenset(wordings), piece.is_optional and not ways),))
    return [*ways, ()] if (piece.is_optional and len(ways) > 1) or (piece.is_optional and not wordings) else ways


def _fixed(option: tuple[_Piece, ...]) -> Wording | None:
    """The words in a row that the alternative is, where it is no more than that."""
    if len(option) == 1:
        return option[0] if isinstance(option[0], Wording) else None
    words = [piece for piece in option if isinstance(piece, Wording)]
    if len(words) < len(option) or any(word.is_stem for word in words[:-1]):
        return None
    return Wording(" ".join([word.text for word in words]), words[-1].is_stem)


def _as_wordings(phrase: Phrase) -> set[Wording] | None:
    """The phrase as plain wordings, where it has no gap and nothing open inside."""
    if any(slot.is_gap for slot in phrase) or any(_has_stem(slot) for slot in phrase[:-1]):
        return None
    if phrase[-1].is_optional and any(_has_stem(slot) for slot in phrase):
        return None
    if prod(len(slot.wordings) + slot.is_optional for slot in phrase) > _MOST_VARIANTS:
        return None
    choices = [(*slot.wordings, None) if slot.is_optional else (*slot.wordings,) for slot in phrase]
    combined = [[part for part in parts if part] for parts in product(*choices)]
    return {_joined(parts) for parts in combined if parts}


def _opened(phrase: Phrase) -> Phrase:
    last = phrase[-1]
    return (*phrase[:-1], Slot(frozenset(Wording(wording.text, True) for wording in last.wordings), last.is_optional))


def _merged(phrase: Phrase) -> Phrase:
    """Neighbouring slots with a single closed wording each become one."""
    merged: list[Slot] = []
    for slot in phrase:
        if merged and _is_fixed(merged[-1]) and _is_single(slot):
            (first,), (second,) = merged[-1].wordings, slot.wordings
            merged[-1] = Slot(frozenset({_joined([first, second])}))
        else:
            merged.append(slot)
    return tuple(merged)


def _is_single(slot: Slot) -> bool:
    return len(slot.wordings) == 1 and not slot.is_optional


def _is_fixed(slot: Slot) -> bool:
    return _is_single(slot) and not _has_stem(slot)


def _trimmed(phrase: Phrase) -> Phrase:
    """Without gaps at either end, and with only one where several follow each other."""
    kept: list[Slot] = []
    for slot in phrase:
        if not (slot.is_gap and (not kept or kept[-1].is_gap)):
            kept.append(slot)
    while kept and kept[-1].is_gap:
        kept.pop()
    return tuple(kept)
