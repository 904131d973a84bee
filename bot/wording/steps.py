"""Next steps: buttons under an answer that run another subcommand, or open its form, for the person who reads it."""

from bot.cards import Action, Field
from bot.command import Request, commands
from bot.wording.subjects import subject_of
from policy.words import Lang, Text

CHECK = Text(en="Check a text", es="Revisar un texto")
ASK = Text(en="Ask first", es="Preguntar antes")
TEXT = Text(en="Text", es="Texto")
QUESTION = Text(en="Your question", es="Su pregunta")


def typed(lang: Lang, command: str, words: str = "") -> str:
    """What one types for the subcommand in that language: `rule respect`, `regla respect`."""
    found = commands()[command]
    name = found.aliases[0] if lang is Lang.ES else found.name
    return f"{name} {words}".strip()


def step(request: Request, label: str, command: str, words: str = "") -> Action:
    """A button that runs the subcommand, in the language of this answer."""
    subject = f"{subject_of(request.place)}|{typed(request.lang, command, words)}"
    return Action(name="command.run", subject=subject, label=label)


def checking(request: Request) -> Action:
    """A button that asks for a text to check before it is posted."""
    lang = request.lang
    field = Field(name="text", label=TEXT(lang), kind="text")
    return Action(name="check.text", subject=subject_of(request.place), label=CHECK(lang), fields=(field,))


def asking(request: Request, *, words: str = "", style: str = "") -> Action:
    """A button that asks for a question to the person in charge."""
    lang = request.lang
    field = Field(name="text", label=QUESTION(lang), kind="text", value=words)
    return Action(name="question.ask", subject=subject_of(request.place), label=ASK(lang), style=style, fields=(field,))
