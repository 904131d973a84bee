"""Parents: who is in, who is invited how, who asks, who answers, and who is asked when the owner does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.roster import oneroster
from bot.cards import Card
from bot.channels.join_links import MARK, place_of, token_for
from bot.errors import Refused
from bot.events import Joined, Left
from bot.ids import PersonRef
from bot.people.parents import access_of
from bot.people.rostering import take_in
from bot.ports import Ability, Transaction
from bot.records.access import AccessState, ParentAccess
from bot.records.deliveries import TopicKind
from bot.records.governance import CheckState
from bot.records.registry import Person
from bot.records.roster import RosterId
from policy.message import Role
from policy.words import Lang
from tests.bot.desk.at_desk import AtDesk, button, names, words
from tests.district import CLUB, COACH, OTHER, PARENT, PRINCIPAL, STUDENT, ref
from tests.rosters import a_family, a_user

UNCLE = ref("uncle")
MUM = RosterId("mum")


@pytest.fixture
async def desk(at_desk: AtDesk) -> AtDesk:
    """Stu's mother has an account and is not in the club; Otis' father has none; an uncle is no parent."""
    files = a_family()
    a_user(files, "dad", "parent", "Dan", "Xylo", email="dan@example.net")
    files.rows["users"][3]["agentSourcedIds"] = "dad"
    reading = oneroster.read(files.as_bytes(), date(2026, 11, 20))

    def furnish(tx: Transaction) -> None:
        for who, email in ((PARENT, "pat@example.net"), (STUDENT, "stu@example.org"), (OTHER, "otis@example.org")):
            known = tx.registry.person(who)
            assert known is not None
            tx.registry.save_person(replace(known, email=email))
        tx.registry.save_person(Person(ref=UNCLE, name="Uncle", role=Role.PARENT, email="uncle@example.net"))
        tx.registry.leave(CLUB, PARENT)
        take_in(tx, reading)

    await at_desk.district.core.store.write(furnish)
    return at_desk


async def access(desk: AtDesk, parent: RosterId = MUM) -> ParentAccess:
    return await desk.district.read(lambda tx: access_of(tx, CLUB, parent))


async def shown(desk: AtDesk, who: PersonRef) -> Card:
    (card,) = desk.shown(who, TopicKind.ACCESS)
    return card


async def test_the_owner_sees_who_is_not_in_and_whose_parents_they_are(desk: AtDesk) -> None:
    card = await desk.types(COACH, "parents")
    spanish = await desk.types(COACH, "familias")

    assert "0 of 2 parents are in" in words(card)
    assert "Pat Wren (of Stu Wren): not invited yet" in words(card)
    assert "Dan Xylo (of Otis Xylo): not invited yet, no account" in words(card)
    assert "Dan Xylo (de Otis Xylo): sin invitar, sin cuenta" in words(spanish)
    assert "parent" in card.footer


async def test_staff_of_another_channel_do_not_see_the_families(desk: AtDesk) -> None:
    assert "Only the owner of the channel" in words(await desk.types(ref("operator"), "parents"))


async def test_parents_are_invited_where_the_platform_lets_us_and_the_rest_get_a_letter(desk: AtDesk) -> None:
    card = await desk.types(COACH, "parents")
    answer = await desk.presses(COACH, card, "access.offer")

    assert "Being invited into the channel: 1" in words(answer)
    assert "Dan Xylo <dan@example.net>" in words(answer)
    assert "Estimada familia" in words(answer)
    assert PARENT.person in desk.district.platform.inside[CLUB]
    assert (await access(desk)).state is AccessState.JOINED
    assert (await access(desk, RosterId("dad"))).state is AccessState.OFFERED
    assert "1 of 2 parents are in" in words(await desk.types(COACH, "parents"))
    assert (await desk.journal()).count("channel:parent:offered") == 2


async def test_where_the_platform_cannot_invite_the_parent_is_told_and_asks(desk: AtDesk) -> None:
    desk.district.platform.can = frozenset(Ability) - {Ability.INVITE}
    await desk.speaks(PARENT, Lang.ES)
    await desk.presses(COACH, await desk.types(COACH, "parents"), "access.offer")

    told = await shown(desk, PARENT)
    waits = await desk.presses(PARENT, told, "access.ask")
    answer = await desk.presses(COACH, await shown(desk, COACH), "access.grant")

    assert "Puede unirse a #chess" in words(told)
    assert "Stu Wren" in words(told)
    assert "Se ha preguntado a Cody Coach" in words(waits)
    assert "Please add Pat Wren to the channel now" in words(answer)
    assert "Cody Coach dijo que sí" in words(await shown(desk, PARENT))

    desk.clock.pass_(minutes=1)
    await desk.district.take(Joined(channel=CLUB, person=PARENT.person, at=desk.clock(), by=COACH.person))
    assert "Usted es miembro de #chess" in words(await shown(desk, PARENT))


async def test_offering_twice_offers_once(desk: AtDesk) -> None:
    desk.district.platform.can = frozenset(Ability) - {Ability.INVITE}
    card = await desk.types(COACH, "parents")
    await desk.presses(COACH, card, "access.offer")
    first = await access(desk)
    await desk.presses(COACH, card, "access.offer")

    assert await access(desk) == first
    assert len(desk.calls(PARENT, TopicKind.ACCESS)) == 1


async def test_a_parent_asks_the_owner_says_yes_and_the_parent_is_in(desk: AtDesk) -> None:
    listed = await desk.types(PARENT, "join", None)
    await desk.presses(PARENT, listed, "access.ask")
    question = await shown(desk, COACH)
    await desk.presses(COACH, question, "access.grant")

    assert "May Pat Wren join #chess?" in words(question)
    assert "Parent of: Stu Wren" in words(question)
    assert PARENT.person in desk.district.platform.inside[CLUB]
    assert (await access(desk)).state is AccessState.JOINED
    assert "channel:parent:granted" in await desk.journal()
    assert "You are in all of them: #chess" in words(await desk.types(PARENT, "join", None))


@pytest.mark.parametrize("typed", ["join #chess", "unirme chess", "JOIN Chess"])
async def test_a_parent_may_name_the_channel(typed: str, desk: AtDesk) -> None:
    await desk.types(PARENT, typed, None)
    await desk.types(PARENT, typed, None)
    await desk.district.settle()

    assert (await access(desk)).state is AccessState.ASKED
    assert len(desk.calls(COACH, TopicKind.ACCESS)) == 1


@pytest.mark.parametrize("who", [UNCLE, STUDENT, COACH])
async def test_whoever_the_roster_does_not_call_a_parent_learns_nothing(who: PersonRef, desk: AtDesk) -> None:
    card = await desk.types(who, "join chess", None)

    assert "does not have your e-mail address as a parent's" in words(card)
    assert "access" not in "".join(names(card))


async def test_a_parent_learns_nothing_of_channels_without_their_child(desk: AtDesk) -> None:
    await desk.district.core.store.write(lambda tx: tx.registry.leave(CLUB, STUDENT))

    assert "in no school channel" in words(await desk.types(PARENT, "join", None))
    assert "None of your children" in words(await desk.types(PARENT, "join chess", None))
    with pytest.raises(Refused, match="None of your children"):
        await desk.desk.act(PARENT, "access.ask", f"{CLUB.workspace}|{CLUB.channel}", {})


async def test_the_check_says_at_once_that_a_parent_waits_for_an_answer(desk: AtDesk) -> None:
    await desk.presses(PARENT, await desk.types(PARENT, "join"), "access.ask")

    records = await desk.district.read(lambda tx: tx.checks.of(CLUB))
    assert [each.outcome.why for each in records if each.name == "parent_access"] == ["asked"]


async def test_a_no_needs_a_reason_reaches_the_parent_and_the_supervisor_may_still_say_yes(desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    question = await shown(desk, COACH)
    with pytest.raises(Refused, match="Reason"):
        await desk.presses(COACH, question, "access.decline")
    await desk.presses(COACH, question, "access.decline", reason="We are full")
    refused = await shown(desk, PARENT)
    above = await shown(desk, PRINCIPAL)
    await desk.presses(PRINCIPAL, above, "access.grant")

    assert "We are full" in words(refused)
    assert "Cody Coach said no: you may still say yes" in words(above)
    assert names(above) == ["access.grant"]
    assert PARENT.person in desk.district.platform.inside[CLUB]
    assert [name for name in await desk.journal() if name.startswith("channel:parent")] == [
        "channel:parent:asked",
        "channel:parent:declined",
        "channel:parent:granted",
    ]


async def test_asked_again_after_a_no_it_goes_to_the_supervisor(desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    await desk.presses(COACH, await shown(desk, COACH), "access.decline", reason="We are full")
    again = await desk.presses(PARENT, await shown(desk, PARENT), "access.ask")
    final = await desk.presses(PRINCIPAL, await shown(desk, PRINCIPAL), "access.decline", reason="Not yet")

    assert "Prim Principal, the supervisor, has been asked" in words(again)
    assert final.title
    assert names(await shown(desk, PARENT)) == []


async def test_an_owner_who_does_not_answer_is_overruled_by_the_supervisor_asked_once(desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.later(days=1, hours=23)
    before = desk.shown(PRINCIPAL, TopicKind.ACCESS)
    await desk.later(hours=2)
    await desk.later(days=9)
    late = await shown(desk, PRINCIPAL)
    await desk.presses(PRINCIPAL, late, "access.grant")

    assert before == []
    assert "Cody Coach has not answered in time" in words(late)
    assert len([call for call in desk.calls(PRINCIPAL, TopicKind.ACCESS) if call[1]]) == 1
    assert PARENT.person in desk.district.platform.inside[CLUB]
    assert "said yes" in words(await shown(desk, COACH)) or "joined" in words(await shown(desk, COACH))


async def test_an_answer_in_time_needs_no_supervisor(desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    await desk.presses(COACH, await shown(desk, COACH), "access.grant")
    await desk.later(days=5)

    assert desk.shown(PRINCIPAL, TopicKind.ACCESS) == []


async def test_without_an_owner_the_supervisor_is_asked_at_once(desk: AtDesk) -> None:
    await desk.leaves(COACH)
    card = await desk.types(PARENT, "join chess", None)
    await desk.district.settle()

    assert "Prim Principal" in words(card)
    assert "May Pat Wren join" in words(await shown(desk, PRINCIPAL))


@pytest.mark.parametrize("who", [STUDENT, PARENT, ref("operator"), ref("director")])
async def test_nobody_else_can_answer(who: PersonRef, desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    pressed = button(await shown(desk, COACH), "access.grant")

    with pytest.raises(Refused, match="Only the owner"):
        await desk.desk.act(who, pressed.name, pressed.subject, {})
    assert (await access(desk)).state is AccessState.ASKED


async def test_an_answer_stays_when_it_is_pressed_again(desk: AtDesk) -> None:
    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    question = await shown(desk, COACH)
    await desk.presses(COACH, question, "access.decline", reason="We are full")
    await desk.presses(COACH, question, "access.grant")

    assert (await access(desk)).state is AccessState.DECLINED


async def test_a_parent_whom_the_owner_adds_by_hand_is_on_record_as_joined(desk: AtDesk) -> None:
    at = await desk.district.now()
    await desk.district.take(Joined(channel=CLUB, person=PARENT.person, by=COACH.person, at=at))

    assert (await access(desk)).state is AccessState.JOINED
    desk.clock.pass_(minutes=1)
    await desk.district.take(Left(channel=CLUB, person=PARENT.person, at=await desk.district.now()))
    assert "Pat Wren (of Stu Wren): was in and left" in words(await desk.types(COACH, "parents"))


async def test_the_check_holds_once_every_parent_was_offered_it(desk: AtDesk) -> None:
    async def outcome() -> tuple[CheckState, str]:
        records = await desk.district.read(lambda tx: {r.name: r.outcome for r in tx.checks.of(CLUB)})
        return records["parent_access"].state, records["parent_access"].why

    at = await desk.district.now()
    await desk.district.take(Left(channel=CLUB, person=PARENT.person, at=at))
    before = await outcome()
    await desk.presses(COACH, await desk.types(COACH, "parents"), "access.offer")
    after = await outcome()

    assert before == (CheckState.BROKEN, "not_offered")
    assert after[0] is CheckState.HOLDS


async def test_a_parent_who_was_told_no_breaks_the_check_until_somebody_says_yes(desk: AtDesk) -> None:
    async def why() -> list[str]:
        records = await desk.district.read(lambda tx: tx.checks.of(CLUB))
        return [record.outcome.why for record in records if record.name == "parent_access"]

    await desk.types(PARENT, "join chess", None)
    await desk.district.settle()
    await desk.presses(COACH, await shown(desk, COACH), "access.decline", reason="We are full")
    refused = await why()
    await desk.presses(PRINCIPAL, await shown(desk, PRINCIPAL), "access.grant")

    assert refused == ["refused"]
    assert await why() == ["not_offered"]  # to the other parent


def token_in(card: Card) -> str:
    return next(word for word in words(card).split() if word.startswith(MARK))


async def test_a_parent_who_has_the_owners_link_asks_for_access(desk: AtDesk) -> None:
    listed = await desk.types(COACH, "parents")
    linked = await desk.presses(COACH, listed, "access.link")

    asked = await desk.types(PARENT, f"join {token_in(linked)}", None)
    await desk.district.settle()

    assert "You asked to join #chess" in asked.title
    assert (await access(desk)).state is AccessState.ASKED
    assert "May Pat" in (await shown(desk, COACH)).title
    assert "channel:parent:linked" in await desk.journal()


async def test_a_link_lets_nobody_in_who_is_no_parent_of_a_student_there(desk: AtDesk) -> None:
    linked = await desk.presses(COACH, await desk.types(COACH, "parents"), "access.link")

    answer = await desk.types(UNCLE, f"join {token_in(linked)}", None)

    assert "does not have your e-mail address" in words(answer)
    assert await desk.district.read(lambda tx: tx.parents.of(CLUB)) == []


async def test_a_link_ends_and_nobody_makes_one_up_or_takes_it_for_another_channel(desk: AtDesk) -> None:
    core, now = desk.district.core, desk.clock()
    token = token_for(core, CLUB, now + timedelta(days=1))
    turned = MARK + "".join(reversed(token.removeprefix(MARK)))

    assert place_of(core, token, now) == CLUB
    for bad, at in ((token, now + timedelta(days=1)), (turned, now), (token[:-4], now), (MARK, now), (f"{MARK}ñ", now)):
        with pytest.raises(Refused, match="ended or is not complete"):
            place_of(core, bad, at)


async def test_only_those_who_answer_for_the_channel_make_a_link(desk: AtDesk) -> None:
    with pytest.raises(Refused, match="Only the owner"):
        await desk.desk.act(STUDENT, "access.link", f"{CLUB.workspace}|{CLUB.channel}", {})
