"""Numbers in words, figure by figure or by tens, as figures: `nine two`, `forty-two`, `cuatro cero`."""

from itertools import pairwise

_UNITS = {
    word: str(figure)
    for words in (
        "zero one two three four five six seven eight nine",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
        "oh",
    )
    for figure, word in enumerate(words.split())
}
_TEENS = {
    word: str(number)
    for words in (
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    )
    for number, word in enumerate(words.split(), 10)
}
_TENS = {
    word: str(ten)
    for words in (
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    )
    for ten, word in enumerate(words.split(), 2)
}
WORDS = frozenset((*_UNITS, *_TEENS, *_TENS))
NUMBER = "figures"
_ONE = "|".join(sorted(WORDS))
_LINKS = ("to", "thru", "through", "into a", "into an")
_LINK = f"(?: ?- ?| (?:(?:y|{'|'.join(_LINKS)}) )?)"
PATTERNS = {NUMBER: rf"\b(?:{_ONE}){_LINK}(?:{_ONE})\b|\b(?:{'|'.join(sorted((*_TEENS, *_TENS)))})\b"}
"""Where this does not occur there is no number worth reading: one or two by itself is a word like any other."""
_BETWEEN = frozenset(("", *_LINKS))
_LONGEST_LINK = 4


def numbers_in(tokens: list[str]) -> list[tuple[int, int, str]]:
    """Where numbers stand in the words of a text, first and last, and their figures. A single unit is one where a sign
    or `to` links it with another number: `seven thru nine`."""
    found: list[tuple[int, int, str]] = []
    end = 0
    for at in [place for place, token in enumerate(tokens) if token in WORDS]:
        if at >= end:
            end, figures = _number(tokens, at)
            found.append((at, end, figures))
    linked = [_is_link(tokens[one[1] : other[0]]) for one, other in pairwise(found)]
    return [
        (at, end, figures)
        for (at, end, figures), is_before, is_after in zip(found, [False, *linked], [*linked, False], strict=False)
        if end - at > 1 or tokens[at] not in _UNITS or is_before or is_after
    ]


def in_figures(words: list[str]) -> list[str]:
    """The words, with figures for the numbers among them."""
    if WORDS.isdisjoint(words):
        return words
    for start, end, figures in reversed(numbers_in(words)):
        words = [*words[:start], figures, *words[end:]]
    return words


def _is_link(between: list[str]) -> bool:
    return len(between) <= _LONGEST_LINK and " ".join(filter(None, between)) in _BETWEEN


def _number(tokens: list[str], at: int) -> tuple[int, str]:
    figures = ""
    while at < len(tokens):
        word = tokens[at]
        if word in _TENS:
            after = at + 2 if tokens[at + 1 : at + 2] == ["y"] else at + 1
            unit = _UNITS.get(tokens[after]) if after < len(tokens) else None
            figures += _TENS[word] + (unit or "0")
            at = after + 1 if unit else at + 1
        elif word in _TEENS or word in _UNITS:
            figures += _TEENS.get(word) or _UNITS[word]
            at += 1
        else:
            break
    return at, figures
