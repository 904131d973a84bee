"""Looks at the pictures of a message: fetched, looked at, forgotten. What their text and their file say is judged; how
many faces there are decides whether their poster is asked."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import structlog

from bot.acts import DutyHandler
from bot.core import Core
from bot.errors import FileTooLarge, PlatformBusy, Unable, Undeliverable
from bot.events import Content, Edited, Revising, encode
from bot.judging.verdicts import context_of
from bot.photos.asking import ask
from bot.photos.consent import save
from bot.photos.finding import (
    LOCATION,
    PHOTO,
    PLACE_IN_FILE,
    PROVOCATIVE,
    PURPOSE,
    RESPECT,
    enforces,
    found,
    message_of,
    not_looked_at,
    note,
    tell,
)
from bot.photos.gone import note_gone
from bot.photos.naming import LOOK, named, subject_of
from bot.photos.place import place_of
from bot.ports import MessageState, Transaction
from bot.ports.pictures import ReadLine, Seen
from bot.records.duties import Duty, DutyItem
from bot.records.incidents import incident_id
from bot.records.journal import Entry
from bot.records.photos import NotSeen, Pictures, PictureState
from bot.records.registry import Channel, role_in
from policy import judge
from policy.message import Attachment, AttachmentKind, Context, Message, Role
from policy.pack import Pack
from policy.verdict import Severity, Verdict

log = structlog.get_logger()

MOST_BYTES = 64 * 1024 * 1024
"""Larger files are not looked at."""
LIKELY_PROVOCATIVE = 0.5
"""From which chance on people are told that a picture may be provocative."""
POSTED = frozenset({"picture_posted", "video_posted"})
"""The detectors of `student_photo` that see no more than that there is a picture."""
LOOKED_AT = frozenset({AttachmentKind.PICTURE, AttachmentKind.VIDEO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of looking at one attachment. `verdict` is about the text in it."""

    key: str
    attachment: Attachment
    seen: Seen
    unseen: NotSeen | None
    verdict: Verdict | None


def note_posted(core: Core, tx: Transaction, event: Revising, state: MessageState) -> bool:
    """Has a revision's pictures looked at, those that were not before. True: it has pictures, and all that is to be
    said about them comes of looking at them. False where it has none (those that it had are gone), or where nothing
    looks at pictures here."""
    pictures = dict(_pictures_in(event.content))
    if not pictures and isinstance(event, Edited):
        note_gone(core, tx, event.message, at=event.at, by=event.author)
    if core.sight is None or not pictures or state.is_deleted:
        return False
    revision = event.revision if isinstance(event, Edited) else 0
    known = tx.photos.get(event.message) or Pictures(message=event.message, author=event.author, posted_at=event.at)
    is_looked_at = pictures.keys() <= set(known.looked) and known.state is not PictureState.GONE
    if not is_looked_at and revision >= known.revision:
        sealed = core.keys.seal(encode(event), purpose=PURPOSE)
        save(tx, replace(known, state=PictureState.LOOKING, revision=revision, sealed=sealed))
        tx.duties.set(Duty(kind=LOOK, subject=subject_of(event.message), due_at=tx.now))
    return True


def is_all_in_pictures(tx: Transaction, event: Revising, verdict: Verdict) -> bool:
    """Whether nothing is found but that there are pictures, in a message that nobody was told of: then who is shown is
    asked first."""
    is_new = tx.incidents.get(incident_id(event.message)) is None
    return is_new and bool(verdict.alerting) and all(each.detector in POSTED for each in verdict.alerting)


async def _on_look(core: Core, item: DutyItem) -> None:
    """Looks at one picture of the message; those that are left are the next duty, so that none holds its lease long."""
    message = named(item.duty.subject)

    def unit(tx: Transaction) -> tuple[Pictures, Context, Pack, Role] | None:
        place = place_of(tx, core, message)
        if place is None or place.pictures.state is not PictureState.LOOKING:
            return None
        role = role_in(place.channel, tx.registry.person(place.pictures.poster))
        # What was said before a picture is not its context.
        return place.pictures, context_of(core, tx, place.channel), place.pack, role

    known = await core.store.read(unit)
    if known is None:
        await core.store.write(lambda tx: tx.duties.finish(item))
        return
    pictures, context, pack, role = known
    left = _left(core, pictures)
    look = None
    if left:
        key, attachment = left[0]
        is_last_try = item.attempts >= core.limits.attempts
        seen, unseen = await _look(core, pictures, attachment, is_last_try=is_last_try)
        verdict = await asyncio.to_thread(_judged, seen, role, context, pack) if seen.lines else None
        look = Look(key=key, attachment=attachment, seen=seen, unseen=unseen, verdict=verdict)
    await core.store.write(lambda tx: _note(core, tx, item, look))


