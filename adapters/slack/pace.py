"""How fast Slack lets us ask: a message a second in a channel, and each method so often a minute in a workspace."""

from collections import defaultdict, deque
from collections.abc import Callable

MINUTE = 60.0
BETWEEN_MESSAGES = 1.0
TIER = {1: 1, 2: 20, 3: 50, 4: 100}
"""Requests a minute of one method in one workspace."""
MESSAGES = 240
"""Messages a minute in a workspace: Slack says "several hundred"."""

TIERS = {
    "auth.test": 4,
    "chat.delete": 3,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.kick": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.info": 4,
    "pins.add": 2,
    "users.conversations": 3,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.update": 4,
}
"""The tier of each method that we use; `chat.postMessage` has a limit of its own."""
IN_CHANNEL = frozenset({"chat.postMessage", "chat.update"})


class Pace:
    """Says when the next request may go. What Slack itself asked for with `Retry-After` counts too."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._last_in: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str, str], float] = {}

    def take(self, team: str, method: str, channel: str) -> float:
        """Takes the next place and returns 0, or the seconds to wait where there is none now."""
        now = self._clock()
        wait = max(self._held_for(team, method, channel, now), self._full_for(team, method, now))
        if method in IN_CHANNEL:
            wait = max(wait, self._last_in.get((team, channel), now - BETWEEN_MESSAGES) + BETWEEN_MESSAGES - now)
        if wait > 0:
            return wait
        self._sent[team, method].append(now)
        if method in IN_CHANNEL:
            self._last_in[team, channel] = now
        return 0.0

    def hold(self, team: str, method: str, channel: str, seconds: float) -> None:
        """Slack asks us to wait: in this channel where the method posts to one, else with the method as a whole."""
        place = channel if method in IN_CHANNEL else ""
        self._held[team, method, place] = self._clock() + seconds

    def _held_for(self, team: str, method: str, channel: str, now: float) -> float:
        place = (team, method, channel if method in IN_CHANNEL else "")
        until = self._held.get(place)
        if until is None:
            return 0.0
        if until <= now:
            del self._held[place]
            return 0.0
        return until - now

    def _full_for(self, team: str, method: str, now: float) -> float:
        limit = MESSAGES if method == "chat.postMessage" else TIER[TIERS[method]]
        sent = self._sent[team, method]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        return sent[0] + MINUTE - now if len(sent) >= limit else 0.0
