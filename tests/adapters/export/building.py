"""Builds Slack exports of invented people, as folders or zip files, naming only what a test is about."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

CANARY = "this is a chaperone canary drill"
"""Words that set off a rule of every pack and mean nothing."""

USERS: tuple[Row, ...] = (
    {
        "id": "U0COACH01",
        "name": "rlindqvist",
        "real_name": "Robin Lindqvist",
        "tz": "America/New_York",
        "profile": {"email": "r@example.org"},
    },
    {
        "id": "U0STUD001",
        "name": "sam",
        "real_name": "Sam Abernethy-Quill",
        "tz": "America/New_York",
        "profile": {"email": "sam@example.org"},
    },
    {"id": "U0STUD002", "name": "ines", "real_name": "Inés Valdeolmos", "tz": "America/New_York", "profile": {}},
    {"id": "U0GUEST01", "name": "guest", "real_name": "Gray Penhallow", "is_ultra_restricted": True, "profile": {}},
    {"id": "U0ADMIN01", "name": "office", "real_name": "Office", "is_admin": True, "profile": {}},
    {"id": "U0BOT0001", "name": "timer", "real_name": "Timer", "is_bot": True, "profile": {}},
)


def a_message(
    text: str = "practice is at four", *, at: float = 1_760_000_000, user: str = "U0STUD001", **more: object
) -> Row:
    """A row as Slack exports it; `more` sets or replaces any field."""
    return {"type": "message", "user": user, "text": text, "ts": f"{at:.6f}", **more}


def a_channel(name: str, *, id_: str = "", creator: str = "U0COACH01") -> Row:
    return {"id": id_ or f"C0{name.upper()}", "name": name, "creator": creator, "members": ["U0STUD001"]}


def an_export(
    folder: Path,
    channels: Mapping[str, Mapping[str, Sequence[Any]]],
    *,
    users: Sequence[Any] = USERS,
    files: Mapping[str, str | bytes] | None = None,
) -> Path:
    """An unpacked export: rows by channel and day (`2025-10-09`). `files` adds or replaces files by their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "channels.json").write_text(json.dumps([a_channel(name) for name in channels]), encoding="utf-8")
    (folder / "users.json").write_text(json.dumps(list(users)), encoding="utf-8")
    for name, days in channels.items():
        (folder / name).mkdir()
        for day, rows in days.items():
            (folder / name / f"{day}.json").write_text(json.dumps(rows), encoding="utf-8")
    for path, content in (files or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zipped(folder: Path, *, around: str = "") -> Path:
    """The folder as a zip beside it, below a folder `around` if one is named."""
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, Path(around) / path.relative_to(folder))
    return target
