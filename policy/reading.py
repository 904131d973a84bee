"""A message as the detectors see it: what the sweep, the links, the identifiers and the platform say of it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from policy import identifiers, unmask
from policy import links as linking
from policy.fold import Folded, fold, of_plain
from policy.hits import Hit, Hits
from policy.links import Sponsored
from policy.message import AttachmentKind, Context, Message
from policy.pack import Pack
from policy.rule import GroupId
from policy.students import students_in
from policy.sweep import Swept
from policy.verdict import Span

DISGUISED = GroupId("@disguised")
STUDENT = GroupId("@student")
APP = GroupId("@app.unknown")
BORROWED = GroupId("@name.borrowed")
_ATTACHED = {kind: GroupId(f"@{kind.value}") for kind in AttachmentKind}
SIGNALS = frozenset(
    {DISGUISED, STUDENT, APP, BORROWED, *_ATTACHED.values(), *linking.SIGNALS, *identifiers.SIGNALS},
)
"""Every group that code provides."""

EXTRAS = {**identifiers.PATTERNS, **unmask.PATTERNS}
"""What the sweep looks for on behalf of this file (the link pattern comes with the hosts)."""
_DISGUISES = frozenset(unmask.PATTERNS)
_IDENTIFIERS = frozenset(identifiers.PATTERNS)
_NOWHERE = Hit(0, 0)


@dataclass(slots=True)
class Reading:
    """The hits of every group in one message, in characters of `text.plain`.

    `text` holds the message's text and then the names and descriptions of what is attached.
    """

    message: Message
    text: Folded
    swept: Swept
    links: list[linking.Found] = field(default_factory=list)
    unmasked: dict[Hit, str] = field(default_factory=dict)

    @property
    def found(self) -> Hits:
        """The hits of all signals and of all groups that are looked for first, at least."""
        return self.swept.found

    @property
    def hits(self) -> Hits:
        """The hits of every group; the first call looks up what is missing."""
        return self.swept.hits

    def typed(self, hit: Hit) -> Span:
        """The characters as typed behind a hit."""
        return self.text.span(hit.start, hit.end)

    def meant(self, hit: Hit) -> str:
        """What a disguised hit was read as."""
        return self.unmasked.get(hit, "")


def read(message: Message, context: Context, pack: Pack) -> Reading:
    """Everything that is in the message."""
    text = fold(_whole(message))
    swept = pack.sweep.scan(text)
    reading = Reading(message, text, swept)
    if not _DISGUISES.isdisjoint(swept.extras):
        _unmask(reading, swept.extras, pack)
    if not _IDENTIFIERS.isdisjoint(swept.extras):
        reading.found.update(identifiers.find(text, swept.extras, pack.hosts, _sponsored(pack, context)))
    if message.links or "link" in swept.extras:
        reading.links = linking.find(message, text, pack.hosts, in_text="link" in swept.extras)
        own = _sponsored(pack, context)
        reading.found.update(linking.signals(reading.links, pack.hosts, own, pack.links))
    _add_what_the_platform_says(reading.found, message)
    if context.students:
        _add_students(reading, context)
    return reading


def said_groups(context: Context, pack: Pack) -> frozenset[GroupId]:
    """All groups in the messages just before."""
    groups: set[GroupId] = set()
    for said in context.before:
        bare = Context(context.channel, allowances=context.allowances, students=context.students)
        groups.update(read(Message(said.text, said.author), bare, pack).hits)
    return frozenset(groups)


def _whole(message: Message) -> str:
    if not message.attachments:
        return message.text
    names = [part for attachment in message.attachments for part in (_spaced(attachment.name), attachment.alt) if part]
    # A bar keeps phrases from running on into the next part.
    return " | ".join([message.text, *names])


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _unmask(reading: Reading, present: frozenset[str], pack: Pack) -> None:
    """Adds the hits that only show when disguised words are read as what they stand for."""
    pieces = unmask.pieces(reading.text, present, pack.vocabulary)
    if not pieces:
        return
    meant, starts = _rewritten(reading.text.plain, pieces)
    for group, hits in pack.sweep.scan(of_plain(meant)).hits.items():
        for hit in hits:
            _add_unmasked(reading, group, hit, pieces, starts, meant)


def _add_unmasked(
    reading: Reading, group: GroupId, hit: Hit, pieces: list[unmask.Piece], starts: list[int], meant: str
) -> None:
    """Adds a hit of the rewritten text where it needs a piece that was rewritten; all others are known already."""
    first = bisect_right(starts, hit.start) - 1
    if first < 0 or starts[first] + len(pieces[first].text) <= hit.start:
        first += 1
    last = bisect_left(starts, hit.end)
    if first >= last:
        return
    start = _back(hit.start, first, pieces, starts, at_end=False)
    end = _back(hit.end, last - 1, pieces, starts, at_end=True)
    is_disguised = any(piece.is_disguise for piece in pieces[first:last])
    found = Hit(start, end, is_disguised)
    reading.hits.setdefault(group, []).append(found)
    if is_disguised:
        reading.unmasked[found] = meant[hit.start : hit.end]
        reading.hits.setdefault(DISGUISED, []).append(found)


def _rewritten(plain: str, pieces: list[unmask.Piece]) -> tuple[str, list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    at = length = 0
    for piece in pieces:
        before = plain[at : piece.start]
        starts.append(length + len(before))
        parts += [before, piece.text]
        length += len(before) + len(piece.text)
        at = piece.end
    return "".join([*parts, plain[at:]]), starts


def _back(position: int, number: int, pieces: list[unmask.Piece], starts: list[int], *, at_end: bool) -> int:
    """Where in the plain view an edge of a hit stands: at a piece's edge where it falls into piece `number`."""
    piece, start = pieces[number], starts[number]
    end = start + len(piece.text)
    if position < start or (position == start and at_end):
        return position + piece.start - start
    if position > end or (position == end and not at_end):
        return position + piece.end - end
    return piece.end if at_end else piece.start


def _sponsored(pack: Pack, context: Context) -> Sponsored:
    return linking.sponsored(pack.district, context.allowances) if context.allowances else pack.sponsored


def _add_what_the_platform_says(hits: Hits, message: Message) -> None:
    for attachment in message.attachments:
        hits[_ATTACHED[attachment.kind]] = [_NOWHERE]
    if message.sender.is_app and not message.sender.is_known:
        hits[APP] = [_NOWHERE]
    if message.sender.has_borrowed_name:
        hits[BORROWED] = [_NOWHERE]


def _add_students(reading: Reading, context: Context) -> None:
    hits = students_in(reading.text, _folded_names(context.students))
    if hits:
        reading.found[STUDENT] = hits


@lru_cache(maxsize=256)
def _folded_names(students: frozenset[str]) -> frozenset[str]:
    return frozenset(word for name in students for word in fold(name).words.split())
