"""A channel for a team of reviewers: every alert is there too, as it stands, except where its author could read it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk.door import Desk
from bot.ids import PersonRef
from bot.records.incidents import incident_id
from tests.adapters.slack.in_slack import CLUB, COACH, PRINCIPAL, STUDENT, InSlack, in_slack, message_of
from tests.standins.slack_checks import literal_text
from tests.standins.slack_world import BOT

ALERTS = "C0ALERTS1"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[InSlack]:
    async with in_slack(tmp_path, alerts=ALERTS) as opened:
        opened.world.add_channel(ALERTS, "alerts", {BOT, COACH.person, PRINCIPAL.person}, is_private=True)
        yield opened


def posted(here: InSlack) -> list[dict[str, Any]]:
    return here.world.conversations[ALERTS].messages


async def post(here: InSlack, text: str, *, by: PersonRef = STUDENT, message: str = "1795000001.000001") -> None:
    await here.district.post(text, by=by, message=message, channel=CLUB)
    here.clock.pass_(seconds=5)
    await here.district.settle()


async def test_an_alert_is_there_once_and_follows_its_state(here: InSlack) -> None:
    await post(here, "plainword")
    [before] = [dict(message) for message in posted(here)]

    incident = incident_id(message_of(CLUB.channel, "1795000001.000001"))
    await Desk(here.district.core).act(PRINCIPAL, "incident.take", incident, {})
    here.clock.pass_(seconds=5)
    await here.district.settle()

    [after] = posted(here)
    assert after["ts"] == before["ts"]
    assert "Prim Principal" in literal_text(after["blocks"])
    assert len(here.texts(COACH)) == len(here.texts(PRINCIPAL)) == 1


async def test_an_urgent_alert_says_so(here: InSlack) -> None:
    await post(here, "dangerword")

    [message] = posted(here)
    assert "🚨" in message["blocks"][0]["text"]["text"]
    assert "in danger" in literal_text(message["blocks"])


async def test_nobody_reads_an_alert_about_themselves_there(here: InSlack) -> None:
    await post(here, "plainword", by=COACH)

    assert posted(here) == []
    assert len(here.texts(PRINCIPAL)) == 1
    assert here.texts(COACH) == []


@pytest.mark.parametrize("what", ["archived", "left", "gone"])
async def test_a_fault_of_that_channel_keeps_nobody_from_being_told(here: InSlack, what: str) -> None:
    room = here.world.conversations[ALERTS]
    match what:
        case "archived":
            room.is_archived = True
        case "left":
            room.members.discard(BOT)
        case "gone":
            del here.world.conversations[ALERTS]

    await post(here, "plainword")

    assert len(here.texts(COACH)) == len(here.texts(PRINCIPAL)) == 1
