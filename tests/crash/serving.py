"""The real server in a process of its own, to be killed. Imports and packs are read once, in the process that forks."""

import asyncio
import os
import socket
from multiprocessing.process import BaseProcess
from pathlib import Path

from adapters.commandline.run import serve
from adapters.settings import load_settings
from bot.core import Shelf
from policy import load_packs
from policy.verdict import PackId

PACKS = {PackId("crec"): load_packs(check_cases=False)[PackId("crec")]}


def run(state: Path, port: int) -> None:
    """Serves the playground until killed, silently."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    # Each breach opens an alert of its own here: folding has its own tests.
    settings = load_settings(state=state, port=port, fold_minutes=0)
    asyncio.run(serve(settings, Shelf(lambda: PACKS)))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_dead(process: BaseProcess) -> bool:
    """Whether the process ended by our kill and not by a fault of its own."""
    return process.exitcode == -9
