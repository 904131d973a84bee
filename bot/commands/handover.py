"""`/policy handover`: the owner says that they leave, and sees how the handover stands."""

from bot.cards import Action, Card, Paragraph
from bot.channels.cards.handover import card, may_name
from bot.channels.ownership import NOT_OWNER
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.people.routing import supervisor_of
from bot.ports import Transaction
from bot.records.registry import Channel
from bot.wording.citing import foot
from bot.wording.phrasing import name_or_dash
from bot.wording.steps import step
from bot.wording.subjects import subject_of
from policy.words import Text

TYPE_THERE = Text(
    en="Type “/policy handover” in the channel that you hand over.",
    es="Escriba “/policy traspaso” en el canal que deja.",
)
TITLE = Text(en="Do you hand over #{name}?", es="¿Deja usted #{name}?")
HOW = Text(
    en="{supervisor} answers for it until somebody takes over, and is asked at once who that will be. That person "
    "accepts. All that is on record stays.",
    es="{supervisor} responde de él hasta que alguien lo asuma, y se le pregunta enseguida quién será. Esa persona "
    "acepta. Todo lo registrado se conserva.",
)
LEAVE = Text(en="Yes, I hand it over", es="Sí, lo dejo")
SURE = Text(en="{supervisor} is asked now who takes over.", es="Se pregunta ahora a {supervisor} quién lo asume.")
NONE = Text(en="No handover is under way", es="No hay ningún traspaso en curso")
NONE_WORDS = Text(
    en="When the owner leaves, you are asked here who takes over.",
    es="Cuando el responsable se vaya, se le preguntará aquí quién lo asume.",
)
CHANNEL = Text(en="This channel", es="Este canal")


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if channel is None:
        raise Refused(TYPE_THERE)
    return await core.store.read(lambda tx: _answer(tx, core, request, channel))


def _answer(tx: Transaction, core: Core, request: Request, channel: Channel) -> Card:
    lang, actor = request.lang, request.actor
    known = tx.handovers.open_of(channel.ref)
    supervisor = supervisor_of(tx, channel)
    if known is not None:
        if actor.ref in (known.owner, known.named) or may_name(tx, channel, known, actor):
            return card(tx, core, channel, known, actor)
        raise Refused(NOT_OWNER)
    footer = foot(request.pack, "ownership", lang)
    if actor.ref == channel.owner:
        leaving = Action(
            name="handover.leave",
            subject=subject_of(channel.ref),
            label=LEAVE(lang),
            style="primary",
            confirm=SURE(lang, supervisor=name_or_dash(supervisor)),
        )
        return Card(
            title=TITLE(lang, name=channel.name),
            blocks=(Paragraph(HOW(lang, supervisor=name_or_dash(supervisor))),),
            actions=(leaving, step(request, CHANNEL(lang), "channel")),
            footer=footer,
        )
    if supervisor is not None and actor.ref == supervisor.ref:
        return Card(title=NONE(lang), blocks=(Paragraph(NONE_WORDS(lang)),), footer=footer)
    raise Refused(NOT_OWNER)


command = Command(
    name="handover",
    aliases=("traspaso",),
    summary=Text(en="Hand this channel over to another owner", es="Traspasar este canal a otro responsable"),
    usage=Text(en="handover", es="traspaso"),
    examples=(
        Example("handover", "Do you hand over #chess?", Standing.OWNER),
        Example("traspaso", "¿Deja usted #chess?", Standing.OWNER),
        Example("handover", "No handover is under way", Standing.SUPERVISOR),
        Example("handover", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
