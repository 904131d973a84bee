"""Which of the packages that looking at pictures needs are here."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package that may be missing: what it is imported as, what cannot be seen without it, and what pip is asked
    for to have it."""

    module: str
    sees: str
    requirement: str


PILLOW = Part(module="PIL", sees="pictures", requirement="pillow")
RUNTIME = Part(module="onnxruntime", sees="faces and text", requirement="onnxruntime")
FILM = Part(module="av", sees="videos", requirement="chaperone[videos]")
HEIC = Part(module="pillow_heif", sees="HEIC pictures", requirement="chaperone[heic]")

PARTS = (PILLOW, RUNTIME, FILM, HEIC)
"""The last two are extras: they bring libraries under the GPL along, so that an operator adds them or not."""


def command_for(parts: Iterable[Part]) -> str:
    """What an operator types to add them, into the environment that Chaperone runs in."""
    wanted = " ".join(f"'{part.requirement}'" for part in parts)
    return f"{sys.executable} -m pip install {wanted}"


def is_here(part: Part) -> bool:
    """Whether the package is installed. It is not imported."""
    return find_spec(part.module) is not None


def missing() -> tuple[Part, ...]:
    """The parts that are not installed."""
    return tuple(part for part in PARTS if not is_here(part))
