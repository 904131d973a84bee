"""Strings that make trouble: the big list of them where it is at hand, and always a list of our own."""

import json
from pathlib import Path

BIG_LIST = Path(__file__).parents[3] / "shared" / "corpora" / "naughty-strings.json"
OUR_LIST = Path(__file__).parents[1] / "adapters" / "playground" / "naughty.json"


def naughty_strings() -> list[str]:
    """All of them, none blank."""
    found: list[str] = [
        text for file in (OUR_LIST, BIG_LIST) if file.exists() for text in json.loads(file.read_text("utf-8"))
    ]
    assert len(found) > 10
    return [text for text in dict.fromkeys(found) if text.strip()]
