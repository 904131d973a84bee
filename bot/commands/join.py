"""`/policy join [NAME|LINK]`: a parent asks for access to a channel that their child is in."""

from bot.cards import Action, Card, Paragraph
from bot.channels.access_requests import NOT_YOUR_CHILDS, ask, parents_here
from bot.channels.join_links import MARK, place_of
from bot.command import Command, Example, Request
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.people.parents import channels_of_children
from bot.ports import Transaction
from bot.records.registry import Channel
from bot.wording.subjects import subject_of
from policy.words import Text

TITLE = Text(en="Your children's channels", es="Los canales de sus hijos")
NONE = Text(en="Your children are in no school channel here.", es="Sus hijos no están en ningún canal escolar de aquí.")
HOW = Text(
    en="You may join whatever your child is in. The owner is asked; without an answer, the supervisor decides.",
    es="Puede unirse a todo canal en que esté su hijo. Se pregunta al responsable; si calla, decide el supervisor.",
)
ALL = Text(en="You are in all of them: {names}.", es="Está usted en todos: {names}.")
JOIN = Text(en="Ask to join #{name}", es="Pedir unirme a #{name}")
MOST_OFFERED = 5


async def run(request: Request, core: Core) -> Card:
    if request.words.startswith(MARK):
        now = await core.store.read(lambda tx: tx.now)
        return await ask(core, request.actor, place_of(core, request.words, now))
    channels = await core.store.read(lambda tx: _of_children(tx, request))
    if request.words:
        wanted = _key(request.words)
        named = [each for each in channels if wanted in (_key(each.name), _key(each.ref.channel))]
        if len(named) != 1:
            raise Refused(NOT_YOUR_CHILDS)
        return await ask(core, request.actor, named[0].ref)
    return await core.store.read(lambda tx: _listed(tx, request, channels))


def _of_children(tx: Transaction, request: Request) -> tuple[Channel, ...]:
    parents = parents_here(tx, request.actor)
    found = {channel.ref: channel for parent in parents for channel in channels_of_children(tx, parent, request.actor)}
    return tuple(found.values())


def _listed(tx: Transaction, request: Request, channels: tuple[Channel, ...]) -> Card:
    lang = request.lang
    missing = [each for each in channels if request.actor.ref not in tx.registry.members(each.ref)]
    if not channels:
        return Card(title=TITLE(lang), blocks=(Paragraph(NONE(lang)),))
    if not missing:
        names = ", ".join(f"#{each.name}" for each in channels)
        return Card(title=TITLE(lang), blocks=(Paragraph(ALL(lang, names=names)),))
    actions = tuple(
        Action(name="access.ask", subject=subject_of(each.ref), label=JOIN(lang, name=each.name)[:75])
        for each in missing[:MOST_OFFERED]
    )
    return Card(title=TITLE(lang), blocks=(Paragraph(HOW(lang)),), actions=actions)


def _key(name: str) -> str:
    return plain(name).strip().lstrip("#").replace(" ", "-")


command = Command(
    name="join",
    aliases=("unirme",),
    summary=Text(en="Parents: ask to join your child's channel", es="Familias: pedir unirse al canal de su hijo"),
    usage=Text(en="join [NAME]", es="unirme [NOMBRE]"),
    examples=(
        Example("join", "The school's roster does not have your e-mail address as a parent's"),
        Example("unirme", "no figura en la lista de la escuela"),
        Example("join #chess", "Ask the school office to add it"),
        Example("join link-abc", "This link has ended or is not complete"),
    ),
    run=run,
)
