"""What tests of every part may ask for."""

import os
import shutil
from pathlib import Path

import pytest

pytest_plugins = ("tests.servers",)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Where the browser is. Without one the test is skipped, except in CI, where it fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return Path(found)
    if os.environ.get("CHROMIUM_REQUIRED"):
        pytest.fail("Chromium is missing. On Debian: sudo apt install chromium")
    pytest.skip("Chromium is not installed. On Debian: sudo apt install chromium")
