"""Answers one `/policy` call: finds the subcommand, the language, the channel and its policy, and runs it."""

from collections.abc import Mapping
from dataclasses import replace

from bot.acts import Handler
from bot.cards import Action, Card, Paragraph
from bot.command import Command, Request, Standing, closest, find, is_spanish
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef
from bot.language import is_common, plain, spoken
from bot.people.standing import FOR_WHOM, standing_of
from bot.ports import Transaction
from bot.records.registry import Channel, Person
from bot.wording.steps import asking, step
from bot.wording.subjects import place_in
from policy.words import Lang, Text

NO_SUCH = Text(en="There is no “{typed}”", es="No existe «{typed}»")
MEANT = Text(en="Did you mean {names}?", es="¿Quiso decir {names}?")
OR = Text(en=" or ", es=" o ")
PERHAPS = Text(
    en="Do you look for what the policy says? Search for these words, or ask the person in charge.",
    es="¿Busca lo que dice la política? Busque estas palabras o pregunte a quien está a cargo.",
)
SEARCH = Text(en="Search the policy", es="Buscar en la política")
HELP = Text(en="Help", es="Ayuda")


async def answer(core: Core, actor: Person, place: ChannelRef | None, text: str) -> Card:
    """The answer to `/policy text`. Raises Refused with words for the actor; `language_of` tells their language."""
    word, command, words = parted(text)
    lang = language_of(actor, text)
    channel = await core.store.read(lambda tx: _permitted(tx, actor, place, command))
    pack = core.shelf.get(channel.pack if channel else core.default_pack) or core.shelf[core.default_pack]
    request = Request(actor=replace(actor, lang=lang), place=place, channel=channel, pack=pack, words=words, lang=lang)
    return _unknown(request, word, text) if command is None else await command.run(request, core)


def parted(text: str) -> tuple[str, Command | None, str]:
    """The first word, its subcommand (of two words, as `por qué`, or one) and the words after it. No words: help."""
    words = text.split(maxsplit=2)
    if not words:
        return "", find("help"), ""
    for count in (2, 1):
        head, rest = " ".join(words[:count]), text.split(maxsplit=count)[count:]
        command = find(head)
        if command is not None:
            return head, command, rest[0].strip() if rest else ""
    return words[0], None, text.strip()


def language_of(actor: Person, text: str) -> Lang:
    """Spanish for a Spanish name, else what the words are in, else the actor's own language."""
    word, command, words = parted(text)
    if command is None:
        guesses = closest(word)
        return Lang.ES if guesses and is_spanish(guesses[0]) else spoken(words) or actor.lang
    return Lang.ES if is_spanish(word) else spoken(words) or actor.lang


def _permitted(tx: Transaction, actor: Person, place: ChannelRef | None, command: Command | None) -> Channel | None:
    """The channel where they asked. Raises Refused where the subcommand is not for them."""
    if command is not None and command.standing is not Standing.ANYONE and standing_of(tx, actor) < command.standing:
        raise Refused(FOR_WHOM[command.standing], name=command.name, alias=command.aliases[0])
    return tx.registry.channel(place) if place is not None else None


def _unknown(request: Request, word: str, text: str) -> Card:
    lang, title = request.lang, NO_SUCH(request.lang, typed=word[:40])
    guesses = () if is_common(plain(word)) else closest(word)
    words = request.words.partition(" ")[2].strip()
    if guesses:
        names = OR(lang).join(f"“/policy {name}”" for name in guesses)
        actions = tuple(_retyped(request, name, words) for name in guesses)
        return Card(title=title, blocks=(Paragraph(MEANT(lang, names=names)),), actions=actions)
    searching = step(request, SEARCH(lang), "search", text.strip()[:120])
    actions = (searching, asking(request, words=text.strip()[:500]), step(request, HELP(lang), "help"))
    return Card(title=title, blocks=(Paragraph(PERHAPS(lang)),), actions=actions)


def _retyped(request: Request, name: str, words: str) -> Action:
    command = find(name)
    return step(request, f"{name} {words}".strip()[:70], command.name if command else name, words[:500])


async def _on_run(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:  # noqa: ARG001
    workspace, _, rest = subject.partition("|")
    channel, _, typed = rest.partition("|")
    place = await core.store.read(lambda tx: place_in(tx, f"{workspace}|{channel}", actor))
    return await answer(core, actor, place, typed)


ACTS: Mapping[str, Handler] = {"command.run": _on_run}
