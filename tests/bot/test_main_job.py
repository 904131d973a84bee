"""From a posted message to the alerts of owner and supervisor, and what comes after."""

from dataclasses import replace
from datetime import time, timedelta

from bot.cards import Excerpt, Facts, Tone
from bot.events import Posted, Reported
from bot.ids import ChannelId, ChannelRef, MessageRef, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Incident, IncidentState, incident_id
from bot.records.registry import ChannelState
from bot.workers.upkeep import Upkeep
from policy.words import Lang
from tests.district import (
    CHESS,
    COACH,
    DIRECTOR,
    OPERATOR,
    OTHER,
    PRINCIPAL,
    STUDENT,
    TESTING,
    WORKSPACE,
    District,
    a_post,
)
from tests.fakes import FakeClock


async def incident_of(district: District, message: MessageRef) -> Incident:
    found = await district.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert found is not None
    return found


async def change(district: District, person: PersonRef, **values: object) -> None:
    def unit(tx: Transaction) -> None:
        known = tx.registry.person(person)
        assert known
        tx.registry.save_person(replace(known, **values))  # type: ignore[arg-type]

    await district.core.store.write(unit)


def words_of(district: District, person: PersonRef) -> str:
    (card,) = district.platform.of(person)
    return str(card)


async def test_a_breach_reaches_owner_and_supervisor_with_rule_clause_reason_and_marked_words(worded: District) -> None:
    await worded.post("I say graveword here")

    for person in (COACH, PRINCIPAL):
        (card,) = worded.platform.of(person)
        (excerpt,) = [block for block in card.blocks if isinstance(block, Excerpt)]
        facts = dict(row for block in card.blocks if isinstance(block, Facts) for row in block.rows)
        assert [excerpt.text[mark.start : mark.end] for mark in excerpt.marks] == ["graveword"]
        assert facts["Rule"] == "Grave matter"
        assert facts["Policy"] == "P1, A1: Some words are not for channels."
        assert "graveword" in facts["Why flagged"]
        assert facts["Written by"] == "Stu Student (student)"
        assert "graveword" not in card.summary
        assert card.actions
    assert worded.platform.of(STUDENT) == []


async def test_a_clean_message_alerts_nobody_and_leaves_only_that_it_was_checked(worded: District) -> None:
    await worded.post("all is well")

    assert worded.platform.cards == {}
    assert await worded.read(lambda tx: tx.messages.counts()) == {"checked": 1, "flagged": 0}


async def test_an_alert_comes_in_the_readers_language(worded: District) -> None:
    await change(worded, COACH, lang=Lang.ES)

    await worded.post("I say graveword here")

    assert "Asunto grave" in words_of(worded, COACH)
    assert "Grave matter" in words_of(worded, PRINCIPAL)


async def test_a_rule_on_trial_is_recorded_and_alerts_nobody(worded: District) -> None:
    await worded.post("I say triedword here")

    assert worded.platform.cards == {}
    assert await worded.read(lambda tx: tx.messages.counts()) == {"checked": 1, "flagged": 0}


async def test_two_rules_in_one_message_make_one_alert(worded: District) -> None:
    await worded.post("graveword and plainword")

    (card,) = worded.platform.of(COACH)
    assert "Grave matter, Plain matter" in card.title


async def test_a_message_in_a_channel_that_nobody_sponsors_is_not_kept(worded: District) -> None:
    drama = ChannelRef(WORKSPACE, ChannelId("drama"))

    message = await worded.post("graveword", channel=drama)

    assert await worded.read(lambda tx: tx.incidents.get(incident_id(message))) is None
    assert await worded.read(lambda tx: tx.messages.counts()) == {"checked": 0, "flagged": 0}


async def test_a_channel_that_waits_for_approval_is_read_and_the_alert_says_so(worded: District) -> None:
    waiting = replace(CHESS, state=ChannelState.REQUESTED, pack=TESTING)
    await worded.core.store.write(lambda tx: tx.registry.save_channel(waiting))

    await worded.post("graveword")

    assert "not approved yet" in words_of(worded, COACH)


async def test_an_edit_that_mends_the_message_shows_on_the_same_card_and_keeps_the_evidence(worded: District) -> None:
    message = await worded.post("graveword")
    await worded.edit(message, "never mind")

    (card,) = worded.platform.of(COACH)
    assert "breaks no rule now" in str(card)
    assert "graveword" in str(card)
    assert (await incident_of(worded, message)).state is IncidentState.OPEN


