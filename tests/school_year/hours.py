"""What clocks show in a zone, worked out the slow way: by trying which instants show it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FRIDAY = 4


def next_showing(at: time, zone: str, now: datetime) -> datetime:
    """The first instant after `now` at which clocks there show `at`; on a day that leaves the hour out, when as much of
    the day is over as on others."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while (found := _on(day, at, ZoneInfo(zone))) <= now:
        day += timedelta(days=1)
    return found


def next_digest(at: time, zone: str, now: datetime, *, is_weekly: bool) -> datetime:
    """The next hour of digests: any day's, or a Friday's."""
    found = next_showing(at, zone, now)
    while is_weekly and local_day(found, zone).weekday() != FRIDAY:
        found = next_showing(at, zone, found)
    return found


def after_quiet(quiet: tuple[time, time] | None, zone: str, now: datetime) -> datetime:
    """When somebody with these quiet hours may be called: now, or when they end."""
    if quiet is None:
        return now
    start, end = quiet
    shown = now.astimezone(ZoneInfo(zone)).time()
    is_quiet = (shown >= start or shown < end) if start > end else start <= shown < end
    return next_showing(end, zone, now) if is_quiet else now


def local_day(moment: datetime, zone: str) -> date:
    """The date that calendars there show."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _on(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant of that day at which clocks show the time."""
    naive = datetime.combine(day, at, tzinfo=UTC)
    offsets = {zone.utcoffset(datetime.combine(day, at) + timedelta(days=days)) or timedelta() for days in (-1, 1)}
    instants = [naive - offset for offset in sorted(offsets, reverse=True)]
    showing = [each for each in instants if each.astimezone(zone).replace(tzinfo=None) == naive.replace(tzinfo=None)]
    # Nothing shows it: the clock was put forward past it, and the offset from before that gives the instant.
    return showing[0] if showing else naive - min(offsets)
