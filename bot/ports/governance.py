"""What is kept of what a policy asks of channels: where each check stands, and when owners looked."""

from collections.abc import Sequence
from typing import Protocol

from bot.governance.records import Attestation, CheckRecord
from bot.ids import ChannelRef


class Checks(Protocol):
    """Where each check of each channel stands."""

    def of(self, channel: ChannelRef) -> Sequence[CheckRecord]:
        """All checks of the channel that were looked at, by name."""

    def save(self, record: CheckRecord) -> None: ...


class Attestations(Protocol):
    """The owners' looks at their channels."""

    def add(self, attestation: Attestation) -> None: ...

    def last(self, channel: ChannelRef) -> Attestation | None: ...

    def of(self, channel: ChannelRef, *, limit: int) -> Sequence[Attestation]:
        """The newest looks, newest first."""
