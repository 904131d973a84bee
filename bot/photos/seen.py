"""Where in a picture something stands, in words."""

from policy.words import Lang, Text

AT = {
    (0, 0): Text(en="at the top left", es="arriba a la izquierda"),
    (0, 1): Text(en="at the top", es="arriba"),
    (0, 2): Text(en="at the top right", es="arriba a la derecha"),
    (1, 0): Text(en="at the left", es="a la izquierda"),
    (1, 1): Text(en="in the middle", es="en el centro"),
    (1, 2): Text(en="at the right", es="a la derecha"),
    (2, 0): Text(en="at the bottom left", es="abajo a la izquierda"),
    (2, 1): Text(en="at the bottom", es="abajo"),
    (2, 2): Text(en="at the bottom right", es="abajo a la derecha"),
}
"""Thirds of a picture, from its upper left corner: row, column."""
AFTER = Text(en="{place}, {seconds} s into the video", es="{place}, a los {seconds} s del vídeo")
MOST = 3


def places(where: object, lang: Lang) -> str:
    """Where the lines stand that the evidence names, each place once: `, at the top left`; empty where it names none.
    Raises TypeError and LookupError on what is no such evidence."""
    if not isinstance(where, list):
        return ""
    named = dict.fromkeys(_place(line, lang) for line in where)
    return "".join(f", {each}" for each in list(named)[:MOST])


def _place(line: object, lang: Lang) -> str:
    if not isinstance(line, dict):
        raise TypeError("no line of a picture")
    box = line["box"]
    row, column = _third(box["top"], box["bottom"]), _third(box["left"], box["right"])
    place, seconds = AT[row, column](lang), line.get("at_seconds")
    return AFTER(lang, place=place, seconds=round(float(seconds))) if seconds else place


def _third(start: float, end: float) -> int:
    return min(2, max(0, int((start + end) / 2 * 3)))
