"""Undoes what makes the same words look different: case, accents, look-alike letters, invisible characters."""

import re
import unicodedata
from bisect import bisect_left
from itertools import accumulate
from string import ascii_letters

from policy.letters import COUNTRIES, LOOKALIKES, PLAINER
from policy.verdict import Span
from policy.way_back import WayBack


class Folded:
    """A text as typed, its plain view, and the way back.

    `plain` is lower-case Latin without accents (ñ stays), invisible characters or runs of blanks; emoji stand apart.
    `words` is `plain` with a blank for all that is no part of a word, and one more blank at either end; `raw` what
    `plain` was before runs of blanks were made one, where it had any.
    """

    __slots__ = ("_back", "_blanks", "_raw", "_token_set", "_tokens", "is_same", "plain", "typed", "words")

    def __init__(self, typed: str, plain: str, words: str, *, is_same: bool, raw: bytes | str | None = None) -> None:
        self.typed = typed
        self.plain = plain
        self.words = words
        self.is_same = is_same
        self._raw = raw
        self._back: WayBack | None = None
        self._tokens: list[str] | None = None
        self._token_set: frozenset[str] | None = None
        self._blanks: list[int] | None = None

    @property
    def tokens(self) -> list[str]:
        """The words in order; an empty one stands where punctuation parts two words."""
        if self._tokens is None:
            self._tokens = self.words[1:-1].split(" ")
        return self._tokens

    @property
    def token_set(self) -> frozenset[str]:
        """The different words."""
        if self._token_set is None:
            self._token_set = frozenset(self.words.split())
        return self._token_set

    def blanks(self, start: int, end: int) -> int:
        """How many blanks are in `plain[start:end]`. In a long text they are counted once."""
        if end - start < _FAR:
            return self.plain.count(" ", start, end)
        if self._blanks is None:
            ends = accumulate(map(len, self.plain.split(" ")))
            self._blanks = [number + end for number, end in enumerate(ends)]
        return bisect_left(self._blanks, end) - bisect_left(self._blanks, start)

    def span(self, start: int, end: int) -> Span:
        """The typed characters behind `plain[start:end]`, with the marks that sit on the last of them."""
        # Up to here nothing is left out or put in, and no mark follows.
        if self.is_same or (
            end < _FAR and self.typed[: end + 1].isascii() and self.typed[:end].lower() == self.plain[:end]
        ):
            return Span(start, end)
        back = self._way_back()
        last = back.origin(end - 1) + 1
        while last < len(self.typed) and unicodedata.category(self.typed[last]) in ("Mn", "Me"):
            last += 1
        return Span(back.origin(start), last)

    def view(self, start: int, end: int) -> tuple[int, int]:
        """Where in `plain` the typed characters `start` up to `end` went."""
        if self.is_same:
            return start, end
        back = self._way_back()
        return back.place(start), back.place(end)

    def _way_back(self) -> WayBack:
        if self._back is None:
            self._back = WayBack(_lengths(self.typed), self._raw)
        return self._back


def fold(typed: str) -> Folded:
    """The text with its plain view. Any text at all may come in; the same text always gives the same view."""
    if typed.isascii():
        return _of_bytes(typed, typed.encode().translate(_PLAIN_BYTES))
    try:
        quick = typed.encode("cp1252").translate(_PLAIN_BYTES)
    except UnicodeEncodeError:
        return _fold_rare(typed)
    return _fold_slowly(typed, set(typed)) if b"\0" in quick else _of_bytes(typed, quick)


def _of_bytes(typed: str, quick: bytes) -> Folded:
    """The text whose plain view has a byte for each of its characters."""
    raw = quick if b"  " in quick else None
    if raw is not None:
        quick = _collapsed(quick)
    words = quick.translate(_WORD_BYTES).decode("latin-1")
    return Folded(typed, quick.decode("latin-1"), f" {words} ", is_same=raw is None, raw=raw)


def _fold_rare(typed: str) -> Folded:
    """A text with a few signs that Windows-1252 does not have, such as emoji: a byte stands in for each of them."""
    letters = set(typed)
    rare = {letter for letter in letters if not letter.isascii()} if len(letters) < _MANY else letters
    if len(rare) > _MOST_RARE or not (rare.isdisjoint(_NEEDS_CARE) and rare.isdisjoint(_STAND_INS)):
        return _fold_slowly(typed, letters)
    view = typed
    shown: list[tuple[str, str]] = []
    for letter in rare:
        out = _LATIN[ord(letter)]
        if not out.isascii():
            sign = out.strip(" ")
            if len(sign) > 1 or len(shown) == len(_STAND_INS):
                return _fold_slowly(typed, letters)
            stand_in = _STAND_INS[len(shown)]
            shown.append((stand_in, sign))
            out = out.replace(sign, stand_in)
        view = view.replace(letter, out)
    quick = view.encode("latin-1").translate(_ASCII_BYTES)
    raw = quick if b"  " in quick else None
    if raw is not None:
        quick = _collapsed(quick)
    plain, words = quick.decode("latin-1"), quick.translate(_RARE_WORD_BYTES).decode("latin-1")
    for stand_in, sign in shown:
        plain, words = plain.replace(stand_in, sign), words.replace(stand_in, _WORDS[ord(sign)])
    return Folded(typed, plain, f" {words} ", is_same=False, raw=raw)


