"""The district with somebody at its desk."""

import pytest

from bot.desk.door import Desk
from tests.bot.desk.at_desk import AtDesk, furnish
from tests.district import District
from tests.fakes import FakeClock


@pytest.fixture
async def at_desk(district: District, clock: FakeClock) -> AtDesk:
    """The district with its desk, a channel that waits for approval and an exception in force."""
    await district.core.store.write(furnish)
    return AtDesk(district, Desk(district.core), clock)
