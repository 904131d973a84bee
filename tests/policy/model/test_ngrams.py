"""The small model adds up whole rows at once, and that is the same as adding them one by one."""

import random
from math import sqrt

import pytest

from policy.message import ChannelKind, Context, Message, Role
from policy.model.ngrams import BUCKETS, NgramModel, buckets

OFFSETS = (-1.0, 0.5, 0.0)
CLUB = Context(ChannelKind.CLUB)
TABLE = random.Random(5).randbytes(BUCKETS * len(OFFSETS))


def as_signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


@pytest.mark.parametrize(
    "text",
    ["practice moved to four", "walking talking stalking walking", "x" * 50 + " xxxxx", "", "a " * 3000, "ñandú 🍃 éé"],
)
def test_rows_added_at_once_equal_weights_added_one_by_one(text: str) -> None:
    model, message = NgramModel(TABLE, OFFSETS, 0.01), Message(text, Role.OWNER)

    logits = model.logits(text, message, CLUB)

    found = buckets(text, message, CLUB)
    assert found
    for label, offset in enumerate(OFFSETS):
        slowly = sum(as_signed(TABLE[bucket * len(OFFSETS) + label]) for bucket in found)
        assert logits[label] == pytest.approx(slowly * 0.01 / sqrt(len(found)) + offset)


def test_who_writes_changes_what_is_looked_at() -> None:
    staff, student = (buckets("text me", Message("text me", role), CLUB) for role in (Role.OWNER, Role.STUDENT))

    assert staff != student


def test_the_word_with_the_highest_weight_moved_the_model_most() -> None:
    table = bytearray(BUCKETS * len(OFFSETS))
    heavy = set(buckets("banana", Message("", Role.STUDENT), CLUB)) - set(buckets("", Message("", Role.STUDENT), CLUB))
    for bucket in heavy:
        table[bucket * len(OFFSETS) + 1] = 100
    model = NgramModel(bytes(table), OFFSETS, 0.01)

    moved = model.moved(["bring", "banana", "today"], 1, Message("", Role.STUDENT))

    assert max(range(3), key=moved.__getitem__) == 1
    assert moved[0] == 0


def test_a_table_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong size"):
        NgramModel(b"\0" * 10, OFFSETS, 0.01)


def test_what_was_read_before_changes_no_logit() -> None:
    model, message = NgramModel(TABLE, OFFSETS, 0.01), Message("", Role.STUDENT)
    views = ("walking home", "talking at home", "stalking", "walking home")

    first, _, _, last = (model.logits(view, message, CLUB) for view in views)

    assert first == last == NgramModel(TABLE, OFFSETS, 0.01).logits(views[0], message, CLUB)
