"""Exceptions of a channel: asked for with a reason and an end, approved by somebody else, over in time."""

from datetime import UTC, datetime

import pytest

from bot.desk.door import refusal
from bot.errors import Refused
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.registry import ChannelException
from bot.wording.dates import end_of_school_year
from policy.words import Lang
from tests.bot.desk.at_desk import UNREGISTERED, AtDesk, names, words
from tests.district import CLUB, COACH, DIRECTOR, OPERATOR, PRINCIPAL, STUDENT

WISH = "exception tool Desmos until 2027-03-04 because we graph our races"


async def asked(at_desk: AtDesk) -> None:
    """The coach asks for a tool, and the principal gets the card."""
    await at_desk.types(COACH, WISH)
    await at_desk.district.settle()


async def desmos(at_desk: AtDesk) -> ChannelException:
    def unit(tx: Transaction) -> ChannelException:
        (found,) = [e for e in tx.registry.exceptions(CLUB) if e.value == "Desmos"]
        return found

    return await at_desk.district.read(unit)


async def test_an_exception_is_asked_of_the_supervisor_and_not_in_force_before_the_answer(at_desk: AtDesk) -> None:
    await asked(at_desk)

    exception = await desmos(at_desk)
    assert not exception.is_in_force(await at_desk.district.now())
    assert exception.ends_at == datetime(2027, 3, 5, 4, 59, tzinfo=UTC)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)
    assert "tool: Desmos" in words(card)
    assert "March 4, 2027" in words(card)
    assert "we graph our races" in words(card)
    assert names(card) == ["exception.approve", "exception.decline", "exception.question"]
    assert await at_desk.journal() == ["exception:state:requested"]


async def test_an_approved_exception_is_in_force_until_its_end(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)

    await at_desk.presses(PRINCIPAL, card, "exception.approve")

    exception = await desmos(at_desk)
    assert exception.is_in_force(await at_desk.district.now())
    assert not exception.is_in_force(exception.ends_at)
    assert "in force" in words(at_desk.shown(COACH, TopicKind.EXCEPTION)[0])
    assert "Desmos" in words(await at_desk.types(STUDENT, "tools"))
    assert "Desmos" in words(await at_desk.types(STUDENT, "channel"))
    assert await at_desk.journal() == ["exception:state:requested", "exception:state:approved"]


async def test_a_declined_exception_carries_its_reason_back(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)

    await at_desk.presses(PRINCIPAL, card, "exception.decline", reason="Use the district's own graphs")

    (told,) = at_desk.shown(COACH, TopicKind.EXCEPTION)
    assert "declined" in told.title
    assert "Use the district's own graphs" in words(told)
    assert not (await desmos(at_desk)).is_in_force(await at_desk.district.now())


async def test_declining_needs_a_reason_and_a_question_back_reaches_whoever_asked(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)

    with pytest.raises(Refused, match="Reason"):
        await at_desk.presses(PRINCIPAL, card, "exception.decline")
    await at_desk.presses(PRINCIPAL, card, "exception.question", text="Is it free?")

    assert "Is it free?" in words(at_desk.shown(COACH, TopicKind.QUESTION)[0])


async def test_nobody_approves_what_they_asked_for(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)

    with pytest.raises(Refused) as refused:
        await at_desk.presses(COACH, card, "exception.approve")

    assert "Prim Principal has been asked" in words(refusal(refused.value, Lang.EN))
    assert "Nadie aprueba lo que pide" in words(refusal(refused.value, Lang.ES))
    assert (await desmos(at_desk)).approved_by is None


async def test_what_the_supervisor_asks_for_goes_to_the_next_above(at_desk: AtDesk) -> None:
    await at_desk.types(PRINCIPAL, WISH)
    await at_desk.district.settle()

    assert len(at_desk.shown(DIRECTOR, TopicKind.EXCEPTION)) == 1
    assert at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION) == []


@pytest.mark.parametrize("who", [STUDENT, OPERATOR])
async def test_a_bystander_neither_decides_nor_ends_nor_asks(who: PersonRef, at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "exception")
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)

    with pytest.raises(Refused, match="not yours to decide"):
        await at_desk.presses(who, card, "exception.approve")
    with pytest.raises(Refused, match="owner and supervisor may end"):
        await at_desk.desk.act(who, "exception.end", "carwash", {})
    with pytest.raises(Refused, match="Only the owner or the supervisor"):
        await at_desk.presses(who, form, "exception.ask", kind="tool", value="Zap", reason="fun")


