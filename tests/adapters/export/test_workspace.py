"""An export is opened without trusting it, and who is who is guessed only where nobody says."""

import json
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from adapters.export.postings import MOST_THREADS, Posting, postings
from adapters.export.source import SMALL, NotAnExport, open_source
from adapters.export.workspace import Notes, Workspace, kind_by_name, read_workspace
from policy.message import ChannelKind, Role, Said
from tests.adapters.export.building import USERS, a_channel, a_message, an_export, zipped

DAY = "2025-10-09"


def read(
    export: Path, *, roles: dict[str, Role] | None = None, kinds: dict[str, ChannelKind] | None = None
) -> tuple[Workspace, list[Posting], Notes]:
    notes = Notes()
    with open_source(export) as source:
        workspace = read_workspace(source, notes, roles or {}, kinds or {})
        found = list(postings(source, workspace, notes, lambda _: None))
    return workspace, found, notes


def words(found: list[Posting]) -> list[str]:
    return [posting.content.text for posting in found]


@pytest.mark.parametrize("around", ["", "Larkfield Slack export Oct 2025"])
def test_a_zip_and_its_folder_read_the_same(tmp_path: Path, around: str) -> None:
    rows = [a_message("one"), a_message("two", user="U0GUEST01")]
    folder = an_export(tmp_path / "export", {"track-team": {DAY: rows}, "band": {DAY: [a_message("three")]}})

    from_zip, from_folder = read(zipped(folder, around=around)), read(folder)

    assert words(from_zip[1]) == words(from_folder[1]) == ["one", "two", "three"]
    assert [posting.role for posting in from_zip[1]] == [Role.STUDENT, Role.OUTSIDER, Role.STUDENT]
    assert not from_zip[2].is_incomplete


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("U0COACH01", Role.OWNER),
        ("U0STUD001", Role.STUDENT),
        ("U0GUEST01", Role.OUTSIDER),
        ("U0ADMIN01", Role.STAFF),
        ("U0BOT0001", Role.OUTSIDER),
        ("U0NOBODY1", Role.OUTSIDER),
    ],
)
def test_roles_are_guessed_from_what_slack_says(tmp_path: Path, user: str, role: Role) -> None:
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message(user=user)]}})

    ((posting,), _) = read(export)[1:]

    assert posting.role is role


def test_a_list_of_roles_overrides_the_guess_by_address_or_id(tmp_path: Path) -> None:
    rows = [a_message(user="U0STUD001"), a_message(user="U0STUD002")]
    export = an_export(tmp_path / "export", {"band": {DAY: rows}})

    found = read(export, roles={"sam@example.org": Role.PARENT, "u0stud002": Role.STAFF})[1]

    assert [posting.role for posting in found] == [Role.PARENT, Role.STAFF]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("girls-varsity-soccer", ChannelKind.TEAM),
        ("jv_baseball", ChannelKind.TEAM),
        ("band-parents", ChannelKind.PARENTS),
        ("familias-primaria", ChannelKind.PARENTS),
        ("yearbook-class", ChannelKind.CLASS),
        ("robotics", ChannelKind.CLUB),
        ("classical-music", ChannelKind.CLUB),
        ("equipo-de-fútbol", ChannelKind.TEAM),
    ],
)
def test_what_a_channel_is_for_is_guessed_from_its_name(name: str, kind: ChannelKind) -> None:
    assert kind_by_name(name) is kind


def test_what_a_channel_is_for_may_be_said(tmp_path: Path) -> None:
    export = an_export(tmp_path / "export", {"the-crew": {DAY: [a_message()]}})

    (channel,) = read(export, kinds={"the-crew": ChannelKind.CLUB})[0].channels

    assert channel.kind is ChannelKind.CLUB


def test_a_reply_is_read_with_its_thread_and_others_with_the_minutes_before(tmp_path: Path) -> None:
    hour = 3600.0
    start = 1_760_000_000.0
    rows = [
        a_message("root", at=start, reply_count=2, thread_ts=f"{start:.6f}"),
        a_message("beside", at=start + 60),
        a_message("first reply", at=start + 5 * hour, thread_ts=f"{start:.6f}"),
        a_message("hours later", at=start + 6 * hour),
    ]
    later = [a_message("second reply", at=start + 30 * hour, thread_ts=f"{start:.6f}", user="U0COACH01")]
    export = an_export(tmp_path / "export", {"band": {DAY: rows, "2025-10-10": later}})

    found = {posting.content.text: [said.text for said in posting.before] for posting in read(export)[1]}

    assert found == {
        "root": [],
        "beside": ["root"],
        "first reply": ["root"],
        "hours later": [],
        "second reply": ["root", "first reply"],
    }


