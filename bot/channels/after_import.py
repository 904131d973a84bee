"""What an import of the roster brings with it, once it is written: owners who are gone hand over, and every channel's
checks are looked at again."""

from collections.abc import Mapping

from bot.acts import DutyHandler
from bot.channels.ownership import review_owner
from bot.core import Core
from bot.governance import watch
from bot.ids import ChannelRef
from bot.people.rostering import IMPORTED
from bot.ports import Transaction
from bot.records.duties import DUTIES_BELL, DutyItem


async def _on_imported(core: Core, item: DutyItem) -> None:
    """One transaction for each channel, so that no message waits for all of them."""
    places = await core.store.read(lambda tx: [each.ref for each in tx.registry.channels() if each.state.is_read])
    for place in places:
        await _look(core, place)
    await core.store.write(lambda tx: tx.duties.finish(item))
    await core.bell.ring(DUTIES_BELL)


async def _look(core: Core, place: ChannelRef) -> None:
    def unit(tx: Transaction) -> None:
        channel = tx.registry.channel(place)
        if channel is not None:
            review_owner(core, tx, channel)
            watch.look(core, tx, place)

    await core.store.write(unit)


DUTIES: Mapping[str, DutyHandler] = {IMPORTED: _on_imported}
