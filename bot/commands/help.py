"""`/policy help`: what one may type, or how one subcommand is used."""

from bot.cards import Block, Bullets, Card, Facts, Paragraph
from bot.command import Command, Example, Request, commands, find
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.people.standing import standing_of
from bot.wording.forms import filled
from bot.wording.steps import asking, checking, step, typed
from policy.words import Lang, Text

TITLE = Text(en="What you can type after /policy", es="Qué puede escribir tras /policy")
MORE = Text(en="/policy help NAME tells more.", es="/policy ayuda NOMBRE explica más.")
NO_SUCH = Text(
    en="There is no “{name}”. Type “/policy help” for all names.",
    es="No existe «{name}». Escriba “/policy ayuda” para verlos todos.",
)
RULES = Text(en="The rules", es="Las reglas")
FOR_EXAMPLE = Text(en="For example", es="Por ejemplo")


async def run(request: Request, core: Core) -> Card:
    if request.words:
        return _one(request)
    lang = request.lang
    standing = await core.store.read(lambda tx: standing_of(tx, request.actor))
    rows = tuple(
        (typed(lang, command.name), command.summary(lang))
        for command in commands().values()
        if command.standing <= standing and command.name != "help"
    )
    actions = (checking(request), asking(request), step(request, RULES(lang), "rules"))
    return Card(title=TITLE(lang), blocks=(Facts(rows),), actions=actions, footer=MORE(lang))


def _one(request: Request) -> Card:
    command, lang = find(request.words), request.lang
    if command is None:
        raise Refused(filled(NO_SUCH, name=request.words[:40]))
    shown = [example.typed for example in command.examples if _is_in(lang, command, example.typed)][:2]
    blocks: tuple[Block, ...] = (
        Paragraph(command.summary(lang)),
        Bullets(tuple(f"/policy {words}" for words in (command.usage(lang), *shown))),
    )
    return Card(title=f"/policy {typed(lang, command.name)}", blocks=blocks, footer=MORE(lang))


def _is_in(lang: Lang, command: Command, words: str) -> bool:
    """Whether the example begins with a name of that language."""
    is_spanish = any(plain(words).startswith(plain(alias)) for alias in command.aliases)
    return is_spanish == (lang is Lang.ES)


command = Command(
    name="help",
    aliases=("ayuda",),
    summary=Text(en="What you can type", es="Qué puede escribir"),
    usage=Text(en="help [NAME]", es="ayuda [NOMBRE]"),
    examples=(
        Example("help", "Look at a text before you post it"),
        Example("ayuda", "Mire un texto antes de publicarlo"),
        Example("help check", "check TEXT"),
        Example("ayuda revisar", "revisar TEXTO"),
        Example("help nonsense", "There is no “nonsense”"),
        Example("ayuda tonterías", "No existe «tonterías»"),
    ),
    run=run,
)
