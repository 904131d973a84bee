"""Registering a channel: asked, approved or declined by somebody else, both told, on record."""

from dataclasses import replace

import pytest

from bot.desk.door import refusal
from bot.errors import Refused
from bot.ids import PersonRef
from bot.ports import Transaction
from bot.records.deliveries import TopicKind
from bot.records.registry import ChannelState
from policy.verdict import PackId
from policy.words import Lang
from tests.bot.desk.at_desk import ROBOTICS, UNREGISTERED, AtDesk, button, names, words
from tests.district import CLUB, COACH, DIRECTOR, OPERATOR, PARENT, PRINCIPAL, STUDENT

WISH = "register club Drama: rehearsals and shows"


async def asked(at_desk: AtDesk) -> None:
    """The coach asks for a drama channel, and the principal gets the card."""
    await at_desk.types(COACH, WISH, UNREGISTERED)
    await at_desk.district.settle()


async def states(at_desk: AtDesk) -> list[str]:
    """What the journal says of channels' states; their checks are looked at elsewhere."""
    return [name for name in await at_desk.journal() if name.startswith("channel:state:")]


async def test_a_request_puts_the_channel_on_the_register_and_asks_the_supervisor_at_once(at_desk: AtDesk) -> None:
    await asked(at_desk)

    channel = await at_desk.channel(UNREGISTERED)
    assert (channel.state, channel.owner, channel.supervisor) == (ChannelState.REQUESTED, COACH, PRINCIPAL)
    assert (channel.name, channel.purpose, channel.pack) == ("Drama", "rehearsals and shows", "crec")
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)
    assert card.title == "May #Drama be used?"
    assert "rehearsals and shows" in words(card)
    assert "4118.6-R, S1" in card.footer
    assert names(card) == ["channel.approve", "channel.decline", "channel.ask"]
    assert at_desk.shown(COACH, TopicKind.APPROVAL) == []
    assert await states(at_desk) == ["channel:state:requested"]


async def test_an_approval_is_told_to_the_owner_and_shown_on_the_approvers_card(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    answer = await at_desk.presses(PRINCIPAL, card, "channel.approve")

    channel = await at_desk.channel(UNREGISTERED)
    assert (channel.state, channel.decided_by) == (ChannelState.APPROVED, PRINCIPAL)
    for shown in (answer, *at_desk.shown(COACH, TopicKind.APPROVAL), *at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)):
        assert "#Drama is approved" in words(shown)
        assert "Decided by Prim Principal on November 20, 2026" in words(shown)
        assert "channel.approve" not in names(shown)
    assert [notify for _, notify in at_desk.calls(COACH, TopicKind.APPROVAL)] == [True]
    assert [notify for _, notify in at_desk.calls(PRINCIPAL, TopicKind.APPROVAL)] == [True, False]
    assert await states(at_desk) == ["channel:state:requested", "channel:state:approved"]


async def test_a_declined_request_carries_the_reason_to_the_owner_who_may_ask_again(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)
    await at_desk.presses(PRINCIPAL, card, "channel.decline", reason="Use the arts channel instead")
    await at_desk.later(minutes=1)

    (told,) = at_desk.shown(COACH, TopicKind.APPROVAL)
    again = await at_desk.presses(COACH, told, "channel.register", kind="club", purpose="rehearsals for juniors")

    assert "#Drama is declined" in words(told)
    assert "Use the arts channel instead" in words(told)
    assert "waiting for approval" in words(again)
    assert (await at_desk.channel(UNREGISTERED)).state is ChannelState.REQUESTED
    waiting = [c for c in at_desk.shown(PRINCIPAL, TopicKind.APPROVAL) if "channel.approve" in names(c)]
    assert "rehearsals for juniors" in words(waiting[0])
    assert len(waiting) == 1


