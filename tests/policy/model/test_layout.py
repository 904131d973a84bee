"""A message is laid out whole where it fits, and through windows where it does not."""

from itertools import pairwise

import pytest

from policy.message import Attachment, AttachmentKind, ChannelKind, Context, Message, Role, Said
from policy.model.layout import MOST_BEFORE, MOST_OWN, MOST_PARTS, PART, later_parts, lay_out
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


@pytest.mark.parametrize("length", [MOST_OWN + 1, MOST_OWN * 2, 300, 5000])
def test_later_parts_overlap_end_at_the_end_and_are_few(length: int) -> None:
    parts = later_parts(length)

    assert parts[0] <= PART
    assert parts[-1] == length - PART
    assert len(parts) <= MOST_PARTS + 1
    assert length > 1000 or all(after - before <= PART for before, after in pairwise(parts))


@pytest.mark.parametrize(("words_before", "length"), [(0, MOST_OWN), (1, PART), (500, PART)])
def test_a_message_is_read_whole_where_it_fits_and_else_its_beginning_and_its_most_interesting_part(
    words_before: int, length: int
) -> None:
    text = "again " * words_before + "secret" + " hello" * (MOST_OWN - 1)

    laid = lay_out(Message(text, Role.OWNER), CHESS, PIECES, frozenset(), lambda part: part.count("secret"))

    assert len(laid.windows) == (2 if words_before else 1)
    assert all(len(window) == length for window in laid.windows)
    assert any("secret" in words(window) for window in laid.windows)


def test_the_end_is_read_where_nothing_tells_what_is_of_interest() -> None:
    laid = lay_out(Message("hello " * 300 + "secret", Role.OWNER), CHESS, PIECES, frozenset())

    assert words(laid.windows[-1])[-1] == "secret"


def test_a_very_long_message_and_context_stay_small() -> None:
    context = Context(ChannelKind.CLUB, "chess " * 500, (Said(Role.STUDENT, "hello " * 5000),) * 20)

    laid = lay_out(Message("again " * 20_000, Role.OWNER), context, PIECES, frozenset())

    assert len(laid.header) < MOST_BEFORE + 20
    assert [len(window) for window in laid.windows] == [PART, PART]
    assert len(laid.owners) < 2000


def test_names_and_descriptions_of_attachments_are_read_too() -> None:
    message = Message("hello", Role.OWNER, attachments=(Attachment(AttachmentKind.PICTURE, "a", "secret"),))

    laid = lay_out(message, CHESS, PIECES, frozenset())

    assert laid.view == "hello | a | secret"


def test_every_piece_knows_the_chunk_that_it_is_of() -> None:
    laid = lay_out(Message("hello again:hello", Role.OWNER), CHESS, PIECES, frozenset())

    assert [laid.chunks[owner].text for owner in laid.owners] == ["hello", *["again:hello"] * 3]
