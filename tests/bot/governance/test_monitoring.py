"""The monitoring record: reminded before it is due, confirmed with what was new, overdue told to the supervisor."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.cards import Card, Facts
from bot.desk.door import Desk
from bot.errors import Refused
from bot.governance.watch import look_soon
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.governance import CheckState
from bot.records.registry import ChannelFacts
from tests.district import CLUB, COACH, DIRECTOR, PEOPLE, PRINCIPAL, STUDENT, District
from tests.fakes import FakeClock

SUBJECT = f"{CLUB.workspace}|{CLUB.channel}"


@pytest.fixture
async def club(district: District) -> District:
    """The chess club, approved just now, looked at every night."""
    district.platform.facts_of[CLUB] = ChannelFacts(is_private=True, is_shared=False)
    district.platform.inside[CLUB] = {person.ref.person for person in PEOPLE}

    def furnish(tx: Transaction) -> None:
        channel = tx.registry.channel(CLUB)
        assert channel is not None
        tx.registry.save_channel(replace(channel, purpose="Meetings and matches", decided_at=tx.now))
        look_soon(tx, CLUB)

    await district.core.store.write(furnish)
    await district.settle()
    return district


def cards(district: District, person: PersonRef, kind: TopicKind = TopicKind.ATTESTATION) -> list[Card]:
    return [card for (to, topic), card in district.platform.cards.items() if to == person and topic.kind is kind]


def calls(district: District, person: PersonRef, kind: TopicKind) -> int:
    return sum(to == person and topic.kind is kind and notify for to, topic, notify in district.platform.calls)


def rows(card: Card) -> dict[str, str]:
    return {label: value for block in card.blocks if isinstance(block, Facts) for label, value in block.rows}


async def monitored(district: District) -> CheckState:
    records = await district.read(lambda tx: tx.checks.of(CLUB))
    return next(record.outcome.state for record in records if record.name == "monitored")


async def days_pass(district: District, clock: FakeClock, days: int) -> None:
    for _ in range(days * 4):
        clock.pass_(hours=6)
        await district.settle()


async def test_the_owner_is_reminded_once_before_it_is_due_in_their_morning(club: District, clock: FakeClock) -> None:
    hours = []
    for _ in range(6 * 24):
        clock.pass_(hours=1)
        before = len(cards(club, COACH))
        await club.settle()
        if len(cards(club, COACH)) > before:
            hours.append(clock.now.astimezone(ZoneInfo("America/New_York")).hour)

    assert hours == [8]
    assert calls(club, COACH, TopicKind.ATTESTATION) == 1
    assert cards(club, PRINCIPAL) == []
    assert await monitored(club) is CheckState.HOLDS


async def test_confirming_keeps_what_was_new_and_begins_anew(club: District, clock: FakeClock) -> None:
    clock.pass_(minutes=1)
    await club.post("practice is at four", message="m1")
    await club.post("bring your boards", message="m2")
    await days_pass(club, clock, 6)
    (asked,) = cards(club, COACH)
    assert rows(asked)["New since then"] == "2 messages checked, 0 flagged"

    answer = await Desk(club.core).act(COACH, "attest.confirm", SUBJECT, {})
    await club.settle()

    assert answer is not None
    assert answer.title == "#chess was looked over"
    (after,) = cards(club, COACH)
    assert after.title == "#chess was looked over"
    kept = await club.read(lambda tx: tx.attestations.last(CLUB))
    assert kept is not None
    assert (kept.by, kept.checked, kept.flagged) == (COACH, 2, 0)
    again = await Desk(club.core).act(COACH, "attest.show", SUBJECT, {})
    assert again is not None
    assert rows(again)["New since then"] == "0 messages checked, 0 flagged"
    names = await club.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert names.count("channel:review:confirmed") == 1


async def test_overdue_is_broken_and_goes_to_the_supervisor_in_time(club: District, clock: FakeClock) -> None:
    await days_pass(club, clock, 7)
    assert await monitored(club) is CheckState.BROKEN
    assert calls(club, COACH, TopicKind.CHECKS) >= 1
    before = calls(club, PRINCIPAL, TopicKind.CHECKS)

    await days_pass(club, clock, 4)
    assert calls(club, PRINCIPAL, TopicKind.CHECKS) == before + 1
    await Desk(club.core).act(COACH, "attest.confirm", SUBJECT, {})
    await club.settle()

    assert await monitored(club) is CheckState.HOLDS


async def test_who_looks_every_week_is_asked_every_week_and_never_late(club: District, clock: FakeClock) -> None:
    for _ in range(5):
        await days_pass(club, clock, 6)
        await Desk(club.core).act(COACH, "attest.confirm", SUBJECT, {})
        await club.settle()

    assert calls(club, COACH, TopicKind.ATTESTATION) == 5
    assert len(cards(club, COACH)) == 5
    assert await monitored(club) is CheckState.HOLDS
    assert len(await club.read(lambda tx: tx.attestations.of(CLUB, limit=10))) == 5


@pytest.mark.parametrize("who", [STUDENT, DIRECTOR])
async def test_nobody_else_confirms_it(club: District, who: PersonRef) -> None:
    for act in ("attest.show", "attest.confirm"):
        with pytest.raises(Refused, match="Only the owner"):
            await Desk(club.core).act(who, act, SUBJECT, {})

    assert await club.read(lambda tx: tx.attestations.last(CLUB)) is None


async def test_a_restart_between_reminder_and_due_forgets_nothing(club: District, clock: FakeClock) -> None:
    clock.pass_(days=30)
    await club.settle()

    assert await monitored(club) is CheckState.BROKEN
    assert calls(club, COACH, TopicKind.ATTESTATION) == 0, "after the due time the check speaks, not the reminder"
