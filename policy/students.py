"""Finds the names of a channel's students where a roster is known."""

from collections.abc import Collection, Iterator

from policy.disguise import readings
from policy.fold import Folded
from policy.hits import MOST_SPANS, Hit
from policy.vocabulary import LONGEST, squeeze
from policy.word_list import word_set

_ALSO_WORDS = word_set("""
will mark grace hope may rose faith joy chase art bill pat sue dean page drew jack rob gene dawn june april august
autumn summer winter ray rich miles ivy iris lily daisy ruby amber crystal melody harmony destiny trinity angel
angeles luz sol paz mar rey cruz flores rosa blanca leon guerra young brown white black green gray king price long
short little small best day cook baker hunter mason carter parker tucker cooper chance christian major santos reyes
prince brook brooks hill wood woods field stone
""")
"""Names that are words too: they count only with a capital letter, and not at the start of the message."""


def students_in(text: Folded, names: Collection[str]) -> list[Hit]:
    """Where one of the names stands. `names` are single words of the plain view, at least two letters long."""
    hits: list[Hit] = []
    if not names or set(names).isdisjoint(text.tokens):
        return hits
    at = 0
    for token in text.tokens:
        if len(token) > 1 and token in names and (token not in _ALSO_WORDS or _is_a_name(text, at)):
            hits.append(Hit(at, at + len(token)))
        if len(hits) == MOST_SPANS:
            break
        at += len(token) + 1
    return hits


def disguised_students_in(text: Folded, names: Collection[str], ordinary: frozenset[str]) -> list[Hit]:
    """Where something that is no ordinary word stands for one of the names: in leetspeak, split, stretched, swapped,
    run together with other words, or with each letter apart."""
    long = [name for name in names if len(name) > _SHORTEST_DISGUISED]
    known = {key for name in long for key in _keys(name)}
    hits: list[Hit] = []
    letters: list[int] = []
    at = 0
    for token in text.plain.split(" ")[:_MOST_TOKENS]:
        if len(token) == 1 and token.isalpha():
            letters.append(at)
        elif letters:
            hits += _spelled_out(text.plain, letters, long)
            letters = []
        if len(token) > _SHORTEST_DISGUISED and not token.isdigit() and token not in ordinary and token not in names:
            if len(token) <= LONGEST and any(key in known for reading in readings(token) for key in _keys(reading)):
                hits.append(Hit(at, at + len(token), is_disguised=True))
            elif len(token) > _SHORTEST_RUN_TOGETHER:
                hits += [Hit(at + begin, at + end, is_disguised=True) for begin, end in _places(token, long)]
        at += len(token) + 1
    return hits + _spelled_out(text.plain, letters, long)


def _spelled_out(plain: str, letters: list[int], names: Collection[str]) -> list[Hit]:
    """The names in single letters that stand at these places."""
    if len(letters) <= _SHORTEST_DISGUISED:
        return []
    joined = "".join([plain[at] for at in letters])
    return [Hit(letters[begin], letters[end - 1] + 1, is_disguised=True) for begin, end in _places(joined, names)]


def _places(joined: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    return ((at, at + len(name)) for name in names if (at := joined.find(name)) >= 0)


_SHORTEST_DISGUISED = 4
_SHORTEST_RUN_TOGETHER = 9
_MOST_TOKENS = 600


def _keys(word: str) -> tuple[str, str]:
    """What stays the same where letters are doubled, and where the inner ones change places."""
    return squeeze(word), f"{word[:1]}{''.join(sorted(word[1:]))}"


def _is_a_name(text: Folded, at: int) -> bool:
    span = text.span(at, at + 1)
    before = text.typed[: span.start].rstrip()
    return text.typed[span.start].isupper() and bool(before) and before[-1] not in ".!?¡¿"
