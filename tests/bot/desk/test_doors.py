"""The doors that platforms open from their own places: home, a message's menu, a dialog with a question."""

from dataclasses import replace

import pytest

from bot.cards import Card
from bot.events import Content
from bot.governance.watch import look
from bot.ids import MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.deliveries import TopicKind
from bot.records.registry import Channel, ChannelState
from policy.message import Attachment, AttachmentKind
from policy.words import Lang
from tests.bot.desk.at_desk import ROBOTICS, AtDesk, button, names, words
from tests.district import CHESS, CLUB, COACH, OTHER, PRINCIPAL, STUDENT, WORKSPACE

MESSAGE = MessageRef(CLUB.workspace, CLUB.channel, MessageId("m1"))
BREACH = "Practice is over, text me at 860-555-0134 if you need a ride"
STRANGER = PersonRef(WORKSPACE, PersonId("nobody"))


async def forget(at_desk: AtDesk, channel: Channel) -> None:
    await at_desk.district.core.store.write(lambda tx: tx.registry.save_channel(channel))


async def home(at_desk: AtDesk, who: PersonRef) -> list[Card]:
    return list(await at_desk.desk.home(who))


async def test_a_member_finds_the_rules_and_how_to_report(at_desk: AtDesk) -> None:
    rules, report = await home(at_desk, STUDENT)

    await at_desk.presses(STUDENT, report, "report.words", channel=f"{WORKSPACE}|chess", text="Somebody is unkind")

    assert "#chess" in words(rules)
    assert "Respectful speech" in words(rules)
    assert "911" in words(report)
    assert len(at_desk.shown(COACH, TopicKind.INCIDENT)) == 1


async def test_an_owner_finds_their_channels_open_alerts_and_what_is_due(at_desk: AtDesk) -> None:
    await at_desk.district.post(BREACH, by=STUDENT)

    alerts, due, channels = await home(at_desk, COACH)
    await at_desk.desk.act(COACH, "alert.show", button(alerts, "alert.show").subject, {})

    assert "860-555-0134" not in words(alerts), "home shows what it is, the alert shows the words"
    assert alerts.title == "Open alerts: 1"
    assert due.title == "What waits for you"
    assert "#chess" in words(channels)
    opened = await at_desk.presses(COACH, channels, "command.run")
    assert "#chess" in opened.title


async def test_a_supervisor_finds_all_channels_and_which_need_attention(at_desk: AtDesk) -> None:
    quiet = await home(at_desk, PRINCIPAL)
    await at_desk.change(COACH, lambda person: replace(person, is_active=False))

    attention, _, due, channels = await home(at_desk, PRINCIPAL)

    assert "waits for approval" in words(quiet[0]), "robotics does"
    assert "no owner on duty" in words(attention)
    assert "robotics" in words(due)
    assert "#robotics" in words(channels)
    assert "#chess" in words(channels)


async def test_a_supervisor_sees_which_channels_nobody_watches_and_goes_to_what_they_need(at_desk: AtDesk) -> None:
    core = at_desk.district.core
    since = at_desk.clock()
    await core.store.write(lambda tx: tx.registry.save_channel(replace(CHESS, decided_at=since)))
    await core.store.write(lambda tx: look(core, tx, CLUB))
    before = await home(at_desk, PRINCIPAL)
    at_desk.clock.pass_(days=8)
    await core.store.write(lambda tx: look(core, tx, CLUB))

    attention = (await home(at_desk, PRINCIPAL))[0]
    needs = next(action for action in attention.actions if "#chess" in action.label)
    opened = await at_desk.desk.act(PRINCIPAL, needs.name, needs.subject, {})

    assert "nobody has looked it over in time" not in words(before[0])
    assert "nobody has looked it over in time" in words(attention)
    assert opened is not None
    assert "Nobody has looked the channel over yet" in words(opened)


async def test_home_speaks_the_readers_language(at_desk: AtDesk) -> None:
    for who in (STUDENT, COACH, PRINCIPAL):
        english = await home(at_desk, who)
        await at_desk.change(who, lambda person: replace(person, lang=Lang.ES))
        spanish = await home(at_desk, who)

        assert len(english) == len(spanish)
        for one, other in zip(english, spanish, strict=True):
            assert one.title != other.title


async def test_who_runs_nothing_yet_is_told_how_to_begin(at_desk: AtDesk) -> None:
    for ref in (CLUB, ROBOTICS):
        channel = await at_desk.channel(ref)
        await forget(at_desk, replace(channel, state=ChannelState.NOTICED))

    cards = await home(at_desk, COACH)

    assert "/policy register" in words(cards[-1])


async def test_a_stranger_gets_no_home_but_a_word(at_desk: AtDesk) -> None:
    [card] = await home(at_desk, STRANGER)

    assert "register" in words(card)
    assert "911" in words(card)


async def test_a_message_is_checked_with_its_channels_rules_and_nothing_of_it_is_kept(at_desk: AtDesk) -> None:
    await at_desk.district.post("practice at four", by=COACH)
    before = await at_desk.district.read(lambda tx: (tx.messages.counts(), tx.incidents.counts()))

    card = await at_desk.desk.check_message(STUDENT, MESSAGE, Content(text=BREACH))

    assert card.title == "This would be flagged"
    assert "4118.6-R" in words(card)
    assert names(card) == []
    assert await at_desk.district.read(lambda tx: (tx.messages.counts(), tx.incidents.counts())) == before
    assert at_desk.shown(COACH, TopicKind.INCIDENT) == []


async def test_what_stands_in_a_files_name_is_checked_too(at_desk: AtDesk) -> None:
    picture = Attachment(AttachmentKind.PICTURE, name="roster.png", alt="text me at 860-555-0134 for a ride home")
    await at_desk.district.post("practice at four", by=COACH)

    card = await at_desk.desk.check_message(PRINCIPAL, MESSAGE, Content(text="", attachments=(picture,)))

    assert card.title == "This would be flagged"


async def test_a_harmless_message_is_said_to_be_fine(at_desk: AtDesk) -> None:
    card = await at_desk.desk.check_message(STUDENT, MESSAGE, Content(text="Bring your boards on Friday."))

    assert card.title == "Nothing to flag"


@pytest.mark.parametrize("text", ["", "  "])
async def test_a_message_without_words_or_of_elsewhere_is_refused_politely(text: str, at_desk: AtDesk) -> None:
    elsewhere = replace(MESSAGE, workspace=WorkspaceId("fake:elsewhere"))

    empty = await at_desk.desk.check_message(STUDENT, MESSAGE, Content(text=text))
    strange = await at_desk.desk.check_message(STUDENT, elsewhere, Content(text="hello"))

    assert empty.title == "That is not possible"
    assert "your own workspace" in words(strange)


async def test_a_dialog_asks_like_the_command(at_desk: AtDesk) -> None:
    card = await at_desk.desk.ask(COACH, CLUB, "May I post the bus list?")
    await at_desk.district.settle()
    empty = await at_desk.desk.ask(OTHER, CLUB, " ")

    assert "has been asked" in words(card)
    assert "May I post the bus list?" in words(at_desk.shown(PRINCIPAL, TopicKind.QUESTION)[0])
    assert empty.title == "That is not possible"
    assert CHESS.owner == COACH
