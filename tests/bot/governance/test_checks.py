"""What a policy asks of a channel: each check's state, who hears of it and when, and what mends it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Card, Facts
from bot.core import Shelf
from bot.desk.door import Desk
from bot.errors import Refused
from bot.events import AccountChanged, Converted, Event, Joined, Left, Shared
from bot.governance.check import asked_by, checks
from bot.governance.watch import look, look_soon
from bot.ids import PersonRef
from bot.ports import Ability, Transaction
from bot.records.accounts import Account, EmailDomains
from bot.records.deliveries import Topic, TopicKind
from bot.records.governance import CheckState
from bot.records.registry import ChannelFacts, ChannelState
from policy.pack import CHECKS
from policy.words import Lang, Text
from tests.district import (
    CLUB,
    COACH,
    CREC,
    DIRECTOR,
    OPERATOR,
    OTHER,
    PARENT,
    PEOPLE,
    PRINCIPAL,
    STUDENT,
    District,
    ref,
    shipped,
)
from tests.fakes import FakeClock

STRANGER = ref("stranger")
CLOSED = ChannelFacts(name="chess", is_private=True, is_shared=False, is_archived=False, is_watched=True)


@pytest.fixture
async def club(district: District) -> District:
    """The chess club on a platform that tells all about it, with a purpose, an approval, and everybody invited."""
    district.platform.facts_of[CLUB] = CLOSED
    district.platform.inside[CLUB] = {person.ref.person for person in PEOPLE}

    def furnish(tx: Transaction) -> None:
        channel = tx.registry.channel(CLUB)
        assert channel is not None
        tx.registry.save_channel(replace(channel, purpose="Meetings and matches of the chess club"))
        look_soon(tx, CLUB)

    await district.core.store.write(furnish)
    await district.settle()
    return district


async def state(district: District, name: str) -> CheckState:
    records = await district.read(lambda tx: {r.name: r.outcome.state for r in tx.checks.of(CLUB)})
    return records[name]


def cards(district: District, person: PersonRef, kind: TopicKind) -> list[Card]:
    return [card for (to, topic), card in district.platform.cards.items() if to == person and topic.kind is kind]


def calls(district: District, person: PersonRef, kind: TopicKind) -> int:
    """How often this person's attention was called for."""
    return sum(to == person and topic.kind is kind and notify for to, topic, notify in district.platform.calls)


def said(card: Card) -> str:
    return " ".join(
        f"{label}: {value}" for block in card.blocks if isinstance(block, Facts) for label, value in block.rows
    )


async def act(district: District, who: PersonRef, card: Card, name: str, **values: str) -> Card | None:
    action = next(action for action in card.actions if action.name == name)
    answer = await Desk(district.core).act(who, name, action.subject, values)
    await district.settle()
    return answer


async def happens(district: District, event: Event) -> None:
    await district.take(event)


async def test_every_check_of_every_pack_has_its_file_and_every_reason_both_languages() -> None:
    built = checks()
    reasons = [text for check in built.values() for text in check.reasons.values()]

    assert set(built) <= set(CHECKS)
    assert all(text.en and text.es and text.en != text.es for text in reasons)
    assert len(reasons) > 15
    for pack in shipped().values():
        assert asked_by(pack), pack.id


async def test_a_channel_that_is_as_the_policy_asks_disturbs_nobody(club: District) -> None:
    names = [check.name for check in asked_by(club.core.shelf[club.core.default_pack])]
    holding = {name for name in names if await state(club, name) is CheckState.HOLDS}

    assert {"approved", "closed", "invited", "membership", "purpose", "supervisor_access"} <= holding


async def test_a_channel_made_public_is_told_to_owner_and_supervisor_at_once(club: District, clock: FakeClock) -> None:
    await happens(club, Converted(channel=CLUB, is_private=False, at=clock.now))

    assert await state(club, "closed") is CheckState.BROKEN
    for person in (COACH, PRINCIPAL):
        (card,) = cards(club, person, TopicKind.CHECKS)
        assert "public" in said(card)
        assert "4118.6-R" in card.footer
    assert cards(club, STUDENT, TopicKind.CHECKS) == []


async def test_what_was_mended_shows_on_the_same_card_without_a_call(club: District, clock: FakeClock) -> None:
    await happens(club, Shared(channel=CLUB, is_shared=True, at=clock.now))
    before = calls(club, COACH, TopicKind.CHECKS)
    clock.pass_(hours=1)
    await happens(club, Shared(channel=CLUB, is_shared=False, at=clock.now))

    (card,) = cards(club, COACH, TopicKind.CHECKS)
    assert "shared with another" not in said(card)
    assert await state(club, "closed") is CheckState.HOLDS
    assert calls(club, COACH, TopicKind.CHECKS) == before


