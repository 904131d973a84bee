"""A message as the detectors see it: what the sweep, the links, the identifiers and the platform say of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from policy import identifiers, unmask
from policy import links as linking
from policy.backwards import Backwards, backwards
from policy.figures import NUMBER
from policy.fold import Folded, fold
from policy.groups import EVERY, bits_of
from policy.hits import MOST_SPANS, Hit, Hits
from policy.links import Sponsored
from policy.message import SOMEBODY, AttachmentKind, Context, Message
from policy.outings import places_in
from policy.pack import Pack
from policy.rewritten import Rewritten, rewritten
from policy.rule import GroupId
from policy.students import disguised_students_in, students_in
from policy.sweep import Swept
from policy.unmask import DISGUISED
from policy.verdict import Span

STUDENT = GroupId("@student")
UNLISTED = GroupId("@student.unlisted")
OUTING = GroupId("@outing")
PAST_OUTING = GroupId("@outing.over")
APP = GroupId("@app.unknown")
BORROWED = GroupId("@name.borrowed")
_ATTACHED = {kind: GroupId(f"@{kind.value}") for kind in AttachmentKind}
SIGNALS = frozenset(
    {
        DISGUISED,
        STUDENT,
        UNLISTED,
        OUTING,
        PAST_OUTING,
        APP,
        BORROWED,
        *_ATTACHED.values(),
        *linking.SIGNALS,
        *identifiers.SIGNALS,
    },
)
"""Every group that code provides."""

EXTRAS = {**identifiers.HINTS, **unmask.PATTERNS}
"""What the sweep looks for on behalf of this file (the hint of a link comes with the hosts)."""
_IDENTIFIERS = frozenset(identifiers.PATTERNS)
_NOWHERE = Hit(0, 0)


class _Unmasked(NamedTuple):
    """One way to read the disguised words, and what was found in it."""

    view: Rewritten | Backwards
    swept: Swept


@dataclass(slots=True)
class Reading:
    """The hits of every group in one message, in characters of `text.plain`.

    `text` holds the message's text and then the names and descriptions of what is attached.
    """

    message: Message
    text: Folded
    pack: Pack
    swept: Swept
    links: list[linking.Found] = field(default_factory=list)
    unmasked: dict[tuple[GroupId, Hit], str] = field(default_factory=dict)
    """What the disguised hits of a group were read as."""
    hidden: set[GroupId] = field(default_factory=set)
    """Groups that are only found in disguise."""
    meanings: list[_Unmasked] = field(default_factory=list)
    """The ways to read its disguised words."""
    looked_up: int = 0

    @property
    def found(self) -> Hits:
        """The hits of all signals, and of all groups that were looked up."""
        return self.swept.found

    @property
    def hits(self) -> Hits:
        """The hits of every group."""
        return self.look_up(EVERY)

    def look_up(self, groups: int) -> Hits:
        """The hits of the groups that have these bits, and of all others that are known by now."""
        bits = self.pack.sweep.bits
        wanted = (EVERY if groups & bits[DISGUISED] else groups) & ~self.looked_up
        if wanted:
            self.looked_up |= wanted
            self.swept.look_up(wanted)
            for seen in self.meanings:
                if wanted & seen.swept.may_have:
                    found = seen.swept.look_up(wanted).items()
                    _add_unmasked({group: hits for group, hits in found if bits[group] & wanted}, seen, self)
        return self.swept.found

    def hits_of(self, group: GroupId) -> list[Hit]:
        """The hits of one group."""
        bit = self.pack.sweep.bits.get(group, 0)
        return self.look_up(bit).get(group, []) if bit & self.may_have() else []

    def may_have(self) -> int:
        """The bits of every group that is found or may still be."""
        bits = self.pack.sweep.bits
        groups = self.swept.may_have
        if self.swept.found:
            groups |= bits_of(self.swept.found, bits)
        for seen in self.meanings:
            groups |= seen.swept.may_have | bits[DISGUISED]
        return groups

    def typed(self, hit: Hit) -> Span:
        """The characters as typed behind a hit."""
        return self.text.span(hit.start, hit.end)

    def meant(self, hit: Hit, groups: Iterable[GroupId]) -> str:
        """What a disguised hit of one of the groups was read as."""
        return next((self.unmasked[group, hit] for group in groups if (group, hit) in self.unmasked), "")


def read(message: Message, context: Context, pack: Pack) -> Reading:
    """Everything that is in the message."""
    text = fold(_whole(message) if message.attachments else message.text)
    swept = pack.sweep.scan(text)
    reading = Reading(message, text, pack, swept)
    extras = swept.extras
    disguised = unmask.pieces(text, extras, pack.vocabulary)
    if disguised:
        _add_meanings(disguised, reading, context)
    if extras and not _IDENTIFIERS.isdisjoint(extras):
        reading.found.update(identifiers.find(text, extras, pack.hosts, _sponsored(pack, context)))
    if message.links or "link" in extras:
        reading.links = linking.find(message, text, pack.hosts, in_text="link" in extras)
        own = _sponsored(pack, context)
        reading.found.update(linking.signals(reading.links, pack.hosts, own, pack.links))
    if message.attachments or message.sender is not SOMEBODY:
        _add_what_the_platform_says(reading.found, message)
    if context.students:
        _add_students(reading, STUDENT, context.students)
    if context.unlisted:
        _add_students(reading, UNLISTED, context.unlisted)
    if context.outings:
        _add_outings(reading, context)
    return reading


def was_said(context: Context, pack: Pack, groups: Collection[GroupId]) -> bool:
    """Whether each of the groups is in one of the messages just before."""
    missing = set(groups)
    bare = Context(context.channel, allowances=context.allowances, students=context.students)
    for said in context.before:
        missing -= read(Message(said.text, said.author), bare, pack).look_up(bits_of(missing, pack.sweep.bits)).keys()
        if not missing:
            return True
    return False


def _add_meanings(disguised: list[list[unmask.Piece]], reading: Reading, context: Context) -> None:
    """Adds what is found where the disguised words are put right."""
    pack, text = reading.pack, reading.text
    views: list[Rewritten | Backwards] = [rewritten(text, pieces) for pieces in disguised]
    # A text that is written backwards has words that read as others.
    for view in (*views, *backwards(text, pack.vocabulary)):
        # In a long text it pays to leave out what stands on no piece.
        is_long = len(text.plain) >= unmask.LONG
        near = view.near(pack.sweep.phrases.longest) if is_long and isinstance(view, Rewritten) else None
        seen = _Unmasked(view, pack.sweep.scan(view.text, near))
        reading.meanings.append(seen)
        # A hint such as a street's name may stand there already and only lack its number.
        known = frozenset[str]() if NUMBER in reading.swept.extras else reading.swept.extras
        extras = seen.swept.extras - known
        if extras:
            _add_identifiers(reading, seen, extras, _sponsored(pack, context))


def _whole(message: Message) -> str:
    names = [part for attachment in message.attachments for part in (_spaced(attachment.name), attachment.alt) if part]
    # A bar keeps phrases from running on into the next part.
    return " | ".join([message.text, *names])


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _add_identifiers(reading: Reading, seen: _Unmasked, extras: frozenset[str], own: Sponsored) -> None:
    """Adds those identifiers that only show where numbers in words and disguises are put right."""
    if not _IDENTIFIERS.isdisjoint(extras):
        found = identifiers.find(seen.view.text, extras, reading.pack.hosts, own)
        _add_unmasked(found, seen, reading)


def _add_unmasked(hits: Hits, seen: _Unmasked, reading: Reading) -> None:
    """Adds those hits of the rewritten text that stand on a piece of it; all others are known already.

    One word that is only guessed at is not enough for a group that is a breach all by itself.
    """
    alone = reading.pack.index.alone
    for group, found in hits.items():
        known = reading.found.get(group)
        for hit in found:
            back = seen.view.back(hit, is_sure=group in alone)
            if back is None:
                continue
            if known is None:
                known = reading.found[group] = []
                reading.hidden.add(group)
            if back in known[-MOST_SPANS:]:
                continue
            known.append(back)
            if back.is_disguised:
                reading.unmasked[group, back] = seen.view.text.plain[hit.start : hit.end]
                reading.found.setdefault(DISGUISED, []).append(back)


def _sponsored(pack: Pack, context: Context) -> Sponsored:
    return linking.sponsored(pack.district, context.allowances) if context.allowances else pack.sponsored


def _add_what_the_platform_says(hits: Hits, message: Message) -> None:
    for attachment in message.attachments:
        hits[_ATTACHED[attachment.kind]] = [_NOWHERE]
    if message.sender.is_app and not message.sender.is_known:
        hits[APP] = [_NOWHERE]
    if message.sender.has_borrowed_name:
        hits[BORROWED] = [_NOWHERE]


def _add_students(reading: Reading, group: GroupId, of: frozenset[str]) -> None:
    names = _folded_names(of)
    hits = students_in(reading.text, names) + disguised_students_in(
        reading.text, names, reading.pack.vocabulary.ordinary
    )
    if hits:
        reading.found[group] = hits
    for seen in reading.meanings:
        _add_unmasked({group: students_in(seen.view.text, names)}, seen, reading)


def _add_outings(reading: Reading, context: Context) -> None:
    for group, is_on in ((OUTING, True), (PAST_OUTING, False)):
        hits = places_in(reading.text, context.outings, is_on=is_on)
        if hits:
            reading.found[group] = hits


@lru_cache(maxsize=256)
def _folded_names(students: frozenset[str]) -> frozenset[str]:
    return frozenset(word for name in students for word in fold(name).words.split())
