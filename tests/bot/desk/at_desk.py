"""The invented district, seen from the desk: who asks, from where, and what a card says in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.cards import Action, Bullets, Card, Excerpt, Facts, Paragraph
from bot.command import Standing
from bot.desk.door import Desk
from bot.ids import ChannelId, ChannelRef, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, ChannelException, ChannelState, Person
from policy.message import AllowanceKind, ChannelKind
from policy.words import Lang
from tests.district import CHESS, CLUB, COACH, CREC, DIRECTOR, PRINCIPAL, STUDENT, WORKSPACE, District
from tests.fakes import FakeClock

ROBOTICS = ChannelRef(WORKSPACE, ChannelId("robotics"))
"""A channel that waits for the principal's approval."""
UNREGISTERED = ChannelRef(WORKSPACE, ChannelId("drama"))

WHO = {Standing.ANYONE: STUDENT, Standing.OWNER: COACH, Standing.SUPERVISOR: PRINCIPAL}


@dataclass(frozen=True, slots=True)
class AtDesk:
    """The district with its desk."""

    district: District
    desk: Desk
    clock: FakeClock

    async def types(self, who: PersonRef, text: str, place: ChannelRef | None = CLUB) -> Card:
        """What `/policy text` answers."""
        return await self.desk.command(who, place, text)

    async def presses(self, who: PersonRef, card: Card, name: str, **values: str) -> Card:
        """Presses the card's button of that name, its form filled in, and lets everything settle."""
        action = button(card, name)
        answer = await self.desk.act(who, action.name, action.subject, values)
        await self.district.settle()
        assert answer is not None
        return answer

    def shown(self, who: PersonRef, kind: TopicKind) -> list[Card]:
        """The cards of that kind that were delivered to the person."""
        return [card for (to, topic), card in self.district.platform.cards.items() if (to, topic.kind) == (who, kind)]

    def calls(self, who: PersonRef, kind: TopicKind) -> list[tuple[Topic, bool]]:
        """Each time that such a card was shown or changed, and whether it called for attention."""
        return [
            (topic, notify) for to, topic, notify in self.district.platform.calls if (to, topic.kind) == (who, kind)
        ]

    async def journal(self) -> list[str]:
        """The names of all entries."""
        return await self.district.read(lambda tx: [row.entry.name for row in tx.journal.rows()])

    async def channel(self, ref: ChannelRef = CLUB) -> Channel:
        found = await self.district.read(lambda tx: tx.registry.channel(ref))
        assert found is not None
        return found

    async def change(self, who: PersonRef, how: Callable[[Person], Person]) -> None:
        """Changes a person on the register."""

        def unit(tx: Transaction) -> None:
            person = tx.registry.person(who)
            assert person is not None
            tx.registry.save_person(how(person))

        await self.district.core.store.write(unit)

    async def later(self, **by: float) -> None:
        """Lets time go by, and works through what has come due."""
        self.clock.pass_(**by)
        await self.district.settle()

    async def leaves(self, who: PersonRef) -> None:
        await self.change(who, lambda person: replace(person, is_active=False))

    async def speaks(self, who: PersonRef, lang: Lang) -> None:
        await self.change(who, lambda person: replace(person, lang=lang))


def furnish(tx: Transaction) -> None:
    """A purpose for the chess club, a channel that waits for the principal, and an exception in force."""
    tx.registry.save_channel(replace(CHESS, purpose="Meetings and matches of the chess club"))
    tx.registry.save_channel(
        Channel(
            ref=ROBOTICS,
            name="robotics",
            kind=ChannelKind.CLUB,
            pack=CREC,
            state=ChannelState.REQUESTED,
            purpose="Build days of the robotics club",
            owner=COACH,
            supervisor=PRINCIPAL,
            asked_at=tx.now,
        )
    )
    tx.registry.save_exception(
        ChannelException(
            id="carwash",
            channel=CLUB,
            kind=AllowanceKind.FUNDRAISER,
            value="car wash",
            reason="Pays for the bus to the finals",
            asked_by=COACH,
            asked_at=tx.now,
            ends_at=tx.now.replace(year=tx.now.year + 1),
            approved_by=DIRECTOR,
            decided_at=tx.now,
        )
    )


def words(card: Card) -> str:
    """All that the card says, a line for each thing."""
    lines = [card.title]
    for block in card.blocks:
        match block:
            case Paragraph(text):
                lines.append(text)
            case Excerpt(text=text, caption=caption):
                lines.append(f"{caption}: {text}")
            case Facts(rows):
                lines += [f"{label}: {value}" for label, value in rows]
            case Bullets(items):
                lines += items
    return "\n".join([*lines, card.footer]).strip()


def button(card: Card, name: str) -> Action:
    """The card's button of that name."""
    found = [action for action in card.actions if action.name == name]
    assert found, f"no button {name} among {[action.name for action in card.actions]}"
    return found[0]


def names(card: Card) -> list[str]:
    return [action.name for action in card.actions]
