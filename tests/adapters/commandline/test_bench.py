"""`chaperone bench` measures as much as it is asked to, says what it cannot measure, and goes on."""

import gc
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from adapters.bench import peers
from adapters.bench.peers import Peer

Chaperone = Callable[..., Result]
LEAVE_OUT = ("--no-storage", "--no-bursts", "--flyers", "0")


def test_without_labelled_messages_and_other_libraries_it_says_so_and_goes_on(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_LOADERS", {"no-such-library": lambda name: Peer(name, len)})
    nowhere = str(tmp_path)

    result = chaperone("bench", *LEAVE_OUT, "--labelled", nowhere, "--corpora", nowhere, "--messages", "30")

    said = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "No labelled messages" in said
    assert "Not installed, so not compared: no-such-library (`make bench-peers` compares)." in said
    assert re.search(r"one judgement of short chat, rules and model: mean [\d,]+ µs, p99 [\d,]+ µs; 30 messages", said)
    assert "30 caught messages in disguise, pack crec" in said
    assert "No HateCheck files" in said


def test_without_labelled_messages_the_held_out_ones_are_compared_on(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_LOADERS", {"pytest": lambda name: Peer(name, len, respect=lambda _text: False)})

    result = chaperone("bench", *LEAVE_OUT, "--no-disguises", "--labelled", str(tmp_path), "--messages", "40")

    assert "Side by side, 40 messages" in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if f"pytest {pytest.__version__} " in line]
    assert line.split()[-5:] == ["0.00", "0.00", "0.00", "–", "–"]
    assert "Chaperone, with model" in result.stdout
    assert "…" not in result.stdout


def test_the_judge_is_timed_and_scored_on_labelled_messages_and_what_stays_is_set_aside(
    chaperone: Chaperone, tmp_path: Path
) -> None:
    """Else a sweep of the collector over all that is loaded would be counted as a message's time."""
    place = {"author": "owner", "channel": "team: track"}
    rows = [
        {"id": 1, "text": "text me at 555-0134 after practice", "labels": ["private_contact"], **place},
        {"id": 2, "text": "practice is at four, bring water", "labels": [], **place},
    ]
    (tmp_path / "dev_ours.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    small = ("--lines", "500", "--hostile", "100", "--rounds", "1", "--messages", "9", "--no-disguises")
    gc.unfreeze()

    result = chaperone("bench", *LEAVE_OUT, *small, "--labelled", str(tmp_path))

    said = result.stdout
    assert result.exit_code == 0
    assert gc.get_freeze_count() > 100_000
    ways = ("rules, the same again and again", "rules, one message after the other", "rules and model, one message")
    for way in ways:
        assert re.search(rf"one judgement, {way}.*: mean [\d,]+ µs, p99 [\d,]+ µs; [\d,]+ times the JSON\n", said), way
    for figure in FIGURES:
        found = re.search(rf"^{figure}.* +([\d,.]+) (?:times|ms|s|MB|messages/s)$", said, re.MULTILINE)
        assert found, figure
        assert float(found[1].replace(",", "")) > 0, figure
    assert "2 messages, 2 exactly right" in said


FIGURES = (
    "10 times the phrases,",
    "worst of 100 characters: on a roster of 2,000",
    "judge --rules-only, start and one line",
    "judge --rules-only, start and 500 lines",
    "judge --rules-only, memory",
    "judge with the model, start and one line without encoder",
    "judge with the model, start and one line for the encoder",
    "judge with the model, start and 2 lines",
    "judge with the model, memory",
)
