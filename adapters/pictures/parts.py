"""Which of the packages that looking at pictures needs are here."""

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package that may be missing: what it is imported as, what cannot be seen without it, and how to add it."""

    module: str
    sees: str
    install: str


PILLOW = Part(module="PIL", sees="pictures", install="pip install pillow")
RUNTIME = Part(module="onnxruntime", sees="faces and text", install="pip install onnxruntime")
FILM = Part(module="av", sees="videos", install="pip install av")
HEIC = Part(module="pillow_heif", sees="HEIC pictures", install="pip install pillow-heif")

PARTS = (PILLOW, RUNTIME, FILM, HEIC)
"""The last two bring libraries under the GPL along, so that an operator adds them or not."""


def is_here(part: Part) -> bool:
    """Whether the package is installed. It is not imported."""
    return find_spec(part.module) is not None


def missing() -> tuple[Part, ...]:
    """The parts that are not installed."""
    return tuple(part for part in PARTS if not is_here(part))
