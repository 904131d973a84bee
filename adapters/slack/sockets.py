"""Socket Mode: this server calls Slack and holds several connections, each replaced before or as soon as it ends."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import structlog
from slack_bolt.response import BoltResponse

from adapters.slack.content import Payload
from adapters.slack.envelopes import Envelopes, answer_to, envelope_in
from adapters.slack.tickets import NotNow, Tickets

log = structlog.get_logger()

CONNECTIONS = 2
"""How many are held. Slack gives each event to any one of them, so that one may end without anything being late."""
HELLO_SECONDS, LINGER_SECONDS, STOP_SECONDS = 10.0, 30.0, 5.0
"""How long a new connection may take to greet us, how long a replaced one is still listened to, and how long what is
under way may take when the server stops."""
HEARTBEAT_SECONDS = 15.0
"""How often a connection is asked whether it lives; half that time without an answer means that it does not."""
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 10.0
"""How long a connection stands that is worth replacing at once: Slack hands out few in a minute."""
AT_ONCE = 64
"""Events that are worked on at the same time over one connection; until one is done, no further is read."""
WAITING = {"link_disabled": "disabled", "too_many_websockets": "too many"}
"""Why another connection would not last either: Socket Mode was switched off on the app's page, or there are ten."""
LARGEST_MESSAGE = 8 * 1024 * 1024

Sleep = Callable[[float], Awaitable[None]]


class Sockets:
    """Holds the connections while `run` runs. `dispatch` takes a payload as it comes over HTTP too; Slack is told
    "received" only once it has returned 200. `opened` and `closed` are told when there is one connection again, and
    when there is none."""

    def __init__(
        self,
        tickets: Tickets,
        dispatch: Callable[[Payload], Awaitable[BoltResponse]],
        *,
        opened: Callable[[], None],
        closed: Callable[[], None],
        connections: int = CONNECTIONS,
        heartbeat: float = HEARTBEAT_SECONDS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._tickets = tickets
        self._envelopes = Envelopes(dispatch)
        self._opened = opened
        self._closed = closed
        self._connections = connections
        self._heartbeat = heartbeat
        self._sleep = sleep
        self._live: set[_Connection] = set()
        self._readers: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many connections Slack has greeted and not ended."""
        return len(self._live)

    async def run(self) -> None:
        """Keeps all connections open until it is cancelled; then what was read is answered, and all are closed."""
        self._closed()
        keepers = [asyncio.create_task(self._keep()) for _ in range(self._connections)]
        try:
            await asyncio.gather(*keepers)
        finally:
            for task in keepers:
                task.cancel()
            for task in self._readers:
                task.cancel()
            await asyncio.gather(*keepers, *self._readers, return_exceptions=True)

    async def _keep(self) -> None:
        """One connection after the other; the next is begun when the one before says that it will end."""
        failures = 0
        while True:
            connection = _Connection(self._tickets, self._envelopes, self._heartbeat, self._tell)
            reader = asyncio.create_task(connection.read())
            self._readers.add(reader)
            reader.add_done_callback(self._readers.discard)
            await connection.is_over.wait()
            failures = 0 if connection.was_steady else failures + 1
            if connection.wait is not None:
                await self._sleep(connection.wait)
            elif failures:
                # Not all at the same moment, where Slack was away for everybody.
                await self._sleep(min(2.0**failures, LONGEST_PAUSE) * random.uniform(0.5, 1.0))  # noqa: S311

    def _tell(self, connection: "_Connection", *, is_live: bool) -> None:
        had = bool(self._live)
        (self._live.add if is_live else self._live.discard)(connection)
        if bool(self._live) and not had:
            self._opened()
        elif had and not self._live:
            self._closed()


class _Connection:
    """One connection, from its ticket to its end. `is_over` is set as soon as another has to take its place; `wait` is
    how long Slack wants us to wait before."""

    def __init__(self, tickets: Tickets, envelopes: Envelopes, heartbeat: float, tell: Callable[..., None]) -> None:
        self._tickets = tickets
        self._envelopes = envelopes
        self._heartbeat = heartbeat
        self._tell = tell
        self._room = asyncio.Semaphore(AT_ONCE)
        self._working: set[asyncio.Task[None]] = set()
        self.is_over = asyncio.Event()
        self.was_greeted = False
        self.was_steady = False
        self._greeted_at = 0.0
        self.wait: float | None = None

    async def read(self) -> None:
        """Returns once the connection has ended and all that was read is answered."""
        try:
            # A session of its own: one that something else closed would never open a connection again.
            async with aiohttp.ClientSession(trust_env=True) as http:
                url = await self._tickets.new(http)
                async with http.ws_connect(url, heartbeat=self._heartbeat, max_msg_size=LARGEST_MESSAGE) as socket:
                    try:
                        await self._listen(socket)
                    finally:
                        self._ended()
                        await self._settled()
        except NotNow as told:
            self.wait = told.wait_seconds
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("slack.socket", kind="failed", error=type(error).__name__)
        finally:
            self._ended()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            limit = LINGER_SECONDS if self.is_over.is_set() else None if self.was_greeted else HELLO_SECONDS
            async with asyncio.timeout(limit):
                message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                log.info("slack.socket", kind="closed", error=message.type.name)
                return
            await self._take(socket, message.data)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return
        match said:
            case {"type": "hello"}:
                self.was_greeted, self._greeted_at = True, asyncio.get_running_loop().time()
                log.info("slack.socket", kind="opened")
                self._tell(self, is_live=True)
            case {"type": "disconnect"}:
                self._replace(str(said.get("reason", "")))
            case _ if (envelope := envelope_in(said)) is not None:
                await self._room.acquire()
                task = asyncio.create_task(self._work(socket, envelope))
                self._working.add(task)
                task.add_done_callback(self._working.discard)

    def _replace(self, reason: str) -> None:
        """Slack is about to end it, as it does with each after some hours."""
        if reason in WAITING:
            log.error("slack.socket", kind=WAITING[reason])
            self.wait = LONGEST_PAUSE
        else:
            log.info("slack.socket", kind="refresh")
        self._over()

    def _over(self) -> None:
        """Another takes its place from now on."""
        if not self.is_over.is_set():
            stood = asyncio.get_running_loop().time() - self._greeted_at
            self.was_steady = self.was_greeted and stood >= STEADY_SECONDS
            self.is_over.set()

    async def _work(self, socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        try:
            response = await self._envelopes.taken(envelope)
            if response is not None:
                with suppress(ConnectionError, aiohttp.ClientError, RuntimeError):
                    # Where it ended meanwhile Slack sends it again, and then hears the same.
                    await socket.send_json(answer_to(envelope, response))
        finally:
            self._room.release()

    async def _settled(self) -> None:
        """Answers what was read, while the connection still stands."""
        if self._working:
            await asyncio.wait(self._working, timeout=STOP_SECONDS)
        for task in self._working:
            task.cancel()

    def _ended(self) -> None:
        self._over()
        self._tell(self, is_live=False)
