"""Fills a detector's reason with the words that made it fire, as they were typed."""

from policy.detect import Fired
from policy.hits import Hit
from policy.reading import Reading
from policy.rule import GroupId
from policy.words import Text

MOST_WORDS = 4
LONGEST = 40
"""A reason quotes at most so many stretches, and at most so many characters of each."""

_MOST_LOOKED_AT = 50

_SEEN = {
    "@picture": Text("a picture", "una imagen"),
    "@video": Text("a video", "un video"),
    "@audio": Text("a recording", "una grabación"),
    "@file": Text("a file", "un archivo"),
    "@location": Text("a shared location", "una ubicación compartida"),
    "@app.unknown": Text("an app nobody approved", "una aplicación que nadie aprobó"),
    "@name.borrowed": Text("a borrowed name", "un nombre ajeno"),
}


def reason_of(fire: Fired, reading: Reading) -> Text:
    """The detector's reason in both languages, `{words}` replaced by what was seen."""
    reason, groups = fire.detector.reason, (*fire.detector.every, *fire.detector.any)
    seen = _quoted(fire.hits[:_MOST_LOOKED_AT], groups, reading)
    seen += [(_SEEN[group].en, _SEEN[group].es) for group in groups if group in _SEEN and group in reading.found]
    en = ", ".join([words for words, _ in seen[:MOST_WORDS]])
    es = ", ".join([words for _, words in seen[:MOST_WORDS]])
    more = ", …" if len(seen) > MOST_WORDS else ""
    return Text(reason.en.replace("{words}", en + more), reason.es.replace("{words}", es + more))


def _quoted(hits: tuple[Hit, ...], groups: tuple[GroupId, ...], reading: Reading) -> list[tuple[str, str]]:
    """The words in quotes, in English and Spanish; where they were disguised, also what they were read as."""
    text, quoted = reading.text, dict[str, tuple[str, str]]()
    for hit in hits:
        start, end, is_disguised = hit
        if start == end or (len(hits) > 1 and _is_inside_another(hit, hits)):
            continue
        start, end = text.span(start, end)
        typed = _short(text.typed[start:end])
        key = typed.casefold()
        if key in quoted:
            continue
        if is_disguised:
            meant = _short(reading.meant(hit, groups))
            quoted[key] = f"“{typed}” (read as “{meant}”)", f"«{typed}» (leído como «{meant}»)"
        else:
            quoted[key] = f"“{typed}”", f"«{typed}»"
    return [*quoted.values()]


def _is_inside_another(hit: Hit, hits: tuple[Hit, ...]) -> bool:
    start, end, _ = hit
    for other_start, other_end, _ in hits:
        if other_start <= start and end <= other_end and other_end - other_start > end - start:
            return True
    return False


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
