"""The one door for people: what somebody typed after `/policy`, and which button they pressed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

from bot import (
    answering,
    asking,
    checking,
    exceptions,
    preferences,
    registration,
    reports,
    review,
)
from bot.acts import Handler
from bot.answering import answer, language_of
from bot.cards import Card, Paragraph, Tone
from bot.command import commands
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, PersonRef
from bot.language import spoken
from bot.people import met
from bot.registry import Person
from bot.standing import standing_of
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
        person = await self._person(actor)
        if person is None:
            lang = spoken(text) or Lang.EN
            return Card(title=UNKNOWN_TITLE(lang), blocks=(Paragraph(UNKNOWN(lang)),))
        try:
            return await answer(self._core, person, place, text)
        except Refused as refused:
            return refusal(refused, language_of(person, text))

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

    async def _person(self, ref: PersonRef) -> Person | None:
        person = await met(self._core, ref)
        return person if person is not None and person.is_active else None


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


ACTS = _gathered(answering, asking, checking, exceptions, preferences, registration, reports, review)
"""What every button's name calls."""