def of_plain(view: str) -> Folded:
    """What is already a plain view, taken as it stands."""
    return Folded(view, view, f" {_words(view)} ", is_same=True)


def plain(typed: str) -> str:
    """The plain view alone."""
    return fold(typed).plain


def _fold_slowly(typed: str, letters: set[str]) -> Folded:
    raw = "".join([piece.translate(table) for piece, table in _pieces(typed, letters)])
    view = _collapse(raw)
    return Folded(typed, view, f" {_words(view)} ", is_same=False, raw=None if len(raw) == len(view) else raw)


def _words(view: str) -> str:
    try:
        return view.encode("latin-1").translate(_WORD_BYTES).decode("latin-1")
    except UnicodeEncodeError:
        return view.translate(_WORDS)


def _collapse(view: str) -> str:
    while "  " in view:
        view = view.replace("  ", " ")
    return view


def _collapsed(view: bytes) -> bytes:
    while b"  " in view:
        view = view.replace(b"  ", b" ")
    return view


def _lengths(typed: str) -> bytes | None:
    """How many characters each typed one became, before runs of blanks were made one; None where it is one each."""
    letters = set(typed)
    if not letters.isdisjoint(_NEEDS_CARE):
        return "".join([piece.translate(table.lengths) for piece, table in _pieces(typed, letters)]).encode("latin-1")
    other = [letter for letter in letters if len(_LATIN[ord(letter)]) != 1]
    if not other:
        return None
    if len(other) > len(_STAND_INS):
        return typed.translate(_LATIN.lengths).encode("latin-1")
    # Few signs are quicker to replace than all letters to look up.
    view = typed
    for mark in letters.intersection(_STAND_INS):
        view = view.replace(mark, " ")
    for letter in other:
        view = view.replace(letter, _STAND_INS[len(_LATIN[ord(letter)])])
    return view.encode("latin-1", "replace").translate(_LENGTH_BYTES)


def _pieces(typed: str, letters: set[str]) -> "list[tuple[str, _Table]]":
    """The text, with flags and composed ñ made plain, in stretches that read as Latin or as their own alphabet.
    `letters` are all that it has."""
    if letters.isdisjoint(_NEEDS_CARE):
        return [(typed, _LATIN)]
    read = typed.replace(f"n{_TILDE}", "ñ\u200b").replace(f"N{_TILDE}", "Ñ\u200b")
    if not letters.isdisjoint(_FLAG_LETTERS):
        read = _without_flags(read)
    if letters.isdisjoint(_FOREIGN):
        return [(read, _LATIN)]
    return [_as_written(word) for word in read.replace(" ", " \uffff").split("\uffff")]


def _as_written(word: str) -> "tuple[str, _Table]":
    """In a text that is written in another alphabet, only a word that mixes alphabets is taken for a disguise."""
    return word, _OWN if _ASCII_LETTERS.isdisjoint(word) else _LATIN


def _without_flags(read: str) -> str:
    """Blanks in place of flags; letters that spell no flags stay."""
    parts = _FLAGS.split(read)
    shown = {stretch: " " * len(stretch) if _are_flags(stretch) else stretch for stretch in {*parts[1::2]}}
    parts[1::2] = map(shown.__getitem__, parts[1::2])
    return "".join(parts)


def _are_flags(letters: str) -> bool:
    return len(letters) % 2 == 0 and all(letters[at : at + 2] in _COUNTRIES for at in range(0, len(letters), 2))


