"""The core over a real SQLite file, with a clock that the test moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.storage import open_store
from tests.district import District, a_core, seed
from tests.fakes import FakeClock, FakePlatform


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def district(tmp_path: Path, clock: FakeClock) -> AsyncIterator[District]:
    store = await open_store(f"sqlite:///{tmp_path / 'chaperone.db'}", clock)
    platform = FakePlatform()
    await store.write(seed)
    yield District(a_core(store, platform), platform)
    await store.close()
