"""Anybody may report a message, or tell in their own words: owner and supervisor see it, never the one it is about."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.acts import Handler
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.events import Content, Reported
from bot.ids import ChannelRef, MessageId, MessageRef, PersonId
from bot.inbox.intake import Intake
from bot.language import plain
from bot.people.routing import reviewers
from bot.ports import Transaction
from bot.records.incidents import TOLD
from bot.records.registry import Channel, Person
from bot.wording.forms import needed, text
from bot.wording.subjects import channel_in
from policy.words import Lang, Text

REPORT = Text(en="What happened", es="Qué ocurrió")
NOTE = Text(en="Note", es="Nota")

NO_CHANNEL = Text(
    en="I cannot tell whom this should go to. Type it in the channel that it is about, or tell a teacher or the school "
    "office. If somebody is in danger, call 911.",
    es="No sé a quién debe llegar. Escríbalo en el canal del que se trata, o cuénteselo a un docente o en la "
    "secretaría. Si alguien está en peligro, llame al 911.",
)
NOT_HERE = Text(
    en="You can report messages of your own workspace only. If somebody is in danger, call 911.",
    es="Solo puede reportar mensajes de su propio espacio. Si alguien está en peligro, llame al 911.",
)
THANKS = Text(en="Thank you, your report is in", es="Gracias, recibimos su reporte")
SEEN_BY = Text(en="{names} will look at it.", es="Lo verá {names}.")
FROM_YOU = Text(en="They see that the words are yours.", es="Ahí se ve que las palabras son suyas.")
UNNAMED = Text(
    en="Your name is on record and not on the card that they see.",
    es="Su nombre queda registrado y no aparece en la tarjeta que verán.",
)
ABOUT = Text(
    en="A member tells this in their own words, about {name}, who did not write it and is not told.",
    es="Lo cuenta un miembro con sus palabras, acerca de {name}, que no lo escribió ni recibe este aviso.",
)
SEEN_BY_OFFICE = Text(
    en="The people who run Chaperone were told to find the right person for it.",
    es="Se avisó a quienes administran Chaperone para que encuentren a la persona adecuada.",
)
AGAIN = Text(
    en="You reported this before, and it was passed on then.",
    es="Usted ya lo había reportado, y entonces se transmitió.",
)
DANGER = Text(
    en="If somebody is in danger now, call 911 or find the nearest adult. In a crisis call or text 988.",
    es="Si alguien está en peligro, llame al 911 o busque al adulto más cercano. En una crisis, llame al 988.",
)
AND = Text(en=" and ", es=" y ")

# `owner: …` in front of a report keeps it from the channel's owner. Mentions look like @name.
_ABOUT_OWNER = re.compile(r"(?:about )?(?:the )?(?:owner|responsable)\s*:\s*", re.IGNORECASE)


async def report_words(core: Core, actor: Person, place: ChannelRef | None, words: str) -> Card:
    """Passes on what somebody tells in their own words. Raises Refused where there is nobody to pass it on to."""
    words = needed(text({"text": words}, "text", REPORT, limit=3_000), REPORT)
    channel = await core.store.read(lambda tx: tx.registry.channel(place) if place else None)
    if channel is None:
        raise Refused(NO_CHANNEL)
    about = await core.store.read(lambda tx: _about(tx, channel, words))
    message = MessageRef(channel.ref.workspace, channel.ref.channel, MessageId(f"{TOLD}{secrets.token_hex(8)}"))
    told = _ABOUT_OWNER.sub("", words, count=1) if _ABOUT_OWNER.match(words) else words
    author = about.ref.person if about else actor.ref.person
    note = ABOUT(about.lang, name=about.name) if about else ""
    return await _pass_on(
        core, actor, channel, _Told(message, author, Content(text=told), note), UNNAMED if about else FROM_YOU
    )


async def report_message(
    core: Core, actor: Person, message: MessageRef, author: PersonId, content: Content, note: str
) -> Card:
    """Passes on one message. `author` and `content` are what the platform says of it; `note` is the reporter's. Raises
    Refused."""
    if message.workspace != actor.ref.workspace:
        raise Refused(NOT_HERE)
    channel = await core.store.read(lambda tx: tx.registry.channel(message.channel_ref))
    if channel is None:
        raise Refused(NO_CHANNEL)
    told = _Told(message, author, content, text({"note": note}, "note", NOTE))
    return await _pass_on(core, actor, channel, told, UNNAMED)


@dataclass(frozen=True, slots=True)
class _Told:
    message: MessageRef
    author: PersonId
    content: Content
    note: str


async def _pass_on(core: Core, actor: Person, channel: Channel, told: _Told, named: Text) -> Card:
    about = told.message.person(told.author)
    now, people = await core.store.read(lambda tx: (tx.now, reviewers(tx, channel, about)))
    event = Reported(
        message=told.message,
        author=told.author,
        by=actor.ref.person,
        at=now,
        content=told.content,
        note=told.note,
    )
    is_new = await Intake(core).receive(event)
    return _thanks(actor.lang, people, named) if is_new else _again(actor.lang)


def _about(tx: Transaction, channel: Channel, words: str) -> Person | None:
    """The owner or supervisor whom a report names, by the words before the colon or by name: they must not get it."""
    owner = tx.registry.person(channel.owner) if channel.owner else None
    if _ABOUT_OWNER.match(words):
        return owner
    said = set(re.findall(r"[\w.-]+", plain(words)))
    supervisor = tx.registry.person(channel.supervisor) if channel.supervisor else None
    named = (p for p in (owner, supervisor) if p and said & {plain(p.name).split()[-1], plain(p.ref.person)})
    return next(named, None)


def _thanks(lang: Lang, people: tuple[Person, ...], named: Text) -> Card:
    names = AND(lang).join(person.name for person in people)
    seen = f"{SEEN_BY(lang, names=names)} {named(lang)}" if people else SEEN_BY_OFFICE(lang)
    return Card(title=THANKS(lang), tone=Tone.DONE, blocks=(Paragraph(seen), Paragraph(DANGER(lang))))


def _again(lang: Lang) -> Card:
    return Card(title=THANKS(lang), tone=Tone.DONE, blocks=(Paragraph(AGAIN(lang)), Paragraph(DANGER(lang))))


async def _on_words(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    """`subject` names the channel; where the form lets one choose it, `channel` does."""
    subject = values.get("channel", subject)
    if subject == "|":
        raise Refused(NO_CHANNEL)
    place = channel_in(subject)
    if place.workspace != actor.ref.workspace:
        raise Refused(NOT_HERE)
    return await report_words(core, actor, place, values.get("text", ""))


ACTS: Mapping[str, Handler] = {"report.words": _on_words}
