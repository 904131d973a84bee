"""The manifest asks for what the code needs, and for nothing else; Slack would take it."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator

from adapters.cli import cli
from adapters.slack import app, events, pace, receiving, rights, shortcuts
from adapters.slack.manifest import BadAddress, as_yaml, manifest
from adapters.slack.platform import NEEDED
from tests.standins.slack_checks import METHODS

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schema" / "manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
ADAPTER = HERE.parents[2] / "adapters" / "slack"
WITHOUT_A_SCOPE = {
    "apps.connections.open",
    "auth.revoke",
    "auth.test",
    "oauth.v2.access",
    "views.open",
    "views.publish",
    "views.update",
}
"""Methods that need no scope of the bot's: Slack's own pages name none."""
KINDS = [
    {"url": "https://chaperone.example.org"},
    {"url": "https://chaperone.example.org", "oauth": True, "removal": True},
    {"socket": True},
    {"socket": True, "url": "http://127.0.0.1:8080", "oauth": True},
]


def faults(made: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(made)]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["manifest", "slack", *arguments])


@pytest.mark.parametrize("kind", KINDS)
def test_slacks_own_schema_takes_the_manifest(kind: dict[str, Any]) -> None:
    assert faults(manifest(**kind)) == []


def test_the_schema_would_tell_of_a_fault() -> None:
    made = manifest(socket=True)
    made["features"]["shortcuts"][0]["name"] = "Check this message against policy"
    made["settings"]["something"] = 1

    assert len(faults(made)) == 2


def methods_in_the_code() -> dict[str, set[str]]:
    """Each method of the Web API that stands in the code as a string, and in which files."""
    is_method = re.compile(
        r"(?:apps|auth|bots|chat|conversations|files|oauth|pins|reactions|team|users|views)(?:\.\w+)+"
    )
    found: dict[str, set[str]] = {}
    for path in (*ADAPTER.rglob("*.py"), ADAPTER.parent / "commandline" / "doctor_slack.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_method.fullmatch(node.value):
                found.setdefault(node.value, set()).add(path.name)
    return found


def test_each_method_that_is_called_is_covered_by_a_scope() -> None:
    called = {
        name
        for name, files in methods_in_the_code().items()
        if files - {"pace.py", "rights.py"} and not name.endswith(".py")
    }
    covered = {method for scope in rights.SCOPES for method in scope.methods} | rights.REMOVING.methods

    assert {"chat.postMessage", "conversations.history", "users.info", "views.publish"} <= called
    assert sorted(called - covered - WITHOUT_A_SCOPE) == []
    assert sorted(covered - called) == []
    assert sorted(set(pace.TIERS) - called) == []


def test_scopes_are_those_that_slack_asks_for_each_method() -> None:
    """The stand-in's table is from Slack's pages; where it names several, one will do for its kind of channel."""
    asked = {scope.name for scope in rights.SCOPES}
    checked = 0
    for scope in (*rights.SCOPES, rights.REMOVING):
        for name in scope.methods:
            assert scope.name in METHODS[name].scopes, f"{name} does not ask for {scope.name}"
            checked += 1
    for name, method in METHODS.items():
        assert not method.scopes or method.scopes & asked, name

    assert checked > 15


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    of_events = {scope for event in rights.EVENTS for scope in event.scopes}
    by_themselves = {"commands", "users:read.email"}  # a command, and what messages and accounts show

    assert [s.name for s in rights.SCOPES if not (s.methods or s.name in of_events | by_themselves)] == []


def test_each_event_that_is_handled_is_subscribed_and_each_subscribed_is_handled_with_a_scope_that_lets_it_come() -> (
    None
):
    handled = set(events._KINDS) | receiving.HANDLED | app.HANDLED
    asked = {scope.name for scope in rights.SCOPES}

    assert {event.kind for event in rights.EVENTS} == handled
    assert len(handled) > 15
    assert [event.name for event in rights.EVENTS if event.scopes and not event.scopes & asked] == []


def test_each_menu_entry_is_one_that_shortcuts_answer() -> None:
    known = {shortcuts.CHECK_MESSAGE, shortcuts.REPORT_MESSAGE, shortcuts.ASK_SUPERVISOR}

    assert {entry["callback_id"] for entry in manifest(socket=True)["features"]["shortcuts"]} == known


def test_all_that_chaperone_may_be_able_to_do_is_asked_for() -> None:
    asked = {scope.name for scope in rights.SCOPES}

    assert NEEDED
    assert {scope for needed in NEEDED.values() for scope in needed} <= asked


def test_over_http_slack_is_told_one_address_for_everything_and_in_socket_mode_none() -> None:
    over_http = json.dumps(manifest(url="https://chaperone.example.org/"))
    by_socket = json.dumps(manifest(socket=True))

    assert over_http.count('"https://chaperone.example.org/slack/events"') == 3
    assert '"socket_mode_enabled": false' in over_http
    assert "http" not in by_socket
    assert '"socket_mode_enabled": true' in by_socket


def test_the_yaml_says_the_same_and_gives_each_reason() -> None:
    made = manifest(url="https://chaperone.example.org", oauth=True, removal=True)
    text = as_yaml(made)

    assert yaml.safe_load(text) == made
    for item in (*rights.SCOPES, *rights.EVENTS):
        assert f"- {item.name}  # {item.why}\n" in text


@pytest.mark.parametrize(
    "url",
    ["chaperone.example.org", "http://chaperone.example.org", "ftp://x", "https://", "https://a.example.org/?x=1",
     "https://somebody@a.example.org", "https://a.example.org/#x"],
)  # fmt: skip
def test_what_is_no_address_for_slack_is_refused(url: str) -> None:
    with pytest.raises(BadAddress, match="--url"):
        manifest(url=url)


def test_a_whole_address_of_slacks_route_is_understood() -> None:
    made = manifest(url="https://a.example.org/chaperone/slack/events")

    assert made["settings"]["interactivity"]["request_url"] == "https://a.example.org/chaperone/slack/events"


def test_the_command_writes_what_slack_takes() -> None:
    as_text, as_json = run("--url", "https://a.example.org"), run("--socket", "--json")

    assert (as_text.exit_code, as_json.exit_code) == (0, 0)
    assert yaml.safe_load(as_text.output) == manifest(url="https://a.example.org")
    assert json.loads(as_json.output) == manifest(socket=True)


def test_the_command_says_what_is_missing() -> None:
    neither, no_address = run(), run("--oauth", "--socket")

    assert neither.exit_code == 2
    assert "--socket" in neither.output
    assert no_address.exit_code == 2
    assert "--url" in no_address.output


def test_explain_gives_one_reason_for_each_right() -> None:
    lines = run("--explain").output.splitlines()

    assert len(lines) == len(rights.SCOPES) + 1 + len(rights.EVENTS)
    assert any(
        line.startswith("scope") and "conversations" not in line and "users:read.email" in line for line in lines
    )
    assert all(len(line.split(maxsplit=2)) == 3 for line in lines)
