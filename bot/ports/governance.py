"""What is kept of what a policy asks of channels: where each check stands, and when owners looked,
which notices were given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.ids import ChannelRef, PersonRef
from bot.records.governance import Attestation, ChannelOuting, CheckRecord, NoticePosting, NoticeReceipt


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


class Notices(Protocol):
    """Notices on record, and who was shown them."""

    def posting(self, channel: ChannelRef, notice: str, version: str) -> NoticePosting | None: ...

    def postings(self, channel: ChannelRef) -> Sequence[NoticePosting]:
        """All that were given to the channel, in whatever wording."""

    def add_posting(self, posting: NoticePosting) -> bool:
        """False: it is on record already, and nothing changes."""

    def receipt(self, channel: ChannelRef, notice: str, person: PersonRef) -> NoticeReceipt | None:
        """What the person was shown last."""

    def receipts(self, channel: ChannelRef, notice: str) -> Sequence[NoticeReceipt]: ...

    def save_receipt(self, receipt: NoticeReceipt) -> None: ...


class Outings(Protocol):
    """Trips, games and other outings on record."""

    def get(self, outing_id: str) -> ChannelOuting | None: ...

    def save(self, outing: ChannelOuting) -> None: ...

    def of(self, channel: ChannelRef, *, ended_after: datetime) -> Sequence[ChannelOuting]:
        """Those that end after that, the first to begin first."""
