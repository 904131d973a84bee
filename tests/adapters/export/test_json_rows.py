"""A JSON array is read row by row, whatever its length and however it is cut."""

import io
import json
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.export.json_rows import LONGEST_ROW, BrokenArray, rows_of

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Dripping(io.BytesIO):
    """Gives one byte at a time, whatever is asked."""

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read(1)


@given(st.lists(values, max_size=6), st.sampled_from([None, 2]), st.booleans())
def test_rows_are_those_of_the_whole_file(rows: list[Any], indent: int | None, ascii_only: bool) -> None:
    written = json.dumps(rows, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    assert list(rows_of(io.BytesIO(written))) == json.loads(written.decode("utf-8", "replace"))
    assert list(rows_of(Dripping(written))) == json.loads(written.decode("utf-8", "replace"))


def test_a_mark_of_byte_order_in_front_is_passed_over() -> None:
    assert list(rows_of(io.BytesIO(b"\xef\xbb\xbf[1, 2]"))) == [1, 2]


@pytest.mark.parametrize("broken", [b"", b"   ", b"{}", b"null", b'"text"', b"plain words", b"\x00\x01\x02"])
def test_what_is_no_array_is_refused(broken: bytes) -> None:
    with pytest.raises(BrokenArray):
        list(rows_of(io.BytesIO(broken)))


@pytest.mark.parametrize("broken", [b"[1, 2", b"[1, 2,", b"[1, 2 3]", b"[1, 2, }", b'[1, 2, {"a": ', b"[1, 2, nope]"])
def test_rows_before_the_break_are_given(broken: bytes) -> None:
    rows = rows_of(io.BytesIO(broken))

    assert [next(rows), next(rows)] == [1, 2]
    with pytest.raises(BrokenArray):
        next(rows)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(BrokenArray):
        list(rows_of(io.BytesIO(b"[" * 200_000)))


def test_a_row_without_end_is_refused_before_it_fills_the_memory() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b'["' + b"a" * (size - 2) if self.given == size else b"a" * size

    stream: BinaryIO = Endless()  # type: ignore[assignment]  # all that is asked of it is to be read

    with pytest.raises(BrokenArray):
        next(rows_of(stream))
    assert stream.given < 4 * LONGEST_ROW  # type: ignore[attr-defined]
