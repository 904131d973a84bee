"""How a message is laid out for the encoder: who writes where, what was said before, then the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy.fold import Folded, fold
from policy.message import Context, Message, Role
from policy.model.plain_text import Chunk, Words, chunks_of
from policy.model.wordpiece import Split, WordPiece

AUTHORS = {
    Role.OWNER: "coach",
    Role.STAFF: "teacher",
    Role.STUDENT: "student",
    Role.PARENT: "parent",
    Role.OUTSIDER: "stranger",
}
"""Words that the encoder has met, in place of ours."""
MOST_NAME, MOST_BEFORE, MOST_OWN = 8, 40, 144
"""Pieces of the channel's name, of the messages before, and of the message itself: the encoder's time goes there."""
PART = MOST_OWN // 2
"""Of a longer message two parts are read, its beginning and a later one."""
MOST_PARTS = 24
MOST_LETTERS, MOST_SAID = 6_000, 400
"""Letters of the message, and of each before it."""
Interest = Callable[[str], float]
"""How much a stretch of the message seems worth reading."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The pieces of the header and of each window of the message, and where everything stands.

    `split` has the pieces and words of each chunk; `starts` says at which piece each window begins.
    """

    header: tuple[int, ...]
    windows: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    chunks: tuple[Chunk, ...]
    split: tuple[Split, ...]
    folded: Folded

    @property
    def owners(self) -> list[int]:
        """For each piece of the message, which chunk it is of."""
        return _owners(self.split)

    @property
    def words(self) -> list[str]:
        """The words of the view, in order."""
        return [word for _, words in self.split for word in words]

    @property
    def view(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)


def lay_out(
    message: Message, context: Context, pieces: WordPiece, words: Words, interest: Interest | None = None
) -> Laid:
    """What the encoder is given: the message whole where it fits; or else its beginning and, of what follows, the part
    of the highest interest (the end where none is told)."""
    folded = fold(shortened(whole(message)))
    chunks = chunks_of(folded, words)
    split = [pieces.of_chunk(chunk.text) for chunk in chunks]
    own = [piece for found, _ in split for piece in found]
    starts: tuple[int, ...] = (0,)
    length = MOST_OWN
    if len(own) > MOST_OWN:
        starts, length = (0, _most_interesting(chunks, _owners(split), interest)), PART
    windows = tuple([tuple(own[start : start + length]) for start in starts])
    header = header_of(message.author, context, pieces, words)
    return Laid(header, windows, starts, tuple(chunks), tuple(split), folded)


def _owners(split: Sequence[Split]) -> list[int]:
    return [number for number, (found, _) in enumerate(split) for _ in found]


def shortened(text: str) -> str:
    """The text, cut where no window reaches any more."""
    return text[:MOST_LETTERS]


def header_of(author: Role, context: Context, pieces: WordPiece, words: Words) -> tuple[int, ...]:
    """Author, kind and name of the channel, and the last of what was said before."""
    place, _ = pieces.of_chunk(f"{AUTHORS[author]} {context.channel.value}")
    name, _ = pieces.of_chunk(context.channel_name)
    said: list[int] = []
    for earlier in context.before[-3:]:
        said += pieces.of_chunk(f"{AUTHORS[earlier.author]} :")[0]
        for chunk in chunks_of(fold(earlier.text[:MOST_SAID]), words):
            said += pieces.of_chunk(chunk.text)[0]
    before = [*said[-MOST_BEFORE:], pieces.part] if said else []
    return (pieces.begin, *place, *name[:MOST_NAME], pieces.part, *before)


def later_parts(length: int) -> list[int]:
    """Where a part may begin after the first one of so many pieces. They overlap, and the last ends at the end."""
    last = length - PART
    step = max(PART // 2, -(-last // MOST_PARTS))
    return [*range(PART, last, step), last]


def _most_interesting(chunks: Sequence[Chunk], owners: Sequence[int], interest: Interest | None) -> int:
    parts = later_parts(len(owners))
    if interest is None:
        return parts[-1]

    def text(start: int) -> str:
        return " ".join(chunk.text for chunk in chunks[owners[start] : owners[start + PART - 1] + 1])

    return max(parts, key=lambda start: interest(text(start)))


def whole(message: Message) -> str:
    """The text with the names and descriptions of what is attached."""
    names = [part for attachment in message.attachments for part in (attachment.name, attachment.alt) if part]
    return " | ".join([message.text, *names])
