"""Looks at pictures and videos on this machine: counts faces, reads text, sees whether a place is in the file."""

from adapters.pictures.sight import ProcessSight
from adapters.settings import Settings
from bot.ports.pictures import Sight


def open_sight(settings: Settings) -> Sight | None:
    """Whoever looks at pictures, or None where the operator wants nobody to. Its process starts with the first
    picture."""
    return ProcessSight(sensor=settings.pictures_sensor) if settings.pictures else None
