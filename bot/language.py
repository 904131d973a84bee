"""Which language an answer comes in, and words without the accents that people leave out."""

import re
import unicodedata

from policy.words import Lang

# Words too common to leave out of a sentence, and none that both languages have.
_ENGLISH = frozenset(
    [
        "the",
        "an",
        "of",
        "to",
        "in",
        "and",
        "is",
        "are",
        "it",
        "for",
        "on",
        "with",
        "my",
        "your",
        "you",
        "i",
        "we",
        "they",
        "this",
        "that",
        "these",
        "can",
        "could",
        "may",
        "should",
        "what",
        "when",
        "where",
        "who",
        "how",
        "why",
        "which",
        "do",
        "does",
        "did",
        "not",
        "have",
        "has",
        "from",
        "about",
        "at",
        "by",
        "if",
        "or",
        "please",
        "want",
        "need",
        "our",
        "there",
        "will",
        "would",
    ]
)
_SPANISH = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "unos",
        "unas",
        "de",
        "del",
        "que",
        "y",
        "en",
        "por",
        "para",
        "con",
        "es",
        "son",
        "mi",
        "mis",
        "su",
        "sus",
        "tu",
        "se",
        "lo",
        "le",
        "les",
        "como",
        "cuando",
        "donde",
        "quien",
        "cual",
        "puedo",
        "puede",
        "podemos",
        "debo",
        "hay",
        "esto",
        "esta",
        "este",
        "eso",
        "al",
        "pero",
        "si",
        "ya",
        "muy",
        "mas",
        "hasta",
        "desde",
        "sobre",
        "quiero",
        "necesito",
        "nos",
        "ser",
        "estar",
        "fue",
        "hola",
        "gracias",
        "porque",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")
_SPELT = re.compile(r"\b[^\W\d_](?: [^\W\d_]\b){2,}")
"""Letters set apart, as in `s t o p`: none of them is a word."""


def plain(words: str) -> str:
    """The words in small letters and without accents: `Cláusula` and `clausula` are one."""
    decomposed = unicodedata.normalize("NFD", words.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def spoken(words: str) -> Lang | None:
    """The language that the words are in, or None where nothing tells."""
    start = words[:2_000]
    found = _WORD.findall(_SPELT.sub("", plain(start)))
    english = sum(word in _ENGLISH for word in found)
    spanish = sum(word in _SPANISH for word in found) + sum(char in "ñ¿¡áéíóú" for char in start.casefold())
    if english == spanish:
        return None
    return Lang.EN if english > spanish else Lang.ES


def is_common(word: str) -> bool:
    """Whether the word stands in any sentence and tells nothing of what it is about."""
    return len(word) < 2 or word in _ENGLISH or word in _SPANISH
