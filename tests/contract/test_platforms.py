"""What every chat platform keeps to, whatever its wire: one suite for all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import FileTooLarge, Undeliverable
from bot.events import Content
from bot.ids import MessageRef, PersonRef
from bot.inbox.coverage import note_blind
from bot.inbox.reconcile import Reconciler
from bot.judging import casebook
from bot.ports import Ability, MessageState, Transaction
from bot.records.gaps import Blindness
from bot.records.incidents import Act, IncidentState, incident_id
from policy.message import AttachmentKind
from tests.contract.harness import File, PlatformHarness, PressRefused, ShownCard
from tests.contract.playground import playground
from tests.contract.slack import slack
from tests.contract.teams import teams

BREACH = "chaperone canary drill"
FINE = "practice is at four"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PLATFORMS: dict[str, Callable[[Path], AbstractAsyncContextManager[PlatformHarness]]] = {
    "playground": playground,
    "slack": slack,
    "teams": teams,
}


@pytest.fixture(params=PLATFORMS)
async def platform(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlatformHarness]:
    async with PLATFORMS[request.param](tmp_path) as made:
        await made.settle()
        yield made


async def alerts(platform: PlatformHarness, who: PersonRef) -> list[ShownCard]:
    """The person's cards that show a member's words."""
    await platform.settle()
    return [card for card in await platform.cards(who) if card.excerpts]


async def alert(platform: PlatformHarness, who: PersonRef) -> ShownCard:
    [card] = await alerts(platform, who)
    return card


async def judged(platform: PlatformHarness, message: MessageRef) -> list[Content]:
    """What the judge was given of the flagged revisions, as the evidence keeps it."""

    def unit(tx: Transaction) -> list[Content]:
        found = tx.incidents.evidence(incident_id(message))
        contents = (casebook.content_in(casebook.unseal(platform.core, tx, each)) for each in found)
        return [content for content in contents if content is not None]

    await platform.settle()
    return await platform.core.store.read(unit)


async def state_of(platform: PlatformHarness, message: MessageRef) -> MessageState | None:
    await platform.settle()
    return await platform.core.store.read(lambda tx: tx.messages.get(message))


async def test_all_that_members_can_read_reaches_the_judge(platform: PlatformHarness) -> None:
    cast, target = platform.cast, "https://elsewhere.example.org/form"
    files = [File("fees.png", "the fees of this year", PNG), File("plan.txt", "", b"a plan")]

    message = await platform.post(
        cast.author, cast.club, f"{BREACH} ¡y más! 🎺 {platform.link('the form', target)}", files=files
    )

    [content] = await judged(platform, message)
    assert f"{BREACH} ¡y más! 🎺" in content.text
    assert [(link.target, content.text[link.start : link.end]) for link in content.links] == [(target, "the form")]
    assert [(a.kind, a.name, a.alt) for a in content.attachments] == [
        (AttachmentKind.PICTURE, "fees.png", "the fees of this year"),
        (AttachmentKind.FILE, "plan.txt", ""),
    ]


@pytest.mark.parametrize("where", ["text", "label", "file name", "description", "answer"])
async def test_a_breach_is_found_wherever_it_stands(platform: PlatformHarness, where: str) -> None:
    cast = platform.cast
    first = await platform.post(cast.other, cast.club, FINE)
    link = platform.link(BREACH, "https://elsewhere.example.org/")
    match where:
        case "text":
            await platform.post(cast.author, cast.club, BREACH)
        case "label":
            await platform.post(cast.author, cast.club, f"look {link}")
        case "file name":
            await platform.post(cast.author, cast.club, FINE, files=[File(f"{BREACH}.txt", "", b"x")])
        case "description":
            await platform.post(cast.author, cast.club, FINE, files=[File("a.png", BREACH, PNG)])
        case "answer":
            await platform.post(cast.author, cast.club, BREACH, answers=first)

    for person in (cast.owner, cast.supervisor):
        assert (await alert(platform, person)).title
    assert await alerts(platform, cast.author) == []
    assert await alerts(platform, cast.other) == []


async def test_every_revision_is_judged_and_what_was_flagged_stays(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, FINE)
    assert await alerts(platform, cast.owner) == []

    await platform.edit(message, f"{FINE} and {BREACH}")
    before = await alert(platform, cast.owner)
    await platform.edit(message, f"{FINE} again")
    after = await alert(platform, cast.owner)

    assert before.marked == after.marked == (BREACH,)
    assert after.key == before.key
    assert after.words != before.words, "the card says that it was mended"
    assert [content.text for content in await judged(platform, message)] == [f"{FINE} and {BREACH}"]
    assert await platform.core.store.read(lambda tx: tx.messages.is_clean(message, 0))
    assert (state := await state_of(platform, message)) is not None
    assert state.newest_revision > 0


async def test_a_deletion_shows_and_the_evidence_stays(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, BREACH)
    before = await alert(platform, cast.owner)

    await platform.delete(message)

    after = await alert(platform, cast.owner)
    assert (after.key, after.excerpts) == (before.key, before.excerpts)
    assert after.words != before.words, "the card says that it is deleted"
    assert BREACH not in await platform.conversation(cast.other, cast.club)
    incident = await platform.core.store.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert incident is not None
    assert incident.is_deleted
    assert incident.state is IncidentState.OPEN, "people decide"


async def test_what_arrives_twice_is_worked_through_once(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, BREACH)
    await platform.repeat()
    await platform.edit(message, f"{BREACH} again")
    await platform.repeat()
    once = await alert(platform, cast.owner)
    checked = await platform.core.store.read(lambda tx: tx.messages.counts())
    await platform.delete(message)
    await platform.repeat()

    assert len(once.excerpts) == 2
    assert await platform.core.store.read(lambda tx: tx.messages.counts()) == checked
    assert (await alert(platform, cast.owner)).key == once.key
    assert sum((await platform.core.store.read(lambda tx: tx.incidents.counts())).values()) == 1


async def test_what_was_accepted_before_a_restart_is_told_once_after_it(platform: PlatformHarness) -> None:
    cast = platform.cast
    await platform.post(cast.author, cast.club, BREACH)
    await platform.restart()
    first = await alert(platform, cast.owner)

    await platform.restart()

    assert await alert(platform, cast.owner) == first
    await platform.press(cast.owner, first.button("incident.take"), {})
    assert (await alert(platform, cast.owner)).key == first.key


async def test_a_card_is_changed_in_place_for_everybody_who_has_it(platform: PlatformHarness) -> None:
    cast = platform.cast
    await platform.post(cast.author, cast.club, BREACH)
    told = (cast.owner, cast.supervisor)
    before = [await alert(platform, person) for person in told]

    await platform.press(cast.owner, before[0].button("incident.confirm"), {"note": "spoke with them"})

    after = [await alert(platform, person) for person in told]
    assert [card.key for card in after] == [card.key for card in before]
    assert all("spoke with them" in card.words for card in after)


@pytest.mark.parametrize(
    "words",
    [
        "*bold* _it_ ~no~ `code`",
        "<b>bold</b> <script>alert(1)</script> &amp; &lt;",
        "<!channel> <!here> <@U123> @channel @everyone",
        "https://elsewhere.example.org/a?b=c&d=e",
        "> quoted\n- list\n1. list\n\n\ttab",
        "a | b | c\n--- | --- | ---",
        "${x} {0} %s {{y}}",
        "\u202eright to left\u202c \u200bzero width",
    ],
)
async def test_members_words_are_shown_as_typed_and_do_nothing(platform: PlatformHarness, words: str) -> None:
    cast = platform.cast
    typed = f"{words} {BREACH}"

    await platform.post(cast.author, cast.club, typed)

    card = await alert(platform, cast.owner)
    assert card.excerpts == (typed,)
    assert BREACH in card.marked


async def test_an_action_brings_its_values_and_is_authorised_anew(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, BREACH)
    card = await alert(platform, cast.supervisor)
    dismiss = card.button("incident.dismiss")

    for person in (cast.author, cast.other, cast.spanish_owner):
        with pytest.raises(PressRefused):
            await platform.press(person, dismiss, {"note": "let me through"})
    with pytest.raises(PressRefused):
        await platform.press(cast.supervisor, dismiss, {"note": " "})
    await platform.press(cast.supervisor, dismiss, {"note": "it is a drill, ¿sí? <b>"})

    assert "it is a drill, ¿sí? <b>" in (await alert(platform, cast.owner)).words.replace("\\u00bf", "¿")
    incident = await platform.core.store.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert incident is not None
    assert (incident.state, incident.decided_by) == (IncidentState.DISMISSED, cast.supervisor)


async def test_who_is_no_longer_on_duty_cannot_act_on_a_card_that_they_still_have(platform: PlatformHarness) -> None:
    cast = platform.cast
    await platform.post(cast.author, cast.club, BREACH)
    card = await alert(platform, cast.owner)

    def leave(tx: Transaction) -> None:
        person = tx.registry.person(cast.owner)
        assert person is not None
        tx.registry.save_person(replace(person, is_active=False))

    await platform.core.store.write(leave)

    with pytest.raises(PressRefused):
        await platform.press(cast.owner, card.button("incident.take"), {})


async def test_answers_to_commands_are_private(platform: PlatformHarness) -> None:
    cast = platform.cast

    answer = await platform.command(cast.author, cast.club, f"check {BREACH} zqlwv")

    assert "zqlwv" in answer.words
    await platform.settle()
    for person in (cast.author, cast.other, cast.owner):
        assert "zqlwv" not in await platform.conversation(person, cast.club)
    for person in (cast.other, cast.owner, cast.supervisor):
        assert [card for card in await platform.cards(person) if "zqlwv" in card.words] == []


async def test_words_of_a_channel_that_nobody_sponsors_are_not_kept(platform: PlatformHarness) -> None:
    cast = platform.cast
    before = await platform.core.store.read(lambda tx: tx.messages.counts())

    message = await platform.post(cast.author, cast.unsponsored, BREACH)

    assert await state_of(platform, message) is None
    assert await platform.core.store.read(lambda tx: tx.messages.counts()) == before
    assert await platform.core.store.read(lambda tx: tx.incidents.get(incident_id(message))) is None
    assert await alerts(platform, cast.owner) == []


async def test_everybody_reads_their_own_language(platform: PlatformHarness) -> None:
    cast = platform.cast
    await platform.post(cast.parent, cast.families, f"Mañana: {BREACH}, ¡con los niños!")

    spanish = await alert(platform, cast.spanish_owner)
    english = await alert(platform, cast.english_supervisor)

    assert spanish.button("incident.confirm").label == "Sí, es un problema"
    assert english.button("incident.confirm").label == "Yes, a problem"
    assert spanish.excerpts == english.excerpts == (f"Mañana: {BREACH}, ¡con los niños!",)
    answer = await platform.command(cast.author, cast.club, "ayuda")
    assert "denunciar" in answer.words or "reportar" in answer.words


async def test_home_shows_staff_what_needs_them_and_members_the_rules(platform: PlatformHarness) -> None:
    cast = platform.cast
    await platform.post(cast.author, cast.club, BREACH)
    await platform.settle()

    homes = {who: list(await platform.home(who)) for who in (cast.owner, cast.supervisor, cast.author)}

    for staff in (cast.owner, cast.supervisor):
        assert "Open alerts: 1" in "".join(card.words for card in homes[staff])
        assert BREACH not in "".join(card.words for card in homes[staff])
    words = "".join(card.words for card in homes[cast.author])
    assert "The rules in plain words" in words
    assert "911" in words
    assert "Open alerts" not in words


async def test_a_message_is_checked_from_its_menu_for_one_person(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, f"{FINE} and {BREACH}")
    fine = await platform.post(cast.author, cast.club, FINE)
    before = len(await alerts(platform, cast.owner))

    flagged, clear = await platform.check(cast.other, message), await platform.check(cast.other, fine)

    assert "This would be flagged" in flagged.title
    assert BREACH in "".join(flagged.marked)
    assert "Nothing to flag" in clear.title
    assert len(await alerts(platform, cast.owner)) == before


async def test_a_student_reports_a_message_from_its_menu_and_its_author_learns_nothing(
    platform: PlatformHarness,
) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, FINE)
    assert await alerts(platform, cast.owner) == []

    answer = await platform.report(cast.other, message, "it goes on for weeks")

    assert "your report is in" in answer.title
    for person in (cast.owner, cast.supervisor):
        card = await alert(platform, person)
        assert FINE in "".join(card.excerpts)
        assert "it goes on for weeks" in "".join(card.excerpts)
    assert await alerts(platform, cast.author) == []
    assert "it goes on for weeks" not in await platform.conversation(cast.author, cast.club)


async def test_a_reviewer_has_a_message_removed_where_the_platform_can(platform: PlatformHarness) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, BREACH)
    card = await alert(platform, cast.owner)
    offered = [button.name for button in card.buttons]
    if not platform.core.can(message.workspace, Ability.REMOVE_MESSAGE):
        assert "incident.remove" not in offered
        assert "incident.ask_author" in offered
        return

    await platform.press(cast.owner, card.button("incident.remove"), {})
    await until(platform, lambda tx: Act.REMOVED in [d.act for d in tx.incidents.decisions(incident_id(message))])

    assert BREACH not in await platform.conversation(cast.other, cast.club)
    after = await alert(platform, cast.supervisor)
    assert after.excerpts == card.excerpts, "the evidence stays"
    assert "incident.remove" not in [button.name for button in after.buttons]
    incident = await platform.core.store.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert incident is not None
    assert incident.is_deleted


async def test_a_reviewer_has_a_message_blocked_and_lifts_the_block_where_the_platform_can(
    platform: PlatformHarness,
) -> None:
    cast = platform.cast
    message = await platform.post(cast.author, cast.club, BREACH)
    card = await alert(platform, cast.owner)
    if not platform.core.can(message.workspace, Ability.BLOCK_MESSAGE):
        assert "incident.block" not in [button.name for button in card.buttons]
        return

    await platform.press(cast.owner, card.button("incident.block"), {})
    await until(platform, lambda tx: Act.BLOCKED in [d.act for d in tx.incidents.decisions(incident_id(message))])
    await platform.settle()
    blocked = [BREACH in await platform.conversation(who, cast.club) for who in (cast.author, cast.other)]
    card = await alert(platform, cast.supervisor)
    await platform.press(cast.supervisor, card.button("incident.lift"), {})
    await until(platform, lambda tx: Act.LIFTED in [d.act for d in tx.incidents.decisions(incident_id(message))])

    assert blocked == [True, False], "its author reads it, and nobody else"
    assert BREACH in await platform.conversation(cast.other, cast.club)


async def test_what_was_not_told_is_found_in_the_history_where_the_platform_gives_it(
    platform: PlatformHarness,
) -> None:
    cast, core = platform.cast, platform.core
    heard = await platform.post(cast.author, cast.club, FINE)
    await platform.settle()
    since = await core.store.read(lambda tx: tx.now)
    message = await platform.post_unheard(cast.other, cast.club, BREACH)
    until_ = await core.store.read(lambda tx: tx.now)

    await note_blind(core, cast.club.workspace, Blindness.OUTAGE, since=since, until=until_)
    await Reconciler(core).round()

    await until(platform, lambda tx: all(gap.recovered_at for gap in tx.coverage.gaps(cast.club)))
    (gap,) = await core.store.read(lambda tx: tx.coverage.gaps(cast.club))
    assert (gap.why, gap.recovered) == (Blindness.OUTAGE, 1)
    assert BREACH in "".join((await alert(platform, cast.owner)).excerpts)
    state = await state_of(platform, heard)
    assert state is not None
    assert state.deleted_at is None
    assert await core.store.read(lambda tx: tx.messages.get(message)) is not None


async def until(platform: PlatformHarness, is_so: Callable[[Transaction], bool]) -> None:
    """Returns once it is so, and all that came of it is shown."""
    async with asyncio.timeout(20):
        while not await platform.core.store.read(is_so):
            await asyncio.sleep(0.02)
    await platform.settle()


async def test_a_file_is_given_by_the_id_that_its_attachment_has_and_no_larger_than_asked(
    platform: PlatformHarness,
) -> None:
    cast = platform.cast
    chat = platform.core.platforms(cast.club.workspace)
    files = [File("fees.png", "", PNG), File("plan.txt", "", b"a plan")]
    message = await platform.post(cast.author, cast.club, BREACH, files=files)
    [content] = await judged(platform, message)
    assert len(content.attachments) == len(files)

    assert Ability.READ_FILES in chat.abilities(cast.club.workspace)
    for file, attachment in zip(files, content.attachments, strict=True):
        assert await chat.file(message, attachment.id, at_most=len(file.content)) == file.content
        with pytest.raises(FileTooLarge):
            await chat.file(message, attachment.id, at_most=len(file.content) - 1)
        with pytest.raises(Undeliverable):
            await chat.file(message, f"{attachment.id}00", at_most=len(file.content))
