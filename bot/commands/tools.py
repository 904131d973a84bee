"""`/policy tools`: the tools that the district approved, and the path to another."""

from bot.cards import Action, Bullets, Card, Paragraph
from bot.channels import exceptions
from bot.channels.cards import exception as cards
from bot.command import Command, Example, Request
from bot.core import Core
from bot.ports import Transaction
from bot.wording.citing import foot
from bot.wording.steps import asking
from bot.wording.subjects import subject_of
from policy.message import AllowanceKind
from policy.words import Text

TITLE = Text(en="Approved tools of {district}", es="Herramientas aprobadas de {district}")
ANOTHER = Text(
    en="For another one, the owner of a channel asks for an exception; everybody else asks first.",
    es="Para otra, el responsable de un canal pide una excepción; los demás preguntan antes.",
)
HERE = Text(en="In this channel also", es="En este canal, además")
ASK = Text(en="Ask for a tool", es="Pedir una herramienta")


async def run(request: Request, core: Core) -> Card:
    also = await core.store.read(lambda tx: _also(tx, request))
    lang, district = request.lang, request.pack.district
    lines = [f"{name}: {', '.join(hosts[:2])}" for name, hosts in district.tools.items()]
    lines += [f"{HERE(lang)}: {', '.join(also)}"] if also else []
    return Card(
        title=TITLE(lang, district=district.name),
        blocks=(Bullets(tuple(lines)), Paragraph(ANOTHER(lang))),
        actions=(_next(request),),
        footer=foot(request.pack, "approved_tools", lang),
    )


def _also(tx: Transaction, request: Request) -> list[str]:
    if request.channel is None:
        return []
    return [e.value for e in exceptions.in_force(tx, request.channel) if e.kind is AllowanceKind.TOOL]


def _next(request: Request) -> Action:
    channel = request.channel
    if channel is None or request.actor.ref not in (channel.owner, channel.supervisor):
        return asking(request)
    kind = AllowanceKind.TOOL.value
    return cards.asking(subject_of(channel.ref), ASK(request.lang), request.lang, kind=kind)


command = Command(
    name="tools",
    aliases=("herramientas",),
    summary=Text(en="The approved tools, and how to get another", es="Las herramientas aprobadas y cómo pedir otra"),
    usage=Text(en="tools", es="herramientas"),
    examples=(
        Example("tools", "Google Classroom"),
        Example("herramientas", "Herramientas aprobadas"),
    ),
    run=run,
)
