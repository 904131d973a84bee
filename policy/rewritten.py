"""A plain view in which disguised words stand as what they are read as, and the way back from its places."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from policy.fold import Folded
from policy.hits import Hit
from policy.unmask import Piece

_SHORTEST = 3


class Near(NamedTuple):
    """What of a rewritten text is near its pieces: for each place where a word begins, how many words it is away from
    the next piece, 255 where that is too many; and where in `words` all these words stand, with a blank at either
    end."""

    away: bytearray
    stretches: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`text` is the view; `starts` says where in it each piece begins."""

    text: Folded
    pieces: list[Piece]
    starts: list[int]

    def back(self, hit: Hit, *, is_sure: bool) -> Hit | None:
        """Where the hit is in the plain view: at a piece's edge where it begins inside. None where it stands on no
        piece or, if it has to be sure, is no more than a word that is guessed at, or has only a scrap of one."""
        first, last = self._range(hit)
        if first >= last or (is_sure and self._is_guess(hit, first, last)):
            return None
        is_disguised = any(piece.is_disguise for piece in self.pieces[first:last])
        return Hit(self._start(hit.start, first), self._end(hit.end, last - 1), is_disguised)

    def near(self, most: int) -> "Near":
        """What of the view stands at most so many words away from a piece."""
        begins = _begins_of_words(self.text.words)
        away = bytearray(b"\xff") * len(self.text.words)
        stretches: list[tuple[int, int]] = []
        for piece, start in zip(self.pieces, self.starts, strict=True):
            first = bisect_right(begins, start) - 1
            last = bisect_left(begins, start + len(piece.text)) - 1
            for begin in begins[first : last + 1]:
                away[begin] = 0
            after = begins[last + 1 : last + 2 + most]
            before = begins[max(0, first - most) : max(0, first)]
            _count(away, after[:most])
            _count(away, before[::-1])
            end = after[most] + 1 if len(after) > most else len(away)
            _add_stretch(stretches, begins[max(0, first - most)], end)
        return Near(away, stretches)

    def _is_guess(self, hit: Hit, first: int, last: int) -> bool:
        if last - first != 1 or not self.pieces[first].is_guess:
            return False
        start = self.starts[first]
        end = start + len(self.pieces[first].text)
        is_inside = start <= hit.start and hit.end <= end
        return is_inside or min(hit.end, end) - max(hit.start, start) < _SHORTEST

    def _range(self, hit: Hit) -> tuple[int, int]:
        first = bisect_right(self.starts, hit.start) - 1
        if first < 0 or self.starts[first] + len(self.pieces[first].text) <= hit.start:
            first += 1
        return first, bisect_left(self.starts, hit.end)

    def _start(self, position: int, number: int) -> int:
        piece, start = self.pieces[number], self.starts[number]
        return position + piece.start - start if position < start else piece.start

    def _end(self, position: int, number: int) -> int:
        piece, end = self.pieces[number], self.starts[number] + len(self.pieces[number].text)
        return position + piece.end - end if position > end else piece.end


def _add_stretch(stretches: list[tuple[int, int]], start: int, end: int) -> None:
    """Adds what follows, or what goes on from the one before."""
    if stretches and start <= stretches[-1][1]:
        stretches[-1] = stretches[-1][0], end
    else:
        stretches.append((start, end))


def _count(away: bytearray, begins: list[int]) -> None:
    """Counts the words, as far as they are not nearer to another piece."""
    for number, begin in enumerate(begins, 1):
        if away[begin] <= number:
            return
        away[begin] = number


def _begins_of_words(words: str) -> list[int]:
    """Where in the plain view the words of `words` begin, which has a blank more at the front."""
    tokens = words[1:-1].split(" ")
    begins = accumulate([len(token) + 1 for token in tokens], initial=0)
    return [begin for begin, token in zip(begins, tokens, strict=False) if token]


def rewritten(text: Folded, pieces: list[Piece]) -> Rewritten:
    """The view with the pieces, which are in order, do not overlap and are words, in their places."""
    starts: list[int] = []
    grown = 0
    for piece in pieces:
        starts.append(piece.start + grown)
        grown += len(piece.text) - (piece.end - piece.start)
    # `words` has a blank more at the front.
    view = _put(text.plain, pieces, 0)
    return Rewritten(Folded(view, view, _put(text.words, pieces, 1), is_same=True), pieces, starts)


def _put(line: str, pieces: list[Piece], shift: int) -> str:
    parts: list[str] = []
    at = 0
    for piece in pieces:
        parts += [line[at : piece.start + shift], piece.text]
        at = piece.end + shift
    return "".join([*parts, line[at:]])
