"""Of each label the window counts in which it is highest, and the examples are the nearest of that label."""

from collections.abc import Sequence

import numpy as np
import pytest

from policy.message import ChannelKind, Context, Message, Role
from policy.model.encoder import Encoder, Examples, Floats, Integers, LargeEncoder
from policy.model.layout import MOST_OWN, PART, lay_out
from policy.model.wordpiece import WordPiece

WORDS = ("[CLS]", "[SEP]", "[UNK]", "coach", "club", "hello", "early", "late")
PIECES = WordPiece({word: number for number, word in enumerate(WORDS)})
EARLY, LATE = WORDS.index("early"), WORDS.index("late")
EXAMPLES = Examples(
    ["up", "down", "right", "both", "also up"],
    [[0], [0], [0], [0, 1], [0]],
    np.array([[0, 9], [0, -9], [9, 0], [5, 5], [0, 3]], dtype=np.int8),
)


class Counting:
    """A network whose two labels count two words. It remembers how often it ran."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, ids: Integers, kinds: Integers) -> Sequence[Floats]:
        self.runs += 1
        assert ids.shape == kinds.shape
        moved = np.stack([ids[0] == EARLY, ids[0] == LATE], axis=1).astype(np.float32)
        mean = moved[kinds[0] == 1].mean(0)
        return moved.sum(0), moved, mean


def seeing(network: Counting) -> LargeEncoder:
    return LargeEncoder(Encoder(network, PIECES.end), EXAMPLES)


@pytest.mark.parametrize("fill", [0, MOST_OWN])
def test_each_label_is_explained_by_the_window_where_it_is_highest(fill: int) -> None:
    text = " ".join(["early", *["hello"] * fill, "late", "late"])
    laid = lay_out(Message(text, Role.OWNER), Context(ChannelKind.CLUB), PIECES, frozenset())
    network = Counting()

    sight = seeing(network).see(laid)

    assert network.runs == (2 if fill else 1)
    assert sight.logits == (1.0, 2.0)
    assert [number for number, share in enumerate(sight.moved(0)) if share] == [0]
    assert [number for number, share in enumerate(sight.moved(1)) if share] == [fill + 1, fill + 2]
    assert not fill or sight.vector[0] == pytest.approx(1 / (PART + 1))


def test_a_message_without_words_is_seen_and_what_was_seen_is_remembered() -> None:
    network = Counting()
    encoder = seeing(network)
    laid = lay_out(Message("", Role.OWNER), Context(ChannelKind.CLUB), PIECES, frozenset())

    sights = [encoder.see(laid).logits for _ in range(3)]

    assert sights == [(0.0, 0.0)] * 3
    assert network.runs == 1


@pytest.mark.parametrize(
    ("direction", "label", "nearest"),
    [
        ((0, 1), 0, ("up", "also up")),
        ((1, 0), 0, ("right", "both")),
        ((0, -1), 0, ("down", "right")),
        ((0, 1), 1, ("both",)),
        ((0, 1), 7, ()),
    ],
)
def test_examples_are_the_nearest_of_the_label_and_the_first_of_those_as_near(
    direction: tuple[int, int], label: int, nearest: tuple[str, ...]
) -> None:
    assert EXAMPLES.nearest(np.array(direction, dtype=np.float32), label) == nearest


def test_there_may_be_no_examples_at_all() -> None:
    none = Examples([], [], np.zeros((0, 2), dtype=np.int8))

    assert none.nearest(np.array([0, 1], dtype=np.float32), 0) == ()
