"""Names of things on a platform: a channel, a person, a message, each within its workspace."""

from dataclasses import dataclass
from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""A platform and its workspace, for example `playground:larkfield` or `slack:T0123`."""
ChannelId = NewType("ChannelId", str)
PersonId = NewType("PersonId", str)
MessageId = NewType("MessageId", str)
IncidentId = NewType("IncidentId", str)


@dataclass(frozen=True, slots=True, order=True)
class PersonRef:
    """One account in one workspace."""

    workspace: WorkspaceId
    person: PersonId


@dataclass(frozen=True, slots=True, order=True)
class ChannelRef:
    """One channel in one workspace."""

    workspace: WorkspaceId
    channel: ChannelId

    def person(self, person: PersonId) -> PersonRef:
        """The account `person` in this channel's workspace."""
        return PersonRef(self.workspace, person)


@dataclass(frozen=True, slots=True, order=True)
class MessageRef:
    """One message in one channel, whatever its revisions."""

    workspace: WorkspaceId
    channel: ChannelId
    message: MessageId

    @property
    def channel_ref(self) -> ChannelRef:
        return ChannelRef(self.workspace, self.channel)

    def person(self, person: PersonId) -> PersonRef:
        """The account `person` in this message's workspace."""
        return PersonRef(self.workspace, person)


def platform_of(workspace: WorkspaceId) -> str:
    """The platform that the workspace lives on: what stands before the first colon."""
    return workspace.partition(":")[0]
