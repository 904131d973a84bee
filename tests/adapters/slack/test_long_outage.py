"""Seventeen hours without Slack, over 300 channels: all is read back within Slack's limits."""

from datetime import timedelta
from pathlib import Path

from bot.events import key_of
from bot.ids import ChannelId, ChannelRef
from tests.adapters.slack.in_slack import STUDENT, WORKSPACE, in_slack
from tests.standins.slack_world import BOT

CHANNELS, MESSAGES, THREADS = 300, 200, 3
OUTAGE = timedelta(hours=17)


async def test_sixty_thousand_messages_of_300_channels_are_read_back_at_slacks_pace(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as here:
        since = here.clock()
        between = OUTAGE.total_seconds() / MESSAGES
        for number in range(CHANNELS):
            here.world.add_channel(f"CROOM{number:03}", f"room {number}", {BOT, STUDENT.person})
        for _ in range(MESSAGES):
            here.clock.pass_(seconds=between)
            for number in range(CHANNELS):
                room = here.world.conversations[f"CROOM{number:03}"]
                starts = room.messages[:THREADS] if len(room.messages) % 20 == 19 else []
                more = {"thread_ts": starts[-1]["ts"]} if starts else {}
                here.world.say(room.id, STUDENT.person, "practice at four", **more)
        here.clock.pass_(seconds=1)
        began = here.clock()

        keys: set[str] = set()
        for number in range(CHANNELS):
            channel = ChannelRef(WORKSPACE, ChannelId(f"CROOM{number:03}"))
            keys |= {key_of(e) async for e in here.platform.history(channel, since=since, until=here.clock())}

        took = here.clock() - began
        assert len(keys) == CHANNELS * MESSAGES == 60_000
        assert {call.answer for call in here.web.calls} == {"ok"}
        assert took < timedelta(minutes=15), f"{here.web.count('conversations.history')} pages"
