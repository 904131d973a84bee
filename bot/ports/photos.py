"""What is kept of pictures in channels, and of parents' permissions."""

from collections.abc import Sequence
from typing import Protocol

from bot.ids import ChannelRef, MessageRef, PersonRef
from bot.records.photos import PhotoPermission, Pictures
from bot.records.roster import RosterId


class Photos(Protocol):
    """The pictures of each message, and the permissions for each student."""

    def get(self, message: MessageRef) -> Pictures | None:
        """Where the transaction may write, the record is held until it ends."""

    def save(self, pictures: Pictures) -> None: ...

    def waiting_in(self, channel: ChannelRef) -> Sequence[Pictures]:
        """Those of the channel for which somebody's answer is missing, oldest first."""

    def waiting_for(self, poster: PersonRef) -> Sequence[Pictures]:
        """Those whose poster has not said who is shown, oldest first."""

    def showing(self, student: RosterId) -> Sequence[Pictures]:
        """Those that show the student and are not gone, oldest first."""

    def permissions(self, student: RosterId) -> Sequence[PhotoPermission]:
        """Every parent's last word about pictures of the student, oldest first."""

    def save_permission(self, permission: PhotoPermission) -> None:
        """Keeps the word, instead of the same parent's last one about the same."""
