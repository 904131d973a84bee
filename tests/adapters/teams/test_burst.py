"""A burst through Teams' door of a real server: the small sister of what `make bench` measures."""

import pytest

from adapters.bench.burst import COPIES
from adapters.bench.teams_burst import teams_burst

EVENTS = 600


@pytest.mark.timeout(180)
def test_a_burst_of_signed_activities_is_neither_lost_nor_doubled_and_acknowledged_in_time() -> None:
    burst = teams_burst(EVENTS, at_once=50)

    assert burst.events == EVENTS + EVENTS // COPIES, "some came twice"
    assert (burst.lost, burst.doubled, burst.refused) == (0, 0, 0)
    assert burst.p99 < 10.0, (
        "Teams waits ten to fifteen seconds; `make bench` measures on a machine that does nothing else"
    )
