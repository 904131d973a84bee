"""Splits a plain view into the pieces of words that the encoder knows (BERT's WordPiece, uncased)."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_LONGEST_WORD = 100
_FIRST_CJK, _LAST_CJK = 0x4E00, 0x9FFF


_LONGEST_CHUNK = 40
"""Longer ones are not remembered: they would take memory without end."""
Split = tuple[tuple[int, ...], tuple[str, ...]]
"""The pieces of a stretch of text, and its words."""


class WordPiece:
    """Pieces as numbers. Greedy, longest first; a word that cannot be put together is one unknown piece."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._pieces = vocabulary
        self.begin, self.part, self.unknown = vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[UNK]"]
        self.end = self.part
        self._of_word = lru_cache(maxsize=1 << 14)(self._split)
        self._of_chunk = lru_cache(maxsize=1 << 13)(self._taken_apart)

    def ids(self, text: str) -> list[int]:
        """The pieces of all words of the text, in order."""
        return [piece for word in words_of(text) for piece in self._of_word(word)]

    def of_chunk(self, text: str) -> Split:
        """The same as `ids` and `words_of` say of the text, in one step: most chunks were in other messages before."""
        return self._of_chunk(text) if len(text) <= _LONGEST_CHUNK else self._taken_apart(text)

    def of_word(self, word: str) -> tuple[int, ...]:
        """The pieces of one word as `words_of` gives it."""
        return self._of_word(word)

    def _taken_apart(self, text: str) -> Split:
        words = tuple(words_of(text))
        return tuple([piece for word in words for piece in self._of_word(word)]), words

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self.unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            lead = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if lead + word[start:end] in self._pieces), 0)
            if not end:
                return (self.unknown,)
            found.append(self._pieces[lead + word[start:end]])
            start = end
        return tuple(found)


def words_of(text: str) -> list[str]:
    """The words and single punctuation marks of the text, lower-case and without accents."""
    if not text.isascii():
        text = "".join(_cleaned(letter) for letter in unicodedata.normalize("NFD", text.lower()))
    else:
        text = text.lower()
    return text.translate(_APART).split()


@lru_cache(maxsize=8192)
def _cleaned(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Mn" or letter == "\ufffd" or (kind[0] == "C" and letter not in "\t\n\r"):
        return ""
    if kind[0] == "P" or _FIRST_CJK <= ord(letter) <= _LAST_CJK:
        return f" {letter} "
    return " " if kind == "Zs" else letter


_APART = {
    **{code: f" {chr(code)} " for code in (*range(33, 48), *range(58, 65), *range(91, 97), *range(123, 127))},
    **dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127)),
}
