"""Notices: posted before anything is read, shown once to whoever they are for, and again when the wording changes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.cards import Card, Paragraph
from bot.core import Core, Shelf
from bot.desk.door import Desk
from bot.errors import Refused
from bot.events import Joined
from bot.governance.watch import look
from bot.ids import ChannelId, ChannelRef, PersonRef
from bot.inbox.intake import Intake
from bot.ports import Ability, Transaction
from bot.records.accounts import Account
from bot.records.deliveries import TopicKind
from bot.records.governance import Answer, CheckState
from bot.records.incidents import incident_id
from bot.records.registry import ChannelFacts, Person
from bot.records.roster import RosterId, RosterPerson
from policy.message import Role
from policy.notices import Audience
from policy.pack import Pack
from policy.verdict import PackId
from policy.words import Lang, Text
from tests.district import COACH, CREC, PARENT, PRINCIPAL, STUDENT, WORKSPACE, District, a_post, ref, shipped
from tests.fakes import FakeClock

DRAMA = ChannelRef(WORKSPACE, ChannelId("drama"))
SUBJECT = f"{DRAMA.workspace}|{DRAMA.channel}"
BREACH = "chaperone canary drill"
NEWCOMER = ref("newcomer")


def with_words(pack: Pack, words: Text) -> Mapping[PackId, Pack]:
    """The pack with another wording of its notice of monitoring."""
    notices = dict(pack.notices) | {"monitoring": replace(pack.notices["monitoring"], text=words)}
    return {pack.id: replace(pack, notices=notices)}


async def register(district: District) -> None:
    district.platform.facts_of[DRAMA] = ChannelFacts(name="drama", is_private=True, is_shared=False)
    district.platform.inside[DRAMA] = {p.person for p in (COACH, PRINCIPAL, STUDENT, PARENT)}
    values = {"kind": "club", "purpose": "Rehearsals of the play"}
    await Desk(district.core).act(COACH, "channel.register", SUBJECT, values)


def cards(district: District, person: PersonRef) -> list[Card]:
    return [
        card for (to, topic), card in district.platform.cards.items() if to == person and topic.kind is TopicKind.NOTICE
    ]


def announced(district: District) -> list[Card]:
    return [card for (channel, _), card in district.platform.announced.items() if channel == DRAMA]


async def check(district: District) -> tuple[CheckState, str]:
    records = await district.read(lambda tx: tx.checks.of(DRAMA))
    return next((r.outcome.state, r.outcome.why) for r in records if r.name == "notices")


async def press(core: Core, who: PersonRef, card: Card, name: str) -> Card | None:
    action = next(action for action in card.actions if action.name == name)
    return await Desk(core).act(who, name, action.subject, {})


async def said(district: District, clock: FakeClock, text: str, message: str) -> bool:
    """Whether a message's words were read."""
    event = a_post(text, at=clock.now, channel=DRAMA, message=message)
    await district.take(event)
    return await district.read(lambda tx: tx.incidents.get(incident_id(event.message))) is not None


async def test_every_shipped_notice_cites_a_clause_and_reads_in_both_languages() -> None:
    notices = [notice for pack in shipped().values() for notice in pack.notices.values()]

    assert len(notices) >= 6
    for notice in notices:
        assert notice.clause
        assert notice.text.en != notice.text.es
        assert notice.title.en != notice.title.es
    assert any("31-48d" in notice.text.en for notice in notices)


async def test_nothing_is_read_before_the_notice_is_posted_and_pinned(district: District, clock: FakeClock) -> None:
    await register(district)
    early = a_post(BREACH, at=clock.now, channel=DRAMA, message="m1")
    assert not await Intake(district.core).receive(early)
    await district.settle()

    (card,) = announced(district)
    assert "31-48d" in str(card.blocks)
    assert "Cody Coach" in str(card.blocks)
    assert "no espere privacidad" in str(card.blocks).lower()
    assert await said(district, clock, BREACH, "m2")


async def test_where_the_platform_may_not_post_the_owner_does_and_says_so(district: District, clock: FakeClock) -> None:
    district.platform.can = frozenset(Ability) - {Ability.ANNOUNCE}
    await register(district)
    await district.settle()
    assert not await said(district, clock, BREACH, "m1")
    assert await check(district) == (CheckState.BROKEN, "by_hand")
    card = await Desk(district.core).command(COACH, DRAMA, "notices")
    assert "no espere privacidad" in str((await Desk(district.core).command(COACH, DRAMA, "avisos")).blocks).lower()

    await press(district.core, COACH, card, "notice.given")
    await district.settle()

    assert await said(district, clock, BREACH, "m2")