def test_context_says_who_said_it(tmp_path: Path) -> None:
    rows = [
        a_message("how do we reach you", at=1_760_000_000),
        a_message("like this", at=1_760_000_010, user="U0COACH01"),
    ]

    found = read(an_export(tmp_path / "export", {"band": {DAY: rows}}))[1]

    assert found[1].before == (Said(Role.STUDENT, "how do we reach you"),)


def test_odd_rows_and_broken_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    odd = [a_message("good"), "a string", 17, None, {"text": "no time"}, {"ts": 5}, [], a_message("better")]
    export = an_export(
        tmp_path / "export",
        {"band": {DAY: odd}, "chess": {DAY: [a_message("fine")]}},
        files={
            "chess/2025-10-10.json": '[{"type": "message", "text": "half", "ts": "1760000000.1"}, {"typ',
            "chess/2025-10-11.json": "",
        },
    )

    _, found, notes = read(export)

    assert words(found) == ["good", "better", "fine", "half"]
    assert notes.odd == {f"band/{DAY}.json": 6}
    assert set(notes.broken) == {"chess/2025-10-10.json", "chess/2025-10-11.json"}
    assert notes.is_incomplete


def test_odd_users_and_channels_do_not_stop_the_rest(tmp_path: Path) -> None:
    export = an_export(
        tmp_path / "export", {"band": {DAY: [a_message("<@U0STUD001> hi")]}}, users=[*USERS, 5, {"id": 7}]
    )
    (export / "channels.json").write_text(json.dumps([3, {}, a_channel("band")]), encoding="utf-8")

    _, found, notes = read(export)

    assert words(found) == ["@Sam Abernethy-Quill hi"]
    assert notes.odd == {"channels.json": 2, "users.json": 1}


def test_versions_before_an_edit_are_read_too(tmp_path: Path) -> None:
    row = a_message("after", subtype="message_changed", original={"text": "before", "user": "U0COACH01"})

    found = read(an_export(tmp_path / "export", {"band": {DAY: [row]}}))[1]

    assert [(p.content.text, p.is_earlier_version, p.role) for p in found] == [
        ("before", True, Role.OWNER),
        ("after", False, Role.STUDENT),
    ]


def test_direct_messages_are_left_out_and_told_and_unlisted_channels_are_read_and_told(tmp_path: Path) -> None:
    day = json.dumps([a_message("private words")])
    export = an_export(
        tmp_path / "export",
        {"band": {DAY: [a_message("in the band")]}},
        files={
            "dms.json": json.dumps([{"id": "D0ABCDEFG"}, {"id": "odd-one"}]),
            "mpims.json": json.dumps([{"id": "G1", "name": "mpdm-sam--ines-1"}]),
            f"D0ABCDEFG/{DAY}.json": day,
            f"odd-one/{DAY}.json": day,
            f"mpdm-sam--ines-1/{DAY}.json": day,
            f"forgotten-club/{DAY}.json": json.dumps([a_message("in the forgotten club")]),
        },
    )

    _, found, notes = read(export)

    assert words(found) == ["in the band", "in the forgotten club"]
    assert (notes.direct_folders, notes.unlisted) == (3, ["forgotten-club"])


def test_private_channels_are_read(tmp_path: Path) -> None:
    export = an_export(
        tmp_path / "export",
        {"band": {}},
        files={
            "groups.json": json.dumps([a_channel("quiet-club")]),
            f"quiet-club/{DAY}.json": json.dumps([a_message("here too", user="U0COACH01")]),
        },
    )

    ((posting,), notes) = read(export)[1:]

    assert (posting.content.text, posting.role) == ("here too", Role.OWNER)
    assert notes.unlisted == []


