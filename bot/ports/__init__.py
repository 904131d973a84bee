"""The outside as the product sees it: a store, a bell, keys, platforms, a clock. Adapters implement these; nothing
here knows which."""

from bot.ports.access import Handovers, Parents
from bot.ports.coverage import Coverage
from bot.ports.governance import Attestations, Checks, Notices, Outings
from bot.ports.photos import Photos
from bot.ports.platform import Ability, Platform, Platforms, Tip
from bot.ports.queues import Duties, Inbox, InboxItem, Outbox, OutboxItem, QueueCounts, QueueState
from bot.ports.records import Incidents, Journal, Messages, MessageState, Questions, Registry
from bot.ports.roster import Roster
from bot.ports.store import Bell, Clock, Keys, Store, Transaction, Unit
from bot.ports.unregistered import Unregistered

__all__ = [
    "Ability",
    "Attestations",
    "Bell",
    "Checks",
    "Clock",
    "Coverage",
    "Duties",
    "Handovers",
    "Inbox",
    "InboxItem",
    "Incidents",
    "Journal",
    "Keys",
    "MessageState",
    "Messages",
    "Notices",
    "Outbox",
    "OutboxItem",
    "Outings",
    "Parents",
    "Photos",
    "Platform",
    "Platforms",
    "Questions",
    "QueueCounts",
    "QueueState",
    "Registry",
    "Roster",
    "Store",
    "Tip",
    "Transaction",
    "Unit",
    "Unregistered",
]
