"""`/policy answers [WORDS]`: what supervisors answered before and let others find, without names."""

from bot.cards import Card, Facts, Paragraph
from bot.channels.asking import shared
from bot.channels.cards.question import answer_of, shared_words_of
from bot.command import Command, Example, Request
from bot.core import Core
from bot.language import plain
from bot.ports import Transaction
from bot.records.questions import Question
from bot.wording.steps import asking
from policy.words import Text

MOST = 5

TITLE = Text(en="Answers given before", es="Respuestas dadas antes")
NONE = Text(
    en="No answer fits. Ask the person in charge; they may let others find the answer.",
    es="No hay ninguna respuesta que encaje. Pregunte a quien está a cargo; puede dejar que otros la encuentren.",
)


async def run(request: Request, core: Core) -> Card:
    return await core.store.read(lambda tx: _found(tx, core, request))


def _found(tx: Transaction, core: Core, request: Request) -> Card:
    words = set(plain(request.words).split())
    known = [(shared_words_of(core, each), each) for each in shared(tx, request.actor)]
    fitting = sorted(known, key=lambda each: -_shared_words(core, words, each))
    fitting = [each for each in fitting if not words or _shared_words(core, words, each)]
    title, actions = TITLE(request.lang), (asking(request),)
    if not fitting:
        return Card(title=title, blocks=(Paragraph(NONE(request.lang)),), actions=actions)
    rows = tuple((question, answer_of(core, each)) for question, each in fitting[:MOST])
    return Card(title=title, blocks=(Facts(rows),), actions=actions)


def _shared_words(core: Core, words: set[str], known: tuple[str, Question]) -> int:
    """How many of the words stand in the question or its answer."""
    return len(words & set(plain(f"{known[0]} {answer_of(core, known[1])}").replace("?", " ").split()))


command = Command(
    name="answers",
    aliases=("respuestas",),
    summary=Text(en="Answers that others got before", es="Respuestas que otros recibieron"),
    usage=Text(en="answers [WORDS]", es="respuestas [PALABRAS]"),
    examples=(
        Example("answers bus", "No answer fits"),
        Example("respuestas autobús", "No hay ninguna respuesta"),
    ),
    run=run,
)