async def test_declining_needs_a_reason(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    with pytest.raises(Refused) as refused:
        await at_desk.presses(PRINCIPAL, card, "channel.decline", reason="  ")

    assert "“Reason”" in words(refusal(refused.value, Lang.EN))
    assert "«Motivo»" in words(refusal(refused.value, Lang.ES))
    assert (await at_desk.channel(UNREGISTERED)).state is ChannelState.REQUESTED


async def test_nobody_approves_their_own_channel(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    with pytest.raises(Refused) as refused:
        await at_desk.presses(COACH, card, "channel.approve")

    assert words(refusal(refused.value, Lang.EN)).endswith(
        "Nobody approves their own channel. Prim Principal has been asked."
    )
    assert "Nadie aprueba su propio canal" in words(refusal(refused.value, Lang.ES))
    assert await states(at_desk) == ["channel:state:requested"]


async def test_the_request_of_somebody_who_supervises_themselves_goes_to_the_next_above(at_desk: AtDesk) -> None:
    def own_supervisor(tx: Transaction) -> None:
        channel = tx.registry.channel(ROBOTICS)
        assert channel is not None
        tx.registry.save_channel(replace(channel, owner=PRINCIPAL))

    await at_desk.district.core.store.write(own_supervisor)

    assert "Nothing waits" in words(await at_desk.types(PRINCIPAL, "approve"))
    assert "#robotics" in words(await at_desk.types(DIRECTOR, "approve"))
    assert "No channel called" in words(await at_desk.types(PRINCIPAL, "approve robotics"))


@pytest.mark.parametrize("who", [STUDENT, PARENT, OPERATOR])
async def test_a_bystander_cannot_decide_with_the_approvers_button(who: PersonRef, at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    with pytest.raises(Refused, match="not yours to give"):
        await at_desk.presses(who, card, "channel.approve")

    assert (await at_desk.channel(UNREGISTERED)).state is ChannelState.REQUESTED


async def test_somebody_further_above_may_decide_while_the_supervisor_is_away(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    await at_desk.presses(DIRECTOR, card, "channel.approve")

    assert (await at_desk.channel(UNREGISTERED)).decided_by == DIRECTOR


async def test_a_second_press_and_a_late_decline_change_nothing(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)
    await at_desk.presses(PRINCIPAL, card, "channel.approve")
    calls = len(at_desk.district.platform.calls)

    again = await at_desk.presses(PRINCIPAL, card, "channel.approve")
    late = await at_desk.presses(DIRECTOR, card, "channel.decline", reason="too late")

    assert "is approved" in words(again)
    assert "is approved" in words(late)
    assert (await at_desk.channel(UNREGISTERED)).state is ChannelState.APPROVED
    assert await states(at_desk) == ["channel:state:requested", "channel:state:approved"]
    assert len(at_desk.district.platform.calls) == calls


async def test_the_same_request_twice_asks_once(at_desk: AtDesk) -> None:
    await asked(at_desk)
    await asked(at_desk)

    assert len(at_desk.calls(PRINCIPAL, TopicKind.APPROVAL)) == 1
    assert await states(at_desk) == ["channel:state:requested"]


async def test_a_changed_request_is_decided_on_its_new_card_only(at_desk: AtDesk) -> None:
    """The approver approves what they have read, never what was slipped in after."""
    await asked(at_desk)
    (old,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)
    await at_desk.later(minutes=5)
    await at_desk.types(COACH, "register club Drama: open to everybody", UNREGISTERED)
    await at_desk.district.settle()

    with pytest.raises(Refused, match="newer card"):
        await at_desk.presses(PRINCIPAL, old, "channel.approve")

    shown = [words(card) for card in at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)]
    assert any("A newer card shows it" in text for text in shown)
    assert any("open to everybody" in text for text in shown)


async def test_a_question_back_goes_to_the_owner_and_the_answer_to_the_approver(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    await at_desk.presses(PRINCIPAL, card, "channel.ask", text="Who lets members in?")
    (question,) = at_desk.shown(COACH, TopicKind.QUESTION)
    await at_desk.presses(COACH, question, "question.answer", text="Only I do")

    assert "Who lets members in?" in words(question)
    assert "Cody Coach answered: Only I do" in words(at_desk.shown(PRINCIPAL, TopicKind.QUESTION)[0])


async def test_only_who_may_decide_asks_back(at_desk: AtDesk) -> None:
    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)

    with pytest.raises(Refused):
        await at_desk.presses(STUDENT, card, "channel.ask", text="hello")

    assert at_desk.shown(COACH, TopicKind.QUESTION) == []


@pytest.mark.parametrize("who", [STUDENT, PARENT])
async def test_members_cannot_register_a_channel_not_even_with_the_form(who: PersonRef, at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "register", UNREGISTERED)

    with pytest.raises(Refused, match="Only staff"):
        await at_desk.presses(who, form, "channel.register", kind="club", purpose="ours")

    assert await at_desk.district.read(lambda tx: tx.registry.channel(UNREGISTERED)) is None


async def test_the_form_registers_like_the_line(at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "registrar equipo", UNREGISTERED)

    answer = await at_desk.presses(COACH, form, "channel.register", kind="team", purpose="entrenos", audience="equipo")

    assert [field.value for field in button(form, "channel.register").fields if field.name == "kind"] == ["team"]
    assert "drama" in answer.title
    assert (await at_desk.channel(UNREGISTERED)).audience == "equipo"


async def test_a_form_with_an_unknown_kind_or_no_purpose_says_so_in_both_languages(at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "register", UNREGISTERED)

    with pytest.raises(Refused) as unknown:
        await at_desk.presses(COACH, form, "channel.register", kind="cult", purpose="x")
    with pytest.raises(Refused) as empty:
        await at_desk.presses(COACH, form, "channel.register", kind="club")
    with pytest.raises(Refused) as long:
        await at_desk.presses(COACH, form, "channel.register", kind="club", purpose="x" * 501)

    assert "“cult” is not one of: club, team, parents, class" in words(refusal(unknown.value, Lang.EN))
    assert "«cult» no es una de estas opciones" in words(refusal(unknown.value, Lang.ES))
    assert "«Finalidad»" in words(refusal(empty.value, Lang.ES))
    assert "500 characters, and this has 501" in words(refusal(long.value, Lang.EN))


async def test_a_channel_of_somebody_else_cannot_be_taken_over_by_registering_it(at_desk: AtDesk) -> None:
    card = await at_desk.types(OPERATOR, "register club Mine: all mine", CLUB)

    assert "belongs to Cody Coach" in words(card)
    assert (await at_desk.channel(CLUB)).owner == COACH


async def test_where_nobody_stands_above_the_form_asks_for_a_supervisor_and_is_refused_without(at_desk: AtDesk) -> None:
    form = await at_desk.types(DIRECTOR, WISH, UNREGISTERED)
    assert [field.name for field in form.actions[0].fields][-1] == "supervisor"

    said = {"kind": "club", "purpose": "Rehearsals of the play"}
    with pytest.raises(Refused, match="name your supervisor"):
        await at_desk.desk.act(DIRECTOR, "channel.register", form.actions[0].subject, said)

    assert await at_desk.district.read(lambda tx: tx.registry.channel(UNREGISTERED)) is None


async def test_where_the_district_approves_the_top_of_the_chain_is_asked(at_desk: AtDesk) -> None:
    def to_west_hartford(tx: Transaction) -> None:
        channel = tx.registry.channel(ROBOTICS)
        assert channel is not None
        tx.registry.save_channel(replace(channel, pack=PackId("west-hartford")))

    await at_desk.district.core.store.write(to_west_hartford)

    assert "Nothing waits" in words(await at_desk.types(PRINCIPAL, "approve"))
    assert "#robotics" in words(await at_desk.types(DIRECTOR, "approve"))


async def test_an_approver_who_left_is_replaced_by_the_next_above(at_desk: AtDesk) -> None:
    await at_desk.leaves(PRINCIPAL)

    await asked(at_desk)

    assert len(at_desk.shown(DIRECTOR, TopicKind.APPROVAL)) == 1


async def test_each_reads_the_request_in_their_own_language(at_desk: AtDesk) -> None:
    await at_desk.speaks(PRINCIPAL, Lang.ES)

    await asked(at_desk)
    (card,) = at_desk.shown(PRINCIPAL, TopicKind.APPROVAL)
    answer = await at_desk.presses(PRINCIPAL, card, "channel.approve")

    assert card.title == "¿Se puede usar #Drama?"
    assert answer.title == "#Drama: aprobado"
    assert at_desk.shown(COACH, TopicKind.APPROVAL)[0].title == "#Drama is approved"


async def test_the_journal_holds_no_names_and_no_purpose(at_desk: AtDesk) -> None:
    await asked(at_desk)

    row, *others = await at_desk.district.read(lambda tx: list(tx.journal.rows()))

    for each in (row, *others):
        assert "Drama" not in str(each.entry)
        assert "rehearsals" not in str(each.entry)
    assert (row.entry.actor, row.entry.facts["asked"]) == ("coach", "principal")
