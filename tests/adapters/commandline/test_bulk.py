"""Lines are answered in order, whether they come in bulk or one by one, on one processor or on all."""

import io
import os
from pathlib import Path

import pytest

from adapters.commandline.bulk import FEWEST, Lines, answer_all, can_use_all_processors
from policy.loading.model import load_model
from policy.message import ChannelKind, Context, Message, Role
from policy.verdict import RuleId


def backwards(lines: Lines) -> tuple[str, bool]:
    """Answers each line with its number and itself the other way round; an `x` cannot be read."""
    first, typed = lines
    answers = [f"{number} {line.decode()[::-1]}" for number, line in enumerate(typed, first)]
    return "\n".join(answers), b"x" not in typed


@pytest.mark.parametrize("on_all_processors", [False, True])
@pytest.mark.parametrize("count", [1, FEWEST, 20_000])
def test_every_line_is_answered_in_order(tmp_path: Path, count: int, on_all_processors: bool) -> None:
    path = tmp_path / "lines"
    path.write_text("\n".join(f"line {number}" for number in range(1, count + 1)))
    written: list[str] = []

    with path.open("rb") as file:
        is_whole = answer_all(file, backwards, written.append, on_all_processors=on_all_processors)

    assert is_whole
    assert "\n".join(written).split("\n") == [f"{number} {f'line {number}'[::-1]}" for number in range(1, count + 1)]


@pytest.mark.parametrize("on_all_processors", [False, True])
def test_one_line_that_cannot_be_read_is_told(on_all_processors: bool) -> None:
    file = io.BytesIO(b"good\n" * 500 + b"x\n" + b"good\n" * 500)

    assert not answer_all(file, backwards, lambda _text: None, on_all_processors=on_all_processors)


def test_who_waits_for_an_answer_before_the_next_line_gets_it() -> None:
    reading, writing = os.pipe()
    answers: list[str] = []

    def write(text: str) -> None:
        answers.append(text)
        if len(answers) == 1:
            os.write(writing, b"second\n")
        else:
            os.close(writing)

    os.write(writing, b"first\n")
    with open(reading, "rb") as file:  # noqa: PTH123 - a pipe has no path
        answer_all(file, backwards, write, on_all_processors=can_use_all_processors())

    assert answers == ["1 tsrif", "2 dnoces"]


def test_a_line_longer_than_what_is_read_at_once_stays_one_line() -> None:
    file = io.BytesIO(b"a" * 200_000 + b"b\nshort")
    answers: list[str] = []

    answer_all(file, backwards, answers.append, on_all_processors=False)

    assert "\n".join(answers).split("\n") == ["1 b" + "a" * 200_000, "2 trohs"]


def test_a_process_is_handed_so_many_lines_at_once() -> None:
    file = io.BytesIO(b"good\n" * 1000)
    answers: list[str] = []

    answer_all(file, backwards, answers.append, on_all_processors=True, most=100)

    assert [text.count("\n") + 1 for text in answers] == [100] * 10


def test_the_trained_model_says_the_same_in_every_process() -> None:
    model = load_model()
    lines = "\n".join(f"meet me behind the gym at {hour}, tell nobody" for hour in range(2 * FEWEST)).encode()

    def scored(lines: Lines) -> tuple[str, bool]:
        opinions = [
            model.opinion(Message(line.decode(), Role.OWNER), Context(ChannelKind.TEAM), {RuleId("boundary"): 0.9})
            for line in lines[1]
        ]
        return "\n".join(str(sorted(opinion.scores.items())) for opinion in opinions), True

    alone: list[str] = []
    shared: list[str] = []
    answer_all(io.BytesIO(lines), scored, alone.append, on_all_processors=False)
    answer_all(io.BytesIO(lines), scored, shared.append, on_all_processors=True, most=FEWEST)

    assert len(shared) > 1
    assert "\n".join(shared) == "\n".join(alone)
