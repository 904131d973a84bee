"""The command line with the shipped packs, which are read once for all tests."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from adapters import shelf
from adapters.cli import cli
from adapters.commandline import judge
from tests.district import judging_with

Chaperone = Callable[..., Result]


@pytest.fixture
def chaperone(monkeypatch: pytest.MonkeyPatch) -> Chaperone:
    """Runs `chaperone` with these arguments."""
    for reader in (shelf, judge):
        monkeypatch.setattr(reader, "load_packs", lambda _homes, **options: judging_with(options["model"]))

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
