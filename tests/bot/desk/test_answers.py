"""Answers that lean on the district as it stands: why, check, preferences, buttons that lead on."""

from datetime import time

import pytest

from bot.cards import Excerpt
from bot.desk.door import refusal
from bot.errors import Refused
from bot.ids import PersonRef
from bot.records.deliveries import TopicKind
from bot.records.registry import Person
from policy.words import Lang
from tests.bot.desk.at_desk import ROBOTICS, UNREGISTERED, AtDesk, button, names, words
from tests.district import CLUB, COACH, DIRECTOR, OTHER, PRINCIPAL, STUDENT

BREACH = "chaperone canary drill"


async def person(at_desk: AtDesk, ref: PersonRef) -> Person:
    found = await at_desk.district.read(lambda tx: tx.registry.person(ref))
    assert found is not None
    return found


async def test_why_explains_the_newest_alert_with_clause_reason_and_what_may_be_done(at_desk: AtDesk) -> None:
    await at_desk.district.post(BREACH)

    card = await at_desk.types(PRINCIPAL, "why")

    said = words(card)
    assert "Canary drill" in said
    assert "Policy: drill: A harmless phrase" in said
    assert "4118.6-R" not in said
    assert "You may: Yes, a problem, No problem" in said
    assert "incident.confirm" in names(card)


async def test_why_answers_in_spanish_and_by_number(at_desk: AtDesk) -> None:
    await at_desk.district.post(BREACH)
    number = button(await at_desk.types(PRINCIPAL, "why"), "incident.confirm").subject

    exact = await at_desk.types(PRINCIPAL, f"porqué {number}")
    begun = await at_desk.types(PRINCIPAL, f"por que #{number[:4]}")

    assert exact.title == begun.title == f"Por qué esta alerta ({number})"
    assert "Puede:" in words(exact)


@pytest.mark.parametrize("who", [STUDENT, OTHER, DIRECTOR])
async def test_why_tells_nobody_of_an_alert_that_is_not_theirs(who: PersonRef, at_desk: AtDesk) -> None:
    """A number that exists and one that does not are answered alike."""
    await at_desk.district.post(BREACH, by=STUDENT)
    number = button(await at_desk.types(PRINCIPAL, "why"), "incident.confirm").subject

    assert "No alerts for you" in words(await at_desk.types(who, "why"))
    theirs = words(await at_desk.types(who, f"why {number}"))
    none = words(await at_desk.types(who, "why ffffffffffff"))
    assert theirs.replace(number, "ffffffffffff") == none


async def test_an_author_who_was_asked_learns_why_and_may_disagree(at_desk: AtDesk) -> None:
    await at_desk.district.post(BREACH, by=STUDENT)
    await at_desk.presses(PRINCIPAL, at_desk.shown(PRINCIPAL, TopicKind.INCIDENT)[0], "incident.ask_author")

    card = await at_desk.types(STUDENT, "why")

    assert "Canary drill" in words(card)
    assert names(card) == ["incident.contest"]


async def test_a_check_keeps_nothing(at_desk: AtDesk) -> None:
    card = await at_desk.types(STUDENT, f"check {BREACH}")
    await at_desk.district.settle()

    assert "This would be flagged" in words(card)
    assert await at_desk.journal() == []
    assert at_desk.district.platform.cards == {}
    assert (await at_desk.district.read(lambda tx: tx.messages.counts()))["checked"] == 0
    assert (await at_desk.district.read(lambda tx: tx.inbox.counts())).waiting == 0


async def test_a_check_marks_the_words_that_were_typed_in_a_long_text(at_desk: AtDesk) -> None:

    card = await at_desk.types(STUDENT, f"check {'so ' * 2_000}{BREACH} {'on ' * 2_000}")

    (excerpt,) = [block for block in card.blocks if isinstance(block, Excerpt)]
    assert excerpt.marks
    assert " ".join(excerpt.text[mark.start : mark.end] for mark in excerpt.marks).casefold().startswith("chaperone")
    assert len(excerpt.text) < 400


async def test_a_check_by_the_form_is_the_same_and_answers_in_the_texts_language(at_desk: AtDesk) -> None:
    form = await at_desk.types(COACH, "check")

    english = await at_desk.presses(COACH, form, "check.text", text="See you at the match with your boards.")
    spanish = await at_desk.presses(COACH, form, "check.text", text="Nos vemos en el torneo con los tableros.")

    assert "Nothing to flag" in words(english)
    assert "Nada que señalar" in words(spanish)
    with pytest.raises(Refused, match="Text"):
        await at_desk.presses(COACH, form, "check.text", text="")


async def test_an_exception_in_force_counts_in_a_check(at_desk: AtDesk) -> None:
    text = "check Come to our car wash on Saturday, $10 a car, venmo me"

    here = words(await at_desk.types(COACH, text))
    elsewhere = words(await at_desk.types(COACH, text, None))

    assert "Allowed here: The fundraiser “car wash”" in here
    assert "This would be flagged" in elsewhere


async def test_quiet_hours_are_kept_with_their_zone_and_turned_off_again(at_desk: AtDesk) -> None:
    set_ = await at_desk.types(COACH, "quiet 21:30-6 America/Chicago")
    kept = await person(at_desk, COACH)
    await at_desk.desk.act(COACH, "person.quiet", "off", {})

    assert (kept.quiet, kept.zone) == ((time(21, 30), time(6)), "America/Chicago")
    assert "From 21:30 to 06:00 (America/Chicago)" in words(set_)
    assert [action.subject for action in set_.actions] == ["set", "off"]
    assert (await person(at_desk, COACH)).quiet is None


