"""The pictures of a message in the place where they stand: looked up here for whatever is said or done about them."""

from dataclasses import dataclass

from bot.core import Core
from bot.ids import MessageRef
from bot.ports import Transaction
from bot.records.photos import Pictures
from bot.records.registry import Channel
from policy.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The pictures, the channel that they are in, and the policy that it is under."""

    pictures: Pictures
    channel: Channel
    pack: Pack


def place_of(tx: Transaction, core: Core, message: MessageRef) -> Place | None:
    """Where the message's pictures stand as of this transaction; None where it has none on record, or its channel is
    not on the register or under a pack that is not on the shelf."""
    pictures, channel = tx.photos.get(message), tx.registry.channel(message.channel_ref)
    pack = core.shelf.get(channel.pack) if channel else None
    if pictures is None or channel is None or pack is None:
        return None
    return Place(pictures=pictures, channel=channel, pack=pack)
