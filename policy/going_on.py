"""What is only said by two messages together: the one that is judged, and the one just before by an author alike."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from policy.message import Context, Link, Message
from policy.pack import Pack
from policy.reading import Reading, read
from policy.verdict import Finding, Span
from policy.words import Text

LONGEST = 300
"""Two messages that are longer together are no sentence that was cut in two."""
ByRules = Callable[[Reading, Context, Pack], Iterable[Finding]]


def joined(message: Message, context: Context) -> tuple[Message, Context] | None:
    """The message with the one before it, where they may be one sentence."""
    if not context.before or context.before[-1].author is not message.author:
        return None
    said = context.before[-1].text
    if not said or len(said) + len(message.text) > LONGEST:
        return None
    shift = len(said) + 1
    links = tuple(Link(link.target, link.start + shift, link.end + shift) for link in message.links)
    return replace(message, text=f"{said} {message.text}", links=links), replace(context, before=context.before[:-1])


def found_together(message: Message, context: Context, pack: Pack, by_rules: ByRules) -> list[tuple[Finding, Reading]]:
    """The findings that need words of both messages, as they stand in the text of both together."""
    both = joined(message, context)
    if both is None:
        return []
    reading = read(*both, pack)
    cut = len(both[0].text) - len(message.text)
    return [(finding, reading) for finding in by_rules(reading, both[1], pack) if _is_across(finding, cut)]


def of_the_last(finding: Finding, message: Message, cut: int) -> Finding:
    """The finding as one of the last message, whose text begins at `cut`."""
    marks = tuple(Span(max(0, mark.start - cut), mark.end - cut) for mark in finding.marks if mark.end > cut)
    start, end = marks[0].start, max(mark.end for mark in marks)
    reason = Text(
        en=f"Together with the message before: {finding.reason.en}",
        es=f"Junto con el mensaje anterior: {finding.reason.es}",
    )
    return replace(finding, start=start, end=end, excerpt=message.text[start:end], marks=marks, reason=reason)


def _is_across(finding: Finding, cut: int) -> bool:
    return any(mark.start < cut for mark in finding.marks) and any(mark.end > cut for mark in finding.marks)
