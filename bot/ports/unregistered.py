"""What is kept of channels that nobody registered."""

from collections.abc import Sequence
from typing import Protocol

from bot.ids import ChannelRef, PersonRef, WorkspaceId
from bot.records.unregistered import UnregisteredChannel


class Unregistered(Protocol):
    """Each channel that was noticed, whatever became of it."""

    def get(self, ref: ChannelRef) -> UnregisteredChannel | None:
        """Where the transaction may write, the record is held until it ends."""

    def save(self, channel: UnregisteredChannel) -> None: ...

    def of(self, workspace: WorkspaceId) -> Sequence[UnregisteredChannel]:
        """All of the workspace, by name."""

    def open_for(self, person: PersonRef) -> Sequence[UnregisteredChannel]:
        """Those about which the person was asked, and nobody has said what they are."""
