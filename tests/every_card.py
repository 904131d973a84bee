"""Every kind of card that the product makes, made by the product itself: the invented district lives through all that
somebody is shown, and then each button that anybody has is pressed."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.cards import Card, Field
from bot.command import commands
from bot.desk.door import refusal
from bot.errors import Refused
from bot.events import AccountChanged, Content, Joined, Watched
from bot.governance.watch import look_soon
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonRef
from bot.inbox.cards import trouble
from bot.people.alerts import owe_operators
from bot.ports import Ability, Transaction
from bot.records.accounts import Account
from bot.records.deliveries import TopicKind
from bot.records.incidents import Act, incident_id
from bot.records.registry import ChannelFacts, Person
from policy.message import Role
from policy.words import Lang
from tests.bot.conftest import a_district
from tests.bot.desk.at_desk import UNREGISTERED, WHO, furnish
from tests.bot.photos.at_photos import AtPhotos, people, students, with_families
from tests.district import (
    CHESS,
    CLUB,
    COACH,
    CREC,
    DIRECTOR,
    OPERATOR,
    OTHER,
    PARENT,
    PEOPLE,
    PRINCIPAL,
    STUDENT,
    WORKSPACE,
    ref,
)
from tests.fakes import FakeClock

BREACH = "chaperone canary drill"
NEWCOMER, STRANGER = ref("newcomer"), ref("stranger")
BAND = ChannelRef(WORKSPACE, ChannelId("band"))
MOST_PRESSES = 400
ALL = frozenset(Ability)


@dataclass(frozen=True, slots=True)
class Typed:
    """What people of the district type: `name` is part of every person's and channel's name, `said` of every message,
    reason, purpose and note."""

    name: str
    said: str


@dataclass(slots=True)
class Gathered:
    """The cards, and what was seen on the way. `answers` are those that a person got who asked or pressed."""

    cards: dict[str, list[Card]] = field(default_factory=dict)
    kinds: set[TopicKind] = field(default_factory=set)
    answers: list[tuple[PersonRef, Card]] = field(default_factory=list)

    def keep(self, what: str, card: Card) -> None:
        """Keeps the card, unless it was seen like this before."""
        known = self.cards.setdefault(what, [])
        if card not in known:
            known.append(card)

    def all(self) -> list[Card]:
        """Each card once."""
        return list(dict.fromkeys(card for cards in self.cards.values() for card in cards))


async def gathered(folder: Path, lang: Lang, typed: Typed, *, can: frozenset[Ability] = ALL) -> Gathered:
    """Every card that is shown where everybody reads that language, and the platform can do this much."""
    clock = FakeClock()
    async with a_district(folder, clock, CREC) as district:
        district.platform.can = can
        district.platform.facts_of |= {ref: ChannelFacts(is_private=True) for ref in (CLUB, UNREGISTERED)}
        district.platform.facts_of[BAND] = ChannelFacts(name=f"band {typed.name}", is_private=False, is_watched=True)
        everybody = {person.ref.person for person in PEOPLE}
        district.platform.inside |= {ref: everybody - {PARENT.person} for ref in (CLUB, UNREGISTERED)}
        photos = await with_families(district, clock)
        found = Gathered()
        await photos.district.core.store.write(lambda tx: _named(tx, lang, typed))
        await _Life(photos, found, lang, typed).lived()
    assert found.kinds == set(TopicKind), f"never shown: {set(TopicKind) - found.kinds}"
    return found


def _named(tx: Transaction, lang: Lang, typed: Typed) -> None:
    furnish(tx)
    for person in PEOPLE:
        known = tx.registry.person(person.ref)
        assert known is not None
        tx.registry.save_person(replace(known, name=f"{known.name} {typed.name}".strip(), lang=lang))
    tx.registry.save_person(Person(ref=NEWCOMER, name=f"Nico {typed.name}".strip(), role=Role.STUDENT, lang=lang))
    named = replace(CHESS, name=f"chess {typed.name}".strip(), purpose=f"Matches {typed.said}", decided_at=tx.now)
    tx.registry.save_channel(named)


class _Life:
    """All that can happen in the district, one thing after the other. What anybody is shown is kept."""

    def __init__(self, photos: AtPhotos, found: Gathered, lang: Lang, typed: Typed) -> None:
        self._photos = photos
        self._desk = photos.desk
        self._district = photos.district
        self._found = found
        self._lang = lang
        self._typed = typed

    async def lived(self) -> None:
        for part in (self._asking, self._posting, self._pictured, self._watched, self._deciding, self._typing):
            await part()
        await self._homes()
        await self._menus()
        await self._pressing()
        await self._leaving()
        await self._pressing()

    async def _types(self, who: PersonRef, words: str, place: ChannelRef | None = CLUB) -> None:
        self._answered(who, f"/policy {words.split(' ', maxsplit=1)[0]}", await self._desk.types(who, words, place))
        await self._settled()

    async def _presses(self, who: PersonRef, kind: TopicKind, name: str, **values: str) -> None:
        card = self._desk.shown(who, kind)[-1]
        self._answered(who, "pressed", await self._desk.presses(who, card, name, **values))
        await self._settled()

    def _answered(self, who: PersonRef, what: str, card: Card) -> None:
        self._found.keep(what, card)
        self._found.answers.append((who, card))

    async def _settled(self) -> None:
        await self._district.settle()
        platform = self._district.platform
        for (_, topic), card in [*platform.cards.items(), *platform.announced.items()]:
            self._found.kinds.add(topic.kind)
            self._found.keep(topic.kind, card)

    async def _asking(self) -> None:
        said = self._typed.said
        await self._types(COACH, f"register club drama {self._typed.name}: {said}", UNREGISTERED)
        await self._types(COACH, f"ask May we {said}?")
        await self._types(COACH, f"exception fundraiser: bakes | {said} | 2027-02-01")
        await self._types(PARENT, "join")
        await self._types(COACH, "parents")

    async def _posting(self) -> None:
        said = self._typed.said
        flagged = await self._district.post(f"{BREACH} {said}", message="m1")
        await self._settled()
        await self._district.post(f"{BREACH} {said}", by=OTHER, message="m2", thread="m1")
        await self._district.edit(flagged, f"never mind {said}")
        await self._district.post("you are full of crap", message="m3", by=PARENT)
        await self._settled()

    async def _pictured(self) -> None:
        await self._photos.post(people(faces=2, text=("C 12",)), by=STUDENT, message="m4", text=self._typed.said)
        await self._settled()
        await self._presses(STUDENT, TopicKind.PICTURE, "picture.students", **students("stu", "otis"))
        await self._types(PARENT, "photos")
        await self._presses(PARENT, TopicKind.PERMISSION, "photo.year")
        await self._types(PARENT, "photos")

    async def _watched(self) -> None:
        """Somebody comes in uninvited, Chaperone is taken out and put back, put into a channel that nobody registered,
        and days go by."""
        at = await self._district.now()
        await self._district.take(Watched(channel=BAND, is_watched=True, at=at, by=COACH.person))
        await self._district.take(Joined(channel=CLUB, person=NEWCOMER.person, at=at, by=None))
        await self._district.take(Watched(channel=CLUB, is_watched=False, at=at))
        await self._settled()
        await self._desk.later(hours=2)
        await self._district.take(Watched(channel=CLUB, is_watched=True, at=await self._district.now()))
        await self._district.core.store.write(self._troubled)
        for _ in range(8):
            await self._desk.later(days=1)
            await self._settled()

    def _troubled(self, tx: Transaction) -> None:
        look_soon(tx, CLUB)
        for kind in trouble.TITLES:
            owe_operators(tx, WORKSPACE, f"{kind}:{self._typed.name}")

    async def _deciding(self) -> None:
        """So often that something is suggested."""
        for number in range(10):
            self._desk.clock.pass_(hours=1)
            message = await self._district.post(f"{BREACH} number {number}", message=f"d{number}")
            values = {"note": f"A saying of ours {self._typed.said}"}
            await self._desk.desk.act(COACH, f"incident.{Act.DISMISS}", incident_id(message), values)
        await self._settled()

    async def _typing(self) -> None:
        for command in commands().values():
            place = UNREGISTERED if command.name == "register" else CLUB
            for example in command.examples:
                await self._types(WHO[example.as_who], example.typed, place)
            name = command.aliases[0] if self._lang is Lang.ES else command.name
            await self._types(WHO[command.standing], f"{name} {self._typed.said}")
        await self._types(STUDENT, f"hlep {self._typed.said}")
        await self._types(STRANGER, "help")

    async def _homes(self) -> None:
        for who in (STUDENT, PARENT, COACH, PRINCIPAL, DIRECTOR, OPERATOR, STRANGER):
            for card in await self._desk.desk.home(who):
                self._answered(who, "home", card)

    async def _menus(self) -> None:
        message, desk = MessageRef(WORKSPACE, CLUB.channel, MessageId("m9")), self._desk.desk
        content = Content(text=f"{BREACH} {self._typed.said}")
        for words in (content, Content(text="practice is at four")):
            self._answered(OTHER, "check", await desk.check_message(OTHER, message, words))
        for who in (OTHER, STRANGER):
            card = await desk.report_message(who, message, STUDENT.person, content, self._typed.said)
            self._answered(who, "report", card)
        await self._settled()

    async def _leaving(self) -> None:
        """The owner's account is closed, and the supervisor names the next."""
        coach = await self._district.read(lambda tx: tx.registry.person(COACH))
        assert coach is not None
        account = Account(ref=COACH, name=coach.name, email=coach.email, is_active=False)
        await self._desk.later(minutes=1)
        await self._district.take(AccountChanged(account=account, at=await self._district.now()))
        await self._settled()
        await self._presses(PRINCIPAL, TopicKind.HANDOVER, "handover.name", person=OPERATOR.person)

    async def _pressing(self) -> None:
        """Presses each button once for everybody who has it, those of answers too."""
        done = set[tuple[PersonRef, str]]()
        for _ in range(MOST_PRESSES):
            shown = [(to, card) for (to, _), card in self._district.platform.cards.items()]
            offered = [(who, action) for who, card in [*self._found.answers, *shown] for action in card.actions]
            left = [(who, action) for who, action in offered if (who, action.name) not in done]
            if not left:
                return
            who, action = left[0]
            done.add((who, action.name))
            values = {each.name: await self._value(each) for each in action.fields}
            try:
                card = await self._desk.desk.act(who, action.name, action.subject, values)
            except Refused as refused:
                card = refusal(refused, self._lang)
            if card is not None:
                self._answered(who, "pressed", card)
            await self._settled()
        raise AssertionError("buttons lead to buttons without an end")

    async def _value(self, asked: Field) -> str:
        """How somebody fills in a field."""
        match asked.kind:
            case "choice":
                return asked.choices[0][0]
            case "choices":
                return ",".join(value for value, _ in asked.choices)
            case "person":
                return OPERATOR.person
            case "date":
                return (await self._district.now() + timedelta(days=9)).date().isoformat()
            case _:
                return asked.value or self._typed.said or "because"
