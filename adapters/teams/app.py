"""Teams' door: `POST /api/messages`. What passes it is kept before Teams hears that we have it."""

import asyncio
import json
import re
from contextlib import AsyncExitStack

import structlog
from aiohttp import ClientSession, web

from adapters.teams import conversations
from adapters.teams.activity import Json, Payload, text, workspace_of
from adapters.teams.auth import NotFromTeams, TeamsAuthentication
from adapters.teams.client import Connector
from adapters.teams.connection import Connection
from adapters.teams.events import events_of, team_of
from adapters.teams.graph import Graph
from adapters.teams.markup import whole_characters
from adapters.teams.pace import Pace
from adapters.teams.platform import Teams
from adapters.teams.sight import GraphSight
from adapters.teams.signing_keys import KeysUnavailable, SigningKeys
from adapters.teams.tokens import Tokens, source_of
from adapters.teams.turns import Turns
from adapters.teams.wire import TooLarge, body_of
from bot.core import Core
from bot.desk.door import Desk
from bot.inbox.intake import Intake
from bot.ports import Platform, Transaction

log = structlog.get_logger()

ROUTE = "/api/messages"
LARGEST_ACTIVITY = 1024 * 1024
RETRY_SECONDS = 30
AT_ONCE = 16
"""Activities that are checked and kept at the same time. A crowd that knocks at once waits in line for some
milliseconds, and holds up nobody else."""
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


async def mount(
    app: web.Application,
    core: Core,
    intake: Intake,
    desk: Desk,
    connection: Connection,
    parts: AsyncExitStack,
) -> Platform:
    """Puts Teams under `/api/messages` and returns it as a platform; `parts` lets go of what it holds once the server
    has stopped. Raises BadSettings where what proves the bot's identity cannot be used."""
    session = ClientSession()
    parts.push_async_callback(session.close)
    tokens = Tokens(source_of(connection, session))
    parts.push_async_callback(tokens.close)
    connector = Connector(session, tokens, connection.cloud, Pace())
    platform = Teams(core.store, connector, connection, _sight(core, session, connector, connection, parts))
    turns = Turns(core, desk, platform, connector, connection)
    parts.push_async_callback(turns.close)
    keys = SigningKeys(session, connection.cloud.metadata_url)
    app.router.add_post(ROUTE, Door(core, intake, turns, TeamsAuthentication(connection, keys)).receive)
    return platform


def _sight(
    core: Core, session: ClientSession, connector: Connector, connection: Connection, parts: AsyncExitStack
) -> GraphSight | None:
    """What Graph shows, where it is asked at all."""
    if not connection.graph_url:
        return None
    graph = Graph(session, connection)
    parts.push_async_callback(graph.close)
    return GraphSight(core.store, graph, connector, connection)


class Door:
    """Takes activities in."""

    def __init__(self, core: Core, intake: Intake, turns: Turns, authentication: TeamsAuthentication) -> None:
        self._core = core
        self._intake = intake
        self._turns = turns
        self._authentication = authentication
        self._room = asyncio.Semaphore(AT_ONCE)

    async def receive(self, request: web.Request) -> web.Response:
        """Answers one activity: 400 what is none, 401 and 403 who may not, 200 once it is kept."""
        activity = await _activity_in(request)
        if activity is None:
            return web.Response(status=400)
        async with self._room:
            refusal = await self._refusal(request, activity)
            if refusal is not None:
                return refusal
            is_invoke = text(activity, "type") == "invoke"
            if not is_invoke and await self._core.store.write(lambda tx: self._keep(tx, activity)):
                await self._intake.ring()
        if is_invoke:
            answer = await self._turns.invoke(activity)
            return web.json_response(answer.body, status=answer.status) if answer.body else _empty(answer.status)
        self._turns.start(activity)
        return _empty(200)

    async def _refusal(self, request: web.Request, activity: Payload) -> web.Response | None:
        try:
            await self._authentication.check(request.headers.get("Authorization", ""), activity)
        except NotFromTeams as refused:
            log.warning("teams.refused", kind=str(refused.status), error=refused.reason)
            return _empty(refused.status)
        except KeysUnavailable as error:
            log.error("teams.unchecked", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
        return None

    def _keep(self, tx: Transaction, activity: Payload) -> bool:
        """Where it came from, and what it says, in one transaction. Words of channels that nobody sponsors are dropped
        by the intake. True where there is something new to work through."""
        connection = self._turns.connection
        conversations.note(tx, activity, connection.cloud, connection.bot_id)
        rooms = conversations.rooms_of(tx, workspace_of(activity), team_of(activity))
        events = events_of(activity, bot=connection.bot_id, rooms=rooms, now=tx.now)
        return sum(self._intake.accept(tx, event) for event in events) > 0


async def _activity_in(request: web.Request) -> Payload | None:
    """The activity in a request's body; None where there is none."""
    try:
        content = await body_of(request.content, LARGEST_ACTIVITY)
    except TooLarge:
        raise web.HTTPRequestEntityTooLarge(LARGEST_ACTIVITY, LARGEST_ACTIVITY + 1) from None
    try:
        words = content.decode("utf-8-sig")
        found = json.loads(words)
        # Half a character, which JSON can say, is replaced before it reaches a database that cannot hold it.
        found = _whole(found) if _HALF_CHARACTER.search(words) else found
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _whole(node: Json) -> Json:
    if isinstance(node, str):
        return whole_characters(node)
    if isinstance(node, list):
        return [_whole(item) for item in node]
    if isinstance(node, dict):
        return {whole_characters(name): _whole(value) for name, value in node.items()}
    return node


def _empty(status: int) -> web.Response:
    return web.Response(status=status)
