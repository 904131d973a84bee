"""`chaperone judge` answers every line in its place, whatever stands in it, and says what it cannot read."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapters.cli import cli
from adapters.commandline import judge
from bot.errors import ChaperoneError
from tests.district import judging_with
from tests.house.naughty import naughty_strings

BREACH = "chaperone canary drill"


@pytest.fixture(autouse=True)
def quick_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped packs, read once; their cases are tried elsewhere."""
    monkeypatch.setattr(judge, "load_packs", lambda _homes, **options: judging_with(options["model"]))


def judged(given: bytes | str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["judge", "-", *options], input=given)


def answers(result: Result) -> list[Any]:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.split("\n") if line]


FINE = '{"id": "last", "text": "this is a chaperone canary drill"}'

BROKEN = {
    "no JSON": ("nonsense", "is not JSON"),
    "half an object": ('{"id": 1, "text": "x"', "is not JSON"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "a deep object": ('{"id": 1, "text": ' + '{"a":' * 100_000, "nested too deeply"),
    "a list": ("[1, 2]", "needs an object with at least id and text"),
    "no text": ('{"id": 1}', "needs an object with at least id and text"),
    "no id": ('{"text": "x"}', "needs an object with at least id and text"),
    "a number for a text": ('{"id": 1, "text": 7}', "needs an object with at least id and text"),
    "a long number": ('{"id": ' + "1" * 5_000 + ', "text": "x"}', "is not JSON"),
    "no role": ('{"id": 1, "text": "x", "author": "wizard"}', "author"),
    "a list for a role": ('{"id": 1, "text": "x", "author": []}', "author"),
    "no kind": ('{"id": 1, "text": "x", "channel": "cave: bats"}', "channel"),
    "a number for the context": ('{"id": 1, "text": "x", "context": 5}', "context is not a list of texts"),
    "a text for the context": ('{"id": 1, "text": "x", "context": "owner: hello"}', "context is not a list of texts"),
    "an object in the context": ('{"id": 1, "text": "x", "context": [{}]}', "context is not a list of texts"),
}


@pytest.mark.parametrize(("line", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_line_that_cannot_be_read_is_answered_in_its_place_and_the_others_are_judged(line: str, says: str) -> None:
    result = judged(f"{FINE}\n{line}\n\n{FINE}\n")

    first, broken, last = answers(result)
    assert (first["labels"], last["labels"]) == (["canary"], ["canary"])
    assert broken["line"] == 2
    assert broken["error"].startswith("line 2")
    assert says in broken["error"]
    assert result.exit_code == 1


def test_the_answer_to_a_broken_line_names_its_id_where_it_has_one() -> None:
    [answer] = answers(judged('{"id": "row-7", "text": "x", "author": "wizard"}'))

    assert answer["id"] == "row-7"


@pytest.mark.parametrize(
    "given",
    [
        b"\xef\xbb\xbf" + FINE.encode(),
        FINE.replace("this", "th\xefs").encode("latin-1"),
        FINE.replace("\n", "\r\n").encode() + b"\r\n",
    ],
    ids=["a mark before the first line", "Latin-1", "Windows line ends"],
)
def test_files_of_other_programs_are_read(given: bytes) -> None:
    [answer] = answers(judged(given))

    assert answer["labels"] == ["canary"]


@pytest.mark.parametrize("given", [b"", b"\n\n  \n"])
def test_nothing_is_answered_with_nothing(given: bytes) -> None:
    result = judged(given)

    assert (result.stdout, result.exit_code) == ("", 0)


WORDS = {
    "half a surrogate pair": f"\ud800 {BREACH} \udfff",
    "half a pair inside the words": "chaperone canary\ud83d drill chaperone canary drill",
    "NUL": f"\0{BREACH}\0",
    "every control character": "".join(map(chr, range(32))) + BREACH,
    "a hundred thousand characters": "x " * 49_989 + BREACH,
    "ten thousand links": "".join(f"https://host{n}.example.org/a " for n in range(10_000)) + BREACH,
    "ten thousand accents": "a" + "\u0301" * 10_000 + f" {BREACH}",
    "right to left": f"\u202e{BREACH}\u202c",
}


@pytest.mark.parametrize("form", ["jsonl", "text"])
@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS.keys())
def test_any_words_are_judged_and_their_answer_can_be_read(text: str, form: str) -> None:
    result = judged(json.dumps({"id": text[:40], "text": text}), "--format", form)

    assert result.exit_code == 0
    result.stdout.encode("utf-8")
    assert "canary" in result.stdout
    if form == "jsonl":
        [answer] = answers(result)
        assert answer["id"] == text[:40]
        finding = next(f for f in answer["findings"] if f["rule"] == "canary")
        assert text[finding["start"] : finding["end"]] == finding["excerpt"]


@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_every_naughty_string_is_judged(form: str) -> None:
    strings = naughty_strings()
    lines = (json.dumps({"id": number, "text": text, "context": [text]}) for number, text in enumerate(strings))

    result = judged("\n".join(lines), "--format", form)

    assert result.exit_code == 0, result.exception
    if form == "jsonl":
        assert [answer["id"] for answer in answers(result)] == list(range(len(strings)))


def test_a_long_text_is_a_text_and_no_name_of_a_file() -> None:
    result = CliRunner().invoke(cli, ["judge", f"{BREACH} " * 500])

    assert result.exit_code == 0
    assert "canary" in result.stdout


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("source", ["folder", "./folder", "missing.jsonl", "no/such/place", "/dev/null"])
@pytest.mark.usefixtures("here")
def test_what_looks_like_a_file_and_is_none_is_said(source: str) -> None:
    result = CliRunner().invoke(cli, ["judge", source])

    assert result.exit_code == 2
    assert repr(source) in result.stderr
    assert "Give a file of JSON lines" in result.stderr


def test_a_file_that_fails_while_it_is_read_is_said() -> None:
    if not Path("/proc/self/mem").is_file():
        pytest.skip("this system has no file that opens and cannot be read")

    result = CliRunner().invoke(cli, ["judge", "/proc/self/mem"])

    assert isinstance(result.exception, ChaperoneError)
    assert str(result.exception).startswith("/proc/self/mem cannot be read: ")


def test_a_pack_that_is_not_there_is_said_with_those_that_are() -> None:
    result = judged(FINE, "--pack", "nope")

    assert result.exit_code == 2
    assert "There is no pack 'nope'. There are: crec," in result.stderr
