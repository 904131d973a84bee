"""What a `/policy` subcommand is, and how what somebody typed finds its subcommand."""

import difflib
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from bot.cards import Card
from bot.core import Core
from bot.ids import ChannelRef
from bot.language import plain
from bot.records.registry import Channel, Person
from policy.pack import Pack
from policy.words import Lang, Text


class Standing(IntEnum):
    """Who may use a subcommand; each may all that those before may."""

    ANYONE = 0
    OWNER = 1
    SUPERVISOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One `/policy` call: who asks, where, and the words after the subcommand. `channel` is None where the channel is
    not on the register; `pack` is the channel's, else the district's. Answers come in `lang`."""

    actor: Person
    place: ChannelRef | None
    channel: Channel | None
    pack: Pack
    words: str
    lang: Lang


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody types after `/policy`, and words that the answer then holds. Every example is a test."""

    typed: str
    answered: str
    as_who: Standing = Standing.ANYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One subcommand: one file in `bot/commands/`. `aliases` are its Spanish names, the one to show first; accents and
    case do not matter in what people type."""

    name: str
    aliases: tuple[str, ...]
    summary: Text
    usage: Text
    examples: tuple[Example, ...]
    run: Callable[[Request, Core], Awaitable[Card]]
    standing: Standing = Standing.ANYONE


@cache
def commands() -> dict[str, Command]:
    """All subcommands by name: the `command` of every module in `bot/commands/`."""
    # By name: a subcommand knows what a subcommand is, and so an import here would run in a circle between the two.
    package = importlib.import_module("bot.commands")
    found = [
        importlib.import_module(f"{package.__name__}.{module.name}").command
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {command.name: command for command in sorted(found, key=lambda command: command.name)}


def find(word: str) -> Command | None:
    """The subcommand of that name or alias, whatever its case and accents."""
    return _by_name().get(plain(word))


def is_spanish(word: str) -> bool:
    """Whether the word is a subcommand's Spanish name."""
    command = find(word)
    return command is not None and plain(word) != command.name


def closest(word: str) -> Sequence[str]:
    """Subcommands whose names look like the word, best first, for a typo."""
    names = {plain(name): name for command in commands().values() for name in (command.name, *command.aliases)}
    return [names[name] for name in difflib.get_close_matches(plain(word), names, n=2, cutoff=0.6)]


@cache
def _by_name() -> dict[str, Command]:
    return {plain(name): command for command in commands().values() for name in (command.name, *command.aliases)}
