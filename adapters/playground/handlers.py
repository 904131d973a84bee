"""What each address of the playground does."""

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from adapters.playground import history, pictures, rooms, seed, shown, talk
from adapters.playground.events import ChatMessage, content
from adapters.playground.guard import BadRequest
from adapters.playground.live import BELL, Live, Position
from adapters.playground.requests import (
    LONGEST_TEXT,
    MOST_FILES,
    NOT_READABLE,
    ActBody,
    ChannelBody,
    CommandBody,
    EditBody,
    MemberBody,
    ReadBody,
    ReportBody,
    StartOverBody,
    body_of,
    post_of,
)
from adapters.playground.seed_file import district, tries
from adapters.playground.talk import Draft
from adapters.playground.view import Json, card_json, person_json
from adapters.playground.world import World, world
from bot.cards import Card
from bot.core import Core
from bot.desk.door import Desk
from bot.ids import ChannelId, ChannelRef, MessageId, PersonId, PersonRef
from bot.inbox.intake import Intake
from bot.ports import Transaction
from bot.records.registry import Person

T = TypeVar("T")


class Handlers:
    """The playground's addresses. One request is one transaction."""

    def __init__(self, core: Core, intake: Intake, desk: Desk, live: Live) -> None:
        self._core = core
        self._intake = intake
        self._desk = desk
        self._live = live

    async def start(self, _request: web.Request) -> web.Response:
        """Who one may be, before one has picked."""

        def unit(world: World) -> Json:
            return {
                "workspace": district().name,
                "people": [person_json(person) for person in sorted(world.people(), key=seed.rank)],
                "tries": tries(),
                "limits": {"text": LONGEST_TEXT, "files": MOST_FILES},
            }

        return web.json_response(await self._read(unit))

    async def state(self, request: web.Request) -> web.Response:
        """Everything but the messages."""
        person = _person(request)
        return web.json_response(await self._read(lambda world: shown.state(world, person)))

    async def commands(self, request: web.Request) -> web.Response:
        actor = await self._read(lambda world: world.ref(_person(request)))
        found = await self._desk.commands(actor)
        listed = [{"name": name, "usage": usage, "summary": summary} for name, usage, summary in found]
        return web.json_response({"commands": listed})

    async def messages(self, request: web.Request) -> web.Response:
        """A page of a channel: the newest, the one before a place, or the one that holds a message."""
        person, channel = _person(request), _channel(request)
        before, wanted = _number(request, "before"), request.query.get("around")

        def unit(world: World) -> Json:
            world.require_member(channel, person)
            end = history.around(world, channel, MessageId(wanted)) if wanted else before
            found, has_more = history.page(world, channel, before=end)
            return {
                "messages": shown.with_replies(world, person, found),
                "has_more": has_more,
                "is_newest": end is None,
            }

        return web.json_response(await self._read(unit))

    async def thread(self, request: web.Request) -> web.Response:
        person, channel, message = _person(request), _channel(request), _message(request)

        def unit(world: World) -> Json:
            world.require_member(channel, person)
            found = history.thread(world, channel, message)
            return {"messages": shown.with_replies(world, person, found)}

        return web.json_response(await self._read(unit))

    async def locate(self, request: web.Request) -> web.Response:
        """Where a message stands: its thread, if it is in one."""
        person, message = _person(request), _message(request)
        found = await self._read(lambda world: history.visible(world, message, person))
        return web.json_response({"channel": found.channel, "thread": found.thread})

    async def post(self, request: web.Request) -> web.Response:
        body, files = await post_of(request)
        draft = Draft(
            channel=_channel(request),
            author=_person(request),
            text=body.text,
            thread=MessageId(body.thread) if body.thread else None,
            files=files,
            nonce=body.nonce,
        )
        return await self._changed(lambda world: talk.post(world, self._intake, draft).id)

    async def edit(self, request: web.Request) -> web.Response:
        person, message = _person(request), _message(request)
        body = await body_of(request, EditBody)
        return await self._changed(lambda world: talk.edit(world, self._intake, message, by=person, text=body.text).id)

    async def delete(self, request: web.Request) -> web.Response:
        person, message = _person(request), _message(request)
        return await self._changed(lambda world: talk.delete(world, self._intake, message, by=person).id)

    async def read(self, request: web.Request) -> web.Response:
        person, body = _person(request), await body_of(request, ReadBody)
        return await self._changed(lambda world: rooms.mark_read(world, person, ChannelId(body.channel), body.upto))

    async def make_channel(self, request: web.Request) -> web.Response:
        person, body = _person(request), await body_of(request, ChannelBody)
        return await self._changed(
            lambda world: rooms.make(world, self._intake, by=person, name=body.name, topic=body.topic)
        )

    async def add_member(self, request: web.Request) -> web.Response:
        person, channel, body = _person(request), _channel(request), await body_of(request, MemberBody)
        added = PersonId(body.person)
        return await self._changed(lambda world: rooms.add(world, self._intake, channel, added, by=person))

    async def remove_member(self, request: web.Request) -> web.Response:
        person, channel, gone = _person(request), _channel(request), PersonId(request.match_info["member"])
        return await self._changed(lambda world: rooms.remove(world, self._intake, channel, gone, by=person))

    async def command(self, request: web.Request) -> web.Response:
        """A private answer; it is shown once and kept nowhere."""
        body, person = await body_of(request, CommandBody), _person(request)

        def unit(world: World) -> tuple[PersonRef, ChannelRef | None]:
            if body.channel is None:
                return world.ref(person), None
            world.require_member(ChannelId(body.channel), person)
            return world.ref(person), world.channel_ref(ChannelId(body.channel))

        actor, channel = await self._read(unit)
        return _card(await self._desk.command(actor, channel, body.text))

    async def act(self, request: web.Request) -> web.Response:
        """A pressed button."""
        body, person = await body_of(request, ActBody), _person(request)
        actor = await self._read(lambda world: world.ref(person))
        return _card(await self._desk.act(actor, body.name, body.subject, body.values))

    async def home(self, request: web.Request) -> web.Response:
        """The cards of the person's home; they are made anew each time."""
        person = _person(request)
        actor = await self._read(lambda world: world.ref(person))
        return web.json_response({"cards": [card_json(card) for card in await self._desk.home(actor)]})

    async def check(self, request: web.Request) -> web.Response:
        """What the policy says of a message; the answer is shown once and kept nowhere."""
        actor, message = await self._seen(request)
        return _card(await self._desk.check_message(actor.ref, message.ref(actor.ref.workspace), content(message)))

    async def report(self, request: web.Request) -> web.Response:
        """Passes a message on. What it says and whose it is are ours to tell, the note is the person's."""
        body = await body_of(request, ReportBody)
        actor, message = await self._seen(request)
        ref = message.ref(actor.ref.workspace)
        return _card(await self._desk.report_message(actor.ref, ref, message.author, content(message), body.note))

    async def _seen(self, request: web.Request) -> tuple[Person, ChatMessage]:
        person, message = _person(request), _message(request)
        return await self._read(lambda world: (world.someone(person), history.readable(world, message, person)))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A picture, or a download of anything else."""
        person, name = _person(request), request.match_info["file"]
        file, content = await self._read(lambda world: history.file(world, name, person))
        is_shown = pictures.is_shown(file.type)
        headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'; sandbox"}
        if not is_shown:
            headers["Content-Disposition"] = pictures.as_download(file.name)
        kind = file.type if is_shown else pictures.DOWNLOAD
        return web.Response(body=content, content_type=kind, headers=headers)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """What changes for the person from a position on: the one that the browser last saw, else the one it names."""
        given = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        person, position = _person(request), Position.parse(given)
        if position is None:
            raise BadRequest(NOT_READABLE)
        await self._read(lambda world: world.someone(person))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        await self._live.stream(response, person, position)
        return response

    async def start_over(self, request: web.Request) -> web.Response:
        """Leaves this workspace as it is in the records and begins the next one."""
        await body_of(request, StartOverBody)
        await self._core.store.write(lambda tx: seed.start_over(tx, self._core, self._intake))
        await self._tell()
        return web.json_response({})

    async def _read(self, unit: Callable[[World], T]) -> T:
        return await self._core.store.read(self._in_world(unit))

    async def _changed(self, unit: Callable[[World], str | None]) -> web.Response:
        made = await self._core.store.write(self._in_world(unit))
        await self._tell()
        return web.json_response({"id": made})

    async def _tell(self) -> None:
        await self._core.bell.ring(BELL)
        await self._intake.ring()

    def _in_world(self, unit: Callable[[World], T]) -> Callable[[Transaction], T]:
        return lambda tx: unit(world(tx, self._core.keys))


def _card(card: Card | None) -> web.Response:
    return web.json_response({"card": card_json(card) if card else None})


def _person(request: web.Request) -> PersonId:
    return PersonId(request.match_info["person"])


def _channel(request: web.Request) -> ChannelId:
    return ChannelId(request.match_info["channel"])


def _message(request: web.Request) -> MessageId:
    return MessageId(request.match_info["message"])


def _number(request: web.Request, name: str) -> int | None:
    given = request.query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise BadRequest(NOT_READABLE)
    return int(given)
