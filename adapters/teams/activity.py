"""Reads an activity's JSON without trusting its shape: where it happened, who did it, when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from bot.ids import ChannelId, ChannelRef, MessageId, PersonId, PersonRef, WorkspaceId

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Payload: TypeAlias = Mapping[str, Json]
NOTHING: Payload = {}
PLATFORM = "teams"
THREAD_MARK = ";messageid="
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def part(payload: Payload, *path: str) -> Payload:
    """The object at that path; an empty one where there is none."""
    for name in path:
        inner = payload.get(name)
        if not isinstance(inner, Mapping):
            return NOTHING
        payload = inner
    return payload


def text(payload: Payload, *path: str) -> str:
    """The string at that path; an empty one where there is none."""
    found = part(payload, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def parts(payload: Payload, name: str) -> Iterator[Payload]:
    """The objects of the list of that name."""
    found = payload.get(name)
    if isinstance(found, Sequence) and not isinstance(found, str):
        yield from (item for item in found if isinstance(item, Mapping))


def tenants_of(activity: Payload) -> frozenset[str]:
    """Every tenant that the activity says it happened in."""
    named = (text(activity, "channelData", "tenant", "id"), text(activity, "conversation", "tenantId"))
    return frozenset(name.lower() for name in named if name)


def workspace_of(activity: Payload) -> WorkspaceId:
    """The tenant, and not the team: a supervisor stands above several teams, has one conversation with us, and is one
    person."""
    tenant = text(activity, "channelData", "tenant", "id") or text(activity, "conversation", "tenantId")
    return workspace_named(tenant)


def workspace_named(tenant: str) -> WorkspaceId:
    """`teams:` and the tenant's id."""
    return WorkspaceId(f"{PLATFORM}:{tenant.lower()}")


def tenant_of(workspace: WorkspaceId) -> str:
    """The tenant that `workspace_named` was given."""
    return workspace.partition(":")[2]


def conversation_of(activity: Payload) -> str:
    """The conversation without the thread: a channel, a group chat or a personal chat."""
    return text(activity, "conversation", "id").partition(THREAD_MARK)[0]


def is_personal(activity: Payload) -> bool:
    """Whether it happened in somebody's own conversation with us."""
    return text(activity, "conversation", "conversationType") == "personal"


def channel_of(activity: Payload) -> ChannelRef | None:
    """The channel or group chat where it happened; None in a personal chat."""
    if is_personal(activity):
        return None
    channel = text(activity, "channelData", "channel", "id") or text(activity, "channelData", "teamsChannelId")
    channel = channel or conversation_of(activity)
    return ChannelRef(workspace_of(activity), ChannelId(channel)) if channel else None


def thread_of(activity: Payload) -> MessageId | None:
    """The message that started the thread; None where this is that message itself, or there are no threads."""
    root = text(activity, "conversation", "id").partition(THREAD_MARK)[2]
    return MessageId(root) if root and root != text(activity, "id") else None


def person_id(account: Payload) -> PersonId:
    """Who that is: the directory's id, which is the same in every conversation; for apps, and for people whom the
    directory does not know, the id that Teams gives them."""
    found = text(account, "aadObjectId") or text(account, "objectId")
    return PersonId(found.lower() if found else text(account, "id"))


def sender_of(activity: Payload) -> PersonRef:
    """Who did it, as the authenticated activity says."""
    return PersonRef(workspace_of(activity), person_id(part(activity, "from")))


def mentions(activity: Payload, bot: str) -> tuple[str, ...]:
    """How the message spells its mentions of us. `bot` is our own id there."""
    return tuple(
        text(entity, "text")
        for entity in parts(activity, "entities")
        if text(entity, "type") == "mention" and text(entity, "mentioned", "id") == bot
    )


def moment_of(activity: Payload) -> datetime | None:
    """When it happened, in UTC; None where the activity does not say."""
    given = text(activity, "timestamp")
    if given:
        try:
            found = datetime.fromisoformat(given)
        except ValueError:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    # The id of a Teams message is the millisecond it was made in.
    id_ = text(activity, "id")
    return _EPOCH + timedelta(milliseconds=int(id_)) if id_.isascii() and id_.isdigit() and len(id_) == 13 else None