async def test_what_nobody_mends_goes_to_the_supervisor_and_is_reminded_of(club: District, clock: FakeClock) -> None:
    def forget_purpose(tx: Transaction) -> None:
        channel = tx.registry.channel(CLUB)
        assert channel is not None
        tx.registry.save_channel(replace(channel, purpose=""))
        look(club.core, tx, CLUB)

    await club.core.store.write(forget_purpose)
    await club.settle()
    assert calls(club, COACH, TopicKind.CHECKS) >= 1
    assert calls(club, PRINCIPAL, TopicKind.CHECKS) == 0

    clock.pass_(days=3)
    await club.settle()
    first = calls(club, PRINCIPAL, TopicKind.CHECKS)
    clock.pass_(days=7)
    await club.settle()

    assert first == 1
    assert calls(club, PRINCIPAL, TopicKind.CHECKS) == 2


async def test_who_comes_alone_is_asked_about_and_approved(club: District, clock: FakeClock) -> None:
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Ann Otherstudent")
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))

    (card,) = cards(club, COACH, TopicKind.MEMBER)
    assert card.title == "Does Ann Otherstudent belong in #chess?"
    assert await state(club, "invited") is CheckState.BROKEN
    await act(club, COACH, card, "member.approve")

    assert await state(club, "invited") is CheckState.HOLDS
    (after,) = cards(club, COACH, TopicKind.MEMBER)
    assert "Cody Coach approved of it" in str(after.blocks)


async def test_who_leaves_and_comes_again_is_asked_about_again(club: District, clock: FakeClock) -> None:
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Ann Otherstudent")
    club.platform.inside[CLUB].add(STRANGER.person)
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    await act(club, COACH, cards(club, COACH, TopicKind.MEMBER)[0], "member.approve")
    clock.pass_(hours=1)
    await happens(club, Left(channel=CLUB, person=STRANGER.person, at=clock.now))
    assert calls(club, COACH, TopicKind.MEMBER) == 1

    clock.pass_(hours=1)
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    assert calls(club, COACH, TopicKind.MEMBER) == 2
    clock.pass_(days=2)
    await club.settle()

    assert calls(club, PRINCIPAL, TopicKind.MEMBER) == 1


async def test_a_members_account_that_is_closed_is_seen_at_once(club: District, clock: FakeClock) -> None:
    closed = Account(ref=STUDENT, name="Stu Student", is_active=False)

    await happens(club, AccountChanged(account=closed, at=clock.now))

    assert await state(club, "membership") is CheckState.BROKEN


async def test_an_outsider_needs_a_purpose(club: District, clock: FakeClock) -> None:
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Val Visitor", is_external=True)
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now, by=COACH.person))
    assert await state(club, "membership") is CheckState.BROKEN
    (card,) = cards(club, COACH, TopicKind.MEMBER)

    with pytest.raises(Refused, match="fill in"):
        await act(club, COACH, card, "member.approve")
    await act(club, COACH, card, "member.approve", purpose="Judge of the regional match")

    assert await state(club, "membership") is CheckState.HOLDS


async def test_who_is_removed_is_taken_out_by_the_platform(club: District, clock: FakeClock) -> None:
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Val Visitor", is_external=True)
    club.platform.inside[CLUB].add(STRANGER.person)
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    (card,) = cards(club, PRINCIPAL, TopicKind.CHECKS)
    assert "Val Visitor" in said(card)
    (asked,) = cards(club, COACH, TopicKind.MEMBER)

    await act(club, COACH, asked, "member.remove")

    assert STRANGER.person not in club.platform.inside[CLUB]
    assert STRANGER not in await club.read(lambda tx: tx.registry.members(CLUB))
    assert await state(club, "membership") is CheckState.HOLDS


async def test_where_the_platform_may_not_remove_the_owner_is_told_how(club: District, clock: FakeClock) -> None:
    club.platform.can = club.platform.can - {Ability.REMOVE_MEMBER}
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Val Visitor", is_external=True)
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    (asked,) = cards(club, COACH, TopicKind.MEMBER)

    with pytest.raises(Refused, match="may not remove"):
        await act(club, COACH, asked, "member.remove")


