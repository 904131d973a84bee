"""Twenty ways to hide what a message says, each made anew from a seed, to measure how many are still caught."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from random import Random
from string import digits

from policy.letters import LOOKALIKES
from policy.message import Context, Link, Message, Said
from policy.word_list import word_set

Seen = tuple[Message, Context]
Obfuscation = Callable[[Message, Context, Random], Seen | None]
"""The message and its context in disguise, or None where there is nothing in it to disguise in this way."""


def obfuscated(family: str, message: Message, context: Context, chance: Random) -> Seen | None:
    """The message in one of `FAMILIES`, or None where it has nothing that could be hidden so."""
    seen = FAMILIES[family](message, context, chance)
    return None if seen is None or seen == (message, context) else seen


def _typed(disguise: Callable[[str, Random], str | None]) -> Obfuscation:
    """An obfuscation that only types the text in another way."""

    def of_message(message: Message, context: Context, chance: Random) -> Seen | None:
        text = disguise(message.text, chance)
        return None if text is None else (replace(message, text=text), context)

    return of_message


def _in_words(disguise: Callable[[str, Random], str], shortest: int) -> Callable[[str, Random], str]:
    """Disguises each word of letters by itself."""

    def of_text(text: str, chance: Random) -> str:
        words = text.split(" ")
        return " ".join(disguise(word, chance) if word.isalpha() and len(word) >= shortest else word for word in words)

    return of_text


_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$"}


def _leet(word: str, chance: Random) -> str:
    return "".join(
        chance.choice(_LEET[letter]) if letter in _LEET and chance.random() < 0.6 else letter for letter in word
    )


def _spaced(text: str, _chance: Random) -> str:
    return "   ".join(" ".join(word) for word in text.split())


def _joined(text: str, _chance: Random) -> str | None:
    return "".join(text.split()) if _has_only_words(text) else None


def _lookalike(word: str, chance: Random) -> str:
    return "".join(
        chance.choice(LOOKALIKES[letter][:2]) if letter in "aceopxyis" and chance.random() < 0.7 else letter
        for letter in word
    )


def _zero_width(word: str, chance: Random) -> str:
    return "".join(letter + chance.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad") for letter in word)


def _bidi(text: str, chance: Random) -> str:
    if chance.random() < 0.5:
        return f"\u202e{text[::-1]}\u202c"
    return "".join(
        letter + (chance.choice("\u200e\u200f\u2066\u2069\u202a\u202c") if letter.isalpha() else "") for letter in text
    )


def _combining(word: str, chance: Random) -> str:
    return "".join(
        letter + chr(chance.randrange(0x300, 0x303)) + chr(chance.randrange(0x310, 0x362)) for letter in word
    )


_ALPHABETS = (0xFF41, 0x1D41A, 0x1D44E, 0x1D4EA, 0x1D5BA, 0x1D68A, 0x24D0)
"""Where `a` stands in the full-width, bold, italic, script, sans-serif, typewriter and circled alphabets."""


def _styled(text: str, chance: Random) -> str:
    first = chance.choice(_ALPHABETS)
    # The italic h is missing in its row.
    return "".join(
        chr(first + ord(letter) - ord("a")) if "a" <= letter <= "z" and (first, letter) != (0x1D44E, "h") else letter
        for letter in _bare(text)
    )


def _emoji(text: str, chance: Random) -> str:
    first = chance.choice((0x1F170, 0x1F130, 0x1F1E6))
    apart = "\u200b" if first == 0x1F1E6 else ""
    return "".join(
        chr(first + ord(letter) - ord("a")) + apart if "a" <= letter <= "z" else letter
        for letter in _bare(text).lower()
    )


def _marked_up(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    opening, closing = chance.choice((("*", "*"), ("_", "_"), ("~", "~"), ("`", "`"), ("<b>", "</b>"), ("**", "**")))
    return f"{word[:at]}{opening}{word[at]}{closing}{word[at + 1 :]}"


def _misspelt(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    if chance.random() < 0.5:
        return word[: at + 1] + word[at:]
    return f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")


_BY_EAR_EN = (
    ("you", "yoo"),
    ("ck", "k"),
    ("ca", "ka"),
    ("co", "ko"),
    ("ph", "f"),
    ("oo", "u"),
    ("ee", "ea"),
    ("wh", "w"),
)
_BY_EAR_ES = (
    *(("qu", "k"), ("ca", "ka"), ("co", "ko"), ("v", "b"), ("z", "s"), ("ce", "se"), ("ci", "si"), ("ll", "y")),
    *(("ah", "a"), ("eh", "e")),
)


def _by_ear(text: str, _chance: Random) -> str:
    pairs = _BY_EAR_ES if is_spanish(text) else _BY_EAR_EN
    return " ".join(word if set("@/_.") & set(word[:-1]) else _heard(word, pairs) for word in text.split(" "))


def _heard(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for written, heard in pairs:
        word = word.replace(written, heard)
    return word.removeprefix("h") if pairs is _BY_EAR_ES else word


def _reversed(text: str, chance: Random) -> str:
    return text[::-1] if chance.random() < 0.5 else " ".join(word[::-1] for word in text.split(" "))


_FIGURES_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FIGURES_ES = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")


def _in_figures(text: str, _chance: Random) -> str:
    names = _FIGURES_ES if is_spanish(text) else _FIGURES_EN
    return " ".join(_spelled(word, names) for word in text.split(" "))


def _spelled(word: str, names: tuple[str, ...]) -> str:
    """The word figure by figure, where it is a number: not `6th` or `mp3`."""
    if any(letter.isalpha() for letter in word):
        return word
    spelled = "".join(f" {names[int(letter)]} " if letter in digits else letter for letter in word.removeprefix("$"))
    money = " dollars" if word.startswith("$") else ""
    return " ".join(spelled.rstrip(",. ").split()) + money + word[len(word.rstrip(",.")) :]


def _split(message: Message, context: Context, _chance: Random) -> Seen | None:
    words = message.text.split(" ")
    if len(words) < 4:
        return None
    half = len(words) // 2
    first = Said(message.author, " ".join(words[:half]))
    return replace(message, text=" ".join(words[half:])), replace(context, before=(*context.before, first))


_NOTICE_EN = (
    "Good evening everyone, I hope that you all had a nice weekend and found some time to rest in spite of the rain. "
    "Here is the plan: practice is on Monday and Wednesday at the usual time, and the bus leaves from the front of the "
    "school on Friday. Please bring water, a snack and comfortable shoes. Forms are in the folder by the door; return "
    "them to the office when you can. Thank you again for all that you do, and enjoy the long and quiet evening. "
)
_NOTICE_ES = (
    "Buenas tardes a todos, espero que hayan tenido un lindo fin de semana y descansado a pesar de la lluvia. "
    "Este es el plan: hay práctica el lunes y el miércoles a la hora de siempre, y el autobús sale del frente de la "
    "escuela el viernes. Traigan agua, algo de comer y zapatos cómodos. Las hojas están en la carpeta junto a la "
    "puerta; entréguenlas en la oficina cuando puedan. Gracias otra vez por todo lo que hacen, y que pasen una tarde "
    "larga y tranquila. "
)


def _buried(text: str, _chance: Random) -> str:
    notice = _NOTICE_ES if is_spanish(text) else _NOTICE_EN
    return f"{notice * 2}{text} {notice}"


def _label_spoofed(message: Message, context: Context, _chance: Random) -> Seen | None:
    place = _place_in(message.text)
    if place is None:
        return None
    label = "https://www.ourdistrict.org/calendar"
    text = message.text.replace(place, label)
    at = text.index(label)
    target = place if "://" in place else f"https://{place}"
    return replace(message, text=text, links=(Link(target, at, at + len(label)),)), context


def _punycode(text: str, _chance: Random) -> str | None:
    place = _place_in(text)
    if place is None:
        return None
    host, slash, path = place.removeprefix("https://").partition("/")
    labels = [
        f"xn--{label.replace('a', 'а').replace('o', 'о').encode('punycode').decode()}"
        if {"a", "o"} & set(label)
        else label
        for label in host.split(".")[:-1]
    ]
    return text.replace(place, f"https://{'.'.join([*labels, host.split('.')[-1]])}{slash}{path}")


def _defanged(text: str, _chance: Random) -> str | None:
    place = _place_in(text)
    if place is None:
        return None
    host, slash, path = place.removeprefix("https://").partition("/")
    return text.replace(place, f"hxxps://{host.replace('.', '[.]')}{slash}{path}")


def _place_in(text: str) -> str | None:
    """The link that is written in the text."""
    words = (word.strip(",;()") for word in text.split())
    return next((word for word in words if "/" in word and "." in word.split("/")[0 if "://" not in word else 2]), None)


def _has_only_words(text: str) -> bool:
    return not any(letter.isdigit() for letter in text) and "/" not in text and "@" not in text


_SPANISH = word_set("""
de la que el en y los las se por con para una su te lo tu mi es no si esta como pero un del al les nos le hay yo me ya
solo eres estas tus mis nadie quien cuando donde
""")


def is_spanish(text: str) -> bool:
    """Whether the text is Spanish rather than English, by its little words and its letters."""
    words = _bare(text.lower()).replace(",", " ").split()
    return 4 * sum(word in _SPANISH for word in words) > len(words) or any(
        letter in "ñ¿¡áíóú" for letter in text.lower()
    )


FAMILIES: dict[str, Obfuscation] = {
    "leet": _typed(_in_words(_leet, 3)),
    "spacing": _typed(_spaced),
    "joined": _typed(_joined),
    "look-alike letters": _typed(_in_words(_lookalike, 2)),
    "zero-width": _typed(_in_words(_zero_width, 2)),
    "bidi": _typed(_bidi),
    "combining marks": _typed(_in_words(_combining, 2)),
    "full-width and math letters": _typed(_styled),
    "emoji letters": _typed(_emoji),
    "markup splits": _typed(_in_words(_marked_up, 4)),
    "label spoofing": _label_spoofed,
    "punycode": _typed(_punycode),
    "hxxp": _typed(_defanged),
    "doubled and swapped letters": _typed(_in_words(_misspelt, 5)),
    "dropped accents": _typed(lambda text, _chance: _bare(text)),
    "phonetic": _typed(_by_ear),
    "reversed": _typed(_reversed),
    "numbers in words": _typed(_in_figures),
    "split over two messages": _split,
    "buried in a long notice": _typed(_buried),
}
