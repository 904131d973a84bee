"""`/policy suggestions`: what reviewers' decisions say about the rules, and what could be changed because of it."""

from collections.abc import Mapping

from bot.cards import Action, Block, Bullets, Card, Facts, Field, Paragraph
from bot.channels.cards.exception import asking
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.ports import Transaction
from bot.review.suggestions import Kind, Suggestion, in_words, tallies
from bot.review.tuning import EXAMPLE, HARMLESS, may_tune, open_for
from bot.wording.phrasing import ALLOWANCE, channel_name, rule_title
from bot.wording.steps import step
from bot.wording.subjects import subject_of
from policy.verdict import RuleId
from policy.words import Text

MOST_RULES, MOST_SHOWN = 4, 4

TITLE = Text(en="What reviews suggest", es="Lo que sugieren las revisiones")
NONE = Text(
    en="Nothing is suggested now. Three dismissals of the same kind suggest something.",
    es="Ahora no hay sugerencias. Tres descartes del mismo tipo sugieren algo.",
)
MORE = Text(en="{n} more, after these are answered.", es="{n} más, cuando estas tengan respuesta.")
FOOT = Text(
    en="People decide: nothing changes by itself.",
    es="Deciden las personas: nada cambia solo.",
)
SAID: Mapping[Kind, Text] = {
    Kind.EXCEPTION: Text(
        en="{place}: {what} was dismissed {dismissed} times and never confirmed. Ask for an exception?",
        es="{place}: {what} se descartó {dismissed} veces y nunca se confirmó. ¿Pedir una excepción?",
    ),
    Kind.THRESHOLD: Text(
        en="{rule}: if it had to be surer (threshold {value}), every confirmed alert would stay and most dismissed "
        "ones would go.",
        es="{rule}: si tuviera que estar más segura (umbral {value}), quedarían las alertas confirmadas y se irían "
        "casi todas las descartadas.",
    ),
    Kind.TRIAL: Text(
        en="{rule}: {dismissed} of {decided} alerts were dismissed. Put it on trial, so that it alerts nobody?",
        es="{rule}: se descartaron {dismissed} de {decided} alertas. ¿Ponerla a prueba, sin avisar a nadie?",
    ),
    Kind.CASE: Text(
        en="{rule}: {dismissed} alerts were dismissed. An invented example, with the words that make it harmless, lets "
        "your policy leave such messages alone.",
        es="{rule}: se descartaron {dismissed} alertas. Un ejemplo inventado, con las palabras que lo hacen "
        "inofensivo, permite que su política deje pasar mensajes así.",
    ),
}
BUTTON: Mapping[Kind, Text] = {
    Kind.EXCEPTION: Text(en="Exception: {what}", es="Excepción: {what}"),
    Kind.THRESHOLD: Text(en="{rule}: threshold {value}", es="{rule}: umbral {value}"),
    Kind.TRIAL: Text(en="{rule}: on trial", es="{rule}: a prueba"),
    Kind.CASE: Text(en="{rule}: give an example", es="{rule}: dar un ejemplo"),
}
ANSWER = Text(en="What shall happen?", es="¿Qué se hace?")
ACCEPT = Text(en="Take it over into the pack", es="Pasarlo a la política")
DECLINE = Text(en="Leave it as it is", es="Dejarlo como está")
INVENTED = Text(
    en="invented, in your own words; never what a member wrote",
    es="inventado, con sus propias palabras; nunca lo que escribió un miembro",
)
WHICH_WORDS = Text(
    en="if you know them: messages that have these words are then left alone",
    es="si las sabe: se dejarán pasar los mensajes que las tengan",
)
RULES = Text(en="All rules", es="Todas las reglas")


async def run(request: Request, core: Core) -> Card:
    return await core.store.read(lambda tx: _listed(tx, core, request))


def _listed(tx: Transaction, core: Core, request: Request) -> Card:
    lang = request.lang
    found = open_for(tx, core, request.actor)
    blocks: list[Block] = []
    if may_tune(tx, request.actor):
        rows = tuple(
            (rule_title(request.pack, rule, lang), in_words(tally, lang))
            for rule, tally in list(tallies(tx).items())[:MOST_RULES]
        )
        blocks += [Facts(rows)] if rows else []
    lines = tuple(SAID[each.kind](lang, **_named(tx, request, each)) for each in found[:MOST_SHOWN])
    blocks.append(Bullets(lines) if lines else Paragraph(NONE(lang)))
    if len(found) > MOST_SHOWN:
        blocks.append(Paragraph(MORE(lang, n=len(found) - MOST_SHOWN)))
    buttons = tuple(_button(tx, request, each) for each in found[:MOST_SHOWN])
    return Card(
        title=TITLE(lang),
        blocks=tuple(blocks),
        actions=(*buttons, step(request, RULES(lang), "rules")),
        footer=FOOT(lang),
    )


def _named(tx: Transaction, request: Request, suggestion: Suggestion) -> dict[str, object]:
    lang = request.lang
    what = f"{ALLOWANCE[suggestion.allowance](lang)}: {suggestion.value}" if suggestion.allowance else ""
    channel = tx.registry.channel(suggestion.channel) if suggestion.channel else None
    return {
        "rule": rule_title(request.pack, RuleId(suggestion.rule), lang),
        "value": suggestion.value,
        "what": what,
        "place": channel_name(channel, suggestion.channel.channel) if suggestion.channel else "",
        "dismissed": suggestion.tally.dismissed,
        "decided": suggestion.tally.decided,
    }


def _button(tx: Transaction, request: Request, suggestion: Suggestion) -> Action:
    lang = request.lang
    label = BUTTON[suggestion.kind](lang, **_named(tx, request, suggestion))[:75]
    if suggestion.channel is not None and suggestion.allowance is not None:
        subject = subject_of(suggestion.channel)
        return asking(subject, label, lang, kind=suggestion.allowance, value=suggestion.value)
    options = (("accept", ACCEPT(lang)), ("decline", DECLINE(lang)))
    choice = Field(name="answer", label=ANSWER(lang), kind="choice", choices=options, value="accept")
    if suggestion.kind is not Kind.CASE:
        return Action(name="suggestion.answer", subject=suggestion.id, label=label, fields=(choice,))
    example = Field(name="text", label=EXAMPLE(lang), kind="text", hint=INVENTED(lang), is_required=False)
    harmless = Field(name="harmless", label=HARMLESS(lang), hint=WHICH_WORDS(lang), is_required=False)
    return Action(name="suggestion.case", subject=suggestion.id, label=label, fields=(example, harmless, choice))


command = Command(
    name="suggestions",
    aliases=("sugerencias",),
    summary=Text(en="What reviews say about the rules", es="Lo que dicen las revisiones de las reglas"),
    usage=Text(en="suggestions", es="sugerencias"),
    examples=(
        Example("suggestions", "Nothing is suggested now", Standing.SUPERVISOR),
        Example("sugerencias", "Ahora no hay sugerencias", Standing.OWNER),
        Example("suggestions", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
