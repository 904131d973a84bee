"""Whatever is set wrong or lies in the way, a person gets a line or two that say what to do, and nothing is changed."""

import asyncio
import base64
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters import cli, shelf
from adapters.commandline import run as running
from adapters.lock import SingleProcess
from adapters.settings import Settings, load_settings
from adapters.wiring import build
from bot.core import Shelf
from tests.district import judging_with, shipped

NOBODY = 65_534
MOST_LINES = 2


@dataclass(frozen=True, slots=True)
class Told:
    """How a command ended, and what it said on standard error."""

    code: int | str | None
    error: str

    def is_clear(self) -> bool:
        """Ended with 2, in so few lines, without a traceback."""
        lines = self.error.splitlines()
        return self.code == 2 and 0 < len(lines) <= MOST_LINES and "Traceback" not in self.error


Chaperone = Callable[..., Told]


@pytest.fixture
def chaperone(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Chaperone:
    """Runs a command as from a shell, in a folder of the test's, with these variables set."""
    monkeypatch.setattr(shelf, "load_packs", lambda _homes, **options: judging_with(options["model"]))
    monkeypatch.setattr(running, "set_up_logs", lambda _level, _form: None)
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("CHAPERONE_", "SLACK_", "TEAMS_", "Microsoft")) or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)

    def run(*arguments: str, **variables: str) -> Told:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["chaperone", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Told(ended.value.code, capfd.readouterr().err)

    return run


# MicrosoftAppId and the like are the names that Microsoft gave; ours are in snake case.
_SNAKES = re.compile(r"(?<=[a-z])(?=[A-Z])")

# One wrong value for each setting, and what the answer says beside the setting's name.
WRONG = {
    "CHAPERONE_HOST": ("0.0.0.0", "CHAPERONE_HOST=127.0.0.1"),  # noqa: S104 - refused, not listened on
    "CHAPERONE_PORT": ("http", "a valid integer"),
    "CHAPERONE_STATE": ("/dev/null", "to a folder that Chaperone may write to"),
    "DATABASE_URL": ("mysql://host/database", "must start with sqlite:/// or postgresql://"),
    "REDIS_URL": ("http://host", "must start with redis://"),
    "CHAPERONE_KEY": ("swordfish", "32 bytes in base64"),
    "CHAPERONE_PACK": ("nope", "There are: crec, ledyard"),
    "CHAPERONE_PACKS": ("/no/such/folder", "there is no such folder"),
    "CHAPERONE_PLAYGROUND": ("perhaps", "a valid boolean"),
    "CHAPERONE_LOG_LEVEL": ("loud", "must be debug, info, warning or error"),
    "CHAPERONE_LOG_FORMAT": ("xml", "must be auto, json or text"),
    "CHAPERONE_WORKERS": ("0", "greater than or equal to 1"),
    "CHAPERONE_LEASE_SECONDS": ("1", "greater than or equal to 5"),
    "CHAPERONE_ATTEMPTS": ("many", "a valid integer"),
    "CHAPERONE_FOLD_MINUTES": ("-1", "greater than or equal to 0"),
    "CHAPERONE_CONTEXT_MINUTES": ("1e9", "a valid integer"),
    "CHAPERONE_CONTEXT_MESSAGES": ("21", "less than or equal to 20"),
    "CHAPERONE_STAFF_EMAIL": ("everybody", "such as larkfield.example.org"),
    "CHAPERONE_STUDENT_EMAIL": ("not a domain.org", "such as larkfield.example.org"),
    "CHAPERONE_ROSTER_KEEP_DAYS": ("forever", "a valid integer"),
    "CHAPERONE_PICTURES": ("perhaps", "a valid boolean"),
    "CHAPERONE_PICTURES_SENSOR": ("a sensor", "should match pattern"),
    "SLACK_SIGNING_SECRET": ("invented", "SLACK_BOT_TOKEN"),
    "SLACK_APP_TOKEN": ("xapp-invented", "SLACK_BOT_TOKEN is not"),
    "SLACK_CLIENT_ID": ("1234.5678", "SLACK_CLIENT_SECRET go together"),
    "SLACK_API_URL": ("ftp://slack.example.org", "must begin with https://"),
    "MicrosoftAppTenantId": ("", "MicrosoftAppTenantId is missing"),
    "MicrosoftAppType": ("MultiTenant", "'SingleTenant' or 'UserAssignedMSI'"),
    "TEAMS_CERTIFICATE": ("/no/such/file.pem", "TEAMS_CERTIFICATE"),
    "TEAMS_CLOUD": ("moon", "'public', 'gcc', 'gcc-high' or 'dod'"),
    "TEAMS_GRAPH": ("perhaps", "a valid boolean"),
    "TEAMS_GRAPH_URL": ("http://graph.example.org", "must begin with https://"),
    "TEAMS_BLOCKING": ("true", "not possible in gcc-high"),
}


TEAMS = {"MicrosoftAppId": "4f2a", "MicrosoftAppTenantId": "77aa", "MicrosoftAppPassword": "invented"}
BESIDE: Mapping[str, Mapping[str, str]] = {
    "TEAMS_CERTIFICATE": {name: value for name, value in TEAMS.items() if name != "MicrosoftAppPassword"},
    "TEAMS_GRAPH_URL": TEAMS,
    "TEAMS_BLOCKING": {**TEAMS, "TEAMS_CLOUD": "gcc-high"},
    "MicrosoftAppTenantId": {"MicrosoftAppId": "4f2a"},
}
"""What must be set as well for the wrong value to count."""
FREE = frozenset({
    "slack_admin_token", "slack_apps", "slack_teams", "slack_alerts_channel", "slack_client_secret",
    "slack_bot_token", "microsoft_app_password", "microsoft_app_id", "teams_tenants",
    "teams_service_hosts", "teams_openid_metadata_url", "teams_token_issuer", "teams_token_url", "teams_auth_disabled",
})  # fmt: skip
"""Secrets, ids and addresses of which only the other side knows whether they are right."""


@pytest.mark.parametrize(("name", "value", "says"), [(name, *rest) for name, rest in WRONG.items()], ids=WRONG.keys())
def test_a_wrong_setting_is_named_with_what_it_may_be(chaperone: Chaperone, name: str, value: str, says: str) -> None:
    told = chaperone("run", **BESIDE.get(name, {}), **{name: value})

    assert told.is_clear(), told
    assert name in told.error
    assert says in told.error


def test_a_wrong_value_of_every_setting_is_tried() -> None:
    tried = {_SNAKES.sub("_", name.removeprefix("CHAPERONE_")).lower() for name in WRONG}

    assert tried | FREE == set(Settings.model_fields)


def test_a_key_that_is_wrong_is_not_repeated(chaperone: Chaperone) -> None:
    assert "swordfish" not in chaperone("run", CHAPERONE_KEY="swordfish").error


def test_several_wrong_settings_are_told_at_once(chaperone: Chaperone) -> None:
    told = chaperone("run", CHAPERONE_WORKERS="none", CHAPERONE_ATTEMPTS="none")

    assert told.error.count("\n") == 2
    assert "CHAPERONE_WORKERS" in told.error
    assert "CHAPERONE_ATTEMPTS" in told.error


FILES: Mapping[str, tuple[bytes | None, str]] = {
    "no TOML": (b'port = "x', "is not valid TOML"),
    "not UTF-8": (b'pack = "\xff"', "is not written in UTF-8"),
    "an unknown setting": (b"ports = 8080", "ports: there is no such setting"),
    "a wrong type": (b"port = [1]", "CHAPERONE_PORT: Input should be a valid integer"),
    "missing": (None, "there is no such file"),
}


@pytest.mark.parametrize(("content", "says"), FILES.values(), ids=FILES.keys())
def test_a_file_of_settings_that_cannot_be_used_is_said(
    chaperone: Chaperone, tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "chaperone.toml"
    if content is not None:
        file.write_bytes(content)

    told = chaperone("packs", CHAPERONE_CONFIG=str(file))

    assert told.is_clear(), told
    assert says in told.error


def test_a_folder_for_the_file_of_settings_is_said(chaperone: Chaperone, tmp_path: Path) -> None:
    told = chaperone("packs", CHAPERONE_CONFIG=str(tmp_path))

    assert told.is_clear(), told
    assert str(tmp_path) in told.error


def test_a_port_in_use_is_said_with_how_to_choose_another(chaperone: Chaperone) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = chaperone("run", CHAPERONE_PORT=str(other.getsockname()[1]))

    assert told.is_clear(), told
    assert "is in use by another program" in told.error
    assert "CHAPERONE_PORT=" in told.error


def test_an_address_that_is_not_this_machines_is_said(chaperone: Chaperone) -> None:
    told = chaperone("run", CHAPERONE_HOST="192.0.2.7", CHAPERONE_PLAYGROUND="false")

    assert told.is_clear(), told
    assert "Cannot listen on 192.0.2.7" in told.error


def test_a_second_process_on_one_state_folder_is_refused(chaperone: Chaperone, tmp_path: Path) -> None:
    lock = SingleProcess.take(tmp_path / "state" / "chaperone.db")
    try:
        told = chaperone("run")
    finally:
        lock.release()

    assert told.is_clear(), told
    assert "Another Chaperone works on" in told.error
    assert not (tmp_path / "state" / "chaperone.db").exists()


def a_foreign_file(state: Path) -> Path:
    file = state / "chaperone.db"
    file.write_bytes(b"Dear diary, " * 500)
    return file


def a_newer_database(state: Path) -> Path:
    file = state / "chaperone.db"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    return file


def a_folder_for_a_database(state: Path) -> Path:
    file = state / "chaperone.db"
    file.mkdir()
    return file


def a_broken_key(state: Path) -> Path:
    file = state / "chaperone.key"
    file.write_bytes(b"\xffswordfish")
    return file


def a_folder_for_a_key(state: Path) -> Path:
    file = state / "chaperone.key"
    file.mkdir()
    return file


IN_THE_WAY: Mapping[Callable[[Path], Path], str] = {
    a_foreign_file: "is not a database",
    a_newer_database: "Install the Chaperone that wrote it, or a newer one",
    a_folder_for_a_database: "cannot be opened",
    a_broken_key: "does not hold 32 bytes in base64",
    a_folder_for_a_key: "The master key cannot be kept in",
}
# The journal is verified without the key.
TRIED = [
    (lay, says, command)
    for lay, says in IN_THE_WAY.items()
    for command in ("run", "records verify")
    if command == "run" or "key" not in lay.__name__
]


@pytest.mark.parametrize(("lay", "says", "command"), TRIED, ids=[f"{lay.__name__}, {c}" for lay, _, c in TRIED])
def test_what_lies_in_the_state_folder_is_said_and_left_as_it_is(
    chaperone: Chaperone, tmp_path: Path, lay: Callable[[Path], Path], says: str, command: str
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    file = lay(state)
    before = fingerprint(file)

    told = chaperone(*command.split())

    assert told.is_clear(), told
    assert says in told.error
    assert fingerprint(file) == before


def test_another_key_than_the_databases_is_refused_before_anything_is_accepted(
    chaperone: Chaperone, tmp_path: Path
) -> None:
    """Under another key nothing that is kept could be read, and nothing new judged in its light."""
    first, second = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    made = load_settings(state=tmp_path / "state", key=first)

    async def make() -> None:
        await (await build(made, Shelf(shipped))).close()

    asyncio.run(make())
    asyncio.run(make())  # the same key again is well

    told = chaperone("run", CHAPERONE_KEY=second)

    assert told.is_clear(), told
    assert "another master key than the one that the database was made with" in told.error


def fingerprint(file: Path) -> str:
    return "a folder" if file.is_dir() else hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def as_anybody(chaperone: Chaperone) -> Iterator[Path]:
    """A folder that anybody may enter, and from here on an account without special rights."""
    assert chaperone("records", "verify").is_clear()  # what is imported late may lie where others cannot read
    folder = Path(tempfile.mkdtemp(prefix="chaperone-"))
    folder.chmod(0o777)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield folder
    if is_root:
        os.seteuid(0)
    shutil.rmtree(folder)


def test_a_state_folder_without_the_right_to_write_is_said(chaperone: Chaperone, as_anybody: Path) -> None:
    state = as_anybody / "state"
    state.mkdir(mode=0o500)

    told = chaperone("run", CHAPERONE_STATE=str(state))

    assert told.is_clear(), told
    assert f"Cannot write to {state}" in told.error


def test_a_database_without_the_right_to_write_is_said(chaperone: Chaperone, as_anybody: Path) -> None:
    file = as_anybody / "chaperone.db"
    sqlite3.connect(file).close()
    file.touch()
    file.chmod(0o400)

    told = chaperone("run", CHAPERONE_STATE=str(as_anybody))

    assert told.is_clear(), told
    assert "cannot be" in told.error
    assert str(file) in told.error


def test_a_key_without_the_right_to_read_is_said(chaperone: Chaperone, as_anybody: Path) -> None:
    file = as_anybody / "chaperone.key"
    file.touch(mode=0)

    told = chaperone("run", CHAPERONE_STATE=str(as_anybody))

    assert told.is_clear(), told
    assert f"The master key cannot be kept in {file}" in told.error


def test_a_file_of_settings_without_the_right_to_read_is_said(chaperone: Chaperone, as_anybody: Path) -> None:
    file = as_anybody / "chaperone.toml"
    file.touch(mode=0)

    told = chaperone("run", CHAPERONE_CONFIG=str(file))

    assert told.is_clear(), told
    assert f"{file} cannot be read" in told.error


OTHERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "no command": (("jugde", "x"), "jugde"),
    "no pack to show": (("packs", "show", "nope"), "There is no pack 'nope'. There are: crec"),
    "no folder of packs": (("packs", "check", "nope"), "nope"),
    "nobody to reload": (("packs", "reload"), "No Chaperone runs"),
    "no database to verify": (("records", "verify"), "There is no database"),
    "no database for the head": (("records", "head"), "There is no database"),
    "no export": (("audit", "nope.zip", "--out", "out"), "nope.zip"),
    "no pack for an audit": (("audit", "nope.zip", "--out", "out", "--pack", "nope"), "There is no pack 'nope'"),
}


@pytest.mark.parametrize(("arguments", "says"), OTHERS.values(), ids=OTHERS.keys())
def test_a_command_that_cannot_be_done_says_so_and_makes_nothing(
    chaperone: Chaperone, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    told = chaperone(*arguments)

    assert told.code in (1, 2)
    assert "Traceback" not in told.error
    assert says in told.error
    assert list(tmp_path.iterdir()) == []


def test_output_that_cannot_be_written_is_said() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [Path(sys.executable).parent / "chaperone", "--help"], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert (done.returncode, done.stderr) == (
        2,
        b"chaperone: No space left on device. Look at rights and free space.\n",
    )
