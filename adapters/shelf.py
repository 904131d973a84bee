"""Loads the packs that are shipped, and the district's own from the folder that `CHAPERONE_PACKS` names."""

from collections.abc import Mapping

from adapters.settings import BadSettings, Settings
from bot.core import Shelf
from policy import load_packs
from policy.pack import Pack
from policy.verdict import PackId


def load_shelf(settings: Settings) -> Shelf:
    """All packs. Raises `policy.PackError` with every fault, each with file and line, and BadSettings where the folder
    is none."""
    if settings.packs and not settings.packs.is_dir():
        raise BadSettings(f"CHAPERONE_PACKS names {settings.packs}, and there is no such folder. Make it, or unset it.")

    def load() -> Mapping[PackId, Pack]:
        return load_packs([settings.packs] if settings.packs else [])

    return Shelf(load)