async def test_an_owner_who_does_not_decide_leaves_it_to_the_supervisor(club: District, clock: FakeClock) -> None:
    club.platform.inside[CLUB].add(STRANGER.person)
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Ann Otherstudent")
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    assert cards(club, PRINCIPAL, TopicKind.MEMBER) == []

    clock.pass_(days=2)
    await club.settle()

    assert len(cards(club, PRINCIPAL, TopicKind.MEMBER)) == 1
    assert calls(club, PRINCIPAL, TopicKind.MEMBER) == 1


@pytest.mark.parametrize("who", [STUDENT, PARENT, OPERATOR, DIRECTOR])
async def test_nobody_else_decides_about_members(club: District, clock: FakeClock, who: PersonRef) -> None:
    club.platform.accounts[STRANGER] = Account(ref=STRANGER, name="Ann Otherstudent")
    await happens(club, Joined(channel=CLUB, person=STRANGER.person, at=clock.now))
    (card,) = cards(club, COACH, TopicKind.MEMBER)

    with pytest.raises(Refused):
        await act(club, who, card, "member.approve")

    assert await state(club, "invited") is CheckState.BROKEN


async def test_members_of_before_are_approved_all_at_once(district: District) -> None:
    newcomers = {ref(f"student{n}") for n in range(30)}
    district.platform.facts_of[CLUB] = CLOSED
    district.platform.inside[CLUB] = {person.person for person in (COACH, PRINCIPAL, *newcomers)}
    for person in newcomers:
        district.platform.accounts[person] = Account(ref=person, name=f"Stu {person.person}")

    await district.core.store.write(lambda tx: look_soon(tx, CLUB))
    await district.settle()
    (card,) = cards(district, COACH, TopicKind.CHECKS)
    assert "and 25 more" in said(card)
    assert cards(district, COACH, TopicKind.MEMBER) == []
    await act(district, COACH, card, "member.approve_all")

    assert await state(district, "invited") is CheckState.HOLDS


async def test_a_supervisor_who_is_outside_is_invited_from_the_card(club: District, clock: FakeClock) -> None:
    club.platform.inside[CLUB].discard(PRINCIPAL.person)
    await happens(club, Left(channel=CLUB, person=PRINCIPAL.person, at=clock.now))
    assert await state(club, "supervisor_access") is CheckState.BROKEN
    (card,) = cards(club, COACH, TopicKind.CHECKS)

    await act(club, COACH, card, "member.invite_supervisor")

    assert PRINCIPAL.person in club.platform.inside[CLUB]
    assert await state(club, "supervisor_access") is CheckState.HOLDS


async def test_the_nightly_look_finds_what_no_event_told(club: District, clock: FakeClock) -> None:
    club.platform.facts_of[CLUB] = replace(CLOSED, is_private=False)
    club.platform.inside[CLUB].discard(OTHER.person)

    clock.pass_(days=1)
    await club.settle()

    assert await state(club, "closed") is CheckState.BROKEN
    assert OTHER not in await club.read(lambda tx: tx.registry.members(CLUB))


async def test_what_a_platform_does_not_tell_cannot_be_seen(club: District, clock: FakeClock) -> None:
    club.platform.facts_of[CLUB] = ChannelFacts(name="chess")
    await club.core.store.write(lambda tx: tx.registry.save_facts(CLUB, ChannelFacts()))
    clock.pass_(days=1)
    await club.settle()

    assert await state(club, "closed") is CheckState.UNSEEN


async def test_the_owners_account_is_one_of_the_districts(club: District) -> None:
    core = replace(club.core, domains=EmailDomains(staff=frozenset({"larkfield.example.org"})))

    async def outcome(email: str, *, is_guest: bool = False) -> CheckState:
        def unit(tx: Transaction) -> CheckState:
            coach = tx.registry.person(COACH)
            assert coach is not None
            tx.registry.save_person(replace(coach, email=email, is_guest=is_guest))
            look(core, tx, CLUB)
            return next(r.outcome.state for r in tx.checks.of(CLUB) if r.name == "district_account")

        return await core.store.write(unit)

    assert await outcome("coach@larkfield.example.org") is CheckState.HOLDS
    assert await outcome("coach@mail.example.org") is CheckState.BROKEN
    assert await outcome("coach@larkfield.example.org", is_guest=True) is CheckState.BROKEN
    assert await outcome("") is CheckState.UNSEEN


async def test_a_request_is_reminded_of_until_the_next_above_is_asked(club: District, clock: FakeClock) -> None:
    place = replace(CLUB, channel=type(CLUB.channel)("drama"))
    subject = f"{place.workspace}|{place.channel}"
    values = {"kind": "club", "purpose": "Rehearsals of the play"}
    await Desk(club.core).act(COACH, "channel.register", subject, values)
    await club.settle()
    heard = [calls(club, PRINCIPAL, TopicKind.APPROVAL)]
    for days in (2, 3, 4, 9):
        clock.pass_(days=days)
        await club.settle()
        heard.append(calls(club, PRINCIPAL, TopicKind.APPROVAL))

    assert heard == [1, 2, 3, 4, 4]
    assert calls(club, DIRECTOR, TopicKind.APPROVAL) == 1


