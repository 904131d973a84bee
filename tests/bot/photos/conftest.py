"""The invented district with its roster, a sight that says what a test tells it, and pictures to post."""

import pytest

from tests.bot.photos.at_photos import AtPhotos, with_families
from tests.district import District
from tests.fakes import FakeClock


@pytest.fixture
async def photos(district: District, clock: FakeClock) -> AtPhotos:
    """Stu's mother has an account; Otis' father has none. No permission is on record for either child."""
    return await with_families(district, clock)
