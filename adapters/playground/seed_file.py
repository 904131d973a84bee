"""The made-up district as `seed.yml` tells it."""

from datetime import time
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from adapters.playground.view import Json
from bot.records.registry import ChannelState
from policy.message import ChannelKind, Role
from policy.words import Lang

FILE: Final = Path(__file__).parent / "seed.yml"
DOMAIN: Final = "larkfield.example.org"
"""What stands behind the @ of everybody's address here."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Part):
    en: str
    es: str


class SeedPerson(_Part):
    id: str
    name: str
    title: Title
    role: Role
    school: str
    supervisor: str | None = None
    lang: Lang = Lang.EN
    operator: bool = False
    children: tuple[str, ...] = ()
    photos: bool = True

    @property
    def shown_title(self) -> str:
        """The title in the person's own language."""
        return self.title.es if self.lang is Lang.ES else self.title.en


class SeedFamily(_Part):
    """A parent who is on the roster and has no account here."""

    id: str
    name: str
    email: str
    children: tuple[str, ...]


class SeedChannel(_Part):
    id: str
    name: str
    kind: ChannelKind
    school: str
    purpose: str
    audience: str
    owner: str
    supervisor: str
    members: tuple[str, ...]
    state: ChannelState = ChannelState.APPROVED


class SeedMessage(_Part):
    at: tuple[int, time]
    by: str
    says: str
    answers: tuple["SeedMessage", ...] = ()


class Try(_Part):
    by: str
    channel: str
    lang: Lang
    says: str


class District(_Part):
    """All of `seed.yml`."""

    name: str
    zone: str
    pack: str
    people: tuple[SeedPerson, ...]
    families: tuple[SeedFamily, ...]
    channels: tuple[SeedChannel, ...]
    history: dict[str, tuple[SeedMessage, ...]]
    tries: tuple[Try, ...] = Field(min_length=1)


@cache
def district() -> District:
    """The made-up district, read once. Raises pydantic's ValidationError where the file is not of its form."""
    return District.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def tries() -> list[Json]:
    """Messages that a visitor may click into the message box."""
    return [one.model_dump(mode="json") for one in district().tries]


def address_of(person: str) -> str:
    """The e-mail address of somebody in the district."""
    return f"{person}@{DOMAIN}"
