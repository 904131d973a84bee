"""The way between the places of a plain view and those of the text as typed, worked out only where somebody asks."""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate


class WayBack:
    """Leads from the plain view to the typed text and the other way round.

    `lengths` says what each typed character became, None where that is one character each; `raw` is the view as it was
    before runs of blanks were made one, None where there were none. Only the places where the two go out of step are
    remembered.
    """

    __slots__ = ("_lengths", "_runs")

    def __init__(self, lengths: bytes | None, raw: bytes | str | None) -> None:
        self._lengths = None if lengths is None else _steps(lengths)
        self._runs = None if raw is None else _Runs(raw)

    def origin(self, at: int) -> int:
        """Where the typed character stands that the character at this place of the plain view came from."""
        raw = at if self._runs is None else self._runs.raw(at)
        return raw if self._lengths is None else self._lengths.typed(raw)

    def place(self, typed: int) -> int:
        """How many characters of the plain view came from before this place of the typed text."""
        raw = typed if self._lengths is None else self._lengths.raw(typed)
        return raw if self._runs is None else self._runs.plain(raw)


def _steps(lengths: bytes) -> "_Odd | _Every":
    return _Odd(lengths) if lengths.count(1) > len(lengths) * _MOST_ARE_ONE else _Every(lengths)


_MOST_ARE_ONE = 0.9


class _Every:
    """Where each typed character ends in the view."""

    __slots__ = ("_ends",)

    def __init__(self, lengths: bytes) -> None:
        self._ends = list(accumulate(lengths))

    def typed(self, raw: int) -> int:
        return bisect_right(self._ends, raw)

    def raw(self, typed: int) -> int:
        return self._ends[min(typed, len(self._ends)) - 1] if typed else 0


class _Odd:
    """The typed characters that became none, or more than one: where they are, and where the view goes on behind."""

    __slots__ = ("_ends", "_places", "_size")

    def __init__(self, lengths: bytes) -> None:
        self._size = len(lengths)
        self._places = [found.start() for found in _NOT_ONE.finditer(lengths)]
        shifts = accumulate([lengths[place] - 1 for place in self._places])
        self._ends = [place + 1 + shift for place, shift in zip(self._places, shifts, strict=True)]

    def typed(self, raw: int) -> int:
        number = bisect_right(self._ends, raw)
        typed = self._places[number - 1] + 1 + raw - self._ends[number - 1] if number else raw
        return min(typed, self._places[number]) if number < len(self._places) else typed

    def raw(self, typed: int) -> int:
        typed = min(typed, self._size)
        number = bisect_left(self._places, typed)
        return self._ends[number - 1] + typed - self._places[number - 1] - 1 if number else typed


class _Runs:
    """The runs of blanks of which the first one stays: where that is, before and after, and how many were left out up
    to here."""

    __slots__ = ("_left_out", "_plains", "_raws")

    def __init__(self, raw: bytes | str) -> None:
        found = _RUNS.finditer(raw) if isinstance(raw, str) else _RUNS_OF_BYTES.finditer(raw)
        runs = [run.span() for run in found]
        self._raws = [start for start, _ in runs]
        self._left_out = [0, *accumulate([end - start - 1 for start, end in runs])]
        self._plains = [start - left_out for start, left_out in zip(self._raws, self._left_out, strict=False)]

    def raw(self, plain: int) -> int:
        return plain + self._left_out[bisect_left(self._plains, plain)]

    def plain(self, raw: int) -> int:
        number = bisect_left(self._raws, raw)
        return max(self._plains[number - 1] + 1, raw - self._left_out[number]) if number else raw


# One class of characters each, so that nothing can backtrack.
_NOT_ONE = re.compile(rb"[^\x01]")
_RUNS = re.compile("  +")
_RUNS_OF_BYTES = re.compile(b"  +")
