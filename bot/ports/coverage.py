"""What is kept of Chaperone's own sight: gaps, marks up to which histories were read, and the heartbeat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.ids import ChannelRef, WorkspaceId
from bot.records.gaps import Blindness, Gap


class Coverage(Protocol):
    """Since when, until when and why a channel was not seen, and what was read afterwards."""

    def open(self, gap: Gap) -> bool:
        """Keeps a gap. False: that one is known, or one of the same channel and cause is open already."""

    def close(self, channel: ChannelRef, why: Blindness, *, at: datetime) -> Sequence[Gap]:
        """Ends what is open of this cause there; returns what was ended."""

    def save(self, gap: Gap) -> None: ...

    def get(self, gap_id: str) -> Gap | None: ...

    def gaps(self, channel: ChannelRef, *, limit: int = 20) -> Sequence[Gap]:
        """The channel's gaps, newest first."""

    def pending(self, workspace: WorkspaceId | None = None) -> Sequence[Gap]:
        """Gaps whose history was not read, or that are still open, oldest first."""

    def marks(self) -> Mapping[ChannelRef, datetime]:
        """Up to when each channel's history was compared with what came."""

    def read_since(self, channel: ChannelRef) -> datetime | None:
        """Where the channel's first mark was set: nothing before it was meant for us."""

    def set_mark(self, channel: ChannelRef, upto: datetime) -> None: ...

    def take(self, channel: ChannelRef, *, until: datetime) -> bool:
        """Reserves the reading of the channel's history. False: somebody else has it, for now. Taken by whoever has it,
        it is prolonged by `free` and `take` in one transaction."""

    def free(self, channel: ChannelRef) -> None:
        """Gives the reservation back."""

    def release(self) -> None:
        """Ends every reservation: for a process that starts and knows that it is the only one."""

    def beat(self) -> datetime | None:
        """Notes that Chaperone runs now; returns when that was noted last, None where it never was."""
