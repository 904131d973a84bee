"""The models, loaded once for all tests."""

import pytest

from adapters.pictures.limits import Limits
from adapters.pictures.looking import Eyes


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    """What the process does, without the process. A busy machine may take its time: limits have tests of their own."""
    return Eyes(Limits(soft_seconds=60))
