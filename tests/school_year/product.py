"""The product at work on the year's clock: everything is done when it is due, and processes die at it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cards import Card
from bot.errors import StaleLease
from bot.events import Event
from bot.governance.watch import LOOK
from bot.ids import ChannelRef, PersonRef
from bot.inbox.intake import Intake
from bot.moderate import handle
from bot.ports import Ability, InboxItem, OutboxItem, Transaction
from bot.records.deliveries import Topic
from bot.records.duties import DutyItem
from bot.wording.subjects import channel_in
from bot.workers.delivery import deliver
from bot.workers.duty_worker import do
from tests.district import District
from tests.fakes import FakeClock, FakePlatform
from tests.school_year.straight import StraightStore

DIES = 0.05
"""How often a process dies over what it took up."""
AT_ONCE = 20


class YearPlatform(FakePlatform):
    """Keeps whose attention was called for and whom it was asked to let in, each with the time, instead of all cards
    of a year."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.called: Counter[tuple[datetime, PersonRef, str]] = Counter()
        self.invited: Counter[tuple[datetime, ChannelRef, PersonRef]] = Counter()
        self.has: set[tuple[PersonRef, str]] = set()

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """As strict as any other: a card that was shown is changed by its name, and is shown anew to nobody."""
        assert card.title
        assert ((to, str(topic)) in self.has) == (shown is not None), f"{topic} of {to.person} was shown as {shown}"
        assert shown in (None, f"{to.person}/{topic}")
        self.has.add((to, str(topic)))
        if notify:
            self.called[self.clock.now, to, str(topic)] += 1
        return f"{to.person}/{topic}"

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Each once."""
        assert card.title
        assert pin
        assert shown is None
        assert (channel, topic) not in self.announced
        self.announced[channel, topic] = card
        return f"announcement/{channel.channel}/{topic}"

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Lets the person in and keeps when."""
        self._need(Ability.INVITE)
        self.invited[self.clock.now, channel, person] += 1
        self.inside[channel].add(person.person)


@dataclass
class Product:
    """The product, worked by hand. `looks` are the nightly looks since somebody wanted to know, without those
    `looks_asked_for` by day."""

    district: District
    platform: YearPlatform
    clock: FakeClock
    chance: random.Random
    crashes: int = 0
    moments: int = 0
    done: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)
    looks_asked_for: set[ChannelRef] = field(default_factory=set)
    looks: list[tuple[datetime, ChannelRef]] = field(default_factory=list)

    async def until(self, moment: datetime) -> None:
        """Lives up to that moment, from one thing that is due to the next."""
        while (due := min(await self._due(), default=None)) is not None and due <= moment:
            self.clock.now = max(self.clock.now, due)
            self.moments += 1
            await self.settle()
        self.clock.now = moment

    async def takes(self, event: Event) -> None:
        """Something happens on the platform, which tells it once or twice; all that follows at once is done."""
        for _ in range(self.chance.choice((1, 1, 2))):
            await Intake(self.district.core).receive(event)
        await self.settle()

    async def settle(self) -> None:
        """Works everything through that is due: what people are shown last, so that it shows all."""
        core = self.district.core
        lease = core.limits.lease
        while any(due <= self.clock.now for due in await self._due()):
            items, duties, owed = await core.store.write(lambda tx: _claim(tx, lease))
            survived = self.chance.randrange(AT_ONCE) if self.chance.random() < DIES else None
            for item in items[:survived]:
                await handle(core, item)
            for duty in duties[:survived]:
                await self._do(duty)
            for delivery in owed[:survived]:
                await deliver(core, delivery)
            if survived is not None:
                self.crashes += 1
                await core.store.write(_all_leases_end)

    async def _due(self) -> list[datetime]:
        """When the next of each kind is due."""
        store = self.district.core.store
        if isinstance(store, StraightStore):
            return store.due()
        found = await self.district.read(lambda tx: (tx.inbox.next_due(), tx.duties.next_due(), tx.outbox.next_due()))
        return [due for due in found if due is not None]

    async def _do(self, item: DutyItem) -> None:
        duty = item.duty
        try:
            await do(self.district.core, item)
        except StaleLease:
            return
        self.done[duty.kind, duty.subject, duty.due_at] += 1
        if duty.kind == LOOK and channel_in(duty.subject) in self.looks_asked_for:
            self.looks_asked_for.remove(channel_in(duty.subject))
        elif duty.kind == LOOK:
            self.looks.append((self.clock.now, channel_in(duty.subject)))


def _claim(tx: Transaction, lease: timedelta) -> tuple[Sequence[InboxItem], Sequence[DutyItem], Sequence[OutboxItem]]:
    items = tx.inbox.claim("year", limit=AT_ONCE, lease=lease)
    duties = tx.duties.claim("year", limit=AT_ONCE, lease=lease)
    owed = () if items or duties else tx.outbox.claim("year", limit=AT_ONCE, lease=lease)
    return items, duties, owed


def _all_leases_end(tx: Transaction) -> None:
    tx.inbox.release()
    tx.duties.release()
    tx.outbox.release()
