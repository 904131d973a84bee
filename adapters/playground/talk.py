"""Posting, editing, deleting: each changes the chat's row and hands the event to the core in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from adapters.playground import events, history, tables
from adapters.playground.events import ChatFile, ChatMessage
from adapters.playground.pictures import sniffed
from adapters.playground.world import World
from bot.errors import Refused
from bot.ids import ChannelId, MessageId, PersonId
from bot.inbox.intake import Intake
from policy.words import Text

NOT_YOURS = Text(
    en="Only its author can do this. You can report the message instead.",
    es="Solo quien lo escribió puede hacer esto. Si hace falta, puede denunciar el mensaje.",
)
EMPTY = Text(
    en="There is nothing to post yet. Write something or attach a file.",
    es="Todavía no hay nada que publicar. Escriba algo o adjunte un archivo.",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    alt: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be posted. `nonce` is the sender's name for it: the same one twice posts once."""

    channel: ChannelId
    author: PersonId
    text: str
    thread: MessageId | None = None
    files: Sequence[Upload] = ()
    nonce: str | None = None


def post(world: World, intake: Intake, draft: Draft) -> ChatMessage:
    """Posts the message, or finds what the same nonce posted before. Raises Refused where the author may not."""
    world.require_member(draft.channel, draft.author)
    if not draft.text.strip() and not draft.files:
        raise Refused(EMPTY)
    if draft.thread is not None:
        history.root(world, draft.channel, draft.thread)
    # Taking a number holds others off until this transaction ends: of two with the same nonce one sees the other.
    place = world.next_number()
    return history.sent_as(world, draft.author, draft.nonce) or _add(world, intake, draft, place)


def edit(world: World, intake: Intake, message: MessageId, *, by: PersonId, text: str) -> ChatMessage:
    """Gives one's own message another text. Raises Refused."""
    old = _own(world, message, by)
    if not text.strip() and not old.files:
        raise Refused(EMPTY)
    if text == old.text:
        return old
    new = replace(old, text=text, revision=old.revision + 1, edited_at=world.now)
    _update(world, message, sealed=world.seal({"text": text}), revision=new.revision, edited_at=new.edited_at)
    intake.accept(world.tx, events.edited(world.workspace, new))
    _announce(world, new)
    return new


def delete(world: World, intake: Intake, message: MessageId, *, by: PersonId) -> ChatMessage:
    """Deletes one's own message with its files; that there was one stays visible. Raises Refused."""
    return _gone(world, intake, _own(world, message, by), by=by)


def remove(world: World, intake: Intake, message: MessageId) -> None:
    """Deletes somebody's message because a reviewer decided so; nothing changes where it is gone, or never was."""
    for found in history.some(world, [message]):
        if found.deleted_at is None:
            _gone(world, intake, found, by=None)


def block(world: World, message: MessageId, tip: str) -> None:
    """Hides the message from everybody but its author, who reads the tip beside it. Raises Refused where it is gone."""
    for found in _standing(world, message):
        _update(world, message, tip=world.seal({"text": tip}))
        _announce(world, replace(found, tip=tip))


def lift_block(world: World, message: MessageId) -> None:
    """Shows it to everybody again. Raises Refused where it is gone."""
    for found in _standing(world, message):
        _update(world, message, tip=None)
        _announce(world, replace(found, tip=""))


def _standing(world: World, message: MessageId) -> Sequence[ChatMessage]:
    found = [each for each in history.some(world, [message]) if each.deleted_at is None]
    if not found:
        raise Refused(history.GONE)
    return found


def _gone(world: World, intake: Intake, old: ChatMessage, *, by: PersonId | None) -> ChatMessage:
    gone, message = replace(old, text="", files=(), tip="", deleted_at=world.now), old.id
    _update(world, message, sealed=None, tip=None, deleted_at=world.now)
    f = tables.files.c
    world.connection.execute(sa.delete(tables.files).where(f.workspace == world.workspace, f.message == message))
    intake.accept(world.tx, events.deleted(world.workspace, old, at=world.now, by=by))
    _announce(world, gone)
    return gone


def _own(world: World, message: MessageId, by: PersonId) -> ChatMessage:
    found = history.visible(world, message, by)
    if found.author != by:
        raise Refused(NOT_YOURS)
    return found


def _add(world: World, intake: Intake, draft: Draft, place: int) -> ChatMessage:
    message = ChatMessage(
        id=MessageId(f"m{place}"),
        channel=draft.channel,
        thread=draft.thread,
        place=place,
        author=draft.author,
        posted_at=world.now,
        text=draft.text,
        files=tuple(_described(f"f{place}-{n}", upload) for n, upload in enumerate(draft.files)),
    )
    insert(world, message, nonce=draft.nonce)
    for file, upload in zip(message.files, draft.files, strict=True):
        _keep(world, message, file, upload.content)
    intake.accept(world.tx, events.posted(world.workspace, message))
    _announce(world, message)
    return message


def insert(world: World, message: ChatMessage, *, nonce: str | None = None) -> None:
    """Writes the row of a new message and nothing else."""
    world.connection.execute(
        sa.insert(tables.messages).values(
            workspace=world.workspace,
            message=message.id,
            channel=message.channel,
            thread=message.thread,
            place=message.place,
            author=message.author,
            posted_at=message.posted_at,
            revision=message.revision,
            sealed=world.seal({"text": message.text}),
            nonce=nonce,
        )
    )


def _update(world: World, message: MessageId, **values: object) -> None:
    m = tables.messages.c
    world.connection.execute(
        sa.update(tables.messages).where(m.workspace == world.workspace, m.message == message).values(**values)
    )


def _keep(world: World, message: ChatMessage, file: ChatFile, content: bytes) -> None:
    about = {"name": file.name, "alt": file.alt, "type": file.type, "size": file.size}
    world.connection.execute(
        sa.insert(tables.files).values(
            workspace=world.workspace,
            file=file.id,
            message=message.id,
            about=world.seal(about),
            sealed=world.seal_bytes(content),
        )
    )


def _announce(world: World, message: ChatMessage) -> None:
    world.note("message", message.id, channel=message.channel)
    if message.thread is not None:
        world.note("message", message.thread, channel=message.channel)


def _described(id_: str, upload: Upload) -> ChatFile:
    return ChatFile(id=id_, name=upload.name, alt=upload.alt, type=sniffed(upload.content), size=len(upload.content))
