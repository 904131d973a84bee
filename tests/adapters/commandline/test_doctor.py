"""`chaperone doctor` names what is broken in a line of its own, and goes on to the next."""

import shutil
from functools import partial
from pathlib import Path

import pytest

import policy
from adapters.commandline import doctor
from adapters.commandline.lines import Line, Mark
from adapters.settings import Settings
from policy.loading.model import load_model

DATA = Path(policy.__file__).parent / "model" / "data"


async def lines(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[Line]:
    monkeypatch.setattr(doctor, "load_settings", lambda: settings)
    return [line async for line in doctor._lines()]


async def test_a_model_that_is_not_whole_is_named_and_the_rest_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(DATA, tmp_path / "data")
    (home / "encoder.onnx").write_bytes((home / "encoder.onnx").read_bytes()[:100_001])
    for module in ("adapters.shelf", "adapters.commandline.doctor"):
        monkeypatch.setattr(f"{module}.load_model", partial(load_model, home))

    told = await lines(monkeypatch, Settings(state=tmp_path))

    assert [line.todo for line in told if line.mark is Mark.BAD and line.seen == "trained model"]
    assert [line for line in told if line.seen.startswith("database")]


async def test_a_folder_of_packs_that_is_not_there_is_named_and_the_rest_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await lines(monkeypatch, Settings(state=tmp_path, packs=tmp_path / "none"))

    assert [line for line in told if line.mark is Mark.BAD and "CHAPERONE_PACKS" in line.todo]
    assert [line for line in told if line.seen == "trained model: whole"]
    assert [line for line in told if line.seen.startswith("database")]
