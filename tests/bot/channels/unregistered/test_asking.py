"""A channel that nobody registered: whoever put Chaperone there is asked once, reminded once, then the next above."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.cards.unregistered import render, topic_of
from bot.channels.unregistered.noticing import plan_sweeps
from bot.desk.door import Desk
from bot.errors import PlatformBusy, Refused
from bot.events import Archived, Watched
from bot.governance.watch import look_at_all
from bot.ids import ChannelId, ChannelRef
from bot.inbox.intake import Intake
from bot.ports import Transaction
from bot.records.registry import ChannelFacts, ChannelState
from bot.records.roster import RosterId, RosterOrg
from bot.records.unregistered import Why
from policy.words import Lang
from tests.bot.channels.unregistered.at_unregistered import BAND, FACTS, added, calls, cards, press, record
from tests.bot.desk.at_desk import button, names, words
from tests.district import COACH, OPERATOR, PRINCIPAL, STUDENT, WORKSPACE, District
from tests.fakes import FakeClock


async def test_whoever_put_it_there_is_asked_once_with_the_form_filled_in(district: District, clock: FakeClock) -> None:
    schools = (
        RosterOrg(id=RosterId("lhs"), name="Larkfield High School"),
        RosterOrg(id=RosterId("m"), name="Millbrook"),
    )
    await district.core.store.write(lambda tx: tx.roster.save(schools))
    await added(district, clock)
    await added(district, clock, again=True)
    await added(district, clock)

    (card,) = cards(district, COACH)
    assert card.title == "Is #larkfield-marching-band a school channel?"
    assert "Chaperone was put into it" in words(card)
    assert "4118.6-R, S1" in card.footer
    fields = {field.name: field.value for field in button(card, "channel.register").fields}
    assert (fields["kind"], fields["school"]) == ("club", "Larkfield High School")
    assert calls(district, COACH) == 1
    assert (await record(district)).why is Why.ADDED


async def test_registering_from_the_card_asks_the_supervisor_and_ends_the_question(
    district: District, clock: FakeClock
) -> None:
    await added(district, clock)
    (card,) = cards(district, COACH)

    values = {"kind": "club", "purpose": "Rehearsals of the band", "school": "Larkfield High School"}
    answer = await press(district, COACH, card, "channel.register", **values)
    clock.pass_(days=30)
    await district.settle()

    channel = await district.read(lambda tx: tx.registry.channel(BAND))
    assert channel is not None
    assert (channel.state, channel.name) == (ChannelState.REQUESTED, FACTS.name)
    assert channel.school == "Larkfield High School"
    assert "Prim Principal has been asked" in words(answer)
    (after,) = cards(district, COACH)
    assert after.title == "#larkfield-marching-band is on the register"
    assert calls(district, COACH) == 1
    assert cards(district, PRINCIPAL) == []
    assert any("School: Larkfield High School" in words(card) for card in district.platform.of(PRINCIPAL))


async def test_not_a_school_channel_is_kept_and_nobody_asks_again(district: District, clock: FakeClock) -> None:
    await added(district, clock)
    (card,) = cards(district, COACH)

    with pytest.raises(Refused, match="What it is for"):
        await press(district, COACH, card, "unregistered.no", what=" ")
    await press(district, COACH, card, "unregistered.no", what="Staff lunch orders")
    clock.pass_(days=1)
    await press(district, COACH, card, "unregistered.no", what="Another thing")
    await added(district, clock)
    clock.pass_(days=30)
    await district.settle()

    (after,) = cards(district, COACH)
    assert "Cody Coach said so on November 20, 2026" in words(after)
    assert "Staff lunch orders" in words(after)
    assert names(after) == ["channel.register"]
    assert calls(district, COACH) == 1
    journal = await district.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert [name for name in journal if name.startswith("channel:unregistered:")] == [
        "channel:unregistered:noticed",
        "channel:unregistered:asked",
        "channel:unregistered:answered",
    ]


async def test_without_an_answer_there_is_one_reminder_then_the_supervisor_is_asked(
    district: District, clock: FakeClock
) -> None:
    await added(district, clock)
    counted = []
    for _ in range(20):
        clock.pass_(days=1)
        await district.settle()
        counted.append((calls(district, COACH), calls(district, PRINCIPAL)))

    assert counted[1] == (1, 0)
    assert counted[2] == (2, 0)
    assert counted[5] == (2, 0)
    assert counted[6] == counted[-1] == (2, 1)
    (card,) = cards(district, PRINCIPAL)
    assert "Cody Coach was asked on November 20, 2026 and has not answered." in words(card)
    assert names(card) == ["unregistered.remind", "channel.register", "unregistered.no"]

    await press(district, PRINCIPAL, card, "unregistered.remind")
    assert (calls(district, COACH), calls(district, PRINCIPAL)) == (3, 1)
    clock.pass_(days=4)
    await district.settle()
    assert (calls(district, COACH), calls(district, PRINCIPAL)) == (3, 2)
    (card,) = cards(district, PRINCIPAL)
    await press(district, PRINCIPAL, card, "unregistered.no", what="A test of the phones")
    assert "A test of the phones" in words(cards(district, COACH)[0])


async def test_a_process_that_dies_half_way_asks_nobody_twice(district: District, clock: FakeClock) -> None:
    district.platform.facts_of[BAND] = FACTS
    store = district.core.store
    await Intake(district.core).receive(Watched(channel=BAND, is_watched=True, at=clock.now, by=COACH.person))
    for claim in (lambda tx: tx.inbox, lambda tx: tx.duties, lambda tx: tx.outbox):
        await store.write(lambda tx, claim=claim: claim(tx).claim("dead", limit=10, lease=timedelta(seconds=30)))  # type: ignore[misc]
        clock.pass_(minutes=1)
        await district.settle()
    await district.core.store.write(plan_sweeps)
    clock.pass_(hours=1)
    await district.settle()

    assert calls(district, COACH) == 1
    assert district.platform.repeats == 0


async def test_the_question_is_in_spanish_for_who_reads_spanish(district: District, clock: FakeClock) -> None:
    def unit(tx: Transaction) -> None:
        coach = tx.registry.person(COACH)
        assert coach is not None
        tx.registry.save_person(replace(coach, lang=Lang.ES))

    await district.core.store.write(unit)
    await added(district, clock)

    (card,) = cards(district, COACH)
    assert card.title == "¿Es #larkfield-marching-band un canal escolar?"
    assert "Se añadió a Chaperone" in words(card)
    assert [action.label for action in card.actions] == ["Registrarlo", "No es un canal escolar"]


async def test_where_a_student_put_it_there_a_member_of_the_staff_is_asked_else_the_operators(
    district: District, clock: FakeClock
) -> None:
    district.platform.inside[BAND] = {STUDENT.person, PRINCIPAL.person, COACH.person, OPERATOR.person}
    await added(district, clock, by=STUDENT)
    assert (len(cards(district, COACH)), len(cards(district, STUDENT))) == (1, 0)

    other = ChannelRef(WORKSPACE, ChannelId("C-other"))
    district.platform.facts_of[other] = FACTS
    await district.take(Watched(channel=other, is_watched=True, at=clock.now))
    (card,) = cards(district, OPERATOR)
    assert "It is not known who of the staff runs it" in words(card)


async def test_somebody_who_was_not_asked_cannot_answer(district: District, clock: FakeClock) -> None:
    await added(district, clock)
    (card,) = cards(district, COACH)

    for who in (STUDENT, PRINCIPAL):
        with pytest.raises(Refused, match="You were not asked"):
            await press(district, who, card, "unregistered.no", what="x")


async def test_chaperone_taken_out_or_the_channel_archived_ends_the_question(
    district: District, clock: FakeClock
) -> None:
    await added(district, clock)
    clock.pass_(minutes=1)
    await district.take(Watched(channel=BAND, is_watched=False, at=clock.now))
    assert "no longer there" in words(cards(district, COACH)[0])
    clock.pass_(days=30)
    await district.settle()
    assert calls(district, COACH) == 1

    await added(district, clock)
    assert calls(district, COACH) == 2, "put back before anybody answered, it is asked anew"
    await district.take(Archived(channel=BAND, is_archived=True, at=clock.now))
    clock.pass_(days=30)
    await district.settle()
    assert calls(district, COACH) == 2
    assert cards(district, PRINCIPAL) == []


async def test_a_registered_channel_is_asked_about_by_nobody(district: District, clock: FakeClock) -> None:
    club = ChannelRef(WORKSPACE, ChannelId("chess"))
    await district.take(Watched(channel=club, is_watched=True, at=clock.now, by=COACH.person))

    assert await district.read(lambda tx: tx.unregistered.of(WORKSPACE)) == []


async def test_a_platform_that_is_busy_is_asked_again_and_the_person_once(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(channel: ChannelRef) -> ChannelFacts:
        del channel
        raise PlatformBusy(5)

    with monkeypatch.context() as patched:
        patched.setattr(type(district.platform), "facts", lambda _self, channel: busy(channel))
        await added(district, clock)
        assert cards(district, COACH) == []
    clock.pass_(minutes=1)
    await district.settle()

    assert calls(district, COACH) == 1


async def test_operators_see_what_nobody_registered_in_their_status(district: District, clock: FakeClock) -> None:
    await added(district, clock)
    await district.core.store.write(look_at_all)

    card = await Desk(district.core).command(OPERATOR, None, "status")
    others = await Desk(district.core).command(COACH, None, "status")

    assert "#larkfield-marching-band: Cody Coach was asked on November 20, 2026" in words(card)
    assert "#larkfield-marching-band" not in words(others)
    assert "channels that nobody registered: 1" in words(others)
    assert any(
        "Is #larkfield-marching-band a school channel?" in words(c) for c in await Desk(district.core).home(COACH)
    )


async def test_somebody_who_left_is_not_offered_to_be_reminded(district: District, clock: FakeClock) -> None:
    await added(district, clock)
    for _ in range(8):
        clock.pass_(days=1)
        await district.settle()
    (before,) = cards(district, PRINCIPAL)
    coach = await district.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None
    await district.core.store.write(lambda tx: tx.registry.save_person(replace(coach, is_active=False)))

    with pytest.raises(Refused, match="no longer there"):
        await press(district, PRINCIPAL, before, "unregistered.remind")
    topic = topic_of(await record(district))
    principal = await district.read(lambda tx: tx.registry.person(PRINCIPAL))
    assert principal is not None
    after = await district.read(lambda tx: render(tx, district.core, topic, principal))

    assert after is not None
    assert names(after) == ["channel.register", "unregistered.no"]
    assert "It is not known who of the staff runs it" in words(after)
