"""How Chaperone is doing, from the database alone: for the readiness probe, the metrics, `doctor` and `/policy
status`."""

from dataclasses import dataclass

from bot.ids import PersonId
from bot.people.routing import reviewers
from bot.ports import QueueCounts, Transaction

LATE_SECONDS = 60.0
"""An event or alert that has been due for longer means that something is stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Figures only. `unrouted` counts incidents that nobody was told of."""

    inbox: QueueCounts
    outbox: QueueCounts
    duties: QueueCounts
    checked: dict[str, int]
    incidents: dict[str, int]
    unrouted: int

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong now, each as a short name; empty: all is well."""
        found = {
            "events wait too long": self.inbox.oldest_due_seconds > LATE_SECONDS,
            "alerts wait too long": self.outbox.oldest_due_seconds > LATE_SECONDS,
            "duties wait too long": self.duties.oldest_due_seconds > LATE_SECONDS,
            "incidents have nobody to go to": self.unrouted > 0,
        }
        return tuple(name for name, is_so in found.items() if is_so)


def health(tx: Transaction) -> Health:
    """The figures as of this transaction."""
    return Health(
        inbox=tx.inbox.counts(),
        outbox=tx.outbox.counts(),
        duties=tx.duties.counts(),
        checked=tx.messages.counts(),
        incidents=tx.incidents.counts(),
        unrouted=len(tx.incidents.unrouted()),
    )


def dead_ends(tx: Transaction) -> tuple[str, ...]:
    """Channels where a finding about the owner, the supervisor, or anybody else would have nobody to go to."""
    found = []
    for channel in tx.registry.channels():
        if not channel.state.is_read:
            continue
        authors = [ref for ref in (channel.owner, channel.supervisor) if ref is not None]
        anybody = channel.ref.person(PersonId(""))
        if not all(reviewers(tx, channel, author) for author in (anybody, *authors)):
            found.append(channel.name)
    return tuple(found)
