"""What tests of Slack's adapter may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.at_door import AtDoor, at_door


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[AtDoor]:
    """Slack's door, open."""
    async with at_door(tmp_path) as opened:
        yield opened
