"""Somebody writes whose account nobody knows yet, and the platform does not say who they are: judged at once with every
care, and put right when it answers."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.roster import oneroster
from bot.away import PAUSE, Away
from bot.cards import Card
from bot.errors import PlatformBusy, Undeliverable
from bot.events import Joined
from bot.ids import MessageRef, PersonRef
from bot.judging.strangers import AGAIN
from bot.judging.verdicts import ANYBODY, judged
from bot.people.parents import access_of
from bot.people.rostering import take_in
from bot.ports import Transaction
from bot.records.access import AccessState
from bot.records.accounts import Account
from bot.records.deliveries import Topic, TopicKind
from bot.records.governance import ChannelOuting
from bot.records.incidents import incident_id
from bot.records.registry import Person
from bot.records.roster import RosterId
from policy.message import ChannelKind, Context, Role
from tests.bot.desk.at_desk import words
from tests.district import CLUB, COACH, STUDENT, District, a_post, ref, shipped
from tests.fakes import FakeClock, FakePlatform
from tests.rosters import a_family

NEW = ref("newcomer")
BREACH = "text me at 555-0134 after practice"
"""A rule of the shipped pack `crec` finds it in what students and staff write, not in what parents and strangers do."""


class SlowPlatform(FakePlatform):
    """Says who somebody is as a test has it: after it was let go, or with a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = asyncio.Event()
        self.asked = 0
        self.fault: Exception | None = None

    async def account(self, person: PersonRef) -> Account | None:
        """Waits until the test lets go."""
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        await self.answers.wait()
        return await super().account(person)


@pytest.fixture
def slow(district: District) -> SlowPlatform:
    platform = SlowPlatform()
    district.platform = platform
    limits = replace(district.core.limits, account_wait=timedelta(milliseconds=20), fold_within=timedelta(0))
    away = Away(lambda: away_now[0])
    away_now[0] = 0.0
    district.core = replace(district.core, platforms=lambda _: platform, limits=limits, away=away)
    return platform


away_now = [0.0]


def card(district: District, message: MessageRef) -> Card:
    return district.platform.cards[COACH, Topic(TopicKind.INCIDENT, incident_id(message))]


async def answers(district: District, slow: SlowPlatform, clock: FakeClock, role: Role) -> None:
    """The platform answers again, and the account turns out to be somebody of that role."""
    slow.answers.set()
    slow.fault = None
    slow.accounts[NEW] = Account(ref=NEW, name="Nia Newcomer")
    away_now[0] += PAUSE.total_seconds() + 1
    person = Person(ref=NEW, name="Nia Newcomer", role=role)
    await district.core.store.write(lambda tx: tx.registry.save_person(person))
    clock.pass_(seconds=AGAIN.total_seconds() + 1)
    await district.settle()


async def test_a_message_is_judged_although_nobody_can_say_who_wrote_it(district: District, slow: SlowPlatform) -> None:
    message = await asyncio.wait_for(district.post(BREACH, by=NEW), 10)

    shown = words(card(district, message))
    assert BREACH in shown
    assert slow.asked == 1
    duties = await district.read(lambda tx: tx.duties.counts())
    assert duties.waiting == 1, "it is asked again later"


async def test_nobody_waits_again_for_a_platform_that_did_not_answer(district: District, slow: SlowPlatform) -> None:
    for number in range(5):
        await district.post(BREACH, by=ref(f"newcomer{number}"), message=f"m{number}")
    await district.take(Joined(channel=CLUB, person=NEW.person, at=await district.now()))

    assert slow.asked == 1
    counts = await district.read(lambda tx: tx.messages.counts())
    assert counts == {"checked": 5, "flagged": 5}


async def test_when_it_answers_the_alert_names_the_author(
    district: District, slow: SlowPlatform, clock: FakeClock
) -> None:
    message = await district.post(BREACH, by=NEW)
    before = words(card(district, message))

    await answers(district, slow, clock, Role.STUDENT)

    after = words(card(district, message))
    assert "Nia Newcomer" not in before
    assert "Nia Newcomer (student)" in after
    assert "it breaks no rule" not in after
    assert await district.read(lambda tx: tx.duties.counts().waiting) == 0


