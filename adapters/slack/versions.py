"""One version of a Slack message, from an event or from the channel's history, as the product knows it. Pure."""

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.slack.content import Json, NotReadable, Payload, content_of
from adapters.slack.text import NameOf
from bot.events import Edited, Posted, Revising, Unread
from bot.ids import ChannelRef, MessageId, MessageRef, PersonId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[A-Z0-9]{2,40}")
_TS = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,6})?")


class Unreadable(ValueError):
    """An event of a kind that we know lacks what it has to say; the message names the missing part, never words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the register says that a payload does not: names of people and channels by their ids, members' names in
    lower case (no app may borrow them), and which apps may post (None: every app that the workspace has)."""

    name_of: NameOf = str
    member_names: Collection[str] = ()
    known_apps: Collection[str] | None = None


def version_of(
    channel: ChannelRef, message: Payload, reading: Reading, *, changed_at: datetime | None = None
) -> Revising | Unread:
    """The message as it stands, under the key that it has by whatever way it comes: posted as long as nobody edited
    it. `changed_at` says that Slack told of a change, which may be none of the author's. Raises Unreadable."""
    ref = MessageRef(channel.workspace, channel.channel, MessageId(ts_in(message, "ts")))
    edited = text_of(dict_of(message.get("edited")).get("ts"))
    try:
        content = content_of(message, reading.name_of, reading.member_names, reading.known_apps)
        revision = _revision(message, edited) if edited or changed_at else 0
    except (NotReadable, RecursionError):
        return unread(channel, message, "too deep")
    author, thread = _author(message), _thread(message)
    if not revision:
        return Posted(message=ref, author=author, at=time_of(ref.message), content=content, thread=thread)
    at = time_of(edited) if edited else changed_at or time_of(ref.message)
    return Edited(message=ref, author=author, at=at, content=content, revision=revision, thread=thread)


def unread(channel: ChannelRef, message: Payload, reason: str) -> Unread:
    """That there is a message which cannot be judged. Raises Unreadable."""
    ref = MessageRef(channel.workspace, channel.channel, MessageId(ts_in(message, "ts")))
    at = time_of(ref.message)
    return Unread(message=ref, author=_author(message), at=at, reason=reason, thread=_thread(message))


def time_of(ts: str) -> datetime:
    """The instant that Slack's `1700000000.000100` names. Raises Unreadable."""
    if not _TS.fullmatch(ts):
        raise Unreadable("ts")
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction.ljust(6, "0")))


def id_in(thing: Payload, key: str) -> str:
    """The id of a user, channel or app that stands there. Raises Unreadable."""
    value = text_of(thing.get(key))
    if not _ID.fullmatch(value):
        raise Unreadable(key)
    return value


def ts_in(thing: Payload, key: str) -> str:
    """The timestamp that stands there. Raises Unreadable."""
    value = text_of(thing.get(key))
    if not _TS.fullmatch(value):
        raise Unreadable(key)
    return value


def dict_of(value: Json) -> Payload:
    """The object, or an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def text_of(value: Json) -> str:
    """The text, or none."""
    return value if isinstance(value, str) else ""


def _revision(message: Payload, edited: str) -> int:
    """The microseconds of the edit's second, and within it a print of what people can read.

    Slack tells whole seconds, in which somebody may edit twice, and a preview changes a message without an edit. The
    print tells these apart, and is the same however often and by whatever way the version comes.
    """
    content = content_of(message)
    print_ = zlib.crc32(repr((content.text, content.links, content.attachments)).encode("utf-8", "surrogatepass"))
    second = int(edited.partition(".")[0]) if _TS.fullmatch(edited) else 0
    return second * 1_000_000 + 1 + print_ % 999_999


def _author(message: Payload) -> PersonId:
    """Who posted it; for what an app posts without an account, the app's bot."""
    comment = dict_of(message.get("comment"))
    for known in (message.get("user"), comment.get("user"), message.get("bot_id"), message.get("app_id")):
        if isinstance(known, str) and _ID.fullmatch(known):
            return PersonId(known)
    return PersonId("")


def _thread(message: Payload) -> MessageId | None:
    thread = text_of(message.get("thread_ts"))
    return MessageId(thread) if _TS.fullmatch(thread) and thread != message.get("ts") else None
