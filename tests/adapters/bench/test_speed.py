"""The bench finds the text that takes longest, times messages in turn, and asks the encoder where it says so."""

import shutil
from pathlib import Path

import pytest

import policy
from adapters.bench.hostile import worst_by_family
from adapters.bench.judgements import again_and_again, in_turn, of_chat
from adapters.bench.speed import ASKS_THE_ENCODER, NEEDS_NO_ENCODER
from adapters.bench.spread import spread
from adapters.commandline.judge import as_message
from policy import judge, load_pack
from policy.loading.model import load_model
from policy.loading.problems import ModelError
from policy.message import ChannelKind, Context, Message, Role
from tests.district import CREC, shipped


def test_of_each_family_of_hostile_texts_the_worst_is_named_with_its_time() -> None:
    worst = worst_by_family(load_pack("crec", check_cases=False), length=1_000)

    assert {"one thing repeated", "words", "phrases", "words in disguise", "on a roster of 2,000"} <= worst.keys()
    assert all(name and seconds > 0 for name, seconds in worst.values())


def test_again_and_again_repeats_each_call_before_the_next_and_in_turn_does_not() -> None:
    calls: list[str] = []
    both = [lambda: calls.append("a"), lambda: calls.append("b")]

    again_and_again(both, 2)
    repeated = "".join(calls)
    calls.clear()
    in_turn(both, 2)

    assert repeated == "aabb"
    assert "".join(calls) == "abab"


def test_of_several_passes_the_one_that_took_least_counts() -> None:
    waits = iter([50_000, 50_000, 0, 0])
    calls = [lambda: sum(range(next(waits)))] * 2

    two, last = in_turn(calls, 2), next(waits, None)

    assert last is None
    assert two.mean <= two.p99 < 500


def test_short_chat_is_timed_by_rules_and_once_with_the_model() -> None:
    pack = shipped()[CREC]
    said = [(Message(f"see you at {hour}", Role.STUDENT), Context(ChannelKind.CLUB)) for hour in range(1, 12)]

    by_rules, with_model = of_chat(said, pack, pack.with_model(load_model(with_encoder=False)), 2)

    assert by_rules.startswith("one judgement of short chat, rules: mean ")
    assert with_model.startswith("one judgement of short chat, rules and model: mean ")
    assert by_rules.endswith(" µs; 11 messages")


def test_of_the_two_lines_that_the_start_is_measured_with_one_opens_the_encoder(tmp_path: Path) -> None:
    home = shutil.copytree(Path(policy.__file__).parent / "model" / "data", tmp_path / "data")
    (home / "encoder.onnx").write_bytes(b"not an encoder")
    pack = shipped()[CREC].with_model(load_model(home, at_once=False))

    judge(*as_message(NEEDS_NO_ENCODER, 1), pack)

    with pytest.raises(ModelError):
        judge(*as_message(ASKS_THE_ENCODER, 1), pack)


@pytest.mark.parametrize(
    ("most", "kept"), [(None, [0, 1, 2, 3, 4]), (9, [0, 1, 2, 3, 4]), (2, [0, 2]), (5, [0, 1, 2, 3, 4]), (1, [0])]
)
def test_a_few_of_many_are_spread_over_all(most: int | None, kept: list[int]) -> None:
    assert list(spread(range(5), most)) == kept
