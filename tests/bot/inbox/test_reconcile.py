"""After a gap the platform's history tells what was missed: posts, edits and deletions are judged, once each."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.desk.door import Desk
from bot.events import Content, Deleted, Edited, Event, Restored, Watched, revision_at
from bot.ids import ChannelRef
from bot.inbox.coverage import beat, note_blind
from bot.inbox.reconcile import IN_FLIGHT, Reconciler
from bot.ports import Ability
from bot.records.gaps import Blindness, Gap
from bot.records.incidents import incident_id
from bot.wording.subjects import subject_of
from tests.bot.desk.at_desk import words
from tests.bot.outage import an_outage
from tests.district import CLUB, COACH, PRINCIPAL, STUDENT, WORKSPACE, District, a_post
from tests.fakes import FakeClock

BREACH = "say graveword now"


@dataclass(slots=True)
class Outage:
    """The district, its clock, and its platform's own record of what was said."""

    district: District
    clock: FakeClock
    reconciler: Reconciler

    def said(self, event: Event, channel: ChannelRef = CLUB) -> None:
        """It happened on the platform, whether we are told or not."""
        self.district.platform.said.setdefault(channel, []).append(event)

    async def told(self, event: Event) -> None:
        self.said(event)
        await self.district.take(event)

    async def down(self, **by: float) -> None:
        """Time passes in which Chaperone does not run."""
        await self.district.core.store.write(beat)
        self.clock.pass_(**by)

    async def up(self) -> int:
        """It runs again, reads what it missed, and works it through."""
        await self.district.core.store.write(beat)
        found = await self.reconciler.round()
        await self.district.settle()
        return found

    async def gaps(self, channel: ChannelRef = CLUB) -> list[Gap]:
        return list(await self.district.read(lambda tx: tx.coverage.gaps(channel)))


@pytest.fixture
async def outage(worded: District, clock: FakeClock) -> Outage:
    async def wait(seconds: float) -> None:
        clock.pass_(seconds=seconds)
        await worded.settle()

    reconciler = Reconciler(worded.core, wait=wait)
    await worded.core.store.write(beat)
    await reconciler.round()
    return Outage(worded, clock, reconciler)


async def test_a_post_that_was_missed_is_judged_and_counted_and_what_had_come_is_not_doubled(outage: Outage) -> None:
    await outage.told(a_post("good morning", at=outage.clock.now, message="m1"))
    await outage.down(hours=3)
    outage.said(a_post(BREACH, at=outage.clock.now - timedelta(hours=1), message="m2"))

    assert await outage.up() == 1
    assert await outage.up() == 0

    counts = await outage.district.read(lambda tx: tx.messages.counts())
    assert counts == {"checked": 2, "flagged": 1}
    assert len(outage.district.platform.of(COACH)) == 1
    (gap,) = await outage.gaps()
    assert (gap.why, gap.recovered) == (Blindness.DOWN, 1)
    assert gap.recovered_at is not None


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_message_that_was_put_back_is_there_again_whether_we_were_told_or_the_history_shows_it(
    is_told: bool, outage: Outage
) -> None:
    post = a_post(BREACH, at=outage.clock.now + timedelta(minutes=1))
    outage.clock.pass_(minutes=5)
    await outage.told(post)
    gone = outage.clock.now + timedelta(minutes=1)
    await outage.district.take(Deleted(message=post.message, at=gone, revision=revision_at(gone)))
    if is_told:
        await outage.district.take(Restored(message=post.message, at=gone + timedelta(minutes=1)))
    await outage.down(hours=2)

    found = await outage.up()
    again = await outage.up()

    assert (found, again) == (0 if is_told else 1, 0)
    incident = await outage.district.read(lambda tx: tx.incidents.get(incident_id(post.message)))
    state = await outage.district.read(lambda tx: tx.messages.get(post.message))
    assert incident is not None
    assert state is not None
    assert (incident.is_deleted, state.is_deleted) == (False, False)
    (shown,) = outage.district.platform.of(COACH)
    assert "in the channel again" in words(shown)