def test_dates_are_those_that_people_there_knew(tmp_path: Path) -> None:
    assert read(an_export(tmp_path / "one", {"band": {}}))[0].zone.key == "America/New_York"
    assert read(an_export(tmp_path / "two", {"band": {}}, users=[{"id": "U1", "tz": "../etc"}]))[0].zone.key == "UTC"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps([a_message("not part of the export")]), encoding="utf-8")
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message("inside")]}})
    (export / "band" / "2025-10-10.json").symlink_to(secret)
    (export / "outside").symlink_to(tmp_path)
    os.mkfifo(export / "band" / "2025-10-11.json")

    _, found, notes = read(export)

    assert words(found) == ["inside"]
    assert sorted(notes.unsafe) == ["band/2025-10-10.json", "outside"]


def test_names_in_a_zip_that_lead_elsewhere_are_left_out(tmp_path: Path) -> None:
    target = zipped(an_export(tmp_path / "export", {"band": {DAY: [a_message("inside")]}}))
    link = zipfile.ZipInfo("band/2025-10-10.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("../band/2025-10-11.json", "/band/2025-10-12.json", "band/../band/2025-10-13.json"):
            archive.writestr(name, json.dumps([a_message("outside")]))

    _, found, notes = read(target)

    assert words(found) == ["inside"]
    assert len(notes.unsafe) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "export.zip"]


def test_a_zip_that_would_fill_the_disk_is_not_opened(tmp_path: Path) -> None:
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("channels.json", json.dumps([a_channel("band")]))
        archive.writestr(f"band/{DAY}.json", "[" + " " * (SMALL + 1))

    with pytest.raises(NotAnExport, match="far more than chat"):
        read(target)


def test_damage_inside_a_zip_costs_one_file(tmp_path: Path) -> None:
    rows = [a_message(f"message {n} {os.urandom(8).hex()}") for n in range(200)]
    target = zipped(an_export(tmp_path / "export", {"band": {DAY: rows}, "chess": {DAY: [a_message("whole")]}}))
    with zipfile.ZipFile(target) as archive:
        at = archive.getinfo(f"band/{DAY}.json").header_offset
    content = bytearray(target.read_bytes())
    content[at + 300 : at + 340] = b"\xff" * 40
    target.write_bytes(content)

    _, found, notes = read(target)

    assert "whole" in words(found)
    assert list(notes.broken) == [f"band/{DAY}.json"]


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    target = zipped(an_export(tmp_path / "export", {"band": {DAY: [a_message()]}}))
    content = bytearray(target.read_bytes())
    # The flag for "encrypted", in every local and central header.
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(sign, at + 1)) >= 0:
            (flags,) = struct.unpack_from("<H", content, at + offset)
            struct.pack_into("<H", content, at + offset, flags | 1)
    target.write_bytes(content)

    with pytest.raises(NotAnExport, match=r"channels\.json\) cannot be read.*password"):
        read(target)


def test_what_is_no_export_is_told_apart(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("just words", encoding="utf-8")
    empty_zip = tmp_path / "empty.zip"
    zipfile.ZipFile(empty_zip, "w").close()
    half_zip = tmp_path / "half.zip"
    half_zip.write_bytes(zipped(an_export(tmp_path / "export", {"band": {DAY: [a_message()]}})).read_bytes()[:200])
    (tmp_path / "folder").mkdir()
    bad_list = an_export(tmp_path / "bad", {}, files={"channels.json": "{}"})

    said = {}
    for path in (tmp_path / "nothing", text, empty_zip, half_zip, tmp_path / "folder", bad_list):
        with pytest.raises(NotAnExport) as told:
            read(path)
        said[path.name] = str(told.value)

    assert "There is no" in said["nothing"]
    assert "is not a zip file" in said["notes.txt"]
    assert "no channels.json" in said["empty.zip"]
    assert "damaged zip" in said["half.zip"]
    assert "no channels.json" in said["folder"]
    assert "is not a JSON list" in said["bad"]


def test_only_the_last_threads_are_remembered(tmp_path: Path) -> None:
    start = 1_760_000_000
    roots = [a_message(f"root {n}", at=start + n, reply_count=1) for n in range(MOST_THREADS + 10)]
    replies = [
        a_message(f"reply {n}", at=start + 90_000 + n, thread_ts=f"{start + n:.6f}") for n in (0, MOST_THREADS + 5)
    ]

    found = read(an_export(tmp_path / "export", {"band": {DAY: [*roots, *replies]}}))[1]

    assert [[said.text for said in posting.before] for posting in found[-2:]] == [[], [f"root {MOST_THREADS + 5}"]]
