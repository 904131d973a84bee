"""What goes between the two processes comes back as it was, and what is no answer is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pictures.wire import packed, unpacked
from bot.ports.pictures import Box, ReadLine, Seen, Unseen

shares = st.floats(0, 1)
boxes = st.builds(Box, left=shares, top=shares, right=shares, bottom=shares)
lines = st.builds(ReadLine, text=st.text(), box=boxes, at_seconds=st.floats(0, 1e6))
seen_things = st.builds(
    Seen,
    width=st.integers(0, 10**5),
    height=st.integers(0, 10**5),
    faces=st.lists(boxes, max_size=3).map(tuple),
    lines=st.lists(lines, max_size=3).map(tuple),
    has_place=st.booleans(),
    provocative=st.none() | shares,
    unseen=st.none() | st.sampled_from(Unseen),
)


@given(seen_things)
def test_what_was_seen_arrives_as_it_was(seen: Seen) -> None:
    assert unpacked(packed(seen)) == seen


@pytest.mark.parametrize(
    "answer", [b"", b"\xff", b"[]", b"{}", b"null", b'{"width": 1}', packed(Seen()).replace(b"0", b'"x"', 1)]
)
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpacked(answer)
