"""The `chaperone` command as an IT person types it: in a process of its own, with the variables that they set."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from tests.house.serving import until_ready

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 60.0
OURS = ("CHAPERONE_", "SLACK_", "Microsoft", "TEAMS_", "DATABASE_", "REDIS_")


def chaperone(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself, with these variables and no others of ours."""
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=ROOT,
        env=_environment(variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )


@asynccontextmanager
async def served(log: Path, variables: Mapping[str, str]) -> AsyncIterator[ClientSession]:
    """`chaperone run` on the port that the variables name, ready, with all that it says in `log`. It ends well when it
    is asked to."""
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "adapters.cli", "run"),
            cwd=ROOT,
            env=_environment(variables),
            stdout=output,
            stderr=output,
        )
    ended = asyncio.create_task(server.wait())
    try:
        async with ClientSession(f"http://127.0.0.1:{variables['CHAPERONE_PORT']}") as session:
            ready = asyncio.create_task(until_ready(session))
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            assert ready.done(), log.read_text()
            yield session
    finally:
        if not ended.done():
            server.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(ended, LONGEST_SECONDS) == 0, log.read_text()


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, **variables}
