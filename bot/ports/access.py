"""What is kept of parents' access to channels, and of owners who hand over."""

from collections.abc import Sequence
from typing import Protocol

from bot.ids import ChannelRef
from bot.records.access import Handover, ParentAccess


class Parents(Protocol):
    """Each parent's access to each channel."""

    def get(self, channel: ChannelRef, parent: str) -> ParentAccess | None:
        """Where the transaction may write, the record is held until it ends."""

    def of(self, channel: ChannelRef) -> Sequence[ParentAccess]:
        """All of the channel, by parent; held as by `get`."""

    def save(self, access: ParentAccess) -> None: ...


class Handovers(Protocol):
    """Channels whose owner leaves: who was named, who accepted."""

    def open_of(self, channel: ChannelRef) -> Handover | None:
        """The handover of the channel that is not closed."""

    def of(self, channel: ChannelRef) -> Sequence[Handover]:
        """All of the channel, oldest first."""

    def save(self, handover: Handover) -> None: ...
