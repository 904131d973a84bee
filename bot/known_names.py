"""The names of the students whom words in a channel may be about, kept for a moment so that not every message asks the
whole roster."""

from datetime import datetime, timedelta

from bot.ids import ChannelRef
from bot.ports import Transaction
from bot.registry import Channel
from bot.roster import names_of

KEPT = timedelta(minutes=1)
MOST_CHANNELS = 2_000


class KnownNames:
    """Answers from memory for a minute: who joined or came with an import is known within that time."""

    def __init__(self) -> None:
        self._kept: dict[ChannelRef, tuple[datetime, frozenset[str]]] = {}

    def of(self, tx: Transaction, channel: Channel) -> frozenset[str]:
        """The names, as single words or several."""
        kept = self._kept.get(channel.ref)
        if kept is not None and timedelta(0) <= tx.now - kept[0] < KEPT:
            return kept[1]
        names = student_names(tx, channel)
        if len(self._kept) >= MOST_CHANNELS:
            self._kept.clear()
        self._kept[channel.ref] = (tx.now, names)
        return names


def student_names(tx: Transaction, channel: Channel) -> frozenset[str]:
    """The names of the students whom words in the channel may be about: its members, and those whom its owner
    teaches."""
    taught = tx.roster.students_of(channel.owner) if channel.owner is not None else ()
    return names_of((*tx.roster.students_in(channel.ref), *taught))
