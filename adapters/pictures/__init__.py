"""Looks at pictures and videos on this machine: counts faces, reads text, sees whether a place is in the file."""

from typing import TYPE_CHECKING

from bot.ports.pictures import Sight

if TYPE_CHECKING:
    from adapters.settings import Settings


def open_sight(settings: "Settings") -> Sight | None:
    """Whoever looks at pictures, or None where the operator wants nobody to. Its process starts with the first
    picture."""
    from adapters.pictures.sight import ProcessSight  # that process is of this package too, and needs none of the house

    return ProcessSight(sensor=settings.pictures_sensor) if settings.pictures else None
