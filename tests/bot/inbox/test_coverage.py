"""What Chaperone could not see: gaps open and close, people learn of them, and the page tells them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Card
from bot.channels.cards import approval
from bot.desk.door import Desk
from bot.errors import Refused
from bot.events import Watched
from bot.ids import PersonRef
from bot.inbox.coverage import beat, note_blind, note_seeing
from bot.ports import Ability, Transaction
from bot.records.deliveries import TopicKind
from bot.records.gaps import Blindness
from bot.records.registry import ChannelState, Person
from bot.wording.subjects import subject_of
from policy.words import Lang
from tests.bot.desk.at_desk import words
from tests.district import CHESS, CLUB, COACH, DIRECTOR, PRINCIPAL, STUDENT, WORKSPACE, District
from tests.fakes import FakeClock


async def watched(district: District, *, is_watched: bool) -> None:
    await district.take(Watched(channel=CLUB, is_watched=is_watched, at=await district.now()))


async def typed(district: District, text: str, *, by: PersonRef = COACH) -> Card:
    return await Desk(district.core).command(by, CLUB, text)


def told(district: District, who: PersonRef) -> list[Card]:
    cards = district.platform.cards.items()
    return [card for (to, topic), card in cards if to == who and topic.kind is TopicKind.COVERAGE]


async def test_owner_and_supervisor_learn_that_chaperone_was_taken_out_and_that_it_is_back(
    district: District, clock: FakeClock
) -> None:
    await watched(district, is_watched=False)
    gone = [told(district, who) for who in (COACH, PRINCIPAL)]
    clock.pass_(hours=2)
    await watched(district, is_watched=True)
    back = [told(district, who) for who in (COACH, PRINCIPAL)]

    assert [card.title for cards in gone for card in cards] == ["Chaperone was taken out of #chess"] * 2
    assert [card.title for cards in back for card in cards] == ["Chaperone is in #chess again"] * 2
    (gap,) = await district.read(lambda tx: tx.coverage.gaps(CLUB))
    assert gap.why is Blindness.REMOVED
    assert gap.ended_at is not None
    assert gap.ended_at - gap.started_at == timedelta(hours=2)
    assert told(district, STUDENT) == []
    names = await district.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert [name for name in names if name.startswith("coverage")] == ["coverage:gap:opened", "coverage:gap:closed"]


async def test_a_channel_that_nobody_sponsors_has_no_gap(district: District) -> None:
    closed = replace(CHESS, state=ChannelState.CLOSED)
    await district.core.store.write(lambda tx: tx.registry.save_channel(closed))

    await watched(district, is_watched=False)
    await note_blind(district.core, WORKSPACE, Blindness.OUTAGE)

    assert await district.read(lambda tx: tx.coverage.gaps(CLUB)) == []


async def test_a_start_after_downtime_knows_since_when_nothing_was_seen(district: District, clock: FakeClock) -> None:
    await district.core.store.write(beat)
    clock.pass_(minutes=1)
    assert await district.core.store.write(beat) == 0, "a missed heartbeat is no downtime"
    before = clock.now
    clock.pass_(hours=17)

    assert await district.core.store.write(beat) == 1

    (gap,) = await district.read(lambda tx: tx.coverage.gaps(CLUB))
    assert (gap.why, gap.started_at, gap.ended_at) == (Blindness.DOWN, before, clock.now)


async def test_what_a_platform_says_of_its_own_silence_counts_once(district: District, clock: FakeClock) -> None:
    for _ in range(2):
        await note_blind(district.core, WORKSPACE, Blindness.UNSUBSCRIBED)
        clock.pass_(minutes=1)
    await note_seeing(district.core, WORKSPACE, Blindness.UNSUBSCRIBED)
    minute = clock.now
    for _ in range(2):
        until = minute + timedelta(minutes=1)
        await note_blind(district.core, WORKSPACE, Blindness.RATE_LIMITED, since=minute, until=until)

    gaps = await district.read(lambda tx: tx.coverage.gaps(CLUB))

    assert [(gap.why, gap.ended_at is None) for gap in gaps] == [
        (Blindness.RATE_LIMITED, False),
        (Blindness.UNSUBSCRIBED, False),
    ]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (Lang.EN, "since November 20, 10:00 AM: Chaperone was taken out of the channel; not read again"),
        (Lang.ES, "desde 20 de noviembre, 10:00: se quitó a Chaperone del canal; sin releer"),
    ],
)
async def test_page_home_status_and_channel_mention_a_gap(district: District, lang: Lang, expected: str) -> None:
    for who in (COACH, PRINCIPAL):
        person = await district.read(lambda tx, w=who: tx.registry.person(w))  # type: ignore[misc]
        assert person is not None
        changed = replace(person, lang=lang)
        await district.core.store.write(lambda tx, p=changed: tx.registry.save_person(p))  # type: ignore[misc]
    await watched(district, is_watched=False)
    names = {Lang.EN: ("coverage", "status", "channel"), Lang.ES: ("cobertura", "estado", "canal")}[lang]

    said = [words(await typed(district, name, by=who)) for name in names for who in (COACH, PRINCIPAL)]
    said += [" ".join(words(card) for card in await Desk(district.core).home(who)) for who in (COACH, PRINCIPAL)]

    assert len(said) == 8
    assert [text for text in said if expected not in text] == []


async def test_the_page_says_where_a_platform_gives_no_history(district: District) -> None:
    district.platform.can = frozenset()

    english, spanish = [await typed(district, name) for name in ("coverage", "cobertura")]

    assert "This platform gives no history here" in words(english)
    assert "la plataforma no da historial" in words(spanish)
    assert english.actions == ()


async def test_owner_and_supervisor_may_have_the_past_checked_and_nobody_else(district: District) -> None:
    desk, subject = Desk(district.core), subject_of(CLUB)

    for who in (COACH, PRINCIPAL, COACH):
        assert await desk.act(who, "coverage.audit", subject, {}) is not None
    with pytest.raises(Refused, match="owner and supervisor"):
        await desk.act(STUDENT, "coverage.audit", subject, {})

    (gap,) = await district.read(lambda tx: tx.coverage.gaps(CLUB))
    assert gap.why is Blindness.PAST
    assert gap.ended_at is not None
    assert gap.ended_at - gap.started_at == timedelta(days=30)
    assert "coverage.audit" in [action.name for action in (await typed(district, "coverage")).actions]
    district.platform.can = frozenset(Ability) - {Ability.READ_HISTORY}
    with pytest.raises(Refused, match="does not let Chaperone read"):
        await desk.act(COACH, "coverage.audit", subject, {})


async def test_an_approved_channel_offers_the_check_of_its_past_to_owner_and_supervisor(district: District) -> None:
    def unit(tx: Transaction) -> dict[str, list[str]]:
        cards = {
            who: approval.card(tx, district.core, CHESS, person_of(tx, who)) for who in (COACH, PRINCIPAL, DIRECTOR)
        }
        return {who.person: [action.name for action in card.actions] for who, card in cards.items()}

    offered = await district.read(unit)
    district.platform.can = frozenset()
    without = await district.read(unit)

    assert ["coverage.audit" in offered[who.person] for who in (COACH, PRINCIPAL, DIRECTOR)] == [True, True, False]
    assert "coverage.audit" not in str(without)


def person_of(tx: Transaction, who: PersonRef) -> Person:
    found = tx.registry.person(who)
    assert found is not None
    return found
