"""The app package asks for what the code needs, and for nothing else; Teams would take it."""

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft4Validator

from adapters.cli import cli
from adapters.teams import rights
from adapters.teams.manifest import IN_CHANNELS, IN_CHAT, BadPackage, in_spanish, manifest, package
from adapters.teams.menus import CHECK_MESSAGE, REPORT_MESSAGE
from adapters.teams.turns import HOME
from bot.command import commands
from tests.standins.teams_identity import APP_ID

SCHEMAS = Path(__file__).parent / "schema"
SITE = "https://www.district.example.org"


def made(app_id: str = APP_ID, site: str = SITE, version: str = "1.2.3", *, group_chats: bool = False) -> Any:
    return manifest(app_id=app_id, site=site, version=version, group_chats=group_chats)


def zipped() -> bytes:
    return package(app_id=APP_ID, site=SITE, version="1.2.3")


def validator(name: str) -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def faults(found: Any, name: str = "MicrosoftTeams") -> list[str]:
    return [error.message for error in validator(name).iter_errors(found)]


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(cli, ["manifest", "teams", *arguments], env=variables)


@pytest.mark.parametrize("group_chats", [False, True])
def test_microsofts_own_schema_takes_the_manifest(group_chats: bool) -> None:
    assert faults(made(group_chats=group_chats)) == []


def test_microsofts_own_schema_takes_the_spanish_words() -> None:
    assert faults(in_spanish(), "MicrosoftTeams.Localization") == []
    assert len(in_spanish()) > 40


def test_the_schema_would_tell_of_a_fault() -> None:
    wrong = made()
    wrong["bots"][0]["commandLists"][0]["triggers"] = ["shout"]
    wrong["composeExtensions"][0]["commands"][0]["title"] = "Check this message against the policy"
    wrong["something"] = 1

    assert len(faults(wrong)) == 3
    assert len(faults(in_spanish() | {"bots[0].commandLists[9].x": ""}, "MicrosoftTeams.Localization")) == 1


def test_messages_without_a_mention_are_asked_for_and_nothing_that_writes() -> None:
    asked = [each["name"] for each in made(group_chats=True)["authorization"]["permissions"]["resourceSpecific"]]

    assert rights.READ_MESSAGES in asked
    assert asked == [right.name for right in (*rights.OF_A_TEAM, *rights.OF_A_GROUP_CHAT)]
    assert len(asked) == len(set(asked)) <= 16
    assert all(re.fullmatch(r"[A-Za-z]+\.Read\.(?:Group|Chat)", name) for name in asked)


def test_group_chats_are_asked_for_only_where_somebody_wants_them() -> None:
    words = json.dumps(made())

    assert ".Chat" not in words
    assert "groupChat" not in words
    assert "groupChat" in json.dumps(made(group_chats=True))


def test_slash_and_mention_commands_are_subcommands_that_exist() -> None:
    in_channels, in_chat = made()["bots"][0]["commandLists"]

    assert in_channels["triggers"] == ["mention", "slash"]
    assert made()["bots"][0]["supportsTargetedMessages"] is True
    assert [each["title"] for each in in_channels["commands"]] == list(IN_CHANNELS)
    assert set(IN_CHANNELS) | set(IN_CHAT) <= commands().keys()
    assert in_chat["commands"][0]["title"] in HOME
    assert {value for key, value in in_spanish().items() if key.endswith("commands[0].title")} & HOME


def test_a_messages_menu_has_the_entries_that_the_code_answers() -> None:
    [extension] = made()["composeExtensions"]

    assert [each["id"] for each in extension["commands"]] == [CHECK_MESSAGE, REPORT_MESSAGE]
    assert all(each["context"] == ["message"] and each["fetchTask"] for each in extension["commands"])
    assert [each["title"] for each in extension["commands"]] == ["Check against policy", "Report to supervisor"]


def test_shared_and_private_channels_are_supported() -> None:
    assert made()["supportsChannelFeatures"] == "tier1"


def pixels(png: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """Width and pixels of a PNG such as ours."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    assert width == height
    start = png.index(b"IDAT")
    [length] = struct.unpack(">I", png[start - 4 : start])
    rows = zlib.decompress(png[start + 4 : start + 4 + length])
    size = 1 + 4 * width
    found = []
    for y in range(height):
        row = rows[y * size + 1 : (y + 1) * size]
        found += [tuple(row[x : x + 4]) for x in range(0, len(row), 4)]
    return width, found


def test_the_package_holds_the_manifest_its_spanish_words_and_two_icons_that_teams_takes() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    inside = json.loads(files["manifest.json"])
    assert files.keys() == {"manifest.json", "es.json", *inside["icons"].values()}
    assert inside == made()
    width, found = pixels(files["color.png"])
    assert width == 192
    assert {pixel[3] for pixel in found} == {255}
    assert len(set(found)) > 10
    width, found = pixels(files["outline.png"])
    assert width == 32
    assert {pixel[:3] for pixel in found} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for pixel in found}


def test_the_same_registration_makes_the_same_app_and_the_same_bytes() -> None:
    assert zipped() == zipped()
    newer = made(version="1.3.0")
    assert newer["id"] == made()["id"]
    assert newer["id"] != made(app_id=APP_ID.replace("0", "1"))["id"]


@pytest.mark.parametrize(
    ("app_id", "site"),
    [
        ("chaperone", SITE),
        ("", SITE),
        (APP_ID + "0", SITE),
        (APP_ID, "http://www.district.example.org"),
        (APP_ID, "district.example.org"),
        (APP_ID, "https://"),
        (APP_ID, "https://a:b@district.example.org"),
        (APP_ID, "https://[x"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(app_id: str, site: str) -> None:
    with pytest.raises(BadPackage, match="--app-id|--site"):
        made(app_id, site)


def test_the_command_writes_the_package(tmp_path: Path) -> None:
    out = tmp_path / "chaperone.zip"

    done = run("--out", str(out), "--site", SITE, MicrosoftAppId=APP_ID, MicrosoftAppTenantId="t")

    assert done.exit_code == 0, done.output
    assert "admin center" in done.output
    assert zipfile.is_zipfile(out)


def test_the_command_prints_the_manifest() -> None:
    done = run("--json", "--app-id", APP_ID, "--site", SITE, "--version", "2.0.0")

    assert faults(json.loads(done.output)) == []
    assert json.loads(done.output)["version"] == "2.0.0"


def test_the_districts_addresses_name_its_website() -> None:
    done = run("--json", "--app-id", APP_ID, CHAPERONE_STAFF_EMAIL="district.example.org")

    assert json.loads(done.output)["developer"]["websiteUrl"] == "https://district.example.org"


@pytest.mark.parametrize("given", [(), ("--app-id", APP_ID), ("--site", SITE)])
def test_the_command_says_what_it_lacks(given: tuple[str, ...]) -> None:
    done = run(*given)

    assert done.exit_code == 2
    assert "--app-id" in done.output
    assert "--site" in done.output


def test_every_permission_is_explained() -> None:
    said = run("--explain").output.splitlines()

    assert len(said) == len(rights.OF_A_TEAM) + len(rights.OF_A_GROUP_CHAT) + len(rights.OF_AN_ADMINISTRATOR)
    assert all(len(line.split(None, 3)) == 4 for line in said)
