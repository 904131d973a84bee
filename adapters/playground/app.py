"""The playground's routes, and how it joins the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from adapters.playground import seed, static
from adapters.playground.guard import add_headers, guarded
from adapters.playground.handlers import Handlers
from adapters.playground.live import Live
from adapters.playground.platform import Playground
from bot.core import Core
from bot.desk.door import Desk
from bot.inbox.intake import Intake
from bot.ports import Platform

PREFIX = "/playground/"
PAGE = Path(__file__).parent / "page"


async def mount(
    app: web.Application, core: Core, intake: Intake, desk: Desk, *, public_hosts: frozenset[str] = frozenset()
) -> Platform:
    """Puts the playground under `/playground/`, seeds its district the first time, and returns it as a platform."""
    await core.store.write(lambda tx: seed.seed(tx, core, intake))
    live = Live(core.store, core.keys, core.bell)
    app.add_subapp(PREFIX, make_app(Handlers(core, intake, desk, live), live, public_hosts))
    for path in ("/", PREFIX.rstrip("/")):
        app.router.add_get(path, _to_the_page)
    return Playground(core.store, core.keys, core.bell, intake)


def make_app(handlers: Handlers, live: Live, public_hosts: frozenset[str]) -> web.Application:
    """The page, its addresses, and the stream that keeps it up to date."""
    app = web.Application(middlewares=[guarded(public_hosts)])
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(lambda _app: _awake(live))
    app.on_shutdown.append(lambda _app: _ended(live))
    app.add_routes(routes(handlers))
    return app


def routes(handlers: Handlers) -> list[web.AbstractRouteDef]:
    """Every address, relative to the prefix."""
    files = static.read_files(PAGE)

    async def page(request: web.Request) -> web.Response:
        file = files.get(request.match_info.get("path", "index.html"))
        if file is None:
            raise web.HTTPNotFound
        return static.answer(request, file)

    mine = "/api/as/{person}"
    channel = mine + "/channels/{channel}"
    return [
        web.get("/", page),
        web.get("/page/{path:.+}", page),
        web.get("/api/start", handlers.start),
        web.post("/api/start-over", handlers.start_over),
        web.get(mine, handlers.state),
        web.get(mine + "/live", handlers.stream),
        web.get(mine + "/commands", handlers.commands),
        web.get(mine + "/files/{file}", handlers.file),
        web.get(mine + "/messages/{message}", handlers.locate),
        web.patch(mine + "/messages/{message}", handlers.edit),
        web.delete(mine + "/messages/{message}", handlers.delete),
        web.post(mine + "/messages/{message}/check", handlers.check),
        web.post(mine + "/messages/{message}/report", handlers.report),
        web.get(mine + "/home", handlers.home),
        web.post(mine + "/read", handlers.read),
        web.post(mine + "/command", handlers.command),
        web.post(mine + "/act", handlers.act),
        web.post(mine + "/channels", handlers.make_channel),
        web.get(channel + "/messages", handlers.messages),
        web.post(channel + "/messages", handlers.post),
        web.get(channel + "/threads/{message}", handlers.thread),
        web.post(channel + "/members", handlers.add_member),
        web.delete(channel + "/members/{member}", handlers.remove_member),
    ]


async def _to_the_page(_request: web.Request) -> web.Response:
    raise web.HTTPFound(PREFIX)


async def _awake(live: Live) -> AsyncIterator[None]:
    task = asyncio.create_task(live.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _ended(live: Live) -> None:
    live.close()
