"""The real server in a process of its own, logging all it can into a file, and what its figures say of it."""

import asyncio
import multiprocessing
import os
import resource
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from adapters.commandline.run import serve
from adapters.logs import set_up_logs
from adapters.settings import load_settings
from bot.core import Shelf

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a server is started with. `output` takes both its streams, `temp` is its folder for temporary files;
    `largest_file` is how far a file of its may grow, as if the disk were full then."""

    state: Path
    port: int
    output: Path
    temp: Path
    settings: Mapping[str, object]
    largest_file: int = resource.RLIM_INFINITY

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> BaseProcess:
        """Starts a process. Imports and packs are read once, in the process that it is forked from."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.crash.serving"])
        process = context.Process(target=run, args=(self,), daemon=True)
        process.start()
        return process

    def session(self) -> ClientSession:
        """Talks to the playground; paths are relative to it."""
        return ClientSession(f"{self.url}/playground/", timeout=ClientTimeout(total=LONGEST_SECONDS))


def run(asked: Serving) -> None:
    """Serves the playground as `chaperone run` does, until it is stopped."""
    from tests.crash.serving import PACKS  # read where servers are forked from, not by whoever asks for one

    handle = os.open(asked.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.environ["TMPDIR"] = os.environ["SQLITE_TMPDIR"] = str(asked.temp)
    tempfile.tempdir = None
    resource.setrlimit(resource.RLIMIT_FSIZE, (asked.largest_file, resource.RLIM_INFINITY))
    settings = load_settings(state=asked.state, port=asked.port, log_level="debug", log_format="json", **asked.settings)
    set_up_logs(settings.log_level, settings.log_format)
    asyncio.run(serve(settings, Shelf(lambda: PACKS)))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_ready(session: ClientSession) -> None:
    """Returns once the server answers."""
    async with asyncio.timeout(LONGEST_SECONDS):
        while True:
            try:
                async with session.get("/healthz") as response:
                    assert response.status == 200
                    return
            except ClientError:
                await asyncio.sleep(0.02)


async def until_settled(session: ClientSession) -> dict[str, float]:
    """Returns the figures once no event waits and no alert is due; what waits for the day's digest goes on waiting."""
    items, due = "chaperone_queue_items", "chaperone_queue_oldest_due_seconds"
    none_of = [f'{items}{{queue="{queue}",state="leased"}}' for queue in ("inbox", "outbox")]
    none_of += [f'{items}{{queue="inbox",state="waiting"}}', f'{due}{{queue="outbox"}}']
    async with asyncio.timeout(LONGEST_SECONDS):
        while True:
            found = await figures(session)
            if not any(found[name] for name in none_of):
                return found
            await asyncio.sleep(0.05)


async def figures(session: ClientSession) -> dict[str, float]:
    """What `/metrics` says, by name and labels."""
    async with session.get("/metrics") as response:
        assert response.status == 200
        lines = [line for line in (await response.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}
