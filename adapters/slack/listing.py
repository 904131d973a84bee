"""What `conversations.list` tells of a channel, in our own words. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.ids import ChannelId, ChannelRef, PersonId, WorkspaceId
from bot.records.unregistered import ListedChannel


def listed_of(workspace: WorkspaceId, found: Mapping[str, Any]) -> ListedChannel:
    """The channel. The first channel of a workspace, and one that another organisation made, name no creator of it."""
    creator = "" if found.get("is_general") or found.get("is_ext_shared") else str(found.get("creator") or "")
    return ListedChannel(
        ref=ChannelRef(workspace, ChannelId(str(found["id"]))),
        name=str(found.get("name_normalized") or found.get("name") or found["id"]),
        about=_words(found.get("purpose")) or _words(found.get("topic")),
        creator=PersonId(creator) if creator else None,
        is_added=bool(found.get("is_member")),
    )


def _words(told: object) -> str:
    return str(told.get("value") or "").strip() if isinstance(told, Mapping) else ""