async def test_who_comes_later_is_shown_it_once_and_may_answer(district: District, clock: FakeClock) -> None:
    await register(district)
    await district.settle()
    assert cards(district, STUDENT) == [], "who was there saw the post"
    clock.pass_(hours=1)
    district.platform.accounts[NEWCOMER] = Account(ref=NEWCOMER, name="Nia Newcomer")
    for minutes in (1, 2):
        clock.pass_(minutes=minutes)
        await district.take(Joined(channel=DRAMA, person=NEWCOMER.person, at=clock.now, by=COACH.person))

    (card,) = cards(district, NEWCOMER)
    await press(district.core, NEWCOMER, card, "notice.read")
    await district.settle()

    (after,) = cards(district, NEWCOMER)
    assert "You read it on" in str(after.blocks)
    receipt = await district.read(lambda tx: tx.notices.receipt(DRAMA, "monitoring", NEWCOMER))
    assert receipt is not None
    assert receipt.answer == Answer.READ


async def test_a_new_wording_is_posted_and_shown_anew(district: District, clock: FakeClock) -> None:
    await register(district)
    await district.settle()
    clock.pass_(hours=1)
    district.platform.accounts[NEWCOMER] = Account(ref=NEWCOMER, name="Nia Newcomer")
    await district.take(Joined(channel=DRAMA, person=NEWCOMER.person, at=clock.now, by=COACH.person))
    assert len(cards(district, NEWCOMER)) == 1

    words = Text(en="Another wording for {channel}.", es="Otro texto para {channel}.")
    core = replace(district.core, shelf=Shelf(lambda: with_words(shipped()[CREC], words)))
    clock.pass_(hours=1)
    renewed = District(core, district.platform)
    await core.store.write(lambda tx: look(core, tx, DRAMA))
    await renewed.settle()

    assert len(announced(renewed)) == 2
    newest = announced(renewed)[-1]
    assert any(isinstance(b, Paragraph) and b.text == "Another wording for #drama." for b in newest.blocks)


async def test_a_slip_is_asked_of_parents_and_its_answer_may_change(district: District, clock: FakeClock) -> None:
    await register(district)
    await district.settle()
    (card,) = cards(district, PARENT)
    assert "May your child take part in this channel?" in str(card.blocks)
    assert "Your child's group uses a channel" in str(card.blocks)

    for name, answer in (("notice.yes", Answer.YES), ("notice.no", Answer.NO)):
        clock.pass_(minutes=1)
        await press(district.core, PARENT, card, name)
        await district.settle()
        receipt = await district.read(lambda tx: tx.notices.receipt(DRAMA, "permission", PARENT))
        assert receipt is not None
        assert receipt.answer == answer
        (card,) = cards(district, PARENT)
    assert "You said no" in str(card.blocks)

    with pytest.raises(Refused, match="parents"):
        await press(district.core, STUDENT, card, "notice.yes")


async def test_a_parent_who_comes_gets_one_card_of_all_and_each_notice_is_on_record(
    district: District, clock: FakeClock
) -> None:
    await register(district)
    await district.settle()
    newcomer = Person(ref=NEWCOMER, name="Nia Newcomer", role=Role.PARENT, lang=Lang.ES)
    await district.core.store.write(lambda tx: tx.registry.save_person(newcomer))
    clock.pass_(hours=1)
    await district.take(Joined(channel=DRAMA, person=NEWCOMER.person, at=clock.now, by=COACH.person))

    (card,) = cards(district, NEWCOMER)
    assert card.title == "Le damos la bienvenida a #drama"
    assert "Los mensajes de este canal se comprueban" in str(card.blocks)
    assert "El grupo de su hijo o hija usa un canal" in str(card.blocks)
    assert "Puede leer cuando quiera" in str(card.blocks)
    assert [action.name for action in card.actions] == ["notice.read", "notice.yes", "notice.no"]
    await press(district.core, NEWCOMER, card, "notice.read")
    await press(district.core, NEWCOMER, card, "notice.yes")
    await district.settle()

    (after,) = cards(district, NEWCOMER)
    assert [action.name for action in after.actions] == ["notice.yes", "notice.no"]
    assert "no espere privacidad" not in str(after.blocks).lower()
    assert [notify for to, _, notify in district.platform.calls if to == NEWCOMER] == [True, False]

    def answers(tx: Transaction) -> list[str | None]:
        found = (tx.notices.receipt(DRAMA, name, NEWCOMER) for name in ("monitoring", "parents", "permission"))
        return [receipt.answer if receipt is not None else None for receipt in found]

    assert await district.read(answers) == [Answer.READ, Answer.READ, Answer.YES]


