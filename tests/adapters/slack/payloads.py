"""The recorded payloads: one file for each kind that Slack sends, with what it says in our own words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.slack.versions import Reading

FOLDER = Path(__file__).parents[1] / "payloads" / "slack"
NAMES = {"U0IKER0001": "Iker Zubiri", "U0CHAPERN": "Chaperone", "C0TRACK01": "track"}
READING = Reading(name_of=lambda id_: NAMES.get(id_, id_), member_names=frozenset({"robin lindqvist"}))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One file. `events` names of each event what matters; of a text what it `contains` or `lacks`."""

    name: str
    about: str
    payload: dict[str, Any]
    events: tuple[Mapping[str, Any], ...]


def recorded(name: str) -> Recorded:
    """The payload of that file, fresh each time."""
    content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Recorded(name, content["about"], content["payload"], tuple(content["events"]))


def names() -> list[str]:
    """Every recorded kind."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))