async def test_an_approval_ends_with_the_school_year_and_can_be_asked_for_again(
    club: District, clock: FakeClock
) -> None:
    place = replace(CLUB, channel=type(CLUB.channel)("drama"))
    subject = f"{place.workspace}|{place.channel}"
    values = {"kind": "club", "purpose": "Rehearsals of the play"}
    await Desk(club.core).act(COACH, "channel.register", subject, values)
    await club.settle()
    (card,) = cards(club, PRINCIPAL, TopicKind.APPROVAL)
    await act(club, PRINCIPAL, card, "channel.approve")
    channel = await club.read(lambda tx: tx.registry.channel(place))
    assert channel is not None
    assert channel.expires_at is not None
    assert str(channel.expires_at.date()) in ("2027-06-30", "2027-07-01")
    before = calls(club, COACH, TopicKind.APPROVAL)

    clock.now = channel.expires_at - timedelta(days=29)
    await club.settle()
    assert calls(club, COACH, TopicKind.APPROVAL) == before + 1
    newest = cards(club, COACH, TopicKind.APPROVAL)[-1]
    await act(club, COACH, newest, "channel.register", **values)
    again = await club.read(lambda tx: tx.registry.channel(place))

    assert again is not None
    assert again.state is ChannelState.REQUESTED
    records = await club.read(lambda tx: {r.name: r.outcome.state for r in tx.checks.of(place)})
    assert records["approved"] is CheckState.HOLDS
    clock.now = channel.expires_at + timedelta(minutes=1)
    await club.settle()
    records = await club.read(lambda tx: {r.name: r.outcome.state for r in tx.checks.of(place)})
    assert records["approved"] is CheckState.BROKEN


async def test_who_has_nobody_above_names_a_supervisor(club: District) -> None:
    place = replace(CLUB, channel=type(CLUB.channel)("drama"))
    subject = f"{place.workspace}|{place.channel}"
    values = {"kind": "club", "purpose": "Rehearsals of the play"}
    desk = Desk(club.core)
    for wrong in (STUDENT, DIRECTOR):
        with pytest.raises(Refused, match="somebody of the staff"):
            await desk.act(DIRECTOR, "channel.register", subject, values | {"supervisor": wrong.person})

    await desk.act(DIRECTOR, "channel.register", subject, values | {"supervisor": OPERATOR.person})
    channel = await club.read(lambda tx: tx.registry.channel(place))

    assert channel is not None
    assert channel.supervisor == OPERATOR


async def test_the_card_speaks_spanish(club: District, clock: FakeClock) -> None:
    def speak(tx: Transaction) -> None:
        coach = tx.registry.person(COACH)
        assert coach is not None
        tx.registry.save_person(replace(coach, lang=Lang.ES))

    await club.core.store.write(speak)
    await happens(club, Converted(channel=CLUB, is_private=False, at=clock.now))

    (card,) = cards(club, COACH, TopicKind.CHECKS)
    assert card.title == "Lo que le falta a #chess"
    assert "Es público" in said(card)
    assert Topic(TopicKind.CHECKS, f"{CLUB.workspace}|{CLUB.channel}") in {t for _, t in club.platform.cards}


async def test_a_notice_that_chaperone_is_about_to_post_calls_nobody(club: District) -> None:
    pack = club.core.shelf[CREC]
    for name in ("parents", "permission"):
        subject = f"{CLUB.workspace}|{CLUB.channel}|{name}|{pack.notices[name].version}"
        await Desk(club.core).act(COACH, "notice.given", subject, {})
    await club.settle()
    before = calls(club, COACH, TopicKind.CHECKS)
    words = replace(pack.notices["monitoring"], text=Text(en="Another wording.", es="Otro texto."))
    changed = replace(pack, notices={**pack.notices, "monitoring": words})
    other = District(replace(club.core, shelf=Shelf(lambda: {CREC: changed})), club.platform)

    await other.core.store.write(lambda tx: look(other.core, tx, CLUB))
    assert await state(other, "notices") is CheckState.BROKEN
    await other.settle()

    assert await state(other, "notices") is CheckState.HOLDS
    assert calls(club, COACH, TopicKind.CHECKS) == before
