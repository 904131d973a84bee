"""The one file that picks concrete parts: settings in, a house that runs out."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from aiohttp import web

from adapters import playground
from adapters.http import make_app
from adapters.keys import MasterKeys, master_key
from adapters.settings import Settings
from adapters.shelf import load_shelf
from adapters.storage import open_store
from adapters.wakeup import open_bell
from bot.core import Core
from bot.delivery import outbox_worker
from bot.desk import Desk
from bot.errors import ChaperoneError
from bot.ids import WorkspaceId, platform_of
from bot.intake import Intake
from bot.moderate import inbox_worker
from bot.ports import Platform
from bot.upkeep import Upkeep
from policy.verdict import PackId

log = structlog.get_logger()


class UnknownPack(ChaperoneError):
    """CHAPERONE_PACK names a pack that is not there. `chaperone packs` lists those that are."""


class NoPlatform(ChaperoneError):
    """A workspace belongs to a platform that is not connected. Connect it again, or close its channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that runs, put together. `app` starts the workers when it starts and stops them when it stops."""

    core: Core
    intake: Intake
    desk: Desk
    app: web.Application
    has_playground: bool

    async def close(self) -> None:
        """Lets go of database and Redis; call it after `app` has stopped."""
        await self.core.bell.close()
        await self.core.store.close()


async def build(settings: Settings) -> House:
    """Puts the house together. Raises ChaperoneError where a part cannot be used, and then nothing is left open."""
    shelf = load_shelf(settings)
    if shelf.get(PackId(settings.pack)) is None:
        names = ", ".join(sorted(pack.id for pack in shelf))
        raise UnknownPack(f"CHAPERONE_PACK names {settings.pack!r}, and there is no such pack. There are: {names}.")
    given = settings.key.get_secret_value() if settings.key else None
    keys = MasterKeys(master_key(given, settings.state / "chaperone.key"))
    store = await open_store(settings.database)
    try:
        bell = await open_bell(settings.redis_url or None)
    except BaseException:
        await store.close()
        raise
    platforms: dict[str, Platform] = {}

    def platform(workspace: WorkspaceId) -> Platform:
        found = platforms.get(platform_of(workspace))
        if found is None:
            raise NoPlatform(f"{platform_of(workspace)} is not connected. Connect it again, or close its channels.")
        return found

    core = Core(
        store=store,
        bell=bell,
        keys=keys,
        shelf=shelf,
        platforms=platform,
        default_pack=PackId(settings.pack),
        limits=settings.limits,
    )
    intake, desk, app = Intake(core), Desk(core), make_app(core)
    if settings.playground:
        platforms["playground"] = await playground.mount(app, core, intake, desk)
    app.cleanup_ctx.append(lambda _app: _working(core))
    return House(core=core, intake=intake, desk=desk, app=app, has_playground=settings.playground)


async def _working(core: Core) -> AsyncIterator[None]:
    """Inbox, outbox and upkeep at work for as long as the server runs."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    parts = (inbox_worker(core, name), outbox_worker(core, name), Upkeep(core))
    tasks = [asyncio.create_task(part.run()) for part in parts]
    yield
    for part in parts:
        await part.stop()
    await asyncio.gather(*tasks)
