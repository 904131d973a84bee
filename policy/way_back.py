"""The way between the places of a plain view and those of the text as typed, worked out only where somebody asks."""

from bisect import bisect_left, bisect_right
from itertools import accumulate, compress, count
from operator import add


class WayBack:
    """Leads from the plain view to the typed text and the other way round.

    `lengths` says what each typed character became, None where that is one character each; `raw` is the view as it was
    before runs of blanks were made one, None where there were none.
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self, lengths: bytes | None, raw: bytes | str | None, plain: str) -> None:
        self._ends = None if lengths is None else list(accumulate(lengths))
        self._starts = None if raw is None else (_starts(plain), _starts(raw))

    def origin(self, at: int) -> int:
        """Where the typed character stands that `plain[at]` came from."""
        raw = self._raw_of(at)
        return raw if self._ends is None else bisect_right(self._ends, raw)

    def place(self, typed: int) -> int:
        """How many characters of the plain view came from before this place of the typed text."""
        raw = typed if self._ends is None or not typed else self._ends[min(typed, len(self._ends)) - 1]
        return self._plain_of(raw)

    def _raw_of(self, at: int) -> int:
        """The place before runs of blanks were made one: the first blank of a run stays."""
        if self._starts is None:
            return at
        plain, raw = self._starts
        number = bisect_right(plain, at) - 1
        return at if number < 0 else raw[number] + at - plain[number]

    def _plain_of(self, at: int) -> int:
        if self._starts is None:
            return at
        plain, raw = self._starts
        number = bisect_left(raw, at) - 1
        if number < 0:
            return min(at, plain[0])
        place = plain[number] + at - raw[number]
        return min(place, plain[number + 1]) if number + 1 < len(plain) else place


def _starts(view: bytes | str) -> list[int]:
    """Where the words begin, which blanks part, and last where the text ends."""
    words = view.split(b" ") if isinstance(view, bytes) else view.split(" ")
    starts = map(add, accumulate(map(len, words), initial=0), count())
    return [*compress(starts, words), len(view)]
