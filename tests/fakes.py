"""Stand-ins for the outside, stricter than the real thing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.cards import Card
from bot.errors import FileTooLarge, PlatformBusy, Unable, Undeliverable
from bot.events import Event
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Ability, Tip
from bot.records.accounts import Account
from bot.records.deliveries import Topic
from bot.records.registry import ChannelFacts
from bot.records.unregistered import ListedChannel


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
        self.accounts: dict[PersonRef, Account] = {}
        self.facts_of: dict[ChannelRef, ChannelFacts] = {}
        self.inside: dict[ChannelRef, set[PersonId]] = {}
        self.channels: list[ListedChannel] = []
        self.said: dict[ChannelRef, list[Event]] = {}
        self.announced: dict[tuple[ChannelRef, Topic], Card] = {}
        self.removed: list[MessageRef] = []
        self.blocked: dict[MessageRef, Tip] = {}
        self.blocks: list[MessageRef] = []
        self.faults: list[Exception] = []
        self.histories = 0
        self.closed_to_us: set[ChannelRef] = set()
        self.can: frozenset[Ability] = frozenset(Ability)
        self.files: dict[tuple[MessageRef, str], bytes] = {}
        self.fetched: list[str] = []

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

    def opening(self, workspace: WorkspaceId, words: str) -> str:
        """This chat has no such addresses."""
        del workspace, words
        return ""

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What a test lets it do; everything at first."""
        del workspace
        return self.can

    def _need(self, ability: Ability) -> None:
        if ability not in self.can:
            raise Unable(ability)

    async def account(self, person: PersonRef) -> Account | None:
        """The account that a test gave it."""
        return self.accounts.get(person)

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """The shape that a test gave the channel."""
        if channel not in self.facts_of:
            raise Undeliverable("no such channel")
        return self.facts_of[channel]

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Who a test put into the channel."""
        self._need(Ability.LIST_MEMBERS)
        return tuple(sorted(self.inside.get(channel, ())))

    async def listed(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """The channels that a test lists."""
        self._need(Ability.LIST_CHANNELS)
        return tuple(each for each in self.channels if each.ref.workspace == workspace)

    async def rough_members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Who a test put into the channel."""
        if channel in self.closed_to_us:
            raise Undeliverable("not in the channel")
        return tuple(sorted(self.inside.get(channel, ())))

    async def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What a test says was said, within the times."""
        self._need(Ability.READ_HISTORY)
        self.histories += 1
        if channel in self.closed_to_us:
            raise Undeliverable("not in the channel")
        for event in sorted(self.said.get(channel, ()), key=_said_at):
            if since < _said_at(event) <= until:
                yield event

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Shows the card in the channel."""
        self._need(Ability.ANNOUNCE)
        del pin
        name = f"announcement/{channel.channel}/{topic}"
        assert shown in (None, name)
        self.announced[channel, topic] = card
        self.before_answer()
        return name

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Puts the person into the channel."""
        self._need(Ability.INVITE)
        self.inside.setdefault(channel, set()).add(person.person)

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Takes the person out of the channel."""
        self._need(Ability.REMOVE_MEMBER)
        self.inside.setdefault(channel, set()).discard(person.person)

    async def remove_message(self, message: MessageRef) -> None:
        """Keeps that it was removed, then raises the next of `faults`: an answer that is lost."""
        self._need(Ability.REMOVE_MESSAGE)
        self.removed.append(message)
        if self.faults:
            raise self.faults.pop(0)

    async def block(self, message: MessageRef, tip: Tip) -> None:
        """Keeps with what tip it is blocked, then raises the next of `faults`: an answer that is lost."""
        self._need(Ability.BLOCK_MESSAGE)
        assert tip.text
        self.blocks.append(message)
        self.blocked[message] = tip
        if self.faults:
            raise self.faults.pop(0)

    async def lift_block(self, message: MessageRef) -> None:
        """Keeps that it is blocked no more, then raises the next of `faults`."""
        self._need(Ability.BLOCK_MESSAGE)
        self.blocks.append(message)
        self.blocked.pop(message, None)
        if self.faults:
            raise self.faults.pop(0)

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """The bytes that a test put there, after raising the next of `faults`."""
        self._need(Ability.READ_FILES)
        self.fetched.append(attachment)
        if self.faults:
            raise self.faults.pop(0)
        if (message, attachment) not in self.files:
            raise Undeliverable("no such file")
        content = self.files[message, attachment]
        if len(content) > at_most:
            raise FileTooLarge
        return content

    def of(self, person: PersonRef) -> list[Card]:
        """The cards that this person has."""
        return [card for (to, _), card in self.cards.items() if to == person]


def _said_at(event: Event) -> datetime:
    return event.at


class SilentBell:
    """Never rings: whoever waits looks by itself."""

    async def ring(self, name: str) -> None:
        del name

    async def wait(self, name: str, *, at_most: timedelta) -> None:
        del name, at_most
        await asyncio.sleep(0)

    async def close(self) -> None:
        return
