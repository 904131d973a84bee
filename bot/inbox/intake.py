"""Takes events from the platforms: once `receive` returns, the event is durable and will be judged."""

from bot.core import Core
from bot.events import Deleted, Edited, Event, Posted, Reported, Restored, Unread, encode, key_of
from bot.ports import Transaction

INBOX_BELL = "inbox"
INBOX_PURPOSE = "inbox"


class Intake:
    """The one door for events. A platform is told "received" only after `receive` has returned."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def receive(self, event: Event) -> bool:
        """Accepts the event durably and wakes a worker. False: it had come before, or says nothing new, or it is a
        message of a channel that nobody sponsors, whose words are not even stored. Raises StoreUnavailable, and then
        the platform must not be told that it was received."""
        is_new = await self._core.store.write(lambda tx: self.accept(tx, event))
        if is_new:
            await self.ring()
        return is_new

    def accept(self, tx: Transaction, event: Event) -> bool:
        """The same within the caller's own transaction; the caller rings after its commit."""
        if not _is_ours(tx, event) or _is_known(tx, event):
            return False
        return tx.inbox.add(key_of(event), self._sealed(event))

    async def ring(self) -> None:
        """Wakes a worker."""
        await self._core.bell.ring(INBOX_BELL)

    def _sealed(self, event: Event) -> bytes:
        return self._core.keys.seal(encode(event), purpose=INBOX_PURPOSE)


def _is_ours(tx: Transaction, event: Event) -> bool:
    """Whether the event may be stored. A message that somebody reports needs a channel on the register only: they
    want it seen."""
    match event:
        case Posted() | Edited() | Deleted() | Restored() | Unread():
            channel = tx.registry.channel(event.message.channel_ref)
            return channel is not None and channel.is_read
        case Reported():
            return tx.registry.channel(event.message.channel_ref) is not None
        case _:
            return True


def _is_known(tx: Transaction, event: Event) -> bool:
    """Whether as much is on record already: platforms date one deletion a little differently when they are asked again,
    and older versions kept deletions under keys without a time."""
    match event:
        case Deleted(revision=int()):
            state = tx.messages.get(event.message)
            return state is not None and state.deleted_at is not None and event.at <= state.deleted_at
        case Restored():
            state = tx.messages.get(event.message)
            return state is not None and state.restored_at is not None and event.at <= state.restored_at
        case _:
            return False
