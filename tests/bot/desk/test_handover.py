"""An owner leaves: the supervisor answers and names the next, who accepts; both hear of it, and the record stays."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.roster import oneroster
from bot.cards import Card
from bot.errors import Refused
from bot.events import AccountChanged
from bot.ids import PersonId, PersonRef
from bot.people.rostering import take_in
from bot.people.routing import reviewers
from bot.ports import Transaction
from bot.records.accounts import Account
from bot.records.deliveries import TopicKind
from bot.records.governance import CheckState
from bot.records.registry import Channel, ChannelState
from policy.verdict import PackId
from policy.words import Lang
from tests.bot.desk.at_desk import ROBOTICS, AtDesk, button, names, words
from tests.district import CLUB, COACH, DIRECTOR, OPERATOR, PARENT, PRINCIPAL, STUDENT
from tests.rosters import a_family


@pytest.fixture(autouse=True)
async def only_chess(at_desk: AtDesk) -> None:
    """The coach owns no other channel that is read."""

    def unit(tx: Transaction) -> None:
        robotics = tx.registry.channel(ROBOTICS)
        assert robotics is not None
        tx.registry.save_channel(replace(robotics, state=ChannelState.CLOSED))

    await at_desk.district.core.store.write(unit)


async def closed(desk: AtDesk, who: PersonRef = COACH, *, is_active: bool = False) -> None:
    """The platform says that the account was closed, or opened again."""
    known = await desk.district.read(lambda tx: tx.registry.person(who))
    assert known is not None
    account = Account(ref=who, name=known.name, email=known.email, is_active=is_active)
    desk.clock.pass_(minutes=1)
    await desk.district.take(AccountChanged(account=account, at=await desk.district.now()))


async def shown(desk: AtDesk, who: PersonRef) -> Card:
    (card, *_) = desk.shown(who, TopicKind.HANDOVER)[::-1]
    return card


async def club(desk: AtDesk) -> Channel:
    return await desk.channel()


async def told(desk: AtDesk) -> list[PersonRef]:
    channel = await desk.channel()
    return await desk.district.read(lambda tx: [person.ref for person in reviewers(tx, channel, STUDENT)])


async def owners_in_journal(desk: AtDesk) -> list[str]:
    return [name for name in await desk.journal() if name.startswith("channel:owner")]


async def test_an_owner_whose_account_is_closed_is_followed_by_whom_the_supervisor_names(at_desk: AtDesk) -> None:
    before = await club(at_desk)
    await closed(at_desk)
    question = await shown(at_desk, PRINCIPAL)
    named = await at_desk.presses(PRINCIPAL, question, "handover.name", person=OPERATOR.person)
    invitation = await shown(at_desk, OPERATOR)
    done = await at_desk.presses(OPERATOR, invitation, "handover.accept")

    assert "Who takes over #chess?" in words(question)
    assert "Cody Coach's account was closed" in words(question)
    assert "Ida Operator has been asked" in words(named)
    assert "Prim Principal asks you to be its owner" in words(invitation)
    assert "Ida Operator took it over" in words(done)
    assert "Ida Operator took it over" in words(await shown(at_desk, PRINCIPAL))
    assert await club(at_desk) == replace(before, owner=OPERATOR)
    assert await owners_in_journal(at_desk) == [
        "channel:owner:leaving",
        "channel:owner:named",
        "channel:owner:changed",
    ]


async def test_until_then_the_supervisor_hears_of_findings_and_the_check_is_broken(at_desk: AtDesk) -> None:
    """Under a policy that asks for it: 4g of the operations policy."""

    def under_operations(tx: Transaction) -> None:
        channel = tx.registry.channel(CLUB)
        assert channel is not None
        tx.registry.save_channel(replace(channel, pack=PackId("operations-2017")))

    async def ownership() -> list[CheckState]:
        records = await at_desk.district.read(lambda tx: tx.checks.of(CLUB))
        return [record.outcome.state for record in records if record.name == "ownership"]

    await at_desk.district.core.store.write(under_operations)
    await closed(at_desk)
    assert (await told(at_desk), await ownership()) == ([PRINCIPAL], [CheckState.BROKEN])
    await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=OPERATOR.person)
    assert await told(at_desk) == [PRINCIPAL]
    await at_desk.presses(OPERATOR, await shown(at_desk, OPERATOR), "handover.accept")

    assert (await told(at_desk), await ownership()) == ([OPERATOR, PRINCIPAL], [CheckState.HOLDS])


async def test_an_owner_who_says_so_hands_over_and_both_are_told(at_desk: AtDesk) -> None:
    await at_desk.speaks(COACH, Lang.ES)
    asked = await at_desk.types(COACH, "traspaso")
    leaving = await at_desk.presses(COACH, asked, "handover.leave")
    findings_go_to = await told(at_desk)
    await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=OPERATOR.person)
    await at_desk.presses(OPERATOR, await shown(at_desk, OPERATOR), "handover.accept")

    assert "¿Deja usted #chess?" in words(asked)
    assert "Prim Principal responde de él" in words(leaving)
    assert findings_go_to == [PRINCIPAL]
    assert "#chess tiene nuevo responsable" in words(await shown(at_desk, COACH))
    assert "has a new owner" in words(await shown(at_desk, PRINCIPAL))


async def test_an_owner_who_changes_their_mind_stays(at_desk: AtDesk) -> None:
    await at_desk.presses(COACH, await at_desk.types(COACH, "handover"), "handover.leave")
    standing = await at_desk.types(COACH, "handover")
    stayed = await at_desk.presses(COACH, standing, "handover.stay")
    await at_desk.later(days=30)

    assert "Cody Coach stays the owner" in words(stayed)
    assert (await club(at_desk)).owner == COACH
    assert await told(at_desk) == [COACH, PRINCIPAL]
    assert "stays the owner" in words(await shown(at_desk, PRINCIPAL))
    assert len([call for call in at_desk.calls(PRINCIPAL, TopicKind.HANDOVER) if call[1]]) == 1


async def test_whoever_is_asked_may_say_no_with_a_reason_and_another_is_named(at_desk: AtDesk) -> None:
    await closed(at_desk)
    await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=OPERATOR.person)
    invitation = await shown(at_desk, OPERATOR)
    with pytest.raises(Refused, match="Reason"):
        await at_desk.presses(OPERATOR, invitation, "handover.refuse")
    thanks = await at_desk.presses(OPERATOR, invitation, "handover.refuse", reason="I leave as well")
    again = await shown(at_desk, PRINCIPAL)
    await at_desk.presses(PRINCIPAL, again, "handover.name", person=DIRECTOR.person)
    await at_desk.presses(DIRECTOR, await shown(at_desk, DIRECTOR), "handover.accept")

    assert "passed on" in words(thanks)
    assert "I leave as well" in words(again)
    assert (await club(at_desk)).owner == DIRECTOR
    with pytest.raises(Refused, match="over already"):
        await at_desk.presses(OPERATOR, invitation, "handover.accept")


async def test_a_supervisor_may_take_over_and_the_next_above_supervises_then(at_desk: AtDesk) -> None:
    await closed(at_desk)
    done = await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=PRINCIPAL.person)

    assert "Prim Principal took it over" in words(done)
    channel = await club(at_desk)
    assert (channel.owner, channel.supervisor) == (PRINCIPAL, DIRECTOR)


@pytest.mark.parametrize("nobody", [COACH.person, STUDENT.person, PARENT.person, "ghost"])
async def test_only_other_staff_can_be_named(nobody: str, at_desk: AtDesk) -> None:
    await closed(at_desk)

    with pytest.raises(Refused, match="somebody else of the staff"):
        await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=nobody)


@pytest.mark.parametrize("who", [STUDENT, PARENT, OPERATOR])
async def test_nobody_else_names_or_accepts(who: PersonRef, at_desk: AtDesk) -> None:
    await closed(at_desk)
    naming = button(await shown(at_desk, PRINCIPAL), "handover.name")

    with pytest.raises(Refused, match="Prim Principal has been asked"):
        await at_desk.desk.act(who, "handover.name", naming.subject, {"person": OPERATOR.person})
    with pytest.raises(Refused, match="Prim Principal has been asked"):
        await at_desk.desk.act(who, "handover.accept", naming.subject, {})
    assert (await club(at_desk)).owner == COACH


@pytest.mark.parametrize("who", [STUDENT, PARENT, OPERATOR, PRINCIPAL])
async def test_nobody_else_says_for_the_owner_that_they_leave(who: PersonRef, at_desk: AtDesk) -> None:
    with pytest.raises(Refused, match="Only the owner"):
        await at_desk.desk.act(who, "handover.leave", f"{CLUB.workspace}|{CLUB.channel}", {})
    assert "Only the owner" in words(await at_desk.types(OPERATOR, "handover"))


async def test_reminders_come_and_then_the_next_above_is_asked_too(at_desk: AtDesk) -> None:
    await closed(at_desk)
    await at_desk.later(days=3, minutes=1)
    early = at_desk.shown(DIRECTOR, TopicKind.HANDOVER)
    await at_desk.later(days=3, minutes=1)

    assert early == []
    assert names(await shown(at_desk, DIRECTOR)) == ["handover.name"]
    assert len([call for call in at_desk.calls(PRINCIPAL, TopicKind.HANDOVER) if call[1]]) == 3


async def test_an_owner_who_comes_back_closes_the_handover(at_desk: AtDesk) -> None:
    await closed(at_desk)
    await closed(at_desk, is_active=True)

    assert await told(at_desk) == [COACH, PRINCIPAL]
    assert "stays the owner" in words(await shown(at_desk, PRINCIPAL))


async def test_where_nobody_is_above_the_operators_know(at_desk: AtDesk) -> None:
    await at_desk.change(PRINCIPAL, lambda person: replace(person, is_active=False, supervisor=None))
    await closed(at_desk)

    (trouble,) = at_desk.shown(OPERATOR, TopicKind.TROUBLE)
    assert "A channel without an owner" in words(trouble)


async def test_an_owner_who_is_off_the_roster_is_followed_too(at_desk: AtDesk) -> None:
    without = a_family()
    without.rows["users"] = [row for row in without.rows["users"] if row["sourcedId"] != "coach"]
    await at_desk.change(COACH, lambda person: replace(person, email="cody@example.org"))
    for files in (a_family(), without):
        reading = oneroster.read(files.as_bytes(), date(2026, 11, 20))
        await at_desk.district.core.store.write(lambda tx, reading=reading: take_in(tx, reading))  # type: ignore[misc]
        await at_desk.district.settle()
        at_desk.clock.pass_(minutes=1)

    assert "no longer staff on the roster" in words(await shown(at_desk, PRINCIPAL))
    assert await told(at_desk) == [PRINCIPAL]
    assert await owners_in_journal(at_desk) == ["channel:owner:leaving"]


async def test_the_same_leaving_told_twice_is_one_handover(at_desk: AtDesk) -> None:
    await closed(at_desk)
    await closed(at_desk)

    assert await owners_in_journal(at_desk) == ["channel:owner:leaving"]
    assert len(await at_desk.district.read(lambda tx: tx.handovers.of(CLUB))) == 1


async def test_whom_the_owner_before_had_invited_stays_invited(at_desk: AtDesk) -> None:
    core, guest = at_desk.district.core, PARENT
    joined = at_desk.clock()
    await core.store.write(lambda tx: tx.registry.leave(CLUB, guest))
    await core.store.write(lambda tx: tx.registry.join(CLUB, guest, by=COACH, at=joined))
    card = await at_desk.types(COACH, "handover")
    await at_desk.presses(COACH, card, "handover.leave")
    at_desk.clock.pass_(minutes=1)
    await at_desk.presses(PRINCIPAL, await shown(at_desk, PRINCIPAL), "handover.name", person=OPERATOR.person)
    await at_desk.presses(OPERATOR, await shown(at_desk, OPERATOR), "handover.accept")

    def uninvited(tx: Transaction) -> tuple[PersonId, ...]:
        return next(record for record in tx.checks.of(CLUB) if record.name == "invited").outcome.people

    strangers = await at_desk.district.read(uninvited)
    assert (await club(at_desk)).owner == OPERATOR
    assert guest.person not in strangers
    assert COACH.person not in strangers
