"""The one door for people: what somebody typed after `/policy`, and which button they pressed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType, ModuleType

from bot.acts import Handler
from bot.cards import Card, Paragraph, Tone
from bot.channels import access_requests, asking, exceptions, join_links, outings, ownership, registration
from bot.channels.unregistered import asking as unregistered
from bot.command import commands
from bot.core import Core
from bot.desk import answering
from bot.desk.answering import answer, language_of
from bot.desk.home import home
from bot.errors import Refused
from bot.events import Content
from bot.governance import members, monitoring, notices
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef
from bot.inbox import coverage, reports
from bot.judging import checking
from bot.language import spoken
from bot.people import preferences
from bot.people.identity import met
from bot.people.standing import standing_of
from bot.photos import asking as picture_questions
from bot.photos import own, parents
from bot.records.registry import Person
from bot.review import decisions, tuning
from policy.words import Lang, Text

UNKNOWN_TITLE = Text(en="We have not met yet", es="Aún no nos conocemos")
UNKNOWN = Text(
    en="You are not on the district's register, so I cannot answer here. Ask the owner of the channel or the "
    "school office to add you. If somebody is in danger, call 911.",
    es="Usted no está en el registro del distrito y aquí no puedo responder. Pida al responsable del canal o a la "
    "secretaría que le añadan. Si alguien está en peligro, llame al 911.",
)
NO_SUCH_ACT = Text(
    en="This button does nothing any more. Type “/policy help” to see what you can do.",
    es="Este botón ya no hace nada. Escriba “/policy ayuda” para ver qué puede hacer.",
)
NOT_POSSIBLE = Text(en="That is not possible", es="Eso no es posible")


class Desk:
    """Answers people on every platform. What comes in says what is meant; who may do it is looked up each time."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def command(self, actor: PersonRef, place: ChannelRef | None, text: str) -> Card:
        """The private answer to `/policy text`, typed in `place`. What is refused comes as a card that says why."""
        return await self._answered(actor, lambda person: answer(self._core, person, place, text), typed=text)

    async def check_message(self, actor: PersonRef, message: MessageRef, content: Content) -> Card:
        """What the policy says of a message that stands in a channel, for the actor alone; nothing is kept. What is
        refused comes as a card that says why."""
        return await self._answered(actor, lambda person: checking.check_message(self._core, person, message, content))

    async def report_message(
        self, actor: PersonRef, message: MessageRef, author: PersonId, content: Content, note: str
    ) -> Card:
        """Passes a message on to owner and supervisor, never to its author; anybody may, and the answer is private.
        `author` and `content` are the platform's word, `note` the actor's. What is refused comes as a card that says
        why."""
        return await self._answered(
            actor,
            lambda person: reports.report_message(self._core, person, message, author, content, note),
        )

    async def ask(self, actor: PersonRef, place: ChannelRef | None, question: str) -> Card:
        """Sends the actor's question to who stands above them, or to the owner of `place`. What is refused comes as a
        card that says why."""
        return await self._answered(actor, lambda person: asking.ask_above(self._core, person, question, place))

    async def home(self, actor: PersonRef) -> Sequence[Card]:
        """What the actor sees first: for an owner their channels, open alerts and what is due; for a supervisor all of
        theirs and which need attention; for a member the rules and how to report. As things stand now: ask again when
        it is shown again."""
        person = await self._person(actor)
        return (_unknown(Lang.EN),) if person is None else await home(self._core, person)

    async def act(self, actor: PersonRef, name: str, subject: str, values: Mapping[str, str]) -> Card | None:
        """Does what a pressed button says. Raises Refused with words for the actor."""
        person = await self._person(actor)
        if person is None:
            raise Refused(UNKNOWN)
        handler = ACTS.get(name)
        if handler is None:
            raise Refused(NO_SUCH_ACT)
        return await handler(self._core, person, subject, values)

    async def commands(self, actor: PersonRef) -> Sequence[tuple[str, str, str]]:
        """Name, usage and summary of each subcommand that the actor may use, in their language, for completion."""
        person = await self._person(actor)
        if person is None:
            return []
        standing = await self._core.store.read(lambda tx: standing_of(tx, person))
        return [
            (
                command.aliases[0] if person.lang is Lang.ES else command.name,
                command.usage(person.lang),
                command.summary(person.lang),
            )
            for command in commands().values()
            if command.standing <= standing
        ]

    async def _answered(self, actor: PersonRef, act: Callable[[Person], Awaitable[Card]], *, typed: str = "") -> Card:
        """What `act` answers, or why it may not be. A typed command is refused in the language that it is in."""
        person = await self._person(actor)
        if person is None:
            return _unknown(spoken(typed) or Lang.EN)
        try:
            return await act(person)
        except Refused as refused:
            return refusal(refused, language_of(person, typed) if typed else person.lang)

    async def _person(self, ref: PersonRef) -> Person | None:
        person = await met(self._core, ref)
        return person if person is not None and person.is_active else None


def _unknown(lang: Lang) -> Card:
    return Card(title=UNKNOWN_TITLE(lang), blocks=(Paragraph(UNKNOWN(lang)),))


def refusal(refused: Refused, lang: Lang) -> Card:
    """Why not, and what to do instead, as a card."""
    words = refused.text(lang, **refused.values)
    return Card(title=NOT_POSSIBLE(lang), tone=Tone.NOTICE, blocks=(Paragraph(words),))


def _gathered(*modules: ModuleType) -> Mapping[str, Handler]:
    found: dict[str, Handler] = {}
    for module in modules:
        twice = found.keys() & module.ACTS.keys()
        if twice:
            raise ValueError(f"two handlers for {sorted(twice)}")
        found |= module.ACTS
    return MappingProxyType(found)


ACTS = _gathered(
    access_requests,
    answering,
    asking,
    checking,
    coverage,
    exceptions,
    join_links,
    members,
    monitoring,
    notices,
    outings,
    own,
    ownership,
    parents,
    picture_questions,
    preferences,
    registration,
    reports,
    decisions,
    tuning,
    unregistered,
)
"""What every button's name calls."""
