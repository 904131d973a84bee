"""How a message is laid out for the encoder: who writes where, what was said before, then the words."""

from dataclasses import dataclass

from policy.fold import Folded, fold
from policy.message import Context, Message, Role
from policy.model.plain_text import Chunk, Words, chunks_of, model_view
from policy.model.wordpiece import WordPiece

AUTHORS = {
    Role.OWNER: "coach",
    Role.STAFF: "teacher",
    Role.STUDENT: "student",
    Role.PARENT: "parent",
    Role.OUTSIDER: "stranger",
}
"""Words that the encoder has met, in place of ours."""
MOST_NAME, MOST_BEFORE, MOST_OWN = 8, 40, 112
"""Pieces of the channel's name, of the messages before, and of one window of the message itself."""
STEP = 84
MOST_WINDOWS = 4
MOST_LETTERS = 6_000


@dataclass(frozen=True, slots=True)
class Laid:
    """The pieces of the header and of each window of the message, and where everything stands.

    `owners` says for each piece of the message which chunk it is of; `starts` at which piece each window begins.
    """

    header: tuple[int, ...]
    windows: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    owners: tuple[int, ...]
    chunks: tuple[Chunk, ...]
    folded: Folded

    @property
    def view(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)


def lay_out(message: Message, context: Context, pieces: WordPiece, words: Words) -> Laid:
    """What the encoder is given. A long message is read through several windows: its beginning, and its end at last."""
    folded = fold(shortened(whole(message)))
    chunks = chunks_of(folded, words)
    own: list[int] = []
    owners: list[int] = []
    for number, chunk in enumerate(chunks):
        found = pieces.ids(chunk.text)
        own += found
        owners += [number] * len(found)
    starts = starts_of(len(own))
    windows = tuple(tuple(own[start : start + MOST_OWN]) for start in starts)
    header = header_of(message.author, context, pieces, words)
    return Laid(header, windows, starts, tuple(owners), tuple(chunks), folded)


def shortened(text: str) -> str:
    """The text, cut where no window reaches any more."""
    return text[:MOST_LETTERS]


def header_of(author: Role, context: Context, pieces: WordPiece, words: Words) -> tuple[int, ...]:
    """Author, kind and name of the channel, and the last of what was said before."""
    place = pieces.ids(f"{AUTHORS[author]} {context.channel.value}")
    name = pieces.ids(context.channel_name)[:MOST_NAME]
    said: list[int] = []
    for earlier in context.before[-3:]:
        said += pieces.ids(f"{AUTHORS[earlier.author]} : {model_view(earlier.text[:400], words)}")
    before = [*said[-MOST_BEFORE:], pieces.part] if said else []
    return (pieces.begin, *place, *name, pieces.part, *before)


def starts_of(length: int) -> tuple[int, ...]:
    """Where the windows begin, which overlap; of a very long message there are the first few and the last."""
    if length <= MOST_OWN:
        return (0,)
    starts = [*range(0, length - MOST_OWN, STEP), length - MOST_OWN]
    return tuple(starts if len(starts) <= MOST_WINDOWS else [*starts[: MOST_WINDOWS - 1], starts[-1]])


def whole(message: Message) -> str:
    """The text with the names and descriptions of what is attached."""
    names = [part for attachment in message.attachments for part in (attachment.name, attachment.alt) if part]
    return " | ".join([message.text, *names])