async def _look(
    core: Core, pictures: Pictures, attachment: Attachment, *, is_last_try: bool
) -> tuple[Seen, NotSeen | None]:
    if not attachment.id:
        return Seen(), NotSeen.ELSEWHERE
    if core.sight is None:
        return Seen(), NotSeen.NOT_INSTALLED
    platform = core.platforms(pictures.message.workspace)
    try:
        content = await platform.file(pictures.message, attachment.id, at_most=MOST_BYTES)
    except FileTooLarge:
        return Seen(), NotSeen.TOO_LARGE
    except Undeliverable:
        return Seen(), NotSeen.LOST
    except Unable:
        return Seen(), NotSeen.NOT_ALLOWED
    except PlatformBusy:
        raise
    except Exception as error:  # people learn that nobody looked, rather than that a duty was given up
        if not is_last_try:
            raise
        log.warning("picture.unreached", subject=subject_of(pictures.message), error=type(error).__name__)
        return Seen(), NotSeen.UNREACHED
    seen = await core.sight.look(content, name=attachment.name)
    return seen, NotSeen(seen.unseen.value) if seen.unseen else None


def _judged(seen: Seen, role: Role, context: Context, pack: Pack) -> Verdict:
    return judge(Message(text=seen.text, author=role), context, pack)


def _note(core: Core, tx: Transaction, item: DutyItem, look: Look | None) -> None:
    """Keeps what was seen. Where no picture is left, what follows from it is begun."""
    tx.duties.finish(item)
    place = place_of(tx, core, named(item.duty.subject))
    if place is None or place.pictures.state is not PictureState.LOOKING:
        return
    pictures, channel, pack = place.pictures, place.channel, place.pack
    if look is not None:
        unseen = (*pictures.unseen, look.unseen) if look.unseen else pictures.unseen
        faces = pictures.faces + len(look.seen.faces)
        pictures = replace(pictures, looked=(*pictures.looked, look.key), faces=faces, unseen=unseen)
        pictures = save(tx, pictures)
        _tell_of_text(core, tx, pictures, channel, look)
        if look.seen.has_place and enforces(pack, LOCATION):
            tell(core, tx, pictures, channel, pack, found(pack, LOCATION, "place_in_file", PLACE_IN_FILE))
        if (look.seen.provocative or 0.0) >= LIKELY_PROVOCATIVE:
            rule = PHOTO if enforces(pack, PHOTO) else RESPECT
            tell(core, tx, pictures, channel, pack, found(pack, rule, "provocative_seen", PROVOCATIVE, Severity.HIGH))
        _journal(tx, pictures, look)
    if _left(core, pictures):
        tx.duties.set(replace(item.duty, due_at=tx.now))
    else:
        _conclude(core, tx, pictures, channel, pack)


def _tell_of_text(core: Core, tx: Transaction, pictures: Pictures, channel: Channel, look: Look) -> None:
    if look.verdict is None or not look.verdict.alerting:
        return
    content = Content(text=look.seen.text, attachments=(look.attachment,))
    what = f"picture:text:{len(pictures.looked)}"
    where = [asdict(line) for line in _lines_in_question(look.seen.lines, look.verdict)]
    note(core, tx, pictures, channel, look.verdict, what=what, content=content, where=where)


def _lines_in_question(lines: Sequence[ReadLine], verdict: Verdict) -> Iterator[ReadLine]:
    """The lines of the picture that hold marked words, without those words: where one has to look."""
    marks = [mark for finding in verdict.alerting for mark in finding.marks]
    start = 0
    for line in lines:
        end = start + len(line.text)
        if any(mark.start < end and start < mark.end for mark in marks):
            yield replace(line, text="")
        start = end + 1


def _conclude(core: Core, tx: Transaction, pictures: Pictures, channel: Channel, pack: Pack) -> None:
    """All pictures were looked at: what was not seen is said, and whoever posted people is asked who they are."""
    if pictures.unseen:
        tell(core, tx, pictures, channel, pack, found(pack, PHOTO, "not_looked_at", not_looked_at(pictures.unseen)))
    if enforces(pack, PHOTO) and (pictures.faces or pictures.unseen):
        ask(core, tx, pictures, channel, pack)
    else:
        save(tx, replace(pictures, state=PictureState.SETTLED, sealed=None))


def _left(core: Core, pictures: Pictures) -> list[tuple[str, Attachment]]:
    content = message_of(core, pictures).content
    return [(key, each) for key, each in _pictures_in(content) if key not in pictures.looked]


def _pictures_in(content: Content) -> Iterator[tuple[str, Attachment]]:
    """The content's pictures and videos, each under what tells it from the others."""
    for number, each in enumerate(content.attachments):
        if each.kind in LOOKED_AT:
            yield each.id or f"#{number}", each


def _journal(tx: Transaction, pictures: Pictures, look: Look) -> None:
    facts = {
        "faces": len(look.seen.faces),
        "lines": len(look.seen.lines),
        "unseen": look.unseen.value if look.unseen else None,
    }
    subject = f"picture:{subject_of(pictures.message)}"
    tx.journal.append(Entry(at=tx.now, name="picture:look:done", subject=subject, actor="", facts=facts))


DUTIES: Mapping[str, DutyHandler] = {LOOK: _on_look}
