"""The invented district with its roster, a sight that says what a test tells it, and pictures to post."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.roster import oneroster
from bot.desk import Desk
from bot.ports import Transaction
from bot.rostering import take_in
from tests.bot.desk.at_desk import AtDesk
from tests.bot.photos.at_photos import AtPhotos, FakeSight
from tests.district import CLUB, OTHER, PARENT, STUDENT, District
from tests.fakes import FakeClock
from tests.rosters import a_family, a_user


@pytest.fixture
async def photos(district: District, clock: FakeClock) -> AtPhotos:
    """Stu's mother has an account; Otis' father has none. No permission is on record for either child."""
    files = a_family()
    a_user(files, "dad", "parent", "Dan", "Xylo", email="dan@example.net")
    files.rows["users"][3]["agentSourcedIds"] = "dad"
    for row in files.rows["users"]:
        row["photoPermission"] = ""
    reading = oneroster.read(files.as_bytes(), date(2026, 11, 20))

    def furnish(tx: Transaction) -> None:
        for who, email in ((PARENT, "pat@example.net"), (STUDENT, "stu@example.org"), (OTHER, "otis@example.org")):
            known = tx.registry.person(who)
            assert known is not None
            tx.registry.save_person(replace(known, email=email))
        tx.registry.leave(CLUB, PARENT)
        take_in(tx, reading)

    await district.core.store.write(furnish)
    sight = FakeSight()
    seeing = District(replace(district.core, sight=sight), district.platform)
    return AtPhotos(AtDesk(seeing, Desk(seeing.core), clock), sight)
