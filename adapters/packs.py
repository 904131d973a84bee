"""Which packs there are, for a command that has to begin at once: it waits for no setting that nobody has set."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from adapters.defaults import DEFAULT_PACK
from policy.pack import Pack

_VARIABLES = ("chaperone_", "database_url", "redis_url", "slack_", "microsoftapp", "teams_")
"""What the variables of all settings begin with, in small letters."""


class PackSettings(NamedTuple):
    """The settings that packs are chosen by: the one of channels that name no other, and the folder of the district's
    own."""

    pack: str
    packs: Path | None


def pack_settings() -> PackSettings:
    """The settings that packs are chosen by. As soon as anything is set, all settings are read and checked; reading
    them takes a tenth of a second, and where nothing is set, it could only tell the defaults.

    Raises what `load_settings` raises.
    """
    if not any(name.lower().startswith(_VARIABLES) for name in os.environ):
        return PackSettings(DEFAULT_PACK, None)
    from adapters.settings import load_settings

    settings = load_settings()
    return PackSettings(settings.pack, settings.packs)


def own_packs(folder: Path | None) -> list[Path]:
    """Where the district's own packs are. Raises BadSettings where the folder is none."""
    if folder and not folder.is_dir():
        from adapters.settings import BadSettings

        raise BadSettings(f"CHAPERONE_PACKS names {folder}, and there is no such folder. Make it, or unset it.")
    return [folder] if folder else []


def pack_named(name: str, packs: Iterable[Pack]) -> Pack:
    """The pack of that name. Raises UsageError, which says what there is, where there is none."""
    by_id: dict[str, Pack] = {pack.id: pack for pack in packs}
    if name not in by_id:
        raise click.UsageError(f"There is no pack {name!r}. There are: {', '.join(sorted(by_id))}.")
    return by_id[name]
