"""Words written by ear, in English and Spanish: what sounds alike has one key."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

_BEGINNINGS = (("kn", "n"), ("wr", "r"), ("ps", "s"), ("x", "s"))
_SOUNDS = (
    *(("sch", "sk"), ("tch", "ch"), ("ght", "t"), ("ph", "f"), ("gh", "g"), ("ck", "k"), ("que", "ke"), ("qui", "ki")),
    *(("qu", "k"), ("gue", "ge"), ("gui", "gi"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ch", "1"), ("sh", "2")),
    *(("th", "d"), ("h", ""), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("v", "b"), ("ll", "i"), ("ñ", "ni")),
    *(("y", "i"), ("w", "u"), ("ee", "i"), ("ea", "i"), ("ie", "i"), ("oo", "u"), ("ou", "u")),
)
"""In this order: what a reader of either language hears as the same. Figures stand for sounds without a letter."""
SHORT = {
    **dict.fromkeys(("yu", "yuo", "yew", "yoo"), "you"),
    **dict.fromkeys(("yer", "yur", "yor", "ure"), "your"),
    **dict.fromkeys(("teh", "hte", "da", "duh"), "the"),
    "iz": "is",
    "wut": "what",
    "wat": "what",
    "dis": "this",
    "dat": "that",
    "dem": "them",
    "wen": "when",
    "luv": "love",
    "nite": "night",
    "thru": "through",
    "ke": "que",
    "qe": "que",
    "ki": "qui",
    "aki": "aqui",
    "kien": "quien",
    "boi": "voy",
    "ba": "va",
    "bas": "vas",
    "ban": "van",
    "bamos": "vamos",
    "bes": "ves",
    "bida": "vida",
    "llo": "yo",
    "lla": "ya",
    "wo": "who",
    "bos": "vos",
    "asta": "hasta",
    "ber": "ver",
    "ola": "hola",
    "oi": "hoy",
    "abla": "habla",
    "ablar": "hablar",
    "iso": "hizo",
    "mui": "muy",
    "ase": "hace",
    "ai": "ahi",
}
"""Short words as they are written by ear; those of three letters and less have too many neighbours to be guessed."""


_SWAPPED = frozenset({"bv", "cs", "cz", "sz", "ck", "kq", "cq", "gj", "iy"})


def is_same_to_the_ear(one: str, other: str) -> bool:
    """Whether the words differ only in letters that Spanish does not tell apart: boten and voten, caza and casa."""
    pairs = {"".join(sorted(pair)) for pair in zip(one, other, strict=False) if pair[0] != pair[1]}
    return len(one) == len(other) and pairs <= _SWAPPED


def sound_of(word: str) -> str:
    """The key of a word of the plain view: no doubled sounds, no mute `e` at the end."""
    for written, heard in _BEGINNINGS:
        if word.startswith(written):
            word = heard + word[len(written) :]
            break
    for written, heard in _SOUNDS:
        if written in word:
            word = word.replace(written, heard)
    if len(set(word)) < len(word):
        word = "".join([letter for letter, before in zip(word, " " + word, strict=False) if letter != before])
    return word.removesuffix("e")


class BySound:
    """Words of three letters or more, by what is heard; sorted when somebody first writes a word that nobody knows."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if len(word) > 2]

    def like(self, word: str) -> list[str]:
        """The words that sound like this one."""
        return self._by_key.get(sound_of(word), _NONE)

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            found[sound_of(word)].append(word)
        return dict(found)


_NONE: list[str] = []
