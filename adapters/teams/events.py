"""What Teams sends, in the product's own words. Pure: the team's channels that we know of are handed in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.teams.activity import (
    Payload,
    channel_of,
    is_personal,
    moment_of,
    part,
    parts,
    person_id,
    text,
    thread_of,
    workspace_of,
)
from adapters.teams.content import content_of
from bot.events import (
    Archived,
    Content,
    Deleted,
    Edited,
    Event,
    Joined,
    Left,
    Posted,
    Renamed,
    Restored,
    Shared,
    Unread,
    Watched,
    revision_at,
)
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a team that we know of. What happens to a team happens to each of its rooms; a private or shared
    one (`is_apart`) has members of its own."""

    channel: ChannelId
    name: str
    is_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One activity. `rooms` are those of its team."""

    activity: Payload
    at: datetime
    bot: str
    rooms: Sequence[Room]

    @property
    def workspace(self) -> WorkspaceId:
        return workspace_of(self.activity)

    @property
    def event(self) -> str:
        return text(self.activity, "channelData", "eventType")

    @property
    def by(self) -> PersonId | None:
        return person_id(part(self.activity, "from")) or None

    def ref(self, channel: ChannelId) -> ChannelRef:
        return ChannelRef(self.workspace, channel)

    def message(self) -> MessageRef | None:
        channel, id_ = channel_of(self.activity), text(self.activity, "id")
        return MessageRef(channel.workspace, channel.channel, MessageId(id_)) if channel and id_ else None


def events_of(activity: Payload, *, bot: str, rooms: Sequence[Room], now: datetime) -> tuple[Event, ...]:
    """What the activity says, in order; nothing for kinds that the product has no use for. `bot` is our own id there,
    `now` stands in where Teams gives no time."""
    kind = _KINDS.get(text(activity, "type"))
    if kind is None:
        return ()
    return tuple(kind(_Said(activity=activity, at=moment_of(activity) or now, bot=bot, rooms=rooms)))


def channel_name(activity: Payload) -> str:
    """What people call the channel: the team's name and the channel's; the first channel of a team has no name of its
    own in what Teams sends."""
    return full_name(text(activity, "channelData", "team", "name"), text(activity, "channelData", "channel", "name"))


def full_name(team: str, channel: str) -> str:
    """A team's channel by both names, as far as they are known."""
    return " / ".join(name for name in (team, channel) if name)


def team_of(activity: Payload) -> str:
    """The team's id, which is that of its first channel too; empty outside teams."""
    return text(activity, "channelData", "team", "id")


def _posted(said: _Said) -> Iterator[Event]:
    ref = _read_in(said)
    if ref is None or _is_press(said.activity):
        return
    content, thread = content_of(said.activity), thread_of(said.activity)
    if _is_empty(content):
        yield _unread(said, ref)
    else:
        yield Posted(message=ref, author=said.by or PersonId(""), at=said.at, content=content, thread=thread)


def _edited(said: _Said) -> Iterator[Event]:
    """An edit, or a deletion taken back: what can be read now is judged."""
    ref = _read_in(said)
    if ref is None:
        return
    is_put_back = said.event == "undeleteMessage"
    if is_put_back:
        yield Restored(message=ref, at=said.at, by=said.by)
    content = content_of(said.activity)
    if _is_empty(content):
        yield _unread(said, ref)
        return
    yield Edited(
        message=ref,
        author=said.by or PersonId(""),
        at=said.at,
        content=content,
        revision=revision_at(said.at),
        thread=thread_of(said.activity),
        is_put_back=is_put_back,
    )


def _deleted(said: _Said) -> Iterator[Event]:
    ref = said.message()
    if ref is not None and not is_personal(said.activity):
        revision = revision_at(said.at) if moment_of(said.activity) else None
        yield Deleted(message=ref, at=said.at, by=said.by, revision=revision)


def _read_in(said: _Said) -> MessageRef | None:
    """The message, where it is a channel's: not what people tell us in private, nor what we say ourselves."""
    activity = said.activity
    is_private = is_personal(activity) or part(activity, "recipient").get("isTargeted") is True
    return None if is_private or text(activity, "from", "id") == said.bot else said.message()


def _is_press(activity: Payload) -> bool:
    """A button of a card in the channel comes as a message without words."""
    return bool(part(activity, "value")) and not text(activity, "text")


def _is_empty(content: Content) -> bool:
    return not content.text.strip() and not content.attachments


def _unread(said: _Said, ref: MessageRef) -> Unread:
    """Teams shows people something that it does not send us: a file in a channel, a kind of card."""
    author, thread = said.by or PersonId(""), thread_of(said.activity)
    return Unread(message=ref, author=author, at=said.at, reason="no_words", thread=thread)


