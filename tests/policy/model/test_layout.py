"""A message is laid out whole where it fits, and through windows where it does not."""

from itertools import pairwise

import pytest

from policy.message import Attachment, AttachmentKind, ChannelKind, Context, Message, Role, Said
from policy.model.layout import MOST_BEFORE, MOST_OWN, MOST_WINDOWS, lay_out, starts_of
from policy.model.wordpiece import WordPiece

WORDS = ("[CLS]", "[SEP]", "[UNK]", "coach", "student", "club", "chess", "hello", "again", ":", "|", "a", "secret")
PIECES = WordPiece({word: number for number, word in enumerate(WORDS)})
CHESS = Context(ChannelKind.CLUB, "chess")


def words(ids: tuple[int, ...]) -> list[str]:
    return [WORDS[number] for number in ids]


def test_the_header_says_who_writes_where_and_what_was_said_before() -> None:
    context = Context(ChannelKind.CLUB, "chess", (Said(Role.STUDENT, "Hello"),))

    laid = lay_out(Message("again", Role.OWNER), context, PIECES, frozenset())

    assert words(laid.header) == ["[CLS]", "coach", "club", "chess", "[SEP]", "student", ":", "hello", "[SEP]"]
    assert [words(window) for window in laid.windows] == [["again"]]


@pytest.mark.parametrize("length", [0, 1, MOST_OWN, MOST_OWN + 1, MOST_OWN * 2, 300, 5000])
def test_windows_begin_at_the_start_end_at_the_end_and_are_few(length: int) -> None:
    starts = starts_of(length)

    assert starts[0] == 0
    assert len(starts) <= MOST_WINDOWS
    assert starts[-1] == max(0, length - MOST_OWN)


def test_up_to_a_few_windows_nothing_is_left_out() -> None:
    starts = starts_of(MOST_OWN + 150)

    assert all(after - before <= MOST_OWN for before, after in pairwise(starts))


def test_a_very_long_message_and_context_stay_small() -> None:
    context = Context(ChannelKind.CLUB, "chess " * 500, (Said(Role.STUDENT, "hello " * 5000),) * 20)

    laid = lay_out(Message("again " * 20_000, Role.OWNER), context, PIECES, frozenset())

    assert len(laid.header) < MOST_BEFORE + 20
    assert len(laid.windows) == MOST_WINDOWS
    assert len(laid.owners) < 2000


def test_names_and_descriptions_of_attachments_are_read_too() -> None:
    message = Message("hello", Role.OWNER, attachments=(Attachment(AttachmentKind.PICTURE, "a", "secret"),))

    laid = lay_out(message, CHESS, PIECES, frozenset())

    assert laid.view == "hello | a | secret"


def test_every_piece_knows_the_chunk_that_it_is_of() -> None:
    laid = lay_out(Message("hello again:hello", Role.OWNER), CHESS, PIECES, frozenset())

    assert [laid.chunks[owner].text for owner in laid.owners] == ["hello", *["again:hello"] * 3]