async def test_a_parent_of_a_student_hears_of_the_channel_before_they_are_in_on_the_same_card(
    district: District, clock: FakeClock
) -> None:
    def furnish(tx: Transaction) -> None:
        child = RosterPerson(
            id=RosterId("stu"), source="x", given="Stu", family="Wren", role=Role.STUDENT, email="stu@example.org"
        )
        mother = RosterPerson(
            id=RosterId("nia"), source="x", given="Nia", family="Wren", role=Role.PARENT, is_parent=True,
            email="nia@example.net",
        )  # fmt: skip
        tx.roster.save([child, mother])
        tx.roster.save_agents("x", {mother.id: [child.id]})
        student = tx.registry.person(STUDENT)
        assert student is not None
        tx.registry.save_person(replace(student, email="stu@example.org"))
        tx.registry.save_person(Person(ref=NEWCOMER, name="Nia Wren", role=Role.PARENT, email="nia@example.net"))

    await district.core.store.write(furnish)
    await register(district)
    await district.settle()
    (before,) = cards(district, NEWCOMER)
    clock.pass_(hours=1)
    await district.take(Joined(channel=DRAMA, person=NEWCOMER.person, at=clock.now, by=COACH.person))

    (after,) = cards(district, NEWCOMER)
    assert before.title == "#drama: your child's group"
    assert "Stu Wren is in it. Please read this once" in str(before.blocks)
    assert [action.name for action in before.actions] == ["notice.read", "notice.yes", "notice.no", "access.ask"]
    assert after.title == "Welcome to #drama"
    assert "You may read along" in str(after.blocks)
    assert "31-48d" in str(after.blocks)


async def test_the_check_holds_once_slips_are_on_file(district: District) -> None:
    await register(district)
    await district.settle()
    for _ in range(3):
        state, why = await check(district)
        if state is CheckState.HOLDS:
            break
        assert why in ("parents", "permission")
        card = await Desk(district.core).command(COACH, DRAMA, "checks")
        await press(district.core, COACH, card, "notice.given")
        await district.settle()

    assert await check(district) == (CheckState.HOLDS, "")
    notice = shipped()[CREC].notices["parents"]
    subject = f"{SUBJECT}|{notice.id}|{notice.version}"
    with pytest.raises(Refused, match="Only the owner"):
        await Desk(district.core).act(STUDENT, "notice.given", subject, {})


async def test_a_notice_of_old_wording_is_answered_no_more(district: District) -> None:
    await register(district)
    await district.settle()

    with pytest.raises(Refused, match="wording"):
        await Desk(district.core).act(STUDENT, "notice.read", f"{SUBJECT}|monitoring|0123456789ab", {})


async def test_the_record_names_wording_and_date(district: District) -> None:
    await register(district)
    await district.settle()

    def kept(tx: Transaction) -> list[Mapping[str, object]]:
        return [row.entry.facts for row in tx.journal.rows() if row.entry.name == "channel:notice:given"]

    (facts,) = await district.read(kept)
    assert facts["notice"] == "monitoring"
    assert facts["version"] == shipped()[CREC].notices["monitoring"].version
    assert shipped()[CREC].notices["monitoring"].to is Audience.MEMBERS


async def test_an_empty_channel_is_not_told_that_parents_miss_a_notice(district: District, clock: FakeClock) -> None:
    await register(district)
    district.platform.inside[DRAMA] = {COACH.person}
    await district.settle()
    empty = await check(district)
    (needs,) = [
        c for (to, topic), c in district.platform.cards.items() if (to, topic.kind) == (COACH, TopicKind.CHECKS)
    ]
    assert "approval before use" in str(needs.blocks)
    assert "permission slips" not in str(needs.blocks)
    assert "not yet" in str((await Desk(district.core).command(COACH, DRAMA, "checks")).blocks)

    clock.pass_(minutes=1)
    await district.take(Joined(channel=DRAMA, person=STUDENT.person, at=clock.now, by=COACH.person))

    assert empty == (CheckState.UNSEEN, "nobody_yet")
    card = await Desk(district.core).command(COACH, DRAMA, "checks")
    assert await check(district) == (CheckState.BROKEN, "parents")
    assert "Not all parents were told" in str(card.blocks)
