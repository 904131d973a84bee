"""RE2 patterns: linear in the length of the text, whatever the pattern and the text."""

from collections.abc import Iterator
from typing import Any

import re2


class PatternError(ValueError):
    """A pattern that RE2 does not take; the message is RE2's own."""


def compiled(pattern: str) -> Any:  # noqa: ANN401 - re2 has no types
    """The pattern, leftmost and longest. Raises PatternError."""
    try:
        return re2.compile(pattern, options())
    except re2.error as error:
        reason = error.args[0]
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def spans(pattern: Any, text: str) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - re2 has no types
    """Where the compiled pattern is in the text, one match after the other.

    RE2 counts bytes, and its Python part turns each count into characters even where both are the same.
    """
    encoded = text.encode()
    matches = pattern.finditer(encoded)
    if len(encoded) == len(text):
        for match in matches:
            yield match.span()
        return
    at = passed = 0
    for match in matches:
        start, end = match.span()
        begin = at + len(encoded[passed:start].decode())
        at, passed = begin + len(encoded[start:end].decode()), end
        yield begin, at


def check(pattern: str) -> None:
    """Raises PatternError with the reason for a pattern that RE2 refuses, and for one that matches nothing at all."""
    if compiled(pattern).search("") is not None:
        raise PatternError("it matches the empty text, so it would be everywhere")


def options() -> Any:  # noqa: ANN401 - re2 has no types
    """How every pattern is compiled: leftmost-longest, no captures, quiet."""
    chosen = re2.Options()
    chosen.longest_match = True
    chosen.never_capture = True
    chosen.log_errors = False
    chosen.max_mem = 64 << 20
    return chosen
