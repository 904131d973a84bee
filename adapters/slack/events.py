"""What Slack's Events API sends, in the product's own words. Pure: names and approved apps are handed in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.slack.accounts import account_of
from adapters.slack.content import Payload, is_housekeeping
from adapters.slack.versions import (
    Reading,
    dict_of,
    id_in,
    text_of,
    time_of,
    ts_in,
    unread,
    version_of,
)
from bot.events import (
    AccountChanged,
    Archived,
    Converted,
    Deleted,
    Event,
    Joined,
    Left,
    Renamed,
    Revising,
    Shared,
    Unread,
    Watched,
)
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, WorkspaceId

PLATFORM = "slack"
RECENT = timedelta(days=1)
"""How old a message may be whose words before an edit or deletion are judged too, lest its post was lost. What was
said long ago, before anybody read along, is not brought up because somebody tidies it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Callback:
    """One `event_callback`. `bot` and `app` are Chaperone's own user and app."""

    workspace: WorkspaceId
    event: Payload
    at: datetime
    bot: str
    app: str
    reading: Reading

    def channel(self, key: str = "channel") -> ChannelRef:
        return ChannelRef(self.workspace, ChannelId(id_in(self.event, key)))

    def person(self, key: str) -> PersonId | None:
        return PersonId(id_in(self.event, key)) if self.event.get(key) else None

    @property
    def is_in_channel(self) -> bool:
        """Whether it happened in a channel, and not in somebody's private conversation."""
        return self.event.get("channel_type") in (None, "channel", "group")

    def is_own(self, message: Payload) -> bool:
        """Whether Chaperone itself posted it."""
        app = message.get("app_id") or dict_of(message.get("bot_profile")).get("app_id")
        return bool((self.bot and message.get("user") == self.bot) or (self.app and app == self.app))


def events_of(body: Payload, reading: Reading) -> tuple[Event, ...]:
    """What the payload of one event says, in order; nothing for kinds that the product has no use for. Raises
    Unreadable where it lacks what it has to say."""
    event = dict_of(body.get("event"))
    kind = _KINDS.get(text_of(event.get("type")))
    if kind is None:
        return ()
    at = time_of(text_of(event.get("event_ts")) or text_of(event.get("ts")) or str(body.get("event_time", "")))
    callback = _Callback(
        workspace=workspace_of(body),
        event=event,
        at=at,
        bot=_own_bot(body),
        app=text_of(body.get("api_app_id")),
        reading=reading,
    )
    return (*kind(callback), *_sharing(body, callback))


def workspace_of(body: Payload) -> WorkspaceId:
    """The workspace that Chaperone is installed in and sees the event from: in a channel of two organisations not
    always the one where it happened. Raises Unreadable."""
    installed = _authorization(body)
    return WorkspaceId(f"{PLATFORM}:{id_in(installed if installed.get('team_id') else body, 'team_id')}")


def _message(callback: _Callback) -> Iterator[Event]:
    event, subtype = callback.event, callback.event.get("subtype")
    if not callback.is_in_channel and subtype != "message_deleted":
        return  # what people write to Chaperone alone is no channel's
    match subtype:
        case "message_changed":
            yield from _changed(callback)
        case "message_deleted":
            ref = MessageRef(callback.workspace, callback.channel().channel, MessageId(ts_in(event, "deleted_ts")))
            yield from _gone(callback, ref)
        case "channel_convert_to_private" | "channel_convert_to_public" as convert:
            yield Converted(channel=callback.channel(), is_private=convert.endswith("private"), at=callback.at)
        case "ekm_access_denied":
            yield unread(callback.channel(), event, "withheld")
        case "message_replied":
            return  # says of a message only that it was answered
        case _ if not is_housekeeping(event) and not callback.is_own(event):
            yield version_of(callback.channel(), event, callback.reading)


def _changed(callback: _Callback) -> Iterator[Event]:
    """A change of what people can read: an edit, or a preview that Slack added. Everything else that Slack tells as a
    change (a language found, an answer counted) says nothing new."""
    message = dict_of(callback.event.get("message"))
    before = dict_of(callback.event.get("previous_message"))
    channel = callback.channel()
    if message.get("subtype") == "tombstone":
        # A message with answers leaves a stone where it stood.
        yield from _gone(callback, MessageRef(callback.workspace, channel.channel, MessageId(ts_in(message, "ts"))))
        return
    editor = dict_of(message.get("edited")).get("user")
    if is_housekeeping(message) or (callback.is_own(message) and editor in (None, "", callback.bot)):
        return
    after = version_of(channel, message, callback.reading, changed_at=callback.at)
    if not before:
        yield after
        return
    earlier = version_of(channel, {"ts": message.get("ts"), **before}, callback.reading)
    if isinstance(after, Unread) or isinstance(earlier, Unread) or after.content != earlier.content:
        yield from _if_recent(callback, earlier)
        yield after


