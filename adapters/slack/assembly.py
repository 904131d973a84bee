"""Puts Slack's parts together: the door, the sockets, the pages for installing, and Slack as the product sees it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

from aiohttp import web

from adapters.slack.app import ROUTE, Door
from adapters.slack.client import Slack, Tokens
from adapters.slack.connection import Client, Connection, OneWorkspace
from adapters.slack.departures import Departures
from adapters.slack.gaps import Gaps
from adapters.slack.installations import Installations
from adapters.slack.installing import Installing
from adapters.slack.interactions import Interactions
from adapters.slack.platform import SlackPlatform
from adapters.slack.receiving import Receiver
from adapters.slack.sight import Sight
from adapters.slack.signing import Signing
from adapters.slack.sockets import Sockets
from adapters.slack.states import States
from adapters.slack.tickets import Tickets
from bot.core import Core
from bot.desk.door import Desk
from bot.inbox.intake import Intake
from bot.ports import Platform


def mount(
    app: web.Application, core: Core, intake: Intake, desk: Desk, connection: Connection, parts: AsyncExitStack
) -> Platform:
    """Connects Slack, over HTTP, through sockets, or both, and returns it as a platform; `parts` lets go of what it
    holds once the server has stopped."""
    installations = Installations(core.store, core.keys)
    tokens: Tokens = OneWorkspace(connection) if connection.client is None else installations
    slack = Slack(tokens, base_url=connection.api_url)
    parts.push_async_callback(slack.close)
    platform = SlackPlatform(core.store, slack, alerts=connection.alerts, known_apps=connection.known_apps)
    answering = Interactions(core, desk, slack, platform)
    parts.push_async_callback(answering.settled)
    receiver = Receiver(core, intake, Gaps(core), known_apps=connection.known_apps)
    departures = Departures(core)
    door = Door(receiver, answering, Signing(connection.signing_secret, time.time), departures)
    if connection.signing_secret:
        app.router.add_post(ROUTE, door.handle)
    if connection.client is not None:
        _open_for_installing(app, core, connection.client, connection.api_url, installations, platform)
    app.cleanup_ctx.append(lambda _app: _getting_known(platform, departures))
    if connection.app_token:
        tickets = Tickets(connection.app_token, connection.api_url)
        app.cleanup_ctx.append(lambda _app: _listening(tickets, door, core))
    return platform


def _open_for_installing(
    app: web.Application,
    core: Core,
    client: Client,
    api_url: str,
    installations: Installations,
    platform: SlackPlatform,
) -> None:
    departures = Departures(core)

    async def installed(team: str) -> None:
        await departures.back(team)
        await platform.connect(team)

    Installing(client, States(core.store), installations, api_url=api_url, installed=installed).mount(app)


async def _getting_known(platform: SlackPlatform, departures: Departures) -> AsyncIterator[None]:
    """Asks Slack who we are there while the server starts; it need not wait for the answer."""

    async def asked() -> None:
        for team in await platform.connect():
            await departures.back(team)

    task = asyncio.create_task(asked())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _listening(tickets: Tickets, door: Door, core: Core) -> AsyncIterator[None]:
    """Slack's sockets, open for as long as the server runs."""
    sight = Sight(core)
    sockets = Sockets(tickets, door.dispatch, opened=sight.opened, closed=sight.closed)
    task = asyncio.create_task(sockets.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await sight.close()
