"""What is kept of what a policy asks of channels: where each check stands."""

from collections.abc import Sequence
from typing import Protocol

from bot.governance.records import CheckRecord
from bot.ids import ChannelRef


class Checks(Protocol):
    """Where each check of each channel stands."""

    def of(self, channel: ChannelRef) -> Sequence[CheckRecord]:
        """All checks of the channel that were looked at, by name."""

    def save(self, record: CheckRecord) -> None: ...
