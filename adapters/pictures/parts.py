"""Which of the packages that looking at pictures needs are here."""

from dataclasses import dataclass
from importlib.util import find_spec

INSTALL = "pip install 'chaperone[images]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package that may be missing, and what cannot be seen without it."""

    module: str
    sees: str


PILLOW = Part(module="PIL", sees="pictures")
RUNTIME = Part(module="onnxruntime", sees="faces")
READER = Part(module="rapidocr", sees="text in pictures")
FILM = Part(module="av", sees="videos")
HEIC = Part(module="pillow_heif", sees="HEIC pictures")

NEEDED = (PILLOW, RUNTIME, READER, FILM)
"""HEIC is not among them: its library is under the GPL, so an operator adds it or not."""


def is_here(part: Part) -> bool:
    """Whether the package is installed. It is not imported."""
    return find_spec(part.module) is not None


def missing() -> tuple[Part, ...]:
    """The parts of the extra that are not installed."""
    return tuple(part for part in NEEDED if not is_here(part))
