"""Outings on record: their place is not to be said while they last, and reports are fine when they are over."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import outings
from bot.channels.outings import Plan, record
from bot.desk.door import Desk
from bot.errors import Refused
from bot.ids import PersonRef
from bot.records.incidents import incident_id
from bot.wording.subjects import subject_of
from tests.district import CLUB, COACH, PRINCIPAL, STUDENT, District, a_post
from tests.fakes import FakeClock

FORM = {"place": "Science Museum", "day": "2026-12-03", "start": "8:30", "end": "3 pm"}
SUBJECT = subject_of(CLUB)


async def flagged(district: District, clock: FakeClock, text: str, message: str) -> list[str]:
    event = a_post(text, at=clock.now, message=message)
    await district.take(event)
    incident = await district.read(lambda tx: tx.incidents.get(incident_id(event.message)))
    return list(incident.rules) if incident else []


async def test_its_place_is_a_finding_while_it_lasts_and_fine_afterwards(district: District, clock: FakeClock) -> None:
    await Desk(district.core).act(COACH, "outing.record", SUBJECT, FORM)
    found = {}
    for moment in ("2026-12-02T17:00", "2026-12-03T15:00", "2026-12-03T21:00", "2026-12-30T15:00"):
        clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        found[moment] = await flagged(district, clock, "everybody loves the science museum", moment)

    assert found == {
        "2026-12-02T17:00": [],
        "2026-12-03T15:00": ["student_location"],
        "2026-12-03T21:00": [],
        "2026-12-30T15:00": [],
    }


async def test_an_outing_that_ends_early_is_over(district: District, clock: FakeClock) -> None:
    await Desk(district.core).act(COACH, "outing.record", SUBJECT, FORM)
    clock.now = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
    card = await Desk(district.core).command(COACH, CLUB, "event")
    over = next(action for action in card.actions if action.name == "outing.end")

    after = await Desk(district.core).act(PRINCIPAL, "outing.end", over.subject, {})
    clock.pass_(minutes=1)

    assert after is not None
    assert "None is on record" in str(after.blocks)
    assert await flagged(district, clock, "everybody loves the science museum", "m1") == []
    with pytest.raises(Refused, match="already over"):
        await Desk(district.core).act(PRINCIPAL, "outing.end", over.subject, {})


@pytest.mark.parametrize("who", [STUDENT])
async def test_only_who_answers_for_the_channel_records_it(district: District, who: PersonRef) -> None:
    with pytest.raises(Refused, match="Only the owner"):
        await Desk(district.core).act(who, "outing.record", SUBJECT, FORM)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"day": "next friday"}, "I cannot read the day"),
        ({"start": "noonish"}, "I cannot read the hour"),
        ({"start": "25:00"}, "I cannot read the hour"),
        ({"start": "13 pm"}, "I cannot read the hour"),
        ({"start": "16:00"}, "ends before it begins"),
        ({"last_day": "2027-03-01"}, "ends before it begins, or lasts more"),
        ({"day": "2026-11-02"}, "already over"),
        ({"place": " "}, "fill in"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_what_to_do(
    district: District, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await Desk(district.core).act(COACH, "outing.record", SUBJECT, FORM | changed)


async def test_times_are_those_of_the_owners_clock(district: District) -> None:
    coach = await district.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None

    await record(district.core, coach, CLUB, Plan(place="Rink", day="2027-03-14", start="1:30", end="2:30 p.m."))
    (outing,) = await district.read(lambda tx: tx.outings.of(CLUB, ended_after=tx.now))

    assert outing.starts_at == datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    assert outing.ends_at == datetime(2027, 3, 14, 18, 30, tzinfo=UTC), "clocks went forward in between"
    assert outing.ends_at - outing.starts_at == timedelta(hours=12)


@given(hour=st.text(max_size=12))
def test_any_hour_is_read_or_refused(hour: str) -> None:
    with suppress(Refused):
        assert outings._hour(hour).hour in range(24)
