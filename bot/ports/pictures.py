"""What can be seen in a picture or video, without knowing anybody: looked at on this machine alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Unseen(StrEnum):
    """Why a file could not be looked at."""

    TOO_LARGE = "too_large"
    BROKEN = "broken"
    UNKNOWN_KIND = "unknown_kind"
    TOO_SLOW = "too_slow"
    NOT_INSTALLED = "not_installed"
    NO_VIDEOS = "no_videos"
    NO_HEIC = "no_heic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place in a picture, as shares of its width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line of text in a picture, and where it stands. `at_seconds` is the moment in a video."""

    text: str
    box: Box
    at_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen. `faces` are counted, never known: in a video the most in any frame that was looked at.
    `has_place`: the file says where it was taken. `provocative`: how sure an operator's own sensor is, from 0 to 1;
    None where none is set. `unseen` is set where nothing, or not all, could be looked at."""

    width: int = 0
    height: int = 0
    faces: tuple[Box, ...] = ()
    lines: tuple[ReadLine, ...] = ()
    has_place: bool = False
    provocative: float | None = None
    unseen: Unseen | None = None

    @property
    def text(self) -> str:
        """All lines, in the order one reads them."""
        return "\n".join(line.text for line in self.lines)


class Sight(Protocol):
    """Looks at pictures and videos, in a process of its own with limits, never on the event loop."""

    async def look(self, content: bytes, *, name: str) -> Seen:
        """What is in the file. It never raises for what the file is: `unseen` says so."""

    async def close(self) -> None: ...