_MOST_REMEMBERED = 65536
_MANY = 1_000
_MOST_RARE = 100
"""More different letters are quicker to look up one by one than to replace in turn."""
_FAR = 1_000
_LONGEST_OF_LETTER = 6
"""A sign that stands for more letters, such as a whole Arabic phrase, is left as it is."""
_TILDE = "\u0303"
_FLAG_LETTERS = frozenset(chr(code) for code in range(0x1F1E6, 0x1F200))
_COUNTRIES = frozenset("".join([chr(ord(letter) - ord("a") + 0x1F1E6) for letter in code]) for code in COUNTRIES)
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cs", "Co", "Cn"})
_LATIN_OF = {letter: latin for latin, letters in LOOKALIKES.items() for letter in letters}
_FIXED = {
    **{sign: plain_sign for plain_sign, signs in PLAINER.items() for sign in signs},
    **{letter: chr(ord(letter) - 0x1F1E6 + ord("a")) for letter in _FLAG_LETTERS},
    "ñ": "ñ",
    "Ñ": "ñ",
}
_FOREIGN = frozenset(
    letter for letter in map(chr, range(0x370, 0x530)) if letter.isalpha() and letter.casefold() not in _LATIN_OF
)
"""Greek and Cyrillic letters that pass for no Latin one: who uses them writes that language."""
_NEEDS_CARE = _FOREIGN | _FLAG_LETTERS | {_TILDE}


class _Table(dict[int, str]):
    """A table for `str.translate` that works out a character when it is first met."""

    def __init__(self, *, reads_lookalikes: bool) -> None:
        super().__init__()
        self.lengths = _Lengths(self)
        self._reads_lookalikes = reads_lookalikes

    def __missing__(self, code: int) -> str:
        out = _plain_letter(chr(code), reads_lookalikes=self._reads_lookalikes)
        if len(self) < _MOST_REMEMBERED:
            self[code] = out
        return out


class _Lengths(dict[int, str]):
    """For each character one whose code is the length of what the table makes of it."""

    def __init__(self, table: dict[int, str]) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, code: int) -> str:
        out = chr(len(self._table[code]))
        if len(self) < _MOST_REMEMBERED:
            self[code] = out
        return out


class _WordTable(dict[int, str]):
    """Keeps what belongs to words, and emoji, which stand apart already; all else becomes a blank."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        is_kept = letter.isalnum() or (code > 0xFF and unicodedata.category(letter) in ("So", "Sk", "Mc"))
        out = letter if is_kept else " "
        if len(self) < _MOST_REMEMBERED:
            self[code] = out
        return out


def _plain_letter(letter: str, *, reads_lookalikes: bool) -> str:
    if letter in _FIXED:
        return _FIXED[letter]
    category = unicodedata.category(letter)
    if category == "Lo" and not unicodedata.decomposition(letter) and letter not in _LATIN_OF:
        return letter
    if category in _INVISIBLE or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return ""
    if category[0] == "Z" or category == "Cc":
        return " "
    if reads_lookalikes and letter in _LATIN_OF:
        return _LATIN_OF[letter]
    return _decomposed(letter, category, reads_lookalikes=reads_lookalikes)


def _decomposed(letter: str, category: str, *, reads_lookalikes: bool) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    out = "".join(part for part in parts if unicodedata.category(part) not in _INVISIBLE)
    if len(out) > _LONGEST_OF_LETTER:
        return letter
    if reads_lookalikes:
        out = "".join(_LATIN_OF.get(part, _FIXED.get(part, part)) for part in out)
    return f" {out} " if category in ("So", "Sk") and letter > "\xff" and not out.isascii() else out


def _byte_tables() -> tuple[bytes, bytes]:
    """The same folding for the characters of Windows-1252, a byte each; a zero byte asks for the long way."""
    plain_bytes, word_bytes = bytearray(256), bytearray(b" " * 256)
    for code in range(256):
        letter = bytes([code]).decode("cp1252", "ignore")
        out = _plain_letter(letter, reads_lookalikes=True).encode("latin-1", "ignore") if letter else b""
        plain_bytes[code] = out[0] if len(out) == 1 else 0
        if bytes([code]).decode("latin-1").isalnum():
            word_bytes[code] = code
    return bytes(plain_bytes), bytes(word_bytes)


_FLAGS = re.compile("([\U0001f1e6-\U0001f1ff]+)")  # one class of characters, so that nothing can backtrack
_ASCII_LETTERS = frozenset(ascii_letters)
_STAND_INS = "".join(map(chr, range(0x80, 0xA0)))
"""What no plain view has: control characters, which become blanks."""
_LATIN = _Table(reads_lookalikes=True)
_OWN = _Table(reads_lookalikes=False)
_WORDS = _WordTable()
_PLAIN_BYTES, _WORD_BYTES = _byte_tables()
_ASCII_BYTES = _PLAIN_BYTES[:0x80] + bytes(range(0x80, 0x100))
_LENGTH_BYTES = bytes([code - 0x80 if 0x80 <= code < 0xA0 else 1 for code in range(256)])
_RARE_WORD_BYTES = _WORD_BYTES[:0x80] + bytes(range(0x80, 0xA0)) + _WORD_BYTES[0xA0:]
