"""A link with which parents ask for access to one channel: sealed, so that nobody makes one up, and good for a time.
It opens nothing by itself: whoever opens it is matched with the roster, and the owner is asked."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.acts import Handler
from bot.cards import Block, Card, Excerpt, Facts, Paragraph
from bot.channels.cards.access import may_decide
from bot.core import Core
from bot.errors import BrokenSeal, Refused
from bot.ids import ChannelRef
from bot.ports import Transaction
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from bot.wording.dates import day
from bot.wording.steps import typed
from bot.wording.subjects import channel_in, subject_of
from policy.words import Lang, Text

GOOD_FOR = timedelta(days=30)
MARK = "link-"
"""How a token begins, so that no channel's name is taken for one."""
PURPOSE = "join-link"
_HEX, _LETTERS = "0123456789abcdef", "abcdefghijklmnop"
# One long word of letters: no part of it reads like a word of a language, by which answers choose theirs.
_TO_LETTERS, _TO_HEX = str.maketrans(_HEX, _LETTERS), str.maketrans(_LETTERS, _HEX)

NOT_YOURS = Text(
    en="Only the owner of the channel and the supervisor make a link for parents.",
    es="Solo el responsable del canal y su supervisor crean un enlace para las familias.",
)
OVER = Text(
    en="This link has ended or is not complete. Ask the owner of the channel for another, or type “/policy join”.",
    es="Este enlace ha caducado o no está completo. Pida otro al responsable del canal o escriba “/policy unirme”.",
)
TITLE = Text(en="A link for the parents of #{name}", es="Un enlace para las familias de #{name}")
HOW = Text(
    en="Send this to the parents. Whoever opens it must be on the roster as a parent of a student here, and you are "
    "asked before they are in. It is good until {day}.",
    es="Envíelo a las familias. Quien lo abra debe constar en la lista escolar como familia de un estudiante de aquí, "
    "y a usted se le pregunta antes de que entre. Sirve hasta el {day}.",
)
LINK = Text(en="Link", es="Enlace")
TYPED = Text(en="Or typed", es="O escrito")
LETTER = Text(
    en="Dear parent, your child is a member of our school channel #{channel}. To ask for access, open the link, or "
    "type this in the school's chat: /policy {command}",
    es="Estimada familia: su hijo o hija está en nuestro canal escolar #{channel}. Para pedir acceso, abra el enlace "
    "o escriba esto en el chat de la escuela: /policy {command}",
)
TO_COPY = Text(en="To copy and send", es="Para copiar y enviar")


def token_for(core: Core, place: ChannelRef, until: datetime) -> str:
    """A token that names the channel until then."""
    said = f"{int(until.timestamp())}|{subject_of(place)}".encode()
    return MARK + core.keys.seal(said, purpose=PURPOSE).hex().translate(_TO_LETTERS)


def place_of(core: Core, token: str, now: datetime) -> ChannelRef:
    """The channel that the token names. Raises Refused where it has ended or is not one of ours."""
    try:
        sealed = bytes.fromhex(token.removeprefix(MARK).translate(_TO_HEX))
        until, _, subject = core.keys.open(sealed, purpose=PURPOSE).decode().partition("|")
    except (BrokenSeal, ValueError):
        raise Refused(OVER) from None
    if now >= datetime.fromtimestamp(int(until), UTC):
        raise Refused(OVER)
    return channel_in(subject)


async def make(core: Core, actor: Person, place: ChannelRef) -> Card:
    """A link for the channel's parents, for its owner or supervisor to copy. Raises Refused."""

    def unit(tx: Transaction) -> Card:
        channel = tx.registry.channel(place)
        if channel is None or not channel.state.is_read or not may_decide(tx, channel, actor):
            raise Refused(NOT_YOURS)
        until = tx.now + GOOD_FOR
        subject = f"channel:{subject_of(place)}"
        facts = {"until": until.isoformat()}
        tx.journal.append(
            Entry(at=tx.now, name="channel:parent:linked", subject=subject, actor=actor.ref.person, facts=facts)
        )
        return _card(core, channel, actor, until)

    return await core.store.write(unit)


def _card(core: Core, channel: Channel, actor: Person, until: datetime) -> Card:
    lang, token = actor.lang, token_for(core, channel.ref, until)
    workspace = channel.ref.workspace
    # The English name: who opens the link is answered in their own language.
    opening = core.platforms(workspace).opening(workspace, typed(Lang.EN, "join", token))
    rows = [(LINK(lang), opening)] if opening else []
    rows.append((TYPED(lang), f"/policy {typed(lang, 'join', token)}"))
    letter = "\n\n".join(LETTER(each, channel=channel.name, command=typed(each, "join", token)) for each in Lang)
    blocks: tuple[Block, ...] = (
        Paragraph(HOW(lang, day=day(until, actor))),
        Facts(tuple(rows)),
        Excerpt(letter, caption=TO_COPY(lang)),
    )
    return Card(title=TITLE(lang, name=channel.name), blocks=blocks)


async def _on_link(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await make(core, actor, channel_in(subject))


ACTS: Mapping[str, Handler] = {"access.link": _on_link}
