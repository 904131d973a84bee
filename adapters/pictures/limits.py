"""How much a file may ask of this machine, and how a process is held to it."""

import resource
import sys
from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost. `soft_seconds`: after so long no further frame is begun; `seconds`: then the process
    ends, whatever it does. `lines`: no more text than this is taken from one file."""

    megabytes: int = 64
    pixels: int = 40_000_000
    soft_seconds: float = 12.0
    seconds: float = 25.0
    cpu_seconds: int = 20
    memory_megabytes: int = 2048
    frames: int = 12
    frames_read: int = 4
    frames_walked: int = 1000
    lines: int = 400


def confine(limits: Limits) -> None:
    """Holds this process to its memory, and forbids it to write files or to leave a core of a picture behind."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, limits.memory_megabytes * MEGABYTE)


def allow_time(limits: Limits) -> None:
    """From now on, so many seconds of the processor; past them the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent) + 1 + limits.cpu_seconds, hard))


def _limit(what: int, most: int) -> None:
    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError):
        # macOS keeps no limit of the address space. The time limits and the pixel cap still hold there.
        if sys.platform.startswith("linux"):
            raise
