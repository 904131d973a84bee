"""Days and hours as people write them, in their own language and time zone, and where the school year ends."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.records.registry import Person
from policy.words import Lang

SCHOOL_YEAR_ENDS = (6, 30)
"""Month and day on which what was granted for the school year ends."""

_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ES = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def local(at: datetime, person: Person) -> datetime:
    """The moment on the person's own clock."""
    return at.astimezone(ZoneInfo(person.zone))


def day(at: datetime, reader: Person) -> str:
    """The moment's day in the reader's zone and language: `March 4, 2026`, `4 de marzo de 2026`."""
    return written(local(at, reader).date(), reader.lang)


def written(day: date, lang: Lang) -> str:
    """The day in words."""
    if lang is Lang.ES:
        return f"{day.day} de {_ES[day.month - 1]} de {day.year}"
    return f"{_EN[day.month - 1]} {day.day}, {day.year}"


def moment(at: datetime, reader: Person) -> str:
    """Day and hour in the reader's zone and language: `March 4, 3:05 PM`, `4 de marzo, 15:05`."""
    here = local(at, reader)
    if reader.lang is Lang.ES:
        return f"{here.day} de {_ES[here.month - 1]}, {here:%H:%M}"
    return f"{_EN[here.month - 1]} {here.day}, {here.hour % 12 or 12}:{here:%M %p}"


def end_of_school_year(now: datetime, zone: str) -> datetime:
    """The end of the school year's last day that comes next."""
    today = now.astimezone(ZoneInfo(zone)).date()
    last = date(today.year, *SCHOOL_YEAR_ENDS)
    return end_of(last if today <= last else date(today.year + 1, *SCHOOL_YEAR_ENDS), zone, now)


def end_of(day: date, zone: str, now: datetime) -> datetime:
    """The last minute of that day in that zone."""
    return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
