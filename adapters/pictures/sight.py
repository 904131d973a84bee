"""Hands files to the process that looks at them, one at a time, and takes its place over when it dies or hangs."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import structlog

from adapters.pictures.kinds import sniffed
from adapters.pictures.limits import MEGABYTE, Limits
from adapters.pictures.parts import PILLOW, RUNTIME, is_here
from adapters.pictures.wire import LENGTH, MOST_ANSWER_BYTES, READY, unpacked
from bot.errors import ChaperoneError
from bot.ports.pictures import Seen, Unseen

log = structlog.get_logger()

HOUSE = Path(__file__).parents[2]
PIECE_BYTES = 1 << 18
START_SECONDS = 60.0
IDLE_SECONDS = 300.0
"""So long after the last picture the process ends, and with it some hundred megabytes."""

FILES_A_LIFE = 500
"""After so many files a fresh process takes over: what decoders leak stays small."""


class SightLost(ChaperoneError):
    """The process that looks at pictures does not start. `chaperone doctor` says what is missing."""


class ProcessSight:
    """Looks at one file at a time; who comes meanwhile waits in a row, so that a hundred pictures are a long row and
    not a hundred decoders."""

    def __init__(self, limits: Limits | None = None, sensor: str = "", command: Sequence[str] = ()) -> None:
        self._limits = limits or Limits()
        self._command = command or (sys.executable, "-P", "-m", "adapters.pictures.child")
        self._arguments = (json.dumps(asdict(self._limits)), *([sensor] if sensor else []))
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._files = 0
        self._idle: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int | None:
        """The process that is at work, if there is one now."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def look(self, content: bytes, *, name: str) -> Seen:
        """What is in the file. Raises SightLost where no process can be started: the file has no part in that."""
        del name  # what a file is called says nothing
        if len(content) > self._limits.megabytes * MEGABYTE:
            return Seen(unseen=Unseen.TOO_LARGE)
        if sniffed(content) is None:
            return Seen(unseen=Unseen.UNKNOWN_KIND)
        if not (is_here(PILLOW) and is_here(RUNTIME)):
            return Seen(unseen=Unseen.NOT_INSTALLED)
        async with self._turn:
            return await self._look(content)

    async def close(self) -> None:
        """Ends the process. What waits finishes first."""
        async with self._turn:
            await self._end()

    async def _look(self, content: bytes) -> Seen:
        process = await self._ready()
        finished = False
        try:
            async with asyncio.timeout(self._limits.seconds):
                seen = await _ask(process, content)
            finished = True
        except TimeoutError:
            seen = Seen(unseen=Unseen.TOO_SLOW)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            seen = Seen(unseen=await self._why_dead(process))
        finally:
            if not finished:  # also where whoever asked was cancelled: half a conversation cannot be gone on with
                await self._end()
        self._rest()
        return seen

    async def _ready(self) -> Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._process is not None and (self._process.returncode is not None or self._files >= FILES_A_LIFE):
            await self._end()
        if self._process is None:
            self._process = await self._start()
            self._files = 0
        self._files += 1
        return self._process

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *self._command, *self._arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_bare_environment()
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                if await _answer(process) != READY:
                    raise EOFError
        except (TimeoutError, OSError, EOFError, ValueError):
            await _kill(process)
            raise SightLost(SightLost.__doc__) from None
        except BaseException:
            await _kill(process)
            raise
        return process

    async def _why_dead(self, process: Process) -> Unseen:
        """A process that used up its time was ended by the system. Anything else that ends it is a broken file."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await process.wait()
        log.warning("picture.process_died", code=process.returncode)
        is_out_of_time = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        return Unseen.TOO_SLOW if is_out_of_time else Unseen.BROKEN

    def _rest(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if self._process is not None and not self._turn.locked() and self._process.stdin is not None:
            self._process.stdin.close()  # it reads the end, and ends

    async def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is not None:
            await _kill(process)


async def _ask(process: Process, content: bytes) -> Seen:
    """In pieces, so that no long copy holds the event loop."""
    pipe = cast("asyncio.StreamWriter", process.stdin)
    pipe.write(LENGTH.pack(len(content)))
    for start in range(0, len(content), PIECE_BYTES):
        pipe.write(content[start : start + PIECE_BYTES])
        await pipe.drain()
    return unpacked(await _answer(process))


async def _answer(process: Process) -> bytes:
    pipe = cast("asyncio.StreamReader", process.stdout)
    length = LENGTH.unpack(await pipe.readexactly(LENGTH.size))[0]
    if length > MOST_ANSWER_BYTES:
        raise ValueError("an answer is never so long")
    return await pipe.readexactly(length)


async def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _bare_environment() -> dict[str, str]:
    """Neither tokens nor keys nor the database's address: a decoder that a picture has taken over finds none."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(HOUSE), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
