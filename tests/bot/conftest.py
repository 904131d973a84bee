"""The core over a real SQLite file, with a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.storage import open_store
from policy.verdict import PackId
from tests.district import CREC, TESTING, District, a_core, furnished_file
from tests.fakes import FakeClock, FakePlatform


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def district(tmp_path: Path, clock: FakeClock) -> AsyncIterator[District]:
    """The invented district under the shipped pack `crec`."""
    async with a_district(tmp_path, clock, CREC) as made:
        yield made


@pytest.fixture
async def worded(tmp_path: Path, clock: FakeClock) -> AsyncIterator[District]:
    """The invented district under the pack `testing`, which has one word for each severity."""
    async with a_district(tmp_path, clock, TESTING) as made:
        yield made


@asynccontextmanager
async def a_district(folder: Path, clock: FakeClock, pack: PackId) -> AsyncIterator[District]:
    database = folder / "chaperone.db"
    database.write_bytes(await furnished_file(pack))
    store = await open_store(f"sqlite:///{database}", clock)
    platform = FakePlatform()
    yield District(a_core(store, platform, pack=pack), platform)
    await store.close()
