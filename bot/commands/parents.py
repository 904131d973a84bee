"""`/policy parents`: which parents of this channel's students are in, and inviting those who are not."""

from bot.cards import Action, Block, Card, Facts, Paragraph, Tone
from bot.channels.access_requests import NOT_YOURS
from bot.channels.cards.access import may_decide
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.people.parents import ParentPlace, parents_of_channel
from bot.ports import Transaction
from bot.records.access import AccessState
from bot.records.registry import Channel
from bot.wording.citing import foot
from bot.wording.steps import step
from bot.wording.subjects import subject_of
from policy.words import Text

TYPE_THERE = Text(
    en="Type “/policy parents” in the channel whose parents you mean.",
    es="Escriba “/policy familias” en el canal cuyas familias le interesan.",
)
TITLE = Text(en="Parents of #{name}", es="Familias de #{name}")
NO_STUDENTS = Text(
    en="No student of this channel is on the roster with a parent. The school office brings the roster in.",
    es="Ningún estudiante de este canal figura en la lista con su familia. La secretaría incorpora la lista.",
)
ALL_IN = Text(en="All {n} parents are in.", es="Están todas las familias: {n}.")
SOME_IN = Text(en="{inside} of {n} parents are in. Not in:", es="Familias en el canal: {inside} de {n}. Faltan:")
STATE = {
    AccessState.NONE: Text(en="not invited yet", es="sin invitar"),
    AccessState.OFFERED: Text(en="offered", es="ofrecido"),
    AccessState.ASKED: Text(en="asks to join", es="pide unirse"),
    AccessState.GRANTED: Text(en="may join", es="puede unirse"),
    AccessState.DECLINED: Text(en="declined", es="rechazado"),
    AccessState.JOINED: Text(en="was in and left", es="estuvo y salió"),
}
OF = Text(en="{name} (of {children})", es="{name} (de {children})")
MORE = Text(en="{n} more", es="{n} más")
NO_ACCOUNT = Text(en="{state}, no account", es="{state}, sin cuenta")
INVITE = Text(en="Invite them", es="Invitarlas")
LINK = Text(en="A link for parents", es="Un enlace para familias")
CHANNEL = Text(en="This channel", es="Este canal")
MOST_SHOWN = 8


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if channel is None:
        raise Refused(TYPE_THERE)
    return await core.store.read(lambda tx: _listed(tx, request, channel))


def _listed(tx: Transaction, request: Request, channel: Channel) -> Card:
    lang = request.lang
    if not may_decide(tx, channel, request.actor):
        raise Refused(NOT_YOURS)
    places = parents_of_channel(tx, channel)
    missing = [place for place in places if not place.is_in]
    inviting = Action(name="access.offer", subject=subject_of(channel.ref), label=INVITE(lang), style="primary")
    linking = Action(name="access.link", subject=subject_of(channel.ref), label=LINK(lang))
    back = step(request, CHANNEL(lang), "channel")
    if not places:
        said: tuple[Block, ...] = (Paragraph(NO_STUDENTS(lang)),)
    elif not missing:
        said = (Paragraph(ALL_IN(lang, n=len(places))),)
    else:
        rows = [_row(place, request) for place in missing[:MOST_SHOWN]]
        rest = len(missing) - len(rows)
        rows += [(MORE(lang, n=rest), "…")] if rest else []
        said = (Paragraph(SOME_IN(lang, inside=len(places) - len(missing), n=len(places))), Facts(tuple(rows)))
    may_invite = any(place.access.state in (AccessState.NONE, AccessState.OFFERED) for place in missing)
    return Card(
        title=TITLE(lang, name=channel.name),
        tone=Tone.NOTICE if missing else Tone.PLAIN,
        blocks=said,
        actions=(inviting, linking, back) if may_invite else (linking, back),
        footer=foot(request.pack, "parent_access", lang),
    )


def _row(place: ParentPlace, request: Request) -> tuple[str, str]:
    lang = request.lang
    state = STATE[place.access.state](lang)
    said = state if place.account is not None else NO_ACCOUNT(lang, state=state)
    children = ", ".join(child.name for child in place.children)
    return OF(lang, name=place.parent.name, children=children), said


command = Command(
    name="parents",
    aliases=("familias",),
    summary=Text(en="Which parents are in, and inviting the others", es="Qué familias están, e invitar a las demás"),
    usage=Text(en="parents", es="familias"),
    examples=(
        Example("parents", "No student of this channel is on the roster", Standing.OWNER),
        Example("familias", "La secretaría incorpora la lista", Standing.OWNER),
        Example("parents", "Parents of #chess", Standing.SUPERVISOR),
        Example("parents", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
