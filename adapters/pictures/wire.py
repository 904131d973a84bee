"""What goes between the two processes: a length, then so many bytes; what was seen goes as JSON."""

import json
import struct
from dataclasses import asdict
from typing import Any

from bot.ports.pictures import Box, ReadLine, Seen, Unseen

LENGTH = struct.Struct(">I")
MOST_ANSWER_BYTES = 4 << 20
"""A longer answer is none: whoever sends it is no longer our process but what a file made of it."""

READY = b"ready"


def framed(content: bytes) -> bytes:
    return LENGTH.pack(len(content)) + content


def packed(seen: Seen) -> bytes:
    return json.dumps(asdict(seen)).encode()


def unpacked(answer: bytes) -> Seen:
    """The other way around. Raises ValueError, KeyError or TypeError for what is no answer."""
    said: dict[str, Any] = json.loads(answer)
    lines = (
        ReadLine(text=str(each["text"]), box=Box(**each["box"]), at_seconds=each["at_seconds"])
        for each in said["lines"]
    )
    return Seen(
        width=int(said["width"]),
        height=int(said["height"]),
        faces=tuple(Box(**each) for each in said["faces"]),
        lines=tuple(lines),
        has_place=bool(said["has_place"]),
        provocative=said["provocative"],
        unseen=Unseen(said["unseen"]) if said["unseen"] else None,
    )
