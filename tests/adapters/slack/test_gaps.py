"""What Slack says it did not tell is a gap that is read anew, and a channel with another id stays watched."""

from dataclasses import replace

import pytest

from adapters.slack.gaps import Gaps
from adapters.slack.receiving import missed_by
from bot.ids import ChannelId, ChannelRef
from bot.ports import Transaction
from bot.records.gaps import Blindness
from bot.records.registry import Channel, ChannelState
from tests.adapters.slack.at_door import COACH, EMEKA, LARKFIELD, TRACK, AtDoor
from tests.adapters.slack.payloads import recorded

OLD = ChannelRef(LARKFIELD, ChannelId("G0TRACK01"))


async def told(at: AtDoor, name: str) -> None:
    missed = missed_by(recorded(name).payload)
    assert missed is not None
    await Gaps(at.core).missed(missed)


@pytest.mark.parametrize(
    ("name", "why"),
    [("app_rate_limited", Blindness.RATE_LIMITED), ("channel_history_changed", Blindness.PAST)],
)
async def test_what_was_not_told_is_one_gap_however_often_slack_says_so(at: AtDoor, name: str, why: Blindness) -> None:
    at.clock.pass_(minutes=2)
    await told(at, name)
    await told(at, name)

    [gap] = await at.core.store.read(lambda tx: tx.coverage.gaps(TRACK))
    assert gap.why is why
    assert gap.ended_at is not None
    assert gap.started_at < gap.ended_at


async def test_a_channel_with_another_id_keeps_owner_approval_and_members_and_its_gap_is_read(at: AtDoor) -> None:
    def under_the_old_id(tx: Transaction) -> None:
        known = tx.registry.channel(TRACK)
        assert known is not None
        tx.registry.save_channel(replace(known, ref=OLD, name="relay"))
        tx.registry.join(OLD, EMEKA, by=COACH, at=tx.now)

    def moved(tx: Transaction) -> tuple[Channel | None, Channel | None]:
        return tx.registry.channel(OLD), tx.registry.channel(NEW)

    NEW = ChannelRef(LARKFIELD, ChannelId("C0RELAY01"))  # noqa: N806 - a place, like OLD
    await at.core.store.write(under_the_old_id)
    payload = recorded("channel_id_changed").payload
    payload["event"]["new_channel_id"] = NEW.channel
    for _ in range(2):
        missed = missed_by(payload)
        assert missed is not None
        await Gaps(at.core).missed(missed)

    old, new = await at.core.store.read(moved)
    assert old is not None
    assert new is not None
    assert old.state is ChannelState.CLOSED
    assert (new.state, new.owner, new.name) == (ChannelState.APPROVED, COACH, "relay")
    assert await at.core.store.read(lambda tx: tx.registry.members(NEW)) == [EMEKA]
    assert len(await at.core.store.read(lambda tx: tx.coverage.gaps(NEW))) == 1
    named = await at.core.store.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert named.count("channel:id:changed") == 1


async def test_a_channel_that_nobody_registered_needs_no_gap(at: AtDoor) -> None:
    await told(at, "channel_id_changed")
    payload = recorded("channel_history_changed").payload
    payload["event"]["channel"] = "C0ELSEWH1"
    missed = missed_by(payload)
    assert missed is not None
    await Gaps(at.core).missed(missed)

    assert await at.core.store.read(lambda tx: tx.coverage.gaps(ChannelRef(LARKFIELD, ChannelId("C0ELSEWH1")))) == []
