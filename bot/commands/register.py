"""`/policy register`: asks for a channel's approval, by a form or in one line."""

from bot.cards import Card, Paragraph
from bot.channels.cards.approval import card
from bot.channels.register_form import registering
from bot.channels.registration import register, wish_of
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.registry import ChannelState
from bot.wording.citing import foot
from bot.wording.phrasing import KIND
from policy.words import Text

TITLE = Text(en="Register this channel", es="Registrar este canal")
HOW = Text(
    en="Say what it is for and, where you are asked, who your supervisor is. Your supervisor is asked at once, and you "
    "hear here what they decide.",
    es="Diga para qué sirve y, si se le pide, quién es su supervisor. Se pregunta enseguida a su supervisor, y aquí "
    "sabrá qué decide.",
)
OPEN = Text(en="Register it", es="Registrarlo")
TYPE_THERE = Text(
    en="Type “/policy register” in the channel that you want to register.",
    es="Escriba “/policy registrar” en el canal que desea registrar.",
)


async def run(request: Request, core: Core) -> Card:
    if request.place is None:
        raise Refused(TYPE_THERE)
    channel = request.channel
    if channel is not None and channel.state is ChannelState.APPROVED and channel.owner == request.actor.ref:
        return await core.store.read(lambda tx: card(tx, core, channel, request.actor))
    values = _read(request.words)
    if values.get("purpose") and await core.store.read(lambda tx: above(tx, request.actor)) is not None:
        return await register(core, request.actor, wish_of(request.place, values))
    return await core.store.read(lambda tx: _form(tx, core, request, values.get("kind", "")))


def _form(tx: Transaction, core: Core, request: Request, kind: str) -> Card:
    lang = request.lang
    return Card(
        title=TITLE(lang),
        blocks=(Paragraph(HOW(lang)),),
        actions=(registering(tx, core, request.actor, request.place, OPEN(lang), kind=kind),),
        footer=foot(request.pack, "approved", lang),
    )


def _read(words: str) -> dict[str, str]:
    """`team Spring track: practice times` as kind, name and purpose; without a colon all after the kind is purpose."""
    first, _, rest = words.partition(" ")
    kind = next(
        (kind for kind, text in KIND.items() if plain(first) in (plain(kind), plain(text.en), plain(text.es))), None
    )
    if kind is None and plain(first) in ("padres", "familias"):
        kind = next(kind for kind in KIND if kind == "parents")
    name, colon, purpose = rest.partition(":")
    if not colon:
        name, purpose = "", rest
    return {"kind": kind or "", "name": name.strip(), "purpose": purpose.strip()} if kind else {"kind": ""}


command = Command(
    name="register",
    aliases=("registrar",),
    summary=Text(en="Ask for this channel's approval", es="Pedir la aprobación de este canal"),
    usage=Text(en="register [KIND NAME: PURPOSE]", es="registrar [TIPO NOMBRE: FINALIDAD]"),
    examples=(
        Example("register", "Your supervisor is asked at once", Standing.OWNER),
        Example("registrar", "Se pregunta enseguida a su supervisor", Standing.OWNER),
        Example("register club Chess: meetings and matches", "#Chess is waiting for approval", Standing.OWNER),
        Example("registrar club Ajedrez: reuniones y partidas", "#Ajedrez: pendiente de aprobación", Standing.OWNER),
        Example("register", "is for staff who run a channel"),
        Example("registrar", "es para el personal que dirige un canal"),
    ),
    run=run,
    standing=Standing.OWNER,
)