async def test_an_edit_that_breaks_a_rule_later_alerts_then(worded: District) -> None:
    message = await worded.post("all is well")
    await worded.edit(message, "now graveword")

    assert "After an edit" in words_of(worded, COACH)


async def test_a_graver_edit_calls_for_attention_again_and_the_same_breach_does_not(worded: District) -> None:
    message = await worded.post("plainword")
    await worded.edit(message, "plainword indeed", revision=1)
    quiet = [notify for to, _, notify in worded.platform.calls if to == COACH]
    await worded.edit(message, "plainword dangerword", revision=2)
    again = [notify for to, _, notify in worded.platform.calls if to == COACH]

    assert quiet == [True, False]
    assert again == [True, False, True]


async def test_a_deleted_message_stays_as_evidence(worded: District) -> None:
    message = await worded.post("graveword")
    await worded.delete(message)

    (card,) = worded.platform.of(COACH)
    assert "deleted from the channel" in str(card)
    assert "graveword" in str(card)


async def test_an_edit_and_a_delete_may_come_before_the_post(worded: District) -> None:
    post = a_post("graveword", at=await worded.now())
    await worded.delete(post.message)
    await worded.edit(post.message, "never mind")
    await worded.take(post)

    incident = await incident_of(worded, post.message)
    assert incident.is_deleted
    assert incident.is_mended
    assert incident.newest_revision == 1


async def test_the_same_event_again_does_nothing(worded: District) -> None:
    post = a_post("graveword", at=await worded.now())

    assert await worded.take(post)
    shown = list(worded.platform.calls)
    assert not await worded.take(post)

    assert worded.platform.calls == shown


async def test_a_breach_of_the_owner_goes_to_the_supervisor_alone(worded: District) -> None:
    await worded.post("graveword", by=COACH)

    assert worded.platform.of(COACH) == []
    assert len(worded.platform.of(PRINCIPAL)) == 1


async def test_a_breach_of_the_supervisor_goes_to_the_next_above_alone(worded: District) -> None:
    await worded.post("graveword", by=PRINCIPAL)

    assert worded.platform.of(COACH) == worded.platform.of(PRINCIPAL) == []
    assert len(worded.platform.of(DIRECTOR)) == 1


async def test_where_nobody_can_be_told_the_operator_is_and_the_alert_goes_out_once_the_register_is_mended(
    worded: District,
) -> None:
    await change(worded, DIRECTOR, is_active=False)
    await worded.post("graveword", by=PRINCIPAL)
    (trouble,) = worded.platform.of(OPERATOR)
    assert "Nobody to tell" in trouble.title
    assert "graveword" not in str(trouble)

    await change(worded, DIRECTOR, is_active=True)
    done = await Upkeep(worded.core).round()
    await worded.settle()

    assert done.routed == 1
    assert len(worded.platform.of(DIRECTOR)) == 1


async def test_further_breaches_within_minutes_join_the_first_alert(worded: District, clock: FakeClock) -> None:
    await worded.post("graveword one", message="m1")
    await worded.post("graveword two", message="m2")
    await worded.post("graveword other", message="m3", by=OTHER)
    clock.pass_(minutes=11)
    await worded.post("graveword late", message="m4")

    cards = worded.platform.of(COACH)
    assert len(cards) == 3
    assert "graveword two" in str(cards[0])
    assert "1 more of this author" in str(cards[0])


async def test_danger_is_never_folded_into_another_alert(worded: District) -> None:
    await worded.post("graveword one", message="m1")
    await worded.post("dangerword", message="m2")

    cards = worded.platform.of(COACH)
    assert [card.tone for card in cards] == [Tone.WARNING, Tone.URGENT]


async def test_what_is_urgent_comes_in_quiet_hours_and_the_rest_after_them(worded: District, clock: FakeClock) -> None:
    await change(worded, COACH, quiet=(time(9, 0), time(12, 0)))

    await worded.post("graveword", message="m1")
    await worded.post("dangerword", message="m2", by=OTHER)
    early = [card.tone for card in worded.platform.of(COACH)]
    clock.pass_(hours=3)
    await worded.settle()

    assert early == [Tone.URGENT]
    assert len(worded.platform.of(COACH)) == 2


async def test_a_change_during_quiet_hours_does_not_bring_the_alert_early(worded: District) -> None:
    await change(worded, COACH, quiet=(time(9, 0), time(12, 0)))

    message = await worded.post("graveword")
    await worded.edit(message, "never mind")

    assert worded.platform.of(COACH) == []


