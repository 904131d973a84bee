"""The model that the package carries: small, steady, honest about what it needs, and better than the rules alone."""

import json
from functools import cache
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policy
from policy import judge
from policy.loading.model import FILES, fingerprint, load_model, missing
from policy.message import ChannelKind, Context, Message, Role
from policy.model.trained import TrainedModel
from policy.pack import Pack
from tests.district import shipped

HOME = Path(policy.__file__).parent / "model"
CLUB = Context(ChannelKind.CLUB, "robotics")
BLOCK, FOLDS, HELD_OUT = 20, 10, 7


@cache
def model(*, whole: bool) -> TrainedModel:
    return load_model(with_encoder=whole)


def with_model(*, whole: bool) -> Pack:
    return next(pack for name, pack in shipped().items() if name == "crec").with_model(model(whole=whole))


def held_out_rows() -> list[dict[str, str]]:
    """Rows that nothing was trained on: each file's every tenth block of twenty."""
    rows = []
    for path in sorted((HOME / "corpus").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            if number // BLOCK % FOLDS == HELD_OUT:
                rows.append(json.loads(line))
    return [row for row in rows if "context" not in row][::7]


def test_all_files_together_are_small_and_the_ones_that_training_wrote() -> None:
    assert sum((HOME / "data" / name).stat().st_size for name in FILES) <= 30_000_000
    assert json.loads((HOME / "data" / "model.json").read_text(encoding="utf-8"))["files"] == fingerprint(HOME / "data")


def test_nothing_that_the_encoder_needs_is_missing_here() -> None:
    assert missing() == ()
    assert model(whole=True).is_whole
    assert not model(whole=False).is_whole
    assert model(whole=True).version != model(whole=False).version


def test_a_model_that_is_loaded_after_another_is_as_quick() -> None:
    """What was read of a word is remembered for both, without all that they know being compared at each look."""
    said = [Message(f"practice number {number} is in the gym, bring water", Role.OWNER) for number in range(60)]

    def seconds(judging: TrainedModel) -> float:
        started = process_time()
        for message in said:
            judging.opinion(message, CLUB, {})
        return process_time() - started

    first, second = load_model(with_encoder=False), load_model(with_encoder=False)
    seconds(first)

    assert min(seconds(second) for _ in range(3)) < 5 * min(seconds(first) for _ in range(3))


@pytest.mark.parametrize("whole", [True, False])
def test_a_held_out_sample_is_judged_better_than_by_rules_alone(whole: bool) -> None:
    rows = held_out_rows()
    rules = next(pack for name, pack in shipped().items() if name == "crec")

    def together(pack: Pack) -> float:
        hits = wrong = missed = 0
        for row in rows:
            kind, _, name = row["channel"].partition(":")
            context = Context(ChannelKind(kind.split()[0]), name.strip())
            found = {
                finding.rule for finding in judge(Message(row["text"], Role(row["author"])), context, pack).alerting
            }
            gold = set(row["labels"])
            hits, wrong, missed = hits + len(gold & found), wrong + len(found - gold), missed + len(gold - found)
        return 2 * hits / (2 * hits + wrong + missed)

    assert len(rows) > 100
    assert together(with_model(whole=whole)) > together(rules) + 0.05


@pytest.mark.parametrize("whole", [True, False])
@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gets_the_same_verdict_twice_with_marks_inside_it(whole: bool, text: str) -> None:
    pack, message = with_model(whole=whole), Message(text, Role.STUDENT)

    first, second = judge(message, CLUB, pack), judge(message, CLUB, pack)

    assert first == second
    for finding in first.findings:
        assert all(0 <= mark.start < mark.end <= len(text) for mark in finding.marks)
        assert finding.excerpt == text[finding.start : finding.end]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "🍃" * 500, "word " * 20_000, "x" * 40_000])
def test_odd_and_long_texts_are_judged(whole: bool, text: str) -> None:
    verdict = judge(Message(text, Role.STUDENT), CLUB, with_model(whole=whole))

    assert verdict.pack == "crec"


def test_the_order_of_messages_changes_nothing() -> None:
    pack = with_model(whole=True)
    messages = [Message(text, Role.STUDENT) for text in ("see you at four", "who has the blue folder", "bring snacks")]

    there = [judge(message, CLUB, pack) for message in messages]
    back = [judge(message, CLUB, pack) for message in reversed(messages)]

    assert there == back[::-1]