async def test_a_message_that_was_put_back_once_and_is_missing_again_is_deleted_again(outage: Outage) -> None:
    post = a_post(BREACH, at=outage.clock.now + timedelta(minutes=1))
    outage.clock.pass_(minutes=5)
    await outage.told(post)
    gone = outage.clock.now + timedelta(minutes=1)
    await outage.district.take(Deleted(message=post.message, at=gone))
    await outage.district.take(Restored(message=post.message, at=gone + timedelta(minutes=1)))
    outage.district.platform.said[CLUB].remove(post)
    await outage.down(hours=2)

    assert await outage.up() == 1

    incident = await outage.district.read(lambda tx: tx.incidents.get(incident_id(post.message)))
    assert incident is not None
    assert incident.is_deleted


async def test_what_was_deleted_a_moment_ago_stays_so_although_the_history_still_shows_it(outage: Outage) -> None:
    post = a_post(BREACH, at=outage.clock.now + timedelta(minutes=1))
    outage.clock.pass_(minutes=5)
    await outage.told(post)
    await outage.down(hours=2)
    gone = outage.clock.now - IN_FLIGHT / 2
    await outage.district.take(Deleted(message=post.message, at=gone, revision=revision_at(gone)))

    assert await outage.up() == 0

    state = await outage.district.read(lambda tx: tx.messages.get(post.message))
    assert state is not None
    assert state.is_deleted


async def test_an_edit_and_a_deletion_that_were_missed_are_noted(outage: Outage) -> None:
    kept, edited, gone = (
        a_post(text, at=outage.clock.now + timedelta(minutes=n), message=name)
        for n, (name, text) in enumerate({"m1": "good morning", "m2": "see you", "m3": BREACH}.items())
    )
    outage.clock.pass_(minutes=5)
    for event in (kept, edited, gone):
        await outage.told(event)
    await outage.down(hours=2)
    history = outage.district.platform.said[CLUB]
    history.remove(gone)
    history.remove(edited)
    at = outage.clock.now - timedelta(minutes=30)
    history.append(
        Edited(message=edited.message, author=STUDENT.person, at=at, content=Content(text=BREACH), revision=7)
    )

    assert await outage.up() == 2

    ids = [incident_id(event.message) for event in (edited, gone)]
    incidents = await outage.district.read(lambda tx: [tx.incidents.get(each) for each in ids])
    assert [incident and incident.is_deleted for incident in incidents] == [False, True]
    state = await outage.district.read(lambda tx: tx.messages.get(kept.message))
    assert state is not None
    assert state.deleted_at is None


async def test_an_answer_whose_thread_the_history_does_not_reach_is_not_taken_for_deleted(outage: Outage) -> None:
    outage.clock.pass_(minutes=5)
    answer = a_post("me too", at=outage.clock.now, message="m9", thread="m0")
    await outage.district.take(answer)
    await outage.down(hours=1)

    assert await outage.up() == 0

    state = await outage.district.read(lambda tx: tx.messages.get(answer.message))
    assert state is not None
    assert state.deleted_at is None


async def test_what_was_said_a_moment_ago_is_neither_lost_nor_gone(outage: Outage) -> None:
    await outage.down(hours=7)
    fresh = a_post("on its way", at=outage.clock.now - timedelta(seconds=5), message="m1")
    outage.said(fresh)
    unshown = a_post("not in the history yet", at=outage.clock.now - timedelta(seconds=5), message="m2")
    await outage.district.take(unshown)

    await outage.up()

    state = await outage.district.read(lambda tx: tx.messages.get(unshown.message))
    assert state is not None
    assert state.deleted_at is None
    assert Blindness.LOST not in [gap.why for gap in await outage.gaps()]


async def test_a_message_that_was_lost_without_a_word_is_found_and_shown_as_a_gap(outage: Outage) -> None:
    outage.clock.pass_(hours=1)
    outage.said(a_post(BREACH, at=outage.clock.now, message="m1"))
    for _ in range(24):
        outage.clock.pass_(minutes=15)
        await outage.district.core.store.write(lambda tx: tx.coverage.beat())

    assert await outage.up() == 1

    (gap,) = await outage.gaps()
    assert (gap.why, gap.recovered) == (Blindness.LOST, 1)


async def test_a_history_is_read_now_and_then_only_while_all_is_well(outage: Outage) -> None:
    assert await reads(outage) == 0
    outage.clock.pass_(hours=5)
    assert await reads(outage) == 0
    outage.clock.pass_(hours=1)
    assert await reads(outage) == 1
    assert await reads(outage) == 0


