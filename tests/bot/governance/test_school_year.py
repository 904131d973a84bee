"""A simulated school year: every check is at every step what a plain model says, and each call comes once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.school_year.hours import after_quiet, next_digest, next_showing
from tests.school_year.living import Year, live

KINDS = {
    "access", "approval", "attestation", "checks", "digest", "incident", "member", "notice", "permission", "picture",
}  # fmt: skip
EVENTS = {
    "account", "answers", "answers_notice", "asks", "converts", "decides", "deletes", "edits", "hides", "joins",
    "leaves", "looks_over", "names", "offers", "permits", "posts_picture", "prefers", "removes", "renames", "renews",
    "reports", "reviews", "says", "shares", "takes_down",
}  # fmt: skip


@pytest.fixture(scope="module")
def year() -> Year:
    """Two channels and sixty people over ten months, with processes that die and nights when all are down."""
    return asyncio.run(live(channels=2, people=60, per_day=3, seed=7))


def test_every_check_is_what_the_model_says_at_every_step_and_every_call_comes_once(year: Year) -> None:
    assert year.differences == []
    assert year.compared > 9_000
    assert sum(year.calls.values()) > 500
    assert set(year.calls) == KINDS
    assert set(year.happened) >= EVENTS


def test_what_is_to_be_done_is_done_once_though_processes_die(year: Year) -> None:
    done = Counter(kind for kind, _, _ in year.product.done)

    assert year.twice() == {}
    assert set(done) >= {
        "access.waiting", "approval.ending", "approval.waiting", "attest.remind", "channel.look", "check.unmended",
        "member.invite", "member.undecided", "picture.parents", "picture.parents_reminder", "picture.poster_reminder",
        "picture.unanswered",
    }  # fmt: skip
    assert year.product.crashes > 50
    assert year.outages > 3


def test_each_channel_is_looked_at_once_each_night(year: Year) -> None:
    assert year.restless() == {}
    assert len(year.nights) > 2 * 300


async def test_the_products_own_store_bears_it_too(tmp_path: Path) -> None:
    until = datetime(2026, 9, 20, tzinfo=UTC)

    year = await live(channels=2, people=40, per_day=6, seed=11, until=until, folder=tmp_path)

    assert year.differences == []
    assert year.twice() == {}
    assert year.compared > 500


async def test_what_goes_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year whose product reminds a day late, and never of what is unmended, differs from its model."""
    monkeypatch.setattr("bot.governance.attesting.LONGEST_LEAD", timedelta(days=0.5))
    monkeypatch.setattr("bot.governance.watch.MEND_WITHIN", timedelta(days=900))

    year = await live(channels=2, people=40, per_day=6, seed=11, until=datetime(2026, 9, 20, tzinfo=UTC))

    assert any("attestation" in each for each in year.differences)
    assert any("checks" in each for each in year.differences)


def test_the_models_clock_knows_hours_that_come_twice_or_not_at_all() -> None:
    spring, autumn = (datetime(*day, 5, tzinfo=UTC) for day in ((2027, 3, 14), (2026, 11, 1)))

    skipped = next_showing(time(2, 30), "America/New_York", spring)
    twice = next_showing(time(1, 30), "America/New_York", autumn)

    assert skipped == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert twice == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert after_quiet((time(21), time(2, 30)), "America/New_York", spring) == skipped
    assert after_quiet((time(21), time(2, 30)), "America/Phoenix", skipped) == skipped.replace(hour=9)
    friday = next_digest(time(16), "Europe/Madrid", autumn, is_weekly=True)
    assert friday.astimezone(ZoneInfo("Europe/Madrid")).strftime("%A %H:%M") == "Friday 16:00"
