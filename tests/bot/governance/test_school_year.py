"""A simulated school year: every check is at every step what a plain model says, and each reminder comes once."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.deliveries import TopicKind
from bot.subjects import subject_of
from tests.school_year import Year, calls, live


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Three channels and sixty people over ten months, with processes that die now and then."""
    folder: Path = tmp_path_factory.mktemp("year")
    return asyncio.run(live(folder, channels=3, people=60, per_step=2, seed=7))


def test_every_check_is_what_the_model_says_at_every_step(year: Year) -> None:
    assert year.compared > 7_000
    assert year.crashes > 10
    assert set(year.happened) >= {"joins", "leaves", "shared", "converted", "decides", "looks", "says", "account"}


def test_what_is_to_be_done_is_done_once_though_processes_die(year: Year) -> None:
    twice = {duty: count for duty, count in year.done.items() if count != 1}

    assert twice == {}
    assert {kind for kind, _, _ in year.done} >= {"channel.look", "check.unmended", "attest.remind", "approval.ending"}


def test_each_reminder_of_a_look_comes_exactly_once(year: Year) -> None:
    reminded = calls(year, TopicKind.ATTESTATION)
    of_place = Counter(topic.rpartition("|")[0] for _, topic in reminded)

    assert set(reminded.values()) == {1}
    assert of_place == Counter({subject_of(place.ref): place.reminders for place in year.places if place.reminders})


def test_each_overdue_look_goes_to_the_supervisor_as_often_as_it_should(year: Year) -> None:
    done = Counter(subject for kind, subject, _ in year.done if kind == "check.unmended")

    for place in year.places:
        assert done[f"{subject_of(place.ref)}|monitored"] == place.escalations
    assert sum(place.escalations for place in year.places) > 3