async def test_what_was_found_only_for_want_of_knowing_is_said_and_left_to_people(
    district: District, slow: SlowPlatform, clock: FakeClock
) -> None:
    message = await district.post(BREACH, by=NEW)

    await answers(district, slow, clock, Role.PARENT)

    assert "Judged again as from Nia Newcomer (parent), it breaks no rule" in words(card(district, message))
    incident = await district.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert incident is not None
    assert incident.state == "open"
    await district.edit(message, BREACH + "!", by=NEW)
    assert "Judged again" not in words(card(district, message)), "that was about the words before"


async def test_a_platform_that_wants_us_to_wait_is_asked_again_too(
    district: District, slow: SlowPlatform, clock: FakeClock
) -> None:
    slow.fault = PlatformBusy(30)
    message = await district.post(BREACH, by=NEW)
    clock.pass_(seconds=AGAIN.total_seconds() + 1)
    await district.settle()

    await answers(district, slow, clock, Role.STUDENT)

    assert "Nia Newcomer" in words(card(district, message))


@pytest.mark.parametrize("fault", [Undeliverable("nobody"), None])
async def test_an_account_that_the_platform_does_not_know_is_an_outsiders(
    fault: Exception | None, district: District, slow: SlowPlatform
) -> None:
    slow.fault = fault
    slow.answers.set()

    await district.post(BREACH, by=NEW)

    assert await district.read(lambda tx: tx.messages.counts()) == {"checked": 1, "flagged": 0}
    assert await district.read(lambda tx: tx.duties.counts().waiting) == 0


def test_with_every_care_is_all_that_would_be_found_were_it_anybodys() -> None:
    pack = shipped()[next(iter(shipped()))]
    context = Context(channel=ChannelKind.CLUB, channel_name="chess")
    content = a_post(BREACH, at=FakeClock().now).content

    careful = judged(content, None, context, pack)
    each = [judged(content, role, context, pack) for role in ANYBODY]

    assert {finding.rule for finding in careful.findings} == {f.rule for verdict in each for f in verdict.findings}
    assert len({len(verdict.findings) for verdict in each}) > 1, "who wrote it makes a difference here"


async def test_what_hangs_on_an_outing_is_not_cleared_by_knowing_who_wrote_it(
    district: District, slow: SlowPlatform, clock: FakeClock
) -> None:
    def on_record(tx: Transaction) -> None:
        ends_at = tx.now + timedelta(seconds=AGAIN.total_seconds() / 2)
        outing = ChannelOuting(
            id="o1", channel=CLUB, place="Science Museum", starts_at=tx.now, ends_at=ends_at, by=COACH
        )
        tx.outings.save(outing)

    await district.core.store.write(on_record)
    message = await district.post("everybody loves the science museum", by=NEW)

    await answers(district, slow, clock, Role.STUDENT)

    shown = words(card(district, message))
    assert "Nia Newcomer (student)" in shown
    assert "it breaks no rule" not in shown, "it did break one while the outing lasted, whoever wrote it"


async def test_a_parent_who_joins_while_the_platform_does_not_answer_is_on_record_once_it_does(
    district: District, slow: SlowPlatform, clock: FakeClock
) -> None:
    def furnish(tx: Transaction) -> None:
        student = tx.registry.person(STUDENT)
        assert student is not None
        tx.registry.save_person(replace(student, email="stu@example.org"))
        take_in(tx, oneroster.read(a_family().as_bytes(), date(2026, 11, 20)))

    await district.core.store.write(furnish)
    await district.take(Joined(channel=CLUB, person=NEW.person, at=await district.now(), by=COACH.person))

    slow.answers.set()
    slow.accounts[NEW] = Account(ref=NEW, name="Pat Wren", email="pat@example.net")
    away_now[0] += PAUSE.total_seconds() + 1
    clock.pass_(seconds=AGAIN.total_seconds() + 1)
    await district.settle()

    access = await district.read(lambda tx: access_of(tx, CLUB, RosterId("mum")))
    assert access.state is AccessState.JOINED