def _gone(callback: _Callback, ref: MessageRef) -> Iterator[Event]:
    before = dict_of(callback.event.get("previous_message"))
    if before and not is_housekeeping(before) and not callback.is_own(before) and callback.is_in_channel:
        yield from _if_recent(callback, version_of(ref.channel_ref, {"ts": ref.message, **before}, callback.reading))
    yield Deleted(message=ref, at=callback.at)


def _if_recent(callback: _Callback, version: Revising | Unread) -> Iterator[Event]:
    if callback.at - time_of(version.message.message) <= RECENT:
        yield version


def _joined(callback: _Callback) -> Iterator[Event]:
    person, by = id_in(callback.event, "user"), callback.person("inviter")
    if person == callback.bot:
        yield Watched(channel=callback.channel(), is_watched=True, at=callback.at, by=by)
    else:
        yield Joined(channel=callback.channel(), person=PersonId(person), at=callback.at, by=by)


def _left(callback: _Callback) -> Iterator[Event]:
    person = id_in(callback.event, "user")
    if person == callback.bot:
        yield Watched(channel=callback.channel(), is_watched=False, at=callback.at)
    else:
        yield Left(channel=callback.channel(), person=PersonId(person), at=callback.at)


def _removed(callback: _Callback) -> Iterator[Event]:
    yield Watched(channel=callback.channel(), is_watched=False, at=callback.at, by=callback.person("actor_id"))


def _renamed(callback: _Callback) -> Iterator[Event]:
    channel = dict_of(callback.event.get("channel"))
    ref = ChannelRef(callback.workspace, ChannelId(id_in(channel, "id")))
    yield Renamed(channel=ref, name=text_of(channel.get("name")), at=callback.at)


def _archived(callback: _Callback) -> Iterator[Event]:
    yield Archived(channel=callback.channel(), is_archived=True, at=callback.at)


def _unarchived(callback: _Callback) -> Iterator[Event]:
    yield Archived(channel=callback.channel(), is_archived=False, at=callback.at)


def _shared(callback: _Callback) -> Iterator[Event]:
    yield Shared(channel=callback.channel(), is_shared=True, at=callback.at)


def _unshared(callback: _Callback) -> Iterator[Event]:
    """One of several organisations may have left."""
    yield Shared(channel=callback.channel(), is_shared=bool(callback.event.get("is_ext_shared")), at=callback.at)


def _account(callback: _Callback) -> Iterator[Event]:
    user = dict_of(callback.event.get("user"))
    id_in(user, "id")
    yield AccountChanged(account=account_of(callback.workspace, user), at=callback.at)


def _sharing(body: Payload, callback: _Callback) -> Iterator[Event]:
    """Slack says with every message whether its channel is shared with another organisation."""
    is_shared = body.get("is_ext_shared_channel")
    if isinstance(is_shared, bool) and callback.event.get("type") == "message" and callback.is_in_channel:
        yield Shared(channel=callback.channel(), is_shared=is_shared, at=callback.at)


_KINDS: Mapping[str, Callable[[_Callback], Iterator[Event]]] = {
    "message": _message,
    "member_joined_channel": _joined,
    "member_left_channel": _left,
    "channel_left": _removed,
    "group_left": _removed,
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "channel_archive": _archived,
    "group_archive": _archived,
    "channel_deleted": _archived,
    "group_deleted": _archived,
    "channel_unarchive": _unarchived,
    "group_unarchive": _unarchived,
    "channel_shared": _shared,
    "channel_unshared": _unshared,
    "user_change": _account,
    "team_join": _account,
}


def _authorization(body: Payload) -> Payload:
    found = body.get("authorizations")
    return dict_of(found[0]) if isinstance(found, list) and found else {}


def _own_bot(body: Payload) -> str:
    authorization = _authorization(body)
    return text_of(authorization.get("user_id")) if authorization.get("is_bot") else ""
