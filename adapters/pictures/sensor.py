"""An operator's own look at pictures: how surely one shows what no school wants. None is bundled (README.md)."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

Sensor = Callable[["Image.Image"], float]
"""For an RGB picture a number from 0 to 1."""


def sensor_named(name: str) -> Sensor:
    """The function that `module:function` names. Raises ImportError, AttributeError, or what the module raises."""
    module, _, function = name.partition(":")
    found: Sensor = getattr(importlib.import_module(module), function)
    return found
