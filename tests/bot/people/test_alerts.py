"""Whom an alert may reach, and when."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.door import Desk
from bot.people.alerts import due_at, next_at, owe_digest
from bot.records.deliveries import TopicKind
from bot.records.registry import Person
from policy.message import Role
from policy.verdict import Severity
from tests.district import COACH, District
from tests.fakes import FakeClock

NIGHT = (time(21, 0), time(6, 30))


def a_person(quiet: tuple[time, time] | None = NIGHT) -> Person:
    return Person(ref=COACH, name="Cody Coach", role=Role.STAFF, quiet=quiet)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def test_what_is_urgent_interrupts_at_any_hour() -> None:
    assert due_at(a_person(), Severity.URGENT, at(23)) == at(23)


@pytest.mark.parametrize(("hour", "waits"), [(20, False), (21, True), (23, True), (3, True), (7, False), (12, False)])
def test_the_rest_waits_for_the_end_of_quiet_hours(hour: int, waits: bool) -> None:
    due = due_at(a_person(), Severity.HIGH, at(hour))

    assert (due > at(hour)) is waits
    if waits:
        assert due.astimezone(ZoneInfo("America/New_York")).time() == time(6, 30)


def test_without_quiet_hours_everything_comes_at_once() -> None:
    assert due_at(a_person(quiet=None), Severity.NORMAL, at(3)) == at(3)


def test_quiet_hours_within_one_day_are_kept_too() -> None:
    person = a_person(quiet=(time(9, 0), time(11, 0)))

    assert due_at(person, Severity.NORMAL, at(10)) == at(11)
    assert due_at(person, Severity.NORMAL, at(12)) == at(12)


ZONES = ["America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"]


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_day_of_two_years_has_one_digest_hour(zone: str) -> None:
    """Also where the hour falls into a gap or comes twice."""
    for hour in (time(2, 30), time(1, 30), time(16, 0)):
        now = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)
        seen: list[date] = []
        while len(seen) < 730:
            now = next_at(hour, zone, now)
            seen.append(now.astimezone(ZoneInfo(zone)).date())
        assert seen == [seen[0] + timedelta(days=n) for n in range(730)]


@given(
    minute=st.integers(0, 2 * 365 * 24 * 60),
    hour=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_the_next_hour_is_always_ahead_and_at_most_a_day_and_a_clock_change_away(
    minute: int, hour: time, zone: str
) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)

    due = next_at(hour, zone, now)

    assert timedelta(0) < due - now <= timedelta(hours=25)


def test_a_person_in_another_zone_has_quiet_hours_of_their_own() -> None:
    person = replace(a_person(), zone="Europe/Madrid")

    assert due_at(person, Severity.HIGH, at(16)) > at(16)


@pytest.mark.parametrize("zone", ZONES)
async def test_a_weekly_digest_is_owed_once_a_week_on_friday(worded: District, clock: FakeClock, zone: str) -> None:
    person = replace(a_person(), zone=zone, is_digest_weekly=True)
    days = []
    for _ in range(26 * 7 * 2):
        before = await worded.core.store.read(lambda tx: tx.outbox.counts())
        await worded.core.store.write(lambda tx: owe_digest(tx, person))
        after = await worded.core.store.read(lambda tx: tx.outbox.counts())
        if after.waiting > before.waiting:
            days.append(clock.now)
        clock.pass_(hours=12)

    assert 25 <= len(days) <= 27


async def test_whoever_moves_the_hour_after_the_days_digest_is_not_left_without(
    worded: District, clock: FakeClock
) -> None:
    clock.now = at(15)
    await worded.post("say mildword now", message="m1")
    clock.now = at(16)
    await worded.settle()
    assert [topic.kind for to, topic, _ in worded.platform.calls if to == COACH] == [TopicKind.DIGEST]

    await Desk(worded.core).act(COACH, "person.digest", "set", {"often": "daily", "at": "18:00"})
    clock.now = at(17)
    await worded.post("mildword again", message="m2")
    for hours in (1, 25):
        clock.now = at(17) + timedelta(hours=hours)
        await worded.settle()

    digests = [topic.id for to, topic, _ in worded.platform.calls if to == COACH and topic.kind is TopicKind.DIGEST]
    assert digests == ["2026-11-20:coach", "2026-11-21:coach"]
