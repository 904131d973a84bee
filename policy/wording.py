"""Fills a detector's reason with the words that made it fire, as they were typed."""

from policy.detect import Fired
from policy.hits import Hit
from policy.reading import Reading
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
    reason = fire.detector.reason
    seen = _quoted(fire.hits, reading) + _without_words(fire, reading)
    en = ", ".join(text.en for text in seen[:MOST_WORDS]) + (", …" if len(seen) > MOST_WORDS else "")
    es = ", ".join(text.es for text in seen[:MOST_WORDS]) + (", …" if len(seen) > MOST_WORDS else "")
    return Text(reason.en.replace("{words}", en), reason.es.replace("{words}", es))


def _quoted(hits: tuple[Hit, ...], reading: Reading) -> list[Text]:
    quoted: dict[str, Text] = {}
    for hit in hits[:_MOST_LOOKED_AT]:
        if hit.start == hit.end or _is_inside_another(hit, hits[:_MOST_LOOKED_AT]):
            continue
        span = reading.typed(hit)
        typed = _short(reading.text.typed[span.start : span.end])
        quoted.setdefault(typed.casefold(), _as_read(typed, hit, reading))
    return list(quoted.values())


def _as_read(typed: str, hit: Hit, reading: Reading) -> Text:
    """The words in quotes; where they were disguised, also what they were read as."""
    if not hit.is_disguised:
        return Text(f"“{typed}”", f"«{typed}»")
    meant = _short(reading.meant(hit))
    return Text(f"“{typed}” (read as “{meant}”)", f"«{typed}» (leído como «{meant}»)")


def _without_words(fire: Fired, reading: Reading) -> list[Text]:
    groups = (*fire.detector.every, *fire.detector.any)
    return [_SEEN[group] for group in groups if group in _SEEN and group in reading.found]


def _is_inside_another(hit: Hit, hits: tuple[Hit, ...]) -> bool:
    return any(
        other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        for other in hits
    )


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
