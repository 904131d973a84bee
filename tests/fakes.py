"""Stand-ins for the outside, stricter than the real thing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.cards import Card
from bot.deliveries import Topic
from bot.errors import PlatformBusy, Undeliverable
from bot.ids import MessageRef, PersonRef


@dataclass(slots=True)
class FakeClock:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 15, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        """Lets that much time go by."""
        self.now += timedelta(**by)


class FakePlatform:
    """Shows cards to people and keeps what it showed. A card that was shown must be changed by its name, and a name
    that it never gave out is an error, as on the real ones; a new card for a person and topic that has one already is
    the same card again, counted in `repeats`."""

    def __init__(self) -> None:
        self.cards: dict[tuple[PersonRef, Topic], Card] = {}
        self.names: dict[str, tuple[PersonRef, Topic]] = {}
        self.calls: list[tuple[PersonRef, Topic, bool]] = []
        self.repeats = 0
        self.unreachable: set[PersonRef] = set()
        self.busy_times = 0
        self.before_answer: Callable[[], None] = lambda: None

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows or changes the card. `before_answer` may raise: then it was shown and the answer is lost."""
        await asyncio.sleep(0)
        if to in self.unreachable:
            raise Undeliverable("no such account")
        if self.busy_times:
            self.busy_times -= 1
            raise PlatformBusy(1)
        name = f"card/{to.person}/{topic}"
        if shown is None and (to, topic) in self.cards:
            self.repeats += 1
        if shown is not None:
            assert self.names.get(shown) == (to, topic), f"no card {shown} of {to.person}"
        assert card.title
        self.names[name] = (to, topic)
        self.cards[to, topic] = card
        self.calls.append((to, topic, notify))
        self.before_answer()
        return name

    def link_to(self, message: MessageRef) -> str:
        """An address of the message."""
        return f"https://chat.example.org/{message.channel}/{message.message}"

    def of(self, person: PersonRef) -> list[Card]:
        """The cards that this person has."""
        return [card for (to, _), card in self.cards.items() if to == person]


class SilentBell:
    """Never rings: whoever waits looks by itself."""

    async def ring(self, name: str) -> None:
        del name

    async def wait(self, name: str, *, at_most: timedelta) -> None:
        del name, at_most
        await asyncio.sleep(0)

    async def close(self) -> None:
        return
