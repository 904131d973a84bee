"""`chaperone run`: the server, until it is stopped."""

import asyncio
import errno
import gc
import os
import signal
from contextlib import suppress

import click
import structlog
from aiohttp import web

from adapters.logs import set_up_logs
from adapters.settings import Settings, load_settings
from adapters.shelf import load_shelf
from adapters.wiring import House, build
from bot.core import Shelf
from bot.errors import ChaperoneError
from policy import PackError
from policy.loading import CasesFail

log = structlog.get_logger()

PID_FILE = "chaperone.pid"
"""In the state folder: the process that serves, for `chaperone packs reload`."""


class PortInUse(ChaperoneError):
    """Another program listens there already. Stop it, or set CHAPERONE_PORT to another number."""


@click.command()
def run() -> None:
    """Starts Chaperone; Ctrl-C or SIGTERM stops it after what it has begun, SIGHUP reads the policy packs anew."""
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    asyncio.run(serve(settings))


async def serve(settings: Settings, shelf: Shelf | None = None) -> None:
    """Runs until SIGINT or SIGTERM, with the packs of `shelf` or those that the settings name. Raises ChaperoneError
    where it cannot start."""
    house = await build(settings, shelf or load_shelf(settings, tell=say_what_fails))
    pid_file = settings.state / PID_FILE
    runner = web.AppRunner(house.app, access_log=None, shutdown_timeout=5)
    try:
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            raise PortInUse(_cannot_listen(settings, error)) from error
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        pid_file.write_text(str(os.getpid()), encoding="ascii")
        set_aside_what_stays()
        _say_where(house, runner)
        await _until_stopped(house)
    finally:
        pid_file.unlink(missing_ok=True)
        await runner.cleanup()
        await house.close()


def set_aside_what_stays() -> None:
    """Tells the garbage collector that packs and libraries are none: each of its full sweeps would look at all of them
    and hold every request up for a tenth of a second and more."""
    gc.collect()
    gc.freeze()


def _say_where(house: House, runner: web.AppRunner) -> None:
    host, port, *_ = runner.addresses[0]
    log.info("server.listening", host=host, port=port)
    if house.has_playground:
        click.echo(f"Chaperone is running. Open http://{host}:{port}/playground/ in a browser; Ctrl-C stops it.")
    else:
        click.echo(f"Chaperone is running on http://{host}:{port}; Ctrl-C stops it.")


async def _until_stopped(house: House) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stopping, stopped.set)
    # It takes seconds, and in a thread of its own requests are answered meanwhile.
    loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, reload_packs, house))
    await stopped.wait()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):
            loop.remove_signal_handler(stopping)


def say_what_fails(error: CasesFail) -> None:
    """Tells of examples of a district's own packs that do not hold; Chaperone starts with these packs all the same."""
    log.warning("packs.examples_fail", count=len(error.problems))
    click.echo(f"Examples of your own packs do not hold; the packs are in use as they are:\n{error}", err=True)


def reload_packs(house: House) -> None:
    """Reads all packs anew; a broken one leaves every pack as it was, and its faults are told."""
    try:
        house.core.shelf.reload()
    except (PackError, OSError) as error:
        log.error("packs.refused", error=type(error).__name__)
        click.echo(f"The packs stay as they were:\n{error}", err=True)
    else:
        log.info("packs.reloaded", count=len(list(house.core.shelf)))


def _cannot_listen(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is in use by another program. Stop it, or choose another port: CHAPERONE_PORT=8081 make run"
    what = "Set CHAPERONE_HOST and CHAPERONE_PORT to an address of this machine."
    return f"Cannot listen on {where}: {error.strerror}. {what}"
