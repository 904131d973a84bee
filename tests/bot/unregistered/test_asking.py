"""A channel that nobody registered: whoever put Chaperone there is asked once, reminded once, then the next above."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Card
from bot.deliveries import TopicKind
from bot.desk import Desk
from bot.errors import PlatformBusy, Refused
from bot.events import Archived, Watched
from bot.governance.watch import look_at_all
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from bot.intake import Intake
from bot.ports import Ability, Transaction
from bot.registry import ChannelFacts, ChannelState, Person
from bot.roster import RosterId, RosterOrg, RosterPerson
from bot.topics.unregistered import render, topic_of
from bot.unregistered import noticing
from bot.unregistered.noticing import SWEEP, plan_sweeps
from bot.unregistered.records import ListedChannel, Sign, UnregisteredChannel, Why
from policy.message import Role
from policy.words import Lang
from tests.bot.desk.at_desk import button, names, words
from tests.district import COACH, OPERATOR, PRINCIPAL, STUDENT, WORKSPACE, District, ref
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


def listed(name: str, *, creator: PersonRef | None = None, is_added: bool = False) -> ListedChannel:
    ref_ = ChannelRef(WORKSPACE, ChannelId(f"C-{name}"))
    return ListedChannel(
        ref=ref_, name=name, about="Bring your boots", creator=creator.person if creator else None, is_added=is_added
    )


async def test_at_night_channels_that_look_like_a_schools_are_noticed_and_their_makers_asked(
    district: District, clock: FakeClock
) -> None:
    district.platform.channels = [
        listed("varsity-soccer", creator=COACH),
        listed("lunch-menu", creator=COACH),
        listed("soccer-fans", creator=STUDENT),
        listed("phone-tests", creator=COACH, is_added=True),
    ]
    await night(district, clock)
    await night(district, clock)

    shown = {card.title: card for card in cards(district, COACH)}
    assert set(shown) == {"Is #varsity-soccer a school channel?", "Is #phone-tests a school channel?"}
    soccer = shown["Is #varsity-soccer a school channel?"]
    assert "by its name, staff made it" in words(soccer)
    assert "Bring your boots" in words(soccer)
    assert button(soccer, "channel.register").fields[0].value == "team"
    assert calls(district, COACH) == 2
    assert (await record(district, listed("varsity-soccer").ref)).signs == (Sign.NAME, Sign.STAFF)


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


async def test_families_in_it_are_a_sign_and_nobody_is_put_on_the_register_for_it(
    district: District, clock: FakeClock
) -> None:
    place = listed("varsity-soccer")
    kids = await students(district, 5)
    before = await district.read(lambda tx: len(tx.registry.people()))
    district.platform.channels = [place]
    district.platform.inside[place.ref] = {*kids, COACH.person, ref("never-met").person}
    await night(district, clock)

    assert (await record(district, place.ref)).signs == (Sign.NAME, Sign.FAMILIES)
    assert len(cards(district, COACH)) == 1
    assert await district.read(lambda tx: len(tx.registry.people())) == before
    assert await district.read(lambda tx: tx.registry.members(place.ref)) == []


async def test_one_person_is_asked_a_few_at_a_time(district: District, clock: FakeClock) -> None:
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(8)]
    await night(district, clock)
    assert len(cards(district, COACH)) == 5

    for card in cards(district, COACH):
        await press(district, COACH, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert len(cards(district, COACH)) == 8


async def test_where_the_platform_lists_nothing_the_night_goes_by(district: District, clock: FakeClock) -> None:
    district.platform.can = frozenset(Ability) - {Ability.LIST_CHANNELS}
    district.platform.channels = [listed("varsity-soccer", creator=COACH)]
    await night(district, clock)

    assert cards(district, COACH) == []
    due = await district.read(lambda tx: tx.duties.get(SWEEP, WORKSPACE))
    assert due is not None
    assert clock.now < due.due_at < clock.now + timedelta(days=2)


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


async def test_no_channel_is_passed_over_for_good_because_many_others_come_before_it(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_LOOKED_INTO", 4)
    monkeypatch.setattr(noticing, "FOR_OTHERS", 1)
    nothing_in_it = [listed(f"a-team-{n}") for n in range(5)]
    unnamed = [listed(f"b-lunch-{n}") for n in range(5)]
    last = listed("zebra-team", creator=COACH)
    quiet = listed("zz-friday", creator=COACH)
    district.platform.channels = [*nothing_in_it, *unnamed, last, quiet]
    district.platform.inside[quiet.ref] = await students(district, 5)

    for _ in range(7):
        await night(district, clock)

    shown = {card.title for card in cards(district, COACH)}
    assert shown == {"Is #zebra-team a school channel?", "Is #zz-friday a school channel?"}


async def test_a_busy_platform_ends_the_look_for_the_night(
    district: District, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ChannelRef] = []

    async def busy(channel: ChannelRef) -> tuple[str, ...]:
        asked.append(channel)
        raise PlatformBusy(30)

    monkeypatch.setattr(type(district.platform), "rough_members", lambda _self, channel: busy(channel))
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(3)]
    await night(district, clock)
    for _ in range(5):
        clock.pass_(minutes=1)
        await district.settle()

    assert len(asked) == 1, "what the platform has to give is for others"
    await night(district, clock)
    assert len(asked) == 2


async def test_who_has_many_questions_open_is_asked_later_about_one_where_chaperone_was_put(
    district: District, clock: FakeClock
) -> None:
    district.platform.channels = [listed(f"team-{n}", creator=COACH) for n in range(5)]
    await night(district, clock)
    await added(district, clock)
    assert len(cards(district, COACH)) == 5
    # Not every platform says of the channels that it lists where Chaperone is.
    district.platform.channels.append(ListedChannel(ref=BAND, name=FACTS.name))
    district.platform.inside[BAND] = {COACH.person}

    for card in cards(district, COACH):
        await press(district, COACH, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert "Is #larkfield-marching-band a school channel?" in {card.title for card in cards(district, COACH)}
    assert (await record(district)).why is Why.ADDED


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


async def test_operators_are_asked_a_few_at_a_time_too(district: District, clock: FakeClock) -> None:
    kids = await students(district, 5)
    district.platform.channels = [listed(f"team-{n}") for n in range(8)]
    district.platform.inside |= {each.ref: kids for each in district.platform.channels}
    await night(district, clock)
    await night(district, clock)
    assert len(cards(district, OPERATOR)) == 5

    for card in cards(district, OPERATOR):
        await press(district, OPERATOR, card, "unregistered.no", what="A test")
    await night(district, clock)

    assert len(cards(district, OPERATOR)) == 8
