"""What a district's own pack leaves alone: phrases that excuse what a rule found, with the district's reason."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from policy.detect import LONG, NEAR_WORDS
from policy.fold import Folded
from policy.hits import Hit
from policy.rule import GroupId
from policy.sweep import Sweep
from policy.verdict import Exempted, Finding, Severity, Span
from policy.words import Text

EXEMPTION = "left_alone_here"
"""What an excused finding names, where the pack's own phrases excused it."""
_GROUP = GroupId("unless")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Unless:
    """The phrases by which a pack leaves alone what one rule finds, and why.

    What is urgent they excuse only where the pack gives a reason for that, too (`even_urgent`). Words in disguise
    excuse nothing; in a long text a phrase has to stand near each of the words in question.
    """

    phrases: tuple[str, ...]
    reason: Text
    even_urgent: Text | None
    sweep: Sweep

    @staticmethod
    def of(phrases: tuple[str, ...], reason: Text, even_urgent: Text | None = None) -> "Unless":
        """Compiled; the phrases were checked before."""
        return Unless(phrases, reason, even_urgent, Sweep({_GROUP: phrases}))

    def excuse(self, finding: Finding, text: Folded) -> Exempted | None:
        """The finding, excused by what stands in `text`, the message in which it was made."""
        reason = self.even_urgent if finding.severity is Severity.URGENT else self.reason
        if reason is None:
            return None
        hits = self.found(text)
        if not hits or (len(text.plain) >= LONG and not _are_near(hits, finding.marks, text)):
            return None
        span = text.span(hits[0].start, hits[0].end)
        words = _short(text.typed[span.start : span.end])
        return Exempted(
            finding,
            EXEMPTION,
            Text(
                en=f"This policy leaves “{words}” alone: {reason.en}",
                es=f"Esta política deja pasar «{words}»: {reason.es}",
            ),
        )

    def found(self, text: Folded) -> list[Hit]:
        """Where the phrases stand, in order."""
        return sorted(self.sweep.scan(text).hits.get(_GROUP, ()))


def _are_near(hits: Iterable[Hit], marks: Iterable[Span], text: Folded) -> bool:
    """Whether each of the marks has one of the phrases within some words."""
    blanks = list(accumulate(map(len, text.plain.split(" ")), lambda end, length: end + 1 + length))
    phrases = [(bisect_left(blanks, hit.start), bisect_left(blanks, hit.end)) for hit in hits]
    for mark in marks:
        start, end = text.view(mark.start, mark.end)
        first, last = bisect_left(blanks, start), bisect_left(blanks, end)
        if not any(begin - last <= NEAR_WORDS + 1 and first - ending <= NEAR_WORDS + 1 for begin, ending in phrases):
            return False
    return True


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
