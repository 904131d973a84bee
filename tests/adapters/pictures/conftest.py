"""One process for the tests of a file: it takes a second to start."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.pictures.limits import Limits
from adapters.pictures.looking import Eyes
from adapters.pictures.sight import ProcessSight


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    """What the process does, without the process."""
    return Eyes(Limits())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sight() -> AsyncIterator[ProcessSight]:
    # A busy machine may need a while; what a limit does has tests of its own.
    sight = ProcessSight(Limits(soft_seconds=60, seconds=120))
    yield sight
    await sight.close()