async def test_it_is_read_often_while_a_platform_sends_nothing(outage: Outage) -> None:
    await note_blind(outage.district.core, WORKSPACE, Blindness.UNSUBSCRIBED)
    outage.clock.pass_(minutes=5)
    outage.said(a_post(BREACH, at=outage.clock.now - timedelta(minutes=3), message="m1"))

    assert await outage.up() == 1

    (gap,) = [gap for gap in await outage.gaps() if gap.why is Blindness.UNSUBSCRIBED]
    assert (gap.recovered, gap.recovered_at) == (1, None), "it goes on"
    assert await reads(outage) == 0
    outage.clock.pass_(minutes=5)
    assert await reads(outage) == 1


async def test_nothing_is_read_from_before_the_channel_was_sponsored_unless_somebody_asks(outage: Outage) -> None:
    asked_at = outage.clock.now
    channel = await outage.district.read(lambda tx: tx.registry.channel(CLUB))
    assert channel is not None
    asked = replace(channel, asked_at=asked_at)
    await outage.district.core.store.write(lambda tx: tx.registry.save_channel(asked))
    outage.said(a_post(BREACH, at=asked_at - timedelta(hours=2), message="m1"))
    outage.said(a_post(BREACH, at=asked_at - timedelta(days=40), message="m0"))
    await outage.down(hours=1)
    assert await outage.up() == 0

    await Desk(outage.district.core).act(COACH, "coverage.audit", subject_of(CLUB), {})

    assert await outage.up() == 1
    assert [(gap.why, gap.recovered) for gap in await outage.gaps()] == [(Blindness.DOWN, 0), (Blindness.PAST, 1)]
    assert len(outage.district.platform.of(COACH)) == 1


async def test_a_channel_is_read_again_once_chaperone_is_back_in_it(outage: Outage) -> None:
    await outage.district.take(Watched(channel=CLUB, is_watched=False, at=outage.clock.now))
    outage.clock.pass_(hours=8)
    outage.said(a_post(BREACH, at=outage.clock.now - timedelta(hours=4), message="m1"))
    assert await reads(outage) == 0, "it is not in the channel"

    await outage.district.take(Watched(channel=CLUB, is_watched=True, at=outage.clock.now))

    assert await outage.up() == 1
    (card,) = [card for card in outage.district.platform.of(PRINCIPAL) if "again" in card.title]
    assert "1 messages, edits and deletions were found" in str(card.blocks)


async def test_a_channel_that_may_not_be_read_is_a_gap_until_it_may(outage: Outage) -> None:
    platform = outage.district.platform
    platform.closed_to_us.add(CLUB)
    outage.clock.pass_(hours=7)
    await outage.reconciler.round()
    (gap,) = await outage.gaps()
    platform.closed_to_us.clear()
    outage.said(a_post(BREACH, at=outage.clock.now + timedelta(minutes=5), message="m1"))
    outage.clock.pass_(minutes=20)
    await outage.reconciler.round()

    assert (gap.why, gap.ended_at) == (Blindness.UNREADABLE, None)
    (after,) = await outage.gaps()
    assert after.recovered_at is not None
    assert after.recovered == 1


async def test_without_the_ability_nothing_is_read_and_the_gap_stays(outage: Outage) -> None:
    outage.district.platform.can = frozenset(Ability) - {Ability.READ_HISTORY}
    await outage.down(hours=1)

    assert await outage.up() == 0

    (gap,) = await outage.gaps()
    assert gap.recovered_at is None


async def reads(outage: Outage) -> int:
    """How many histories one round asks for."""
    before = outage.district.platform.histories
    await outage.reconciler.round()
    return outage.district.platform.histories - before


async def test_seventeen_hours_of_three_hundred_channels_are_recovered_within_the_limits(
    worded: District, clock: FakeClock
) -> None:
    outcome = await an_outage(worded, clock, channels=300, messages=600, page=5, kills=2)

    assert outcome.checked == 601
    assert outcome.flagged == 13
    assert outcome.gaps == {Blindness.DOWN: 300}
    assert outcome.recovered == 600
    assert outcome.asked_too_soon == 0
    assert outcome.killed == 2
    assert outcome.order[:2] == ["c200", "c007"], "what is under review first, then where students are"
