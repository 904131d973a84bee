"""Channels that nobody registered, as tests have Chaperone meet them, and what people are shown of them."""

from bot.cards import Card
from bot.channels.unregistered.noticing import plan_sweeps
from bot.desk.door import Desk
from bot.events import Watched
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.registry import ChannelFacts, Person
from bot.records.roster import RosterId, RosterPerson
from bot.records.unregistered import ListedChannel, UnregisteredChannel
from policy.message import Role
from tests.bot.desk.at_desk import button
from tests.district import COACH, WORKSPACE, District, ref
from tests.fakes import FakeClock

BAND = ChannelRef(WORKSPACE, ChannelId("C-band"))
FACTS = ChannelFacts(name="larkfield-marching-band", is_private=False, is_shared=False, is_watched=True)


async def added(district: District, clock: FakeClock, by: PersonRef | None = COACH, *, again: bool = False) -> None:
    """Somebody puts Chaperone into a channel that is not on the register."""
    if not again:
        clock.pass_(minutes=1)
    district.platform.facts_of[BAND] = FACTS
    event = Watched(channel=BAND, is_watched=True, at=clock.now, by=by.person if by else None)
    await district.take(event)


def cards(district: District, who: PersonRef) -> list[Card]:
    shown = district.platform.cards.items()
    return [card for (to, topic), card in shown if (to, topic.kind) == (who, TopicKind.UNREGISTERED)]


def calls(district: District, who: PersonRef) -> int:
    """How often the person's attention was called for."""
    return sum(
        notify and (to, topic.kind) == (who, TopicKind.UNREGISTERED) for to, topic, notify in district.platform.calls
    )


async def record(district: District, channel: ChannelRef = BAND) -> UnregisteredChannel:
    found = await district.read(lambda tx: tx.unregistered.get(channel))
    assert found is not None
    return found


async def press(district: District, who: PersonRef, card: Card, name: str, **values: str) -> Card:
    action = button(card, name)
    answer = await Desk(district.core).act(who, name, action.subject, values)
    await district.settle()
    assert answer is not None
    return answer


async def night(district: District, clock: FakeClock) -> None:
    """The channels of the workspace are looked over."""
    await district.core.store.write(plan_sweeps)
    clock.pass_(days=1)
    await district.settle()


def listed(name: str, *, creator: PersonRef | None = None, is_added: bool = False) -> ListedChannel:
    ref_ = ChannelRef(WORKSPACE, ChannelId(f"C-{name}"))
    return ListedChannel(
        ref=ref_, name=name, about="Bring your boots", creator=creator.person if creator else None, is_added=is_added
    )


async def students(district: District, count: int) -> set[PersonId]:
    """So many students of the roster who are known on the platform."""
    found = [ref(f"kid{n}") for n in range(count)]

    def furnish(tx: Transaction) -> None:
        for student in found:
            email = f"{student.person}@example.org"
            tx.registry.save_person(Person(ref=student, name=student.person, role=Role.STUDENT, email=email))
            kid = RosterPerson(
                id=RosterId(student.person), source="x", given="Kid", family="Wren", role=Role.STUDENT, email=email
            )
            tx.roster.save([kid])

    await district.core.store.write(furnish)
    return {student.person for student in found}
