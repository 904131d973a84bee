"""Reading what was posted, as far as a person may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.playground import tables
from adapters.playground.events import ChatFile, ChatMessage
from adapters.playground.world import World
from bot.errors import Refused
from bot.ids import ChannelId, MessageId, PersonId
from policy.words import Text

GONE = Text(
    en="This message is not there, or was deleted. Go back to the channel.",
    es="Este mensaje no existe o fue borrado. Vuelva al canal.",
)
BLOCKED = Text(
    en="This message is blocked. Those responsible for the channel know of it.",
    es="Este mensaje está bloqueado. Quienes responden del canal lo saben.",
)
NO_FILE = Text(
    en="This file is not there, or was deleted with its message.",
    es="Este archivo no existe o se borró con su mensaje.",
)


@dataclass(frozen=True, slots=True)
class Replies:
    """How many answers a message has, and when the last one came."""

    count: int
    last_at: datetime


def page(
    world: World, channel: ChannelId, *, before: int | None = None, limit: int = 50
) -> tuple[Sequence[ChatMessage], bool]:
    """The last messages of the channel outside threads, oldest first, and whether there are older ones."""
    m = tables.messages.c
    query = _messages(world).where(m.channel == channel, m.thread.is_(None))
    if before is not None:
        query = query.where(m.place < before)
    rows = world.connection.execute(query.order_by(m.place.desc()).limit(limit + 1)).all()
    return _read(world, reversed(rows[:limit])), len(rows) > limit


def around(world: World, channel: ChannelId, message: MessageId, *, limit: int = 50) -> int | None:
    """Where a page must end so that it holds the message and some that follow; None for the newest page."""
    m = tables.messages.c
    place = _one(world, message).place
    return world.connection.scalar(
        sa.select(m.place)
        .where(m.workspace == world.workspace, m.channel == channel, m.thread.is_(None), m.place > place)
        .order_by(m.place)
        .offset(limit // 2)
        .limit(1)
    )


def thread(world: World, channel: ChannelId, first: MessageId, *, limit: int = 500) -> Sequence[ChatMessage]:
    """A message with its answers, oldest first; of very many answers the last ones. Raises Refused."""
    m = tables.messages.c
    query = _messages(world).where(m.thread == first).order_by(m.place.desc()).limit(limit)
    answers = world.connection.execute(query).all()
    return [root(world, channel, first), *_read(world, reversed(answers))]


def root(world: World, channel: ChannelId, message: MessageId) -> ChatMessage:
    """The message that a thread hangs on; it may have been deleted since. Raises Refused where it is none."""
    found = _one(world, message)
    if found.channel != channel or found.thread is not None:
        raise Refused(GONE)
    return found


def visible(world: World, message: MessageId, person: PersonId) -> ChatMessage:
    """A message that the person can read. Raises Refused."""
    found = _one(world, message)
    world.require_member(found.channel, person)
    if found.deleted_at is not None:
        raise Refused(GONE)
    return found


def readable(world: World, message: MessageId, person: PersonId) -> ChatMessage:
    """The same, where it is not blocked for that person."""
    found = visible(world, message, person)
    if found.is_hidden_from(person):
        raise Refused(BLOCKED)
    return found


def some(world: World, messages: Iterable[MessageId]) -> Sequence[ChatMessage]:
    """These messages as they now stand, in the order of their places."""
    m = tables.messages.c
    rows = world.connection.execute(_messages(world).where(m.message.in_(list(messages))).order_by(m.place))
    return _read(world, rows)


def standing(world: World, channel: ChannelId) -> Sequence[ChatMessage]:
    """Every message of the channel that was not deleted, answers included, oldest first."""
    m = tables.messages.c
    query = _messages(world).where(m.channel == channel, m.deleted_at.is_(None)).order_by(m.place)
    return _read(world, world.connection.execute(query))


def sent_as(world: World, author: PersonId, nonce: str | None) -> ChatMessage | None:
    """What the author posted under that nonce."""
    m = tables.messages.c
    if nonce is None:
        return None
    rows = world.connection.execute(_messages(world).where(m.author == author, m.nonce == nonce))
    return next(iter(_read(world, rows)), None)


def replies(world: World, messages: Iterable[MessageId]) -> dict[MessageId, Replies]:
    """For those of the messages that have answers: how many."""
    m = tables.messages.c
    rows = world.connection.execute(
        sa.select(m.thread, sa.func.count().label("n"), sa.func.max(m.posted_at).label("last_at"))
        .where(m.workspace == world.workspace, m.thread.in_(list(messages)), m.deleted_at.is_(None))
        .group_by(m.thread)
    )
    return {MessageId(row.thread): Replies(row.n, row.last_at) for row in rows}


def file(world: World, file_id: str, person: PersonId) -> tuple[ChatFile, bytes]:
    """A file of a message that the person can read. Raises Refused."""
    f = tables.files.c
    row = world.connection.execute(
        sa.select(tables.files).where(f.workspace == world.workspace, f.file == file_id)
    ).one_or_none()
    if row is None:
        raise Refused(NO_FILE)
    readable(world, MessageId(row.message), person)
    return _file(world, row), world.open_bytes(row.sealed)


def bytes_of(world: World, message: MessageId, file_id: str) -> bytes | None:
    """What the message's file holds; None where there is no such file any more."""
    f = tables.files.c
    query = sa.select(f.sealed).where(f.workspace == world.workspace, f.message == message, f.file == file_id)
    sealed = world.connection.execute(query).scalar_one_or_none()
    return None if sealed is None else world.open_bytes(sealed)


def _one(world: World, message: MessageId) -> ChatMessage:
    found = some(world, [message])
    if not found:
        raise Refused(GONE)
    return found[0]


def _messages(world: World) -> sa.Select[Any]:
    return sa.select(tables.messages).where(tables.messages.c.workspace == world.workspace)


def _read(world: World, rows: Iterable[tables.AnyRow]) -> list[ChatMessage]:
    rows = list(rows)
    files = _files(world, [row.message for row in rows])
    return [_message(world, row, files.get(row.message, ())) for row in rows]


def _message(world: World, row: tables.AnyRow, files: Sequence[ChatFile]) -> ChatMessage:
    return ChatMessage(
        id=MessageId(row.message),
        channel=ChannelId(row.channel),
        thread=MessageId(row.thread) if row.thread else None,
        place=row.place,
        author=PersonId(row.author),
        posted_at=row.posted_at,
        revision=row.revision,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        text=world.open(row.sealed)["text"] if row.sealed is not None else "",
        files=tuple(files),
        tip=world.open(row.tip)["text"] if row.tip is not None else "",
    )


def _files(world: World, messages: Sequence[str]) -> dict[str, list[ChatFile]]:
    f = tables.files.c
    found: dict[str, list[ChatFile]] = {}
    rows = world.connection.execute(
        sa.select(f.file, f.message, f.about)
        .where(f.workspace == world.workspace, f.message.in_(messages))
        .order_by(f.file)
    )
    for row in rows:
        found.setdefault(row.message, []).append(_file(world, row))
    return found


def _file(world: World, row: tables.AnyRow) -> ChatFile:
    about = world.open(row.about)
    return ChatFile(id=row.file, name=about["name"], alt=about["alt"], type=about["type"], size=about["size"])
