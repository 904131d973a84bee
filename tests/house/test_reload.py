"""Packs are read anew while Chaperone runs, and a broken one never replaces a working one."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.commandline.doctor import _packs
from adapters.commandline.lines import Mark
from adapters.commandline.packs import packs
from adapters.commandline.run import PID_FILE, reload_packs, say_what_fails
from adapters.settings import load_settings
from adapters.shelf import load_shelf
from adapters.wiring import build
from policy.loading import CasesFail
from policy.verdict import PackId

OWN = """
id: {id}
name: {name}
policy: Policy 7, Social Media
cite: P7
adopted: 2026-01-01
extends: crec
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a district's own pack."""
    made = tmp_path / "packs"
    made.mkdir()
    (made / "riverbend.yml").write_text(OWN.format(id="riverbend", name="Riverbend Schools"), encoding="utf-8")
    return made


async def test_a_changed_pack_is_taken_and_a_broken_one_is_refused_with_file_and_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings(state=tmp_path / "state", packs=folder, pack="riverbend", playground=False)
    house = await build(settings)
    own = PackId("riverbend")
    try:
        assert house.core.shelf[own].name == "Riverbend Schools"

        (folder / "riverbend.yml").write_text(OWN.format(id="riverbend", name="Riverbend Public Schools"))
        reload_packs(house)
        assert house.core.shelf[own].name == "Riverbend Public Schools"

        (folder / "riverbend.yml").write_text(OWN.format(id="riverbend", name="Broken") + "clauses: 7\n")
        reload_packs(house)
        assert house.core.shelf[own].name == "Riverbend Public Schools"
        assert "riverbend.yml:8" in capsys.readouterr().err

        shutil.rmtree(folder)
        reload_packs(house)
        assert house.core.shelf[own].name == "Riverbend Public Schools"
        assert "The packs stay as they were" in capsys.readouterr().err
    finally:
        await house.close()


def test_the_command_checks_first_and_then_tells_the_process_that_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _frame: heard.append(number))
    monkeypatch.setenv("CHAPERONE_STATE", str(tmp_path))
    monkeypatch.setenv("CHAPERONE_PACKS", str(folder))
    try:
        nobody = CliRunner().invoke(packs, ["reload"])
        (tmp_path / PID_FILE).write_text(str(os.getpid()))
        told = CliRunner().invoke(packs, ["reload"])
    finally:
        signal.signal(signal.SIGHUP, before)

    assert nobody.exit_code == 1
    assert "No Chaperone runs" in nobody.output
    assert told.exit_code == 0
    assert heard == [signal.SIGHUP]


def test_examples_that_do_not_hold_are_told_at_the_start_and_refused_when_read_anew(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "riverbend.yml"
    held = file.read_text(encoding="utf-8")
    examples = "rules: {canary: {cases: {ignore: [a chaperone canary drill]}}}\n"
    settings = load_settings(state=tmp_path / "state", packs=folder, pack="riverbend", playground=False)

    file.write_text(held + examples, encoding="utf-8")
    shelf = load_shelf(settings, tell=say_what_fails)
    told = capsys.readouterr().err
    with pytest.raises(CasesFail):
        shelf.reload()
    line = _packs(settings)

    assert shelf[PackId("riverbend")].name == "Riverbend Schools"
    assert "the packs are in use as they are" in told
    assert "riverbend.yml:8: “a chaperone canary drill” should be left alone" in told
    assert (line.mark, "riverbend.yml:8" in line.todo) == (Mark.LOOK, True)