@pytest.mark.parametrize("hours", ["25:00-07:00", "21:00", "9-9", "a-b", "21:00-07:61", "-", "1e3-4"])
async def test_hours_that_make_no_sense_are_refused_and_nothing_is_kept(hours: str, at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, f"quiet {hours}")

    assert "“21:00-07:00”" in words(card)
    assert (await person(at_desk, COACH)).quiet is None


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "America", "x" * 300])
async def test_a_zone_that_is_none_is_refused(zone: str, at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, f"quiet 21-7 {zone}")

    assert "do not know the time zone" in words(card)
    assert (await person(at_desk, COACH)).zone == "America/New_York"


async def test_the_language_is_kept_and_a_spanish_answer_does_not_change_it(at_desk: AtDesk) -> None:
    await at_desk.types(COACH, "silencio 21-7")
    before = (await person(at_desk, COACH)).lang
    card = await at_desk.types(COACH, "language")
    await at_desk.desk.act(COACH, "person.lang", "es", {})

    assert before is Lang.EN
    assert [action.subject for action in card.actions] == ["en", "es"]
    assert (await person(at_desk, COACH)).lang is Lang.ES


async def test_an_unknown_button_is_refused(at_desk: AtDesk) -> None:
    with pytest.raises(Refused, match="does nothing any more"):
        await at_desk.desk.act(COACH, "channel.destroy", "x", {})


async def test_a_stranger_presses_in_vain(at_desk: AtDesk) -> None:
    await at_desk.leaves(COACH)

    with pytest.raises(Refused, match="not on the district's register"):
        await at_desk.desk.act(COACH, "check.text", "|", {"text": "hello"})


@pytest.mark.parametrize("name", ["channel.approve", "channel.register", "exception.ask", "check.text", "command.run"])
async def test_a_forged_subject_never_gets_further_than_a_refusal(name: str, at_desk: AtDesk) -> None:
    values = {"kind": "club", "purpose": "p", "value": "v", "reason": "r", "text": "hello there"}
    answered = []
    for subject in ("", "x", "||", "a|b|c|d", "fake:larkfield|", "\0|\ud800"):
        try:
            answered.append(await at_desk.desk.act(STUDENT, name, subject, values))
        except Refused as refused:
            answered.append(refusal(refused, Lang.ES))

    assert len(answered) == 6
    assert all(card is not None and card.title for card in answered)
    assert await at_desk.journal() == []


async def test_a_button_that_runs_a_command_looks_at_no_channel_that_its_presser_is_not_in(at_desk: AtDesk) -> None:
    """The chess club's register is open to its members; the robotics channel has none that the register knows."""
    inside = await at_desk.desk.act(STUDENT, "command.run", f"{CLUB.workspace}|{CLUB.channel}|channel", {})
    outside = await at_desk.desk.act(STUDENT, "command.run", f"{CLUB.workspace}|robotics|channel", {})

    assert inside is not None
    assert outside is not None
    assert "Cody Coach" in words(inside)
    assert "Which channel?" in words(outside)


async def test_a_channel_that_does_not_hold_says_what_is_missing(at_desk: AtDesk) -> None:
    await at_desk.leaves(PRINCIPAL)

    said = words(await at_desk.types(COACH, "channel"))
    assert "✗ supervisor can see it" in said
    assert "✗ acceso del supervisor" in words(await at_desk.types(COACH, "canal"))


async def test_a_channel_says_who_approved_it_and_when(at_desk: AtDesk) -> None:
    await at_desk.types(PRINCIPAL, "approve robotics")

    said = words(await at_desk.types(COACH, "channel", ROBOTICS))

    assert "Approval: approved, Prim Principal, November 20, 2026" in said


async def test_an_unregistered_channel_offers_staff_to_register_and_members_to_ask(at_desk: AtDesk) -> None:
    assert names(await at_desk.types(COACH, "channel", UNREGISTERED)) == ["channel.register"]
    assert names(await at_desk.types(STUDENT, "channel", UNREGISTERED)) == ["question.ask"]


async def test_status_counts_open_alerts_and_leads_to_the_newest(at_desk: AtDesk) -> None:
    await at_desk.district.post(BREACH)

    card = await at_desk.types(PRINCIPAL, "status")
    why = await at_desk.presses(PRINCIPAL, card, "command.run")

    assert "Open alerts: 1" in words(card)
    assert "Canary drill" in words(why)


@pytest.mark.parametrize("command", ["", "check ", "search ", "rule ", "clause ", "exception ", "approve ", "quiet "])
async def test_whatever_is_typed_gets_a_card(command: str, at_desk: AtDesk) -> None:
    """Braces, half characters, NULs, right-to-left marks, markup, or a hundred thousand letters."""
    typed = [
        "{0} {name} {actor.name}",
        "\0",
        "\ud83d",
        "\u202ereversed",
        "<@U123> *bold* “code”",
        "%s %d",
        "a" * 100_000,
    ]
    typed += [" \t\n", "¿?", "' OR 1=1 --", "../../etc/passwd", "\u200b" * 200, "e" + "\u0301" * 500]

    for text in typed:
        card = await at_desk.types(PRINCIPAL, command + text)
        assert card.title
        assert len(card.title) < 150
        assert len(words(card)) < 4_000

    assert await at_desk.journal() == []