def _conversation(said: _Said) -> Iterator[Event]:
    if is_personal(said.activity):
        return
    yield from _members(said)
    shape = _SHAPES.get(said.event)
    if shape is not None:
        yield from shape(said)


def _members(said: _Said) -> Iterator[Event]:
    for account in parts(said.activity, "membersAdded"):
        if text(account, "id") == said.bot:
            yield from _watched(said, is_watched=True)
        else:
            yield from (
                Joined(channel=channel, person=person_id(account), at=said.at, by=_inviter(said, account))
                for channel in _where(said)
            )
    for account in parts(said.activity, "membersRemoved"):
        if text(account, "id") == said.bot:
            yield from _watched(said, is_watched=False)
        else:
            yield from (Left(channel=channel, person=person_id(account), at=said.at) for channel in _where(said))


def _where(said: _Said) -> Iterator[ChannelRef]:
    """The channels whose members these are: the one named, or each of the team that has no members of its own."""
    if said.event.startswith("channelMember") or not team_of(said.activity):
        channel = channel_of(said.activity)
        if channel is not None:
            yield channel
        return
    everywhere = (team_of(said.activity), *(room.channel for room in said.rooms if not room.is_apart))
    yield from (said.ref(ChannelId(channel)) for channel in dict.fromkeys(everywhere))


def _inviter(said: _Said, account: Payload) -> PersonId | None:
    return None if said.by == person_id(account) else said.by


def _watched(said: _Said, *, is_watched: bool) -> Iterator[Event]:
    team, channel = team_of(said.activity), channel_of(said.activity)
    selected = text(said.activity, "channelData", "settings", "selectedChannel", "id")
    named = [team, channel.channel if channel else "", selected, *(room.channel for room in said.rooms)]
    for name in dict.fromkeys(name for name in named if name):
        yield Watched(channel=said.ref(ChannelId(name)), is_watched=is_watched, at=said.at, by=said.by)


def _installed(said: _Said) -> Iterator[Event]:
    action = text(said.activity, "action")
    if not is_personal(said.activity) and action in ("add", "remove"):
        yield from _watched(said, is_watched=action == "add")


def _created(said: _Said) -> Iterator[Event]:
    channel = channel_of(said.activity)
    if channel is not None:
        yield Watched(channel=channel, is_watched=True, at=said.at, by=said.by)
        yield from _renamed(said)


def _renamed(said: _Said) -> Iterator[Event]:
    channel, name = channel_of(said.activity), channel_name(said.activity)
    if channel is not None and name:
        yield Renamed(channel=channel, name=name, at=said.at)


def _team_renamed(said: _Said) -> Iterator[Event]:
    team = text(said.activity, "channelData", "team", "name")
    for room in said.rooms:
        yield Renamed(channel=said.ref(room.channel), name=full_name(team, room.name), at=said.at)


def _archived(is_archived: bool) -> "_Shape":
    def shape(said: _Said) -> Iterator[Event]:
        channel = channel_of(said.activity)
        if channel is not None:
            yield Archived(channel=channel, is_archived=is_archived, at=said.at)

    return shape


def _team_archived(is_archived: bool) -> "_Shape":
    def shape(said: _Said) -> Iterator[Event]:
        named = dict.fromkeys((team_of(said.activity), *(room.channel for room in said.rooms)))
        for name in named:
            if name:
                yield Archived(channel=said.ref(ChannelId(name)), is_archived=is_archived, at=said.at)

    return shape


def _shared(said: _Said) -> Iterator[Event]:
    """Teams names those that it is shared with from now on, or those that it was taken from."""
    channel = channel_of(said.activity)
    remaining = tuple(parts(part(said.activity, "channelData"), "sharedWithTeams"))
    if channel is not None and (said.event == "channelShared" or not remaining):
        yield Shared(channel=channel, is_shared=said.event == "channelShared", at=said.at)


_Shape = Callable[[_Said], Iterator[Event]]
_SHAPES: Mapping[str, _Shape] = {
    "channelCreated": _created,
    "channelRenamed": _renamed,
    "channelDeleted": _archived(True),
    "channelRestored": _archived(False),
    "channelShared": _shared,
    "channelUnshared": _shared,
    "teamRenamed": _team_renamed,
    "teamArchived": _team_archived(True),
    "teamUnarchived": _team_archived(False),
    "teamDeleted": _team_archived(True),
    "teamHardDeleted": _team_archived(True),
    "teamRestored": _team_archived(False),
}
_KINDS: Mapping[str, _Shape] = {
    "message": _posted,
    "messageUpdate": _edited,
    "messageDelete": _deleted,
    "conversationUpdate": _conversation,
    "installationUpdate": _installed,
}
