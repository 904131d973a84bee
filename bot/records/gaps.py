"""Times in which a channel's messages did not reach Chaperone, and what became of them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import ChannelRef

PAST_DAYS = 30
"""How much of a channel's past is read where somebody asks for it."""


class Blindness(StrEnum):
    """Why messages did not come: Chaperone was taken out of the channel, was not running, was told by the platform that
    it sends no more for now, had its subscription switched off, may not read there, or the platform was away. `lost`:
    nobody said so, and the platform's history showed it. `past`: no blindness, but days that somebody asked to have
    read again."""

    REMOVED = "removed"
    DOWN = "down"
    RATE_LIMITED = "rate_limited"
    UNSUBSCRIBED = "unsubscribed"
    UNREADABLE = "unreadable"
    OUTAGE = "outage"
    LOST = "lost"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One such time in one channel. Open as long as `ended_at` is None; `recovered_at` is when the platform's history
    of it had been read, and `recovered` how many posts, edits and deletions were found that had not come."""

    channel: ChannelRef
    why: Blindness
    started_at: datetime
    ended_at: datetime | None = None
    recovered_at: datetime | None = None
    recovered: int = 0

    @property
    def id(self) -> str:
        """The same for the same channel, cause and beginning."""
        named = f"{self.channel.workspace}|{self.channel.channel}|{self.why}|{self.started_at.isoformat()}"
        return hashlib.sha256(named.encode()).hexdigest()[:20]
