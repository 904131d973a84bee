"""The one file that picks concrete parts: settings in, a house that runs out."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import structlog
from aiohttp import web

from adapters.http import make_app
from adapters.keys import MasterKeys, know_key, master_key
from adapters.lock import SingleProcess
from adapters.pictures import open_sight
from adapters.playground.app import mount
from adapters.playground.seed_file import DOMAIN
from adapters.settings import BadSettings, Settings
from adapters.shelf import load_shelf
from adapters.slack.connection import connection as slack_connection
from adapters.storage import open_store, sqlite_file
from adapters.teams.connection import connection
from adapters.wakeup import open_bell
from bot.channels.unregistered.noticing import plan_sweeps
from bot.core import Core, Shelf
from bot.desk.door import Desk
from bot.errors import ChaperoneError
from bot.governance.watch import look_at_all
from bot.ids import WorkspaceId, platform_of
from bot.inbox.intake import Intake
from bot.inbox.reconcile import Reconciler
from bot.moderate import inbox_worker
from bot.ports import Platform, Transaction
from bot.records.accounts import EmailDomains
from bot.workers.delivery import outbox_worker
from bot.workers.duty_worker import duties_worker, looks_worker
from bot.workers.upkeep import Upkeep
from policy.verdict import PackId

log = structlog.get_logger()

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


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
    parts: AsyncExitStack

    async def close(self) -> None:
        """Lets go of database, Redis and lock; call it after `app` has stopped."""
        await self.parts.aclose()


async def build(settings: Settings, shelf: Shelf | None = None) -> House:
    """Puts the house together, with the packs of `shelf` or those that the settings name. Raises ChaperoneError where a
    part cannot be used, and then nothing is left open."""
    shelf = shelf or load_shelf(settings)
    if shelf.get(PackId(settings.pack)) is None:
        names = ", ".join(sorted(pack.id for pack in shelf))
        raise UnknownPack(f"CHAPERONE_PACK names {settings.pack!r}, and there is no such pack. There are: {names}.")
    if settings.playground and settings.host not in LOOPBACK:
        raise BadSettings(
            f"The playground lets anybody be anybody, so it is not served on {settings.host}. Set "
            "CHAPERONE_PLAYGROUND=false, or CHAPERONE_HOST=127.0.0.1."
        )
    slack, teams = slack_connection(settings), connection(settings)
    async with AsyncExitStack() as opened:
        file = sqlite_file(settings.database)
        if file is not None:
            opened.callback(SingleProcess.take(file).release)
        given = settings.key.get_secret_value() if settings.key else None
        keys = MasterKeys(master_key(given, settings.state / "chaperone.key"))
        store = await open_store(settings.database)
        opened.push_async_callback(store.close)
        await store.write(lambda tx: know_key(tx, keys))
        bell = await open_bell(settings.redis_url or None)
        opened.push_async_callback(bell.close)
        platforms: dict[str, Platform] = {}

        def platform(workspace: WorkspaceId) -> Platform:
            found = platforms.get(platform_of(workspace))
            if found is None:
                raise NoPlatform(f"{platform_of(workspace)} is not connected. Connect it again, or close its channels.")
            return found

        sight = open_sight(settings)
        if sight is not None:
            opened.push_async_callback(sight.close)
        core = Core(
            store=store,
            bell=bell,
            keys=keys,
            shelf=shelf,
            platforms=platform,
            default_pack=PackId(settings.pack),
            domains=_domains(settings, is_alone=slack is None and teams is None),
            limits=settings.limits,
            sight=sight,
        )
        intake, desk, app = Intake(core), Desk(core), make_app(core)
        if settings.playground:
            platforms["playground"] = await mount(app, core, intake, desk)
        if slack is not None:
            from adapters.slack.assembly import mount as mount_slack  # only who uses Slack waits for its libraries

            platforms["slack"] = mount_slack(app, core, intake, desk, slack, opened)
        if teams is not None:
            # Microsoft's libraries take half a second and sixty megabytes: only who uses Teams pays for them.
            from adapters.teams.app import mount as mount_teams

            platforms["teams"] = await mount_teams(app, core, intake, desk, teams, opened)
        app.cleanup_ctx.append(lambda _app: _working(core, is_alone=file is not None))
        parts = opened.pop_all()
    return House(core=core, intake=intake, desk=desk, app=app, has_playground=settings.playground, parts=parts)


def _domains(settings: Settings, *, is_alone: bool) -> EmailDomains:
    """The district's e-mail domains. Where nothing but the playground runs and nobody named any, it is its own."""
    is_made_up = settings.playground and is_alone and not settings.domains.staff
    return replace(settings.domains, staff=frozenset({DOMAIN})) if is_made_up else settings.domains


def _release(tx: Transaction) -> None:
    """What the process before held when it ended is due again at once."""
    tx.inbox.release()
    tx.outbox.release()
    tx.duties.release()
    tx.coverage.release()


async def _working(core: Core, *, is_alone: bool) -> AsyncIterator[None]:
    """Inbox, outbox and upkeep at work for as long as the server runs."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    if is_alone:
        await core.store.write(_release)
    await core.store.write(look_at_all)
    await core.store.write(plan_sweeps)
    parts = (
        inbox_worker(core, name),
        outbox_worker(core, name),
        duties_worker(core, name),
        looks_worker(core, name),
        Upkeep(core),
        Reconciler(core),
    )
    tasks = [asyncio.create_task(part.run()) for part in parts]
    yield
    for part in parts:
        await part.stop()
    await asyncio.gather(*tasks)
