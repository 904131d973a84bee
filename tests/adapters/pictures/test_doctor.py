"""`chaperone doctor` says what cannot be seen in pictures, and what to do about it."""

from pathlib import Path

import pytest

from adapters.commandline import doctor
from adapters.commandline.lines import Mark
from adapters.pictures import parts
from adapters.settings import Settings


@pytest.mark.parametrize("part", parts.PARTS, ids=lambda part: part.module)
def test_a_missing_package_is_named_with_what_it_sees_and_how_to_install_it(
    part: parts.Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "is_here", lambda asked: asked != part)

    line = doctor._pictures(Settings())

    assert line.mark is Mark.LOOK
    assert part.sees in line.seen
    assert parts.command_for([part]) in line.todo


def test_with_all_packages_nothing_is_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "is_here", lambda _part: True)

    assert doctor._pictures(Settings()).mark is Mark.GOOD


def test_a_sensor_that_cannot_be_imported_must_be_mended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parts, "is_here", lambda _part: True)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sensor_of_a_district.py").write_text("def sense(picture):\n    return 0\n")

    assert doctor._pictures(Settings(pictures_sensor="sensor_of_a_district:sense")).mark is Mark.GOOD
    assert doctor._pictures(Settings(pictures_sensor="sensor_of_a_district:other")).mark is Mark.BAD
    assert doctor._pictures(Settings(pictures_sensor="no_such_module:sense")).mark is Mark.BAD


def test_that_pictures_are_not_wanted_is_said() -> None:
    line = doctor._pictures(Settings(pictures=False))

    assert (line.mark, "CHAPERONE_PICTURES" in line.seen) == (Mark.GOOD, True)