async def test_the_same_wish_twice_and_a_second_press_do_nothing(at_desk: AtDesk) -> None:
    await asked(at_desk)
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)
    await at_desk.presses(PRINCIPAL, card, "exception.approve")
    calls = len(at_desk.district.platform.calls)

    again = await at_desk.presses(PRINCIPAL, card, "exception.approve")
    late = await at_desk.presses(DIRECTOR, card, "exception.decline", reason="no")
    await asked(at_desk)

    assert "in force" in again.title
    assert "in force" in late.title
    assert await at_desk.journal() == ["exception:state:requested", "exception:state:approved"]
    assert len(at_desk.district.platform.calls) == calls


async def test_an_exception_can_be_ended_early_by_its_owner_and_the_approver_sees_it(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)
    await at_desk.presses(PRINCIPAL, card, "exception.approve")
    await at_desk.later(hours=1)

    ended = await at_desk.presses(COACH, at_desk.shown(COACH, TopicKind.EXCEPTION)[0], "exception.end")
    await at_desk.desk.act(COACH, "exception.end", (await desmos(at_desk)).id, {})

    assert ended.title == "Exception in #chess: over"
    assert "over" in at_desk.shown(PRINCIPAL, TopicKind.EXCEPTION)[0].title
    assert (await desmos(at_desk)).ends_at == await at_desk.district.now()
    assert (await at_desk.journal())[-2:] == ["exception:state:approved", "exception:state:ended"]


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("2026-11-19", "That day is over", "Ese día ya pasó"),
        ("2027-11-22", "a year at most", "un año como máximo"),
        ("soon", "no day that I can read", "No entiendo «soon»"),
        ("2027-02-30", "no day that I can read", "No entiendo «2027-02-30»"),
    ],
)
async def test_an_end_that_cannot_be_is_refused_with_what_to_type(
    typed: str, english: str, spanish: str, at_desk: AtDesk
) -> None:
    form = await at_desk.types(COACH, "exception")

    with pytest.raises(Refused) as refused:
        await at_desk.presses(COACH, form, "exception.ask", kind="tool", value="Zap", reason="fun", until=typed)

    assert english in words(refusal(refused.value, Lang.EN))
    assert spanish in words(refusal(refused.value, Lang.ES))


async def test_the_longest_is_a_year_and_today_is_the_shortest(at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "exception")

    for value, day in (("Long", "2027-11-20"), ("Short", "2026-11-20")):
        answer = await at_desk.presses(
            COACH, form, "exception.ask", kind="tool", value=value, reason="because", until=day
        )
        assert "waiting" in answer.title


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 11, 20, 15, tzinfo=UTC), datetime(2027, 7, 1, 3, 59, tzinfo=UTC)),
        (datetime(2026, 6, 30, 15, tzinfo=UTC), datetime(2026, 7, 1, 3, 59, tzinfo=UTC)),
        (datetime(2026, 7, 1, 3, 59, tzinfo=UTC), datetime(2026, 7, 1, 3, 59, tzinfo=UTC)),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), datetime(2027, 7, 1, 3, 59, tzinfo=UTC)),
    ],
)
def test_without_a_day_an_exception_ends_with_the_school_year_on_the_local_calendar(
    now: datetime, last: datetime
) -> None:
    assert end_of_school_year(now, "America/New_York") == last


async def test_a_channel_that_is_not_registered_can_have_none(at_desk: AtDesk) -> None:
    assert "not on the register yet" in words(await at_desk.types(COACH, WISH, UNREGISTERED))
    assert "aún no está en el registro" in words(await at_desk.types(COACH, "excepción", UNREGISTERED))


async def test_what_is_typed_so_far_stands_in_the_form(at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, "excepción colecta venta de pasteles hasta 2027-05-01")

    (action,) = [action for action in card.actions if action.name == "exception.ask"]
    assert {field.name: field.value for field in action.fields} == {
        "kind": "fundraiser",
        "value": "venta de pasteles",
        "reason": "",
        "until": "2027-05-01",
    }
