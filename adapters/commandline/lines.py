"""What `chaperone doctor` prints: one line for each check, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a check went."""

    GOOD = "ok  "
    LOOK = "look"
    BAD = "BAD "


@dataclass(frozen=True, slots=True)
class Line:
    """One check: how it went, what was seen, and what to do."""

    mark: Mark
    seen: str
    todo: str = ""
