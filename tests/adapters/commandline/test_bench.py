"""`chaperone bench` says what it cannot measure, and goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from adapters.bench import peers
from adapters.bench.peers import Peer
from adapters.commandline import bench
from adapters.commandline.samples import corpus

Chaperone = Callable[..., Result]


def test_without_labelled_messages_and_other_libraries_it_says_so(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_LOADERS", {"no-such-library": lambda name: Peer(name, len)})

    result = chaperone("bench", "--no-storage", "--no-bursts", "--flyers", "0", "--labelled", str(tmp_path))

    said = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "No labelled messages" in said
    assert "Not installed, so not compared: no-such-library (`make bench-peers` compares)." in said


def test_without_labelled_messages_the_held_out_ones_are_compared_on(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_LOADERS", {"pytest": lambda name: Peer(name, len, respect=lambda _text: False)})
    few = list(corpus(only_held_out=True))[:40]
    monkeypatch.setattr(bench, "corpus", lambda *, only_held_out: few if only_held_out else [])

    result = chaperone("bench", "--no-storage", "--no-bursts", "--flyers", "0", "--labelled", str(tmp_path))

    assert "Side by side, 40 messages" in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if f"pytest {pytest.__version__} " in line]
    assert line.split()[-5:] == ["0.00", "0.00", "0.00", "–", "–"]
    assert "Chaperone, with model" in result.stdout
    assert "…" not in result.stdout
