"""What people do with Chaperone itself: `/policy` in words, and buttons. The one place that Microsoft's SDK runs in."""

import asyncio
import html
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ResourceResponse
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from adapters.teams import cards
from adapters.teams.activity import (
    Json,
    Payload,
    channel_of,
    conversation_of,
    is_personal,
    mentions,
    part,
    sender_of,
    text,
)
from adapters.teams.cards import Press, executed, press_in
from adapters.teams.client import Connector, Place
from adapters.teams.connection import Connection
from adapters.teams.markup import whole_characters
from adapters.teams.menus import CHOSEN, SUBMITTED, Menus
from adapters.teams.platform import Teams
from bot.cards import Card
from bot.core import Core
from bot.desk.door import Desk
from bot.errors import ChaperoneError, Refused, Undeliverable
from bot.ids import PersonRef
from policy.words import Lang, Text

log = structlog.get_logger()

MESSAGE = "application/vnd.microsoft.activity.message"
AT_ONCE = 8
"""Turns that are worked on at the same time. The others wait, so that a crowd never holds up the loop for long."""
REMEMBERED = 2_000
"""Messages to us that are kept in mind, so that one which comes twice is answered once."""
DONE_MARK = "✓ "
"""How the line begins that a button is answered with once it has done something."""
DONE = Text(en=f"{DONE_MARK}Done.", es=f"{DONE_MARK}Hecho.")
ANSWERED = Text(en=f"{DONE_MARK}The answer is in our chat.", es=f"{DONE_MARK}La respuesta está en nuestro chat.")
NOT_NOW = Text(
    en="That did not work just now. Please try again in a minute.",
    es="No ha funcionado en este momento. Inténtelo de nuevo en un minuto.",
)
WRITE_FIRST = Text(
    en="I answer in private only, and cannot write to you yet. Please open a chat with me and ask there.",
    es="Solo respondo en privado y todavía no puedo escribirle. Abra un chat conmigo y pregunte allí, por favor.",
)
HOME = frozenset({"home", "inicio"})
"""What people type to see what they see first when they open Chaperone."""
_OURS = re.compile(r"\s*/?\s*(?:policy|política|politica)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke is answered, as HTTP."""

    status: int
    body: Payload | None = None


class Turns(CloudAdapterBase):  # type: ignore[misc]  # the SDK carries no types
    """Carries out what an activity asks of Chaperone. Who asks is who Teams says sent it, looked up anew each time;
    nothing in a card's data is believed."""

    def __init__(self, core: Core, desk: Desk, platform: Teams, connector: Connector, connection: Connection) -> None:
        super().__init__(_Authenticated())
        self._core = core
        self._desk = desk
        self._menus = Menus(core, desk)
        self._platform = platform
        self._connector = connector
        self.connection = connection
        self._room = asyncio.Semaphore(AT_ONCE)
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    async def invoke(self, activity: Payload) -> Answer:
        """The answer to an activity that waits for one. It was authenticated before."""
        answer = await self._turn(activity)
        return answer or Answer(501)

    def start(self, activity: Payload) -> None:
        """Begins to answer a message, if it is one to us; Teams need not wait for that."""
        if self._is_to_us(activity) and self._is_new(activity):
            task = asyncio.create_task(self._guarded(activity))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Returns when all that was begun is answered."""
        await asyncio.gather(*self._running)

    def _is_to_us(self, activity: Payload) -> bool:
        if text(activity, "from", "id") == self.connection.bot_id:
            return False
        if text(activity, "type") != "message":
            return _is_opened(activity)
        is_private = is_personal(activity) or part(activity, "recipient").get("isTargeted") is True
        return (
            is_private
            or press_in(part(activity, "value")) is not None
            or bool(mentions(activity, self.connection.bot_id))
        )

    def _is_new(self, activity: Payload) -> bool:
        key = (conversation_of(activity), text(activity, "id"))
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def _guarded(self, activity: Payload) -> None:
        try:
            await self._turn(activity)
        except Exception as error:  # noqa: BLE001 - the edge: whoever asked sees no answer and asks again
            log.warning("teams.turn_failed", error=type(error).__name__)

    async def _turn(self, raw: Payload) -> Answer | None:
        """One turn of the SDK's pipeline. What the activity says is read from the raw JSON, never from the SDK's
        objects: they refuse shapes that Teams sends."""
        activity = Activity(
            type=text(raw, "type"),
            id=text(raw, "id"),
            service_url=text(raw, "serviceUrl"),
            channel_id=text(raw, "channelId"),
        )
        known = AuthenticateRequestResult()
        known.claims_identity, known.connector_factory = ClaimsIdentity({}, True), _Ours(self._connector)
        async with self._room:
            response = await self.process_activity(known, activity, partial(self._logic, raw))
        return Answer(response.status, response.body) if response is not None else None

    async def _logic(self, raw: Payload, context: TurnContext) -> None:
        if text(raw, "type") == "invoke":
            answer = await self._invoked(raw)
            response = InvokeResponse(status=answer.status, body=answer.body)
            await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))
            return
        press = press_in(part(raw, "value"))
        if press is not None:
            words, card = await self._pressed(sender_of(raw), press)
            await self._answer(context, raw, cards.message(card) if card else _plain(words))
            await self._platform.tidy(raw)
            return
        asked = self._words(raw)
        if _is_opened(raw) or asked.casefold() in HOME:
            await self._answer(context, raw, cards.message(*await self._desk.home(sender_of(raw))))
        else:
            card = await self._desk.command(sender_of(raw), channel_of(raw), asked)
            await self._answer(context, raw, cards.message(card))

    async def _invoked(self, raw: Payload) -> Answer:
        if text(raw, "name") in (CHOSEN, SUBMITTED):
            return Answer(200, await self._menus.answer(raw, await self._lang(sender_of(raw))))
        press = executed(raw) if text(raw, "name") == "adaptiveCard/action" else None
        if press is None:
            return Answer(501)
        actor = sender_of(raw)
        try:
            words, card = await self._pressed(actor, press)
            if card is not None:
                await self._platform.tell(actor, cards.message(card))
            await self._platform.tidy(raw)
        except ChaperoneError as error:
            log.warning("teams.press_failed", error=type(error).__name__)
            words = NOT_NOW(await self._lang(actor))
        body: dict[str, Json] = {"statusCode": 200, "type": MESSAGE, "value": words}
        return Answer(200, body)

    async def _pressed(self, actor: PersonRef, press: Press) -> tuple[str, Card | None]:
        """What the actor is told, and a card where there is more to see than fits a line."""
        lang = await self._lang(actor)
        try:
            card = await self._desk.act(actor, press.act, press.subject, press.values)
        except Refused as refused:
            return refused.text(lang, **refused.values), None
        if card is None:
            return DONE(lang), None
        line = cards.in_a_line(card)
        return (f"{DONE_MARK}{line}", None) if line else (ANSWERED(lang), card)

    async def _lang(self, actor: PersonRef) -> Lang:
        person = await self._core.store.read(lambda tx: tx.registry.person(actor))
        return person.lang if person is not None else Lang.EN

    def _words(self, raw: Payload) -> str:
        """What was asked: without the mention of us, and without the command's own name."""
        asked = text(raw, "text")
        for mention in mentions(raw, self.connection.bot_id):
            asked = asked.replace(mention, " ", 1)
        asked = whole_characters(html.unescape(asked)).replace("\xa0", " ")
        found = _OURS.match(asked)
        return (asked[found.end() :] if found else asked.lstrip().removeprefix("/")).strip()

    async def _answer(self, context: TurnContext, raw: Payload, activity: Payload) -> None:
        """Answers privately: where they asked if nobody else sees it, else in their own conversation."""
        if is_personal(raw):
            await context.send_activity(_Out(activity, _place(raw)))
            return
        if part(raw, "recipient").get("isTargeted") is True:
            to = {**activity, "recipient": dict(part(raw, "from"))}
            await context.send_activity(_Out(to, _place(raw), is_targeted=True))
            return
        try:
            await self._platform.tell(sender_of(raw), activity)
        except Undeliverable:
            words = WRITE_FIRST(await self._lang(sender_of(raw)))
            await context.send_activity(_Out(_plain(words), _place(raw)))

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Sends through our own client: the SDK's opens a connection for each turn and fetches a token for each."""
        sent = []
        for activity in activities:
            if isinstance(activity, _Out):
                id_ = await self._connector.send(activity.place, activity.raw, is_targeted=activity.is_targeted)
                sent.append(ResourceResponse(id=id_))
            else:
                sent += await super().send_activities(context, [activity])
        return sent


class _Out(Activity):  # type: ignore[misc]  # the SDK carries no types
    """An activity of ours on its way through the pipeline, as the JSON that is sent."""

    def __init__(self, raw: Payload, place: Place, *, is_targeted: bool = False) -> None:
        super().__init__(type=ActivityTypes.message)
        self.raw = raw
        self.place = place
        self.is_targeted = is_targeted


class _Ours(ConnectorFactory):  # type: ignore[misc]  # the SDK carries no types
    """Hands the pipeline our client in the place of one made for the turn."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> Connector:
        del service_url, audience
        return self._connector


class _Authenticated(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK carries no types
    """Every turn was let in by `adapters.teams.auth` before; nobody comes in by the SDK's own doors."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        del activity, auth_header
        raise PermissionError

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:  # noqa: ANN401
        del auth_header, channel_id_header
        raise PermissionError

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        del claims_identity
        raise PermissionError

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        del claims_identity


def _is_opened(raw: Payload) -> bool:
    """Whether somebody has just added Chaperone for themselves."""
    is_added = text(raw, "type") == "installationUpdate" and text(raw, "action") == "add"
    return is_added and is_personal(raw)


def _plain(words: str) -> Payload:
    return {"type": "message", "text": words, "textFormat": "plain"}


def _place(raw: Payload) -> Place:
    """Where the activity came from, thread included."""
    return Place(text(raw, "serviceUrl"), text(raw, "conversation", "id"))
