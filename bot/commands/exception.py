"""`/policy exception`: what this channel may do although the policy forbids it, and asking for more."""

import re
from collections.abc import Sequence

from bot.cards import Block, Card, Facts, Paragraph
from bot.channels import exceptions
from bot.channels.cards.exception import IN_FORCE, WAITING, asking, described, last_day
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelException
from bot.wording.phrasing import ALLOWANCE
from bot.wording.steps import step
from bot.wording.subjects import subject_of
from policy.words import Text

TYPE_THERE = Text(
    en="Type “/policy exception” in the channel that it is for.",
    es="Escriba “/policy excepción” en el canal al que se refiere.",
)
TITLE = Text(en="Exceptions of #{name}", es="Excepciones de #{name}")
NONE = Text(en="None is in force and none waits.", es="No hay ninguna en vigor ni pendiente.")
HOW = Text(
    en="A fundraiser, a mock election, an account, website or tool: the supervisor approves it, with an end date.",
    es="Una colecta, una elección simulada, una cuenta, un sitio o una herramienta: la aprueba el supervisor, con fin.",
)
ASK = Text(en="Ask for one", es="Pedir una")
UNTIL = Text(en="{state} until {day}", es="{state} hasta el {day}")
CHANNEL = Text(en="This channel", es="Este canal")

# `tool Desmos until 2026-05-30 because we graph with it`: kind, value, then day and reason in either order left out.
_LINE = re.compile(
    r"(?P<kind>\S+)\s+(?P<value>.+?)"
    r"(?:\s+(?:until|hasta)\s+(?P<until>\d{4}-\d\d-\d\d))?"
    r"(?:\s+(?:because|porque)\s+(?P<reason>.+))?",
    re.IGNORECASE | re.DOTALL,
)


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if request.place is None:
        raise Refused(TYPE_THERE)
    if channel is None:
        raise Refused(exceptions.NOT_REGISTERED)
    typed = _LINE.fullmatch(request.words.strip())
    values = {name: value for name, value in typed.groupdict().items() if value} if typed else {}
    if values.get("reason"):
        return await exceptions.ask(core, request.actor, exceptions.wish_of(channel.ref, values))
    return await core.store.read(lambda tx: _listed(tx, request, channel, values))


def _listed(tx: Transaction, request: Request, channel: Channel, values: dict[str, str]) -> Card:
    lang = request.lang
    known = [e for e in tx.registry.exceptions(channel.ref) if e.decided_at is None or e.is_in_force(tx.now)]
    blocks: tuple[Block, ...] = (Facts(tuple(_rows(tx, request, known))),) if known else (Paragraph(NONE(lang)),)
    action = asking(
        subject_of(channel.ref),
        ASK(lang),
        lang,
        kind=_kind(values.get("kind", "")),
        value=values.get("value", ""),
        ends=values.get("until", ""),
    )
    return Card(
        title=TITLE(lang, name=channel.name),
        blocks=(*blocks, Paragraph(HOW(lang))),
        actions=(action, step(request, CHANNEL(lang), "channel")),
    )


def _rows(tx: Transaction, request: Request, known: Sequence[ChannelException]) -> list[tuple[str, str]]:
    lang = request.lang
    return [
        (
            described(each, lang),
            UNTIL(
                lang, state=(IN_FORCE if each.is_in_force(tx.now) else WAITING)(lang), day=last_day(each, request.actor)
            ),
        )
        for each in known[:5]
    ]


def _kind(typed: str) -> str:
    """The kind of that name in either language, for the form; empty for any other word."""
    names = {plain(name): kind for kind, text in ALLOWANCE.items() for name in (kind, text.en, text.es)}
    found = names.get(plain(typed))
    return found.value if found else ""


command = Command(
    name="exception",
    aliases=("excepción",),
    summary=Text(en="What this channel may do all the same", es="Lo que este canal puede hacer aun así"),
    usage=Text(
        en="exception [KIND VALUE [until DATE] because REASON]", es="excepción [TIPO CUÁL [hasta FECHA] porque MOTIVO]"
    ),
    examples=(
        Example("exception", "fundraiser: car wash", Standing.OWNER),
        Example("excepción", "colecta: car wash", Standing.OWNER),
        Example("exception tool Desmos because we graph our races", "tool: Desmos", Standing.OWNER),
        Example("excepcion herramienta Desmos porque medimos carreras", "herramienta: Desmos", Standing.OWNER),
        Example("exception tool Desmos until 2019-05-30 because we like it", "That day is over", Standing.OWNER),
        Example("exception", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
