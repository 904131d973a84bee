"""A channel read back: the very events that Slack would have sent, within its limits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.events import events_of
from adapters.slack.versions import Reading
from bot.errors import Undeliverable
from bot.events import Edited, Event, Posted, Unread, key_of
from bot.ids import ChannelId, ChannelRef
from tests.adapters.slack.in_slack import CLUB, OTHER, STUDENT, TOPIC, WORKSPACE, InSlack, a_card, in_slack
from tests.standins.slack_web import limited
from tests.standins.slack_world import APP, BOT, TEAM

EVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[InSlack]:
    async with in_slack(tmp_path) as opened:
        yield opened


async def read(here: InSlack, since: datetime = EVER, until: datetime | None = None) -> list[Event]:
    end = until or here.clock() + timedelta(minutes=1)
    return [event async for event in here.platform.history(CLUB, since=since, until=end)]


def say(here: InSlack, text: str, **more: Any) -> dict[str, Any]:
    """A second after what was said before."""
    here.clock.pass_(seconds=1)
    return here.world.say(CLUB.channel, STUDENT.person, text, **more)


def texts(events: list[Event]) -> list[str]:
    return [event.content.text for event in events if isinstance(event, Posted | Edited)]


def live(message: dict[str, Any]) -> list[Event]:
    """The same message as the Events API tells it."""
    body: dict[str, Any] = {
        "team_id": TEAM,
        "api_app_id": APP,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": {**message, "channel": CLUB.channel, "channel_type": "group", "event_ts": message["ts"]},
    }
    return [event for event in events_of(body, Reading()) if isinstance(event, Posted | Edited)]


async def test_what_is_read_back_has_the_keys_that_it_would_have_had_live(here: InSlack) -> None:
    first = say(here, "the first &amp; best")
    reply = say(here, "an answer", thread_ts=first["ts"])
    changed = say(here, "before")
    came = [*live(dict(first)), *live(dict(reply)), *live(dict(changed))]
    here.clock.pass_(seconds=5)
    before, after = here.world.change(CLUB.channel, changed["ts"], "after")
    change = {"type": "message", "subtype": "message_changed", "message": after, "previous_message": before}
    came += [event for event in live({**change, "ts": here.world.ts()}) if isinstance(event, Edited)]

    found = await read(here)

    assert texts(found) == ["the first & best", "an answer", "after"]
    assert {key_of(event) for event in found} <= {key_of(event) for event in came}
    assert isinstance(found[-1], Edited)
    assert [event.thread for event in found if isinstance(event, Posted)] == [None, first["ts"]]


async def test_pages_and_long_threads_are_read_whole_and_oldest_first(here: InSlack) -> None:
    parent = say(here, "parent")
    for number in range(450):
        say(here, f"answer {number}", thread_ts=parent["ts"])
        say(here, f"post {number}")

    found = await read(here)

    assert len(found) == len({key_of(event) for event in found}) == 901
    assert [event.at for event in found] == sorted(event.at for event in found)
    assert {call.answer for call in here.web.calls} == {"ok"}


async def test_only_what_is_new_since_then_is_told_with_edits_and_answers_of_older_messages(here: InSlack) -> None:
    old, mended, parent = say(here, "old"), say(here, "mended later"), say(here, "parent")
    here.clock.pass_(seconds=1)
    since = here.clock()
    reply = say(here, "new answer", thread_ts=parent["ts"])
    here.clock.pass_(seconds=60)
    here.world.change(CLUB.channel, mended["ts"], "mended now")
    new = say(here, "new")
    here.clock.pass_(seconds=1)
    until = here.clock()
    say(here, "later still")

    found = await read(here, since, until)

    assert sorted(texts(found)) == ["mended now", "new", "new answer"]
    assert reply["ts"] != new["ts"] != old["ts"]


async def test_answers_in_a_thread_that_began_long_before_are_found_where_it_was_heard_of(here: InSlack) -> None:
    parent, deleted = say(here, "parent"), say(here, "deleted parent")
    for number in range(450):
        say(here, f"post {number}")
    for number, thread in enumerate((parent, deleted)):
        await here.district.post(
            f"heard {number}", message=f"{here.clock().timestamp():.6f}", by=STUDENT, channel=CLUB, thread=thread["ts"]
        )
        here.clock.pass_(seconds=1)
    here.world.remove(CLUB.channel, deleted["ts"])
    since = here.clock()
    say(here, "missed answer", thread_ts=parent["ts"])

    assert texts(await read(here, since)) == ["missed answer"]


async def test_what_chaperone_itself_and_slack_wrote_is_left_out_and_what_is_withheld_is_told(here: InSlack) -> None:
    await here.platform.announce(CLUB, TOPIC, a_card(), shown=None, pin=False)
    say(here, "joined", subtype="channel_join")
    say(here, "", subtype="ekm_access_denied")

    found = await read(here)

    assert [type(event) for event in found] == [Unread]


async def test_it_waits_where_slack_asks_for_it_and_goes_on(here: InSlack) -> None:
    for number in range(500):
        say(here, f"post {number}")
    here.web.faults["conversations.history"].append(limited("30"))
    began = here.clock()

    found = await read(here)

    assert len(found) == 500
    assert here.clock() - began >= timedelta(seconds=30)


async def test_a_channel_where_chaperone_is_not_cannot_be_read(here: InSlack) -> None:
    here.world.add_channel("C0OPEN001", "open", {OTHER.person})
    channel = ChannelRef(WORKSPACE, ChannelId("C0OPEN001"))

    with pytest.raises(Undeliverable):
        [event async for event in here.platform.history(channel, since=EVER, until=here.clock())]
