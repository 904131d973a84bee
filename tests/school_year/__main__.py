"""Lives through the year at the size that is asked for, and says how far it is."""

import argparse
import asyncio
import logging
import sys
import time
from datetime import datetime, timedelta

import structlog

from tests.school_year.founding import BEGINS
from tests.school_year.living import ENDS, Year, live


def main() -> int:
    """Prints a line for each simulated week and each difference; fails where there was any."""
    parser = argparse.ArgumentParser(prog="python -m tests.school_year", description=__doc__)
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--per-day", type=int, default=60, help="events on a school day")
    parser.add_argument("--days", type=int, default=(ENDS - BEGINS).days)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    progress = Progress(time.monotonic())
    year = asyncio.run(
        live(
            channels=given.channels,
            people=given.people,
            per_day=given.per_day,
            seed=given.seed,
            until=min(ENDS, BEGINS + timedelta(days=given.days)),
            progress=progress,
        )
    )
    progress.say(year, is_end=True)
    for what, found in (("done more than once", year.twice()), ("restless nights", year.restless())):
        sys.stdout.write(f"{what}: {len(found)} {list(found.items())[:5]}\n")
    return 1 if year.differences or year.twice() or year.restless() else 0


class Progress:
    """Says how far the year is, once a simulated week, and each difference as it comes."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._told = 0

    def __call__(self, year: Year) -> None:
        for difference in year.differences[self._told : self._told + 20]:
            sys.stdout.write(f"DIFFERENCE {difference}\n")
        self._told = len(year.differences)
        if year.product.clock.now.weekday() == 0:
            self.say(year)
        sys.stdout.flush()

    def say(self, year: Year, *, is_end: bool = False) -> None:
        """One line."""
        now: datetime = year.product.clock.now
        sys.stdout.write(
            f"{'END' if is_end else 'so far'} {now:%Y-%m-%d}, day {(now - BEGINS).days + 1}: {year.compared} checks "
            f"and {sum(year.calls.values())} calls compared ({dict(sorted(year.calls.items()))}), "
            f"{len(year.differences)} differences, {year.product.crashes} crashes, {year.outages} outages, "
            f"{len(year.product.done)} duties done, events {dict(sorted(year.happened.items()))}, "
            f"{time.monotonic() - self._started:.0f} s\n"
        )


if __name__ == "__main__":
    sys.exit(main())