async def test_low_severity_waits_for_the_days_digest_and_a_quiet_day_is_quiet(
    worded: District, clock: FakeClock
) -> None:
    await worded.post("mildword", message="m1")
    await worded.post("mildword", message="m2", by=OTHER)
    assert worded.platform.of(COACH) == []

    clock.pass_(hours=8)
    await worded.settle()

    (digest,) = worded.platform.of(COACH)
    assert "2 small things" in str(digest)
    assert "mildword" not in str(digest)


async def test_who_cannot_be_reached_is_passed_over_for_the_next_above(worded: District) -> None:
    worded.platform.unreachable.add(PRINCIPAL)

    await worded.post("graveword", by=COACH)

    assert len(worded.platform.of(DIRECTOR)) == 1
    (trouble,) = worded.platform.of(OPERATOR)
    assert "cannot be reached" in trouble.title


async def test_a_busy_platform_is_waited_for(worded: District, clock: FakeClock) -> None:
    worded.platform.busy_times = 2

    await worded.post("graveword")
    clock.pass_(seconds=2)
    await worded.settle()

    assert len(worded.platform.of(COACH)) == len(worded.platform.of(PRINCIPAL)) == 1


async def test_a_message_that_cannot_be_judged_becomes_an_alert_of_its_own(worded: District, clock: FakeClock) -> None:
    broken = replace(CHESS, pack=type(TESTING)("gone"))
    await worded.core.store.write(lambda tx: tx.registry.save_channel(broken))

    await worded.post("nobody can judge this")
    for _ in range(6):
        clock.pass_(minutes=1)
        await worded.settle()

    (card,) = worded.platform.of(COACH)
    assert "Unchecked message" in card.title
    assert "nobody can judge this" in str(card)


async def test_a_report_reaches_owner_and_supervisor_without_the_name_of_who_reported(worded: District) -> None:
    message = await worded.post("all is well")
    posted = a_post("all is well", at=await worded.now())
    report = Reported(
        message=message,
        author=STUDENT.person,
        by=OTHER.person,
        at=posted.at,
        content=posted.content,
        note="please look",
    )

    await worded.take(report)

    (card,) = worded.platform.of(COACH)
    assert "Reported by a member" in card.title
    assert "please look" in str(card)
    assert "Otis" not in str(card)


async def test_words_of_a_clean_message_are_gone_after_minutes(worded: District, clock: FakeClock) -> None:
    await worded.post("all is well")
    before = await worded.read(_kept)
    clock.pass_(minutes=16)
    done = await Upkeep(worded.core).round()

    assert len(before) == 1
    assert done.purged == 1
    assert await worded.read(_kept) == []


def _kept(tx: Transaction) -> list[bytes]:
    later = tx.now + timedelta(hours=1)
    return list(tx.messages.context_before(CHESS.ref, thread=None, said_before=later, limit=9))


async def test_alerts_stand_in_the_outbox_under_one_key_each(worded: District) -> None:
    message = await worded.post("graveword")
    topic = Topic(TopicKind.INCIDENT, incident_id(message))

    assert await worded.read(lambda tx: sorted(tx.outbox.shown_to(topic))) == [COACH, PRINCIPAL]


async def test_the_journal_holds_no_words(worded: District) -> None:
    await worded.post("graveword secretname")

    rows = await worded.read(lambda tx: list(tx.journal.rows()))
    assert [row.entry.name for row in rows] == ["incident:state:opened", "incident:finding:added"]
    assert "graveword" not in str(rows)
    assert "Stu" not in str(rows)


async def test_what_was_said_just_before_counts_even_if_it_is_still_being_worked_through(worded: District) -> None:
    """Context is whole although two messages are worked on at once."""
    first = a_post("all is well", at=await worded.now(), message="m1")
    second = a_post("indeed", at=await worded.now(), message="m2")
    core = worded.core
    from bot.inbox.intake import Intake
    from bot.moderate import look_up

    await Intake(core).receive(first)
    await Intake(core).receive(second)
    items = await core.store.write(lambda tx: tx.inbox.claim("test", limit=2, lease=timedelta(seconds=30)))
    assert isinstance(second, Posted)

    scene = await core.store.read(lambda tx: look_up(core, tx, items[1], second))

    assert scene is not None
    assert [said.text for said in scene.context.before] == ["all is well"]
