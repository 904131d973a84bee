"""`chaperone judge` begins with what its lines need, and still tells of all that is wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import AliasChoices

import policy
from adapters.packs import pack_settings
from adapters.settings import Settings
from policy import judge, load_pack, phrases
from policy.loading.model import load_model
from policy.loading.problems import ModelError
from policy.message import ChannelKind, Context, Message, Role
from tests.district import CREC, shipped

DATA = Path(policy.__file__).parent / "model" / "data"
CLUB = Context(ChannelKind.CLUB, "robotics")
OURS = ("CHAPERONE_", "SLACK_", "Microsoft", "TEAMS_", "DATABASE_", "REDIS_")
SLOW = ("pydantic", "pydantic_settings", "bot.core", "aiohttp", "sqlalchemy", "rich", "jinja2", "slack_sdk")
"""What other commands need, and `judge` would only wait for."""
ENCODER = ("numpy", "onnxruntime")
PLAIN, ODD = "Practice is at 4 on field 2", "send me your address and do not tell your mom"
MOST_MEGABYTES = 80

_TRACED = """
import contextlib, json, resource, sys
from adapters import cli
sys.argv = ["chaperone", "judge", *sys.argv[1:]]
with contextlib.suppress(SystemExit):
    cli.main()
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([sorted(sys.modules), most]), file=sys.stderr)
"""


def traced(text: str, *options: str) -> tuple[frozenset[str], float]:
    """The modules that are there when `judge` has answered one line, and the most megabytes that it took."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    line = json.dumps({"id": 1, "text": text, "author": "student", "channel": "team: track"})
    # A small process starts it: Linux counts what the starting one holds as held by the one it starts.
    told = subprocess.run(
        ["sh", "-c", '"$0" -c "$@"; true', sys.executable, _TRACED, "-", *options],
        input=line,
        env=left,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout)["id"] == 1
    modules, most = json.loads(told.stderr)
    return frozenset(modules), most


def test_by_rules_alone_nothing_is_imported_that_no_line_needs_and_memory_stays_small() -> None:
    modules, most = traced(ODD, "--rules-only")

    assert "policy.judge" in modules
    assert modules.isdisjoint((*SLOW, *ENCODER))
    assert most < MOST_MEGABYTES


@pytest.mark.parametrize(("text", "is_needed"), [(PLAIN, False), (ODD, True)])
def test_the_encoder_is_opened_for_the_first_line_that_needs_it(text: str, is_needed: bool) -> None:
    modules, _ = traced(text)

    assert "policy.model.trained" in modules
    assert modules.isdisjoint(SLOW)
    assert modules.issuperset(ENCODER) == is_needed


def test_every_setting_has_a_variable_that_makes_judge_read_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    unset = Settings()
    assert pack_settings() == (unset.pack, unset.packs)

    variables = ["CHAPERONE_CONFIG"]
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variables.append(str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"CHAPERONE_{name.upper()}")
    monkeypatch.setattr("adapters.settings.load_settings", lambda: Settings.model_construct(pack="ledyard"))
    for variable in variables:
        for written in {variable, variable.lower()}:
            with monkeypatch.context() as patch:
                patch.setenv(written, "anything")
                assert pack_settings().pack == "ledyard", written

    assert len(variables) > 40


def test_an_encoder_that_is_opened_later_says_the_same_as_one_that_is_opened_at_once() -> None:
    pack = shipped()[CREC]
    at_once, later = (pack.with_model(load_model(at_once=at_once)) for at_once in (True, False))

    verdicts = [[judge(Message(text, Role.OWNER), CLUB, each) for text in (PLAIN, ODD)] for each in (at_once, later)]

    assert at_once.version == later.version
    assert verdicts[0] == verdicts[1]
    assert verdicts[0][1].findings


@pytest.mark.parametrize("name", ["encoder.onnx", "examples.json", "examples.bin"])
def test_a_file_that_is_not_whole_is_told_of_at_the_first_line_that_needs_it(tmp_path: Path, name: str) -> None:
    home = shutil.copytree(DATA, tmp_path / "data")
    (home / name).write_bytes((home / name).read_bytes()[:100_001])

    with pytest.raises(ModelError, match="Install Chaperone anew"):
        load_model(home)
    pack = shipped()[CREC].with_model(load_model(home, at_once=False))

    judge(Message(PLAIN, Role.OWNER), CLUB, pack)
    for _ in range(2):
        with pytest.raises(ModelError, match="Install Chaperone anew"):
            judge(Message(ODD, Role.OWNER), CLUB, pack)


def test_what_was_read_to_be_checked_is_let_go_when_it_is_compiled() -> None:
    load_pack("crec", check_cases=False)
    in_use = {entry for rule in shipped()[CREC].rules.values() for entries in rule.terms.values() for entry in entries}

    assert len(in_use) > 1000
    assert in_use.isdisjoint(phrases._checked)
    assert len(phrases._checked) < 20
