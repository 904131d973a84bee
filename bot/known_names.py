"""The names of the students whom words in a channel may be about, kept for a moment so that not every message asks the
whole roster."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ids import ChannelRef
from bot.ports import Transaction
from bot.records.registry import Channel
from bot.records.roster import names_of

KEPT = timedelta(minutes=1)
MOST_CHANNELS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of a channel's students, and those of them that only students have who are in no directory."""

    students: frozenset[str]
    unlisted: frozenset[str]


class KnownNames:
    """Answers from memory for a minute: who joined or came with an import is known within that time."""

    def __init__(self) -> None:
        self._kept: dict[ChannelRef, tuple[datetime, Names]] = {}

    def of(self, tx: Transaction, channel: Channel) -> frozenset[str]:
        """The names, as single words or several."""
        return self._names(tx, channel).students

    def unlisted(self, tx: Transaction, channel: Channel) -> frozenset[str]:
        """Those of them that stand for students alone of whom nothing goes into a directory."""
        return self._names(tx, channel).unlisted

    def _names(self, tx: Transaction, channel: Channel) -> Names:
        kept = self._kept.get(channel.ref)
        if kept is not None and timedelta(0) <= tx.now - kept[0] < KEPT:
            return kept[1]
        names = names_in(tx, channel)
        if len(self._kept) >= MOST_CHANNELS:
            self._kept.clear()
        self._kept[channel.ref] = (tx.now, names)
        return names


def names_in(tx: Transaction, channel: Channel) -> Names:
    """The names of the students whom words in the channel may be about: its members, and those whom its owner
    teaches."""
    taught = tx.roster.students_of(channel.owner) if channel.owner is not None else ()
    students = (*tx.roster.students_in(channel.ref), *taught)
    listed = names_of(each for each in students if not each.is_unlisted)
    unlisted = names_of(each for each in students if each.is_unlisted)
    return Names(students=listed | unlisted, unlisted=unlisted - listed)
