"""Reads a JSON array row by row, so that a file of any length takes no more memory than its longest row."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from adapters.slack.content import Json

CHUNK = 64 * 1024
# Slack's longest message is 40,000 characters; with blocks and attachments a row stays far below this.
LONGEST_ROW = 8 * 1024 * 1024
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


class BrokenArray(ValueError):
    """The file is no JSON array, or stops being one."""


def rows_of(stream: BinaryIO) -> Iterator[Json]:
    """Every element of the array in the file, in order.

    Raises BrokenArray where the file stops being one; what came before has been given by then.
    """
    text = _Text(stream)
    if text.next_sign() != "[":
        raise BrokenArray("is not a JSON list")
    text.skip()
    if text.next_sign() == "]":
        return
    while True:
        yield text.row()
        sign = text.next_sign()
        text.skip()
        if sign == "]":
            return
        if sign != ",":
            raise BrokenArray("breaks off or is not valid JSON")


class _Text:
    """The part of the file that is looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._kept = ""
        self._at = 0
        self._is_over = False

    def next_sign(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._kept) and self._kept[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._kept):
                return self._kept[self._at]
            if not self._read(CHUNK):
                return ""

    def skip(self) -> None:
        self._at += 1

    def row(self) -> Json:
        """One element, which ends before a comma or bracket."""
        self.next_sign()
        size = CHUNK
        while True:
            try:
                row, end = _DECODER.raw_decode(self._kept, self._at)
            except RecursionError:
                raise BrokenArray("holds a row nested deeper than can be read") from None
            except ValueError:
                row, end = None, -1
            # A number at the very end of what was read may go on in the next part.
            if end >= 0 and (end < len(self._kept) or self._is_over):
                self._at = end
                return row  # type: ignore[no-any-return]  # the decoder gives JSON
            if len(self._kept) - self._at > LONGEST_ROW:
                raise BrokenArray("is not valid JSON, or holds a row longer than any message")
            # Doubling keeps the whole at twice the row's length, however long the row.
            if not self._read(size) and end < 0:
                raise BrokenArray("breaks off or is not valid JSON")
            size *= 2

    def _read(self, size: int) -> bool:
        """Reads on; false at the end of the file."""
        chunk = self._stream.read(size)
        self._kept = self._kept[self._at :] + self._decoder.decode(chunk, final=not chunk)
        self._at = 0
        self._is_over = not chunk
        return bool(chunk)
