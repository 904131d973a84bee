"""Answers lines in order: many that are there at once on all processors, those that trickle in one by one."""

import gc
import multiprocessing
import os
import select
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import BinaryIO

Lines = tuple[int, list[bytes]]
"""Lines as they came, and the number of the first."""
Answer = Callable[[Lines], tuple[str, bool]]
"""What is to be written for the lines, and whether all of them could be read."""
FEWEST = 64
"""So many lines at once are worth another process."""
MOST = 2048
"""So many lines a process is handed at once, where nobody says otherwise."""
_CHUNK = 1 << 16
_MOST_WAITING = 16

_answering: list[Answer] = []
"""What a worker process answers with: it is there when the process begins, since a pack cannot be sent."""


def answer_all(
    file: BinaryIO, answer: Answer, write: Callable[[str], None], *, on_all_processors: bool, most: int = MOST
) -> bool:
    """Writes the answers to all lines of the file, in order, each as soon as it is there. Says whether all could be
    read. A process is handed `most` lines at once: few where each takes long, so that none waits for another."""
    is_whole = True
    waiting: deque[Future[tuple[str, bool]]] = deque()
    pool: ProcessPoolExecutor | None = None

    def take(count: int) -> None:
        nonlocal is_whole
        for _ in range(count):
            text, is_fine = waiting.popleft().result()
            write(text)
            is_whole = is_whole and is_fine

    try:
        for lines in _chunks(file, before_waiting=lambda: take(len(waiting))):
            if not on_all_processors or len(lines[1]) < FEWEST:
                take(len(waiting))
                text, is_fine = answer(lines)
                write(text)
                is_whole = is_whole and is_fine
                continue
            pool = pool or _pool(answer)
            for part in _parts(lines, most):
                waiting.append(pool.submit(_answer, part))
                take(max(0, len(waiting) - _MOST_WAITING))
        take(len(waiting))
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    return is_whole


def can_use_all_processors() -> bool:
    """Whether a process can be split into several that share what is loaded."""
    return "fork" in multiprocessing.get_all_start_methods() and (os.cpu_count() or 1) > 1


def _parts(lines: Lines, most: int) -> Iterator[Lines]:
    first, typed = lines
    for start in range(0, len(typed), most):
        yield first + start, typed[start : start + most]


def _pool(answer: Answer) -> ProcessPoolExecutor:
    gc.freeze()  # what is loaded stays shared
    forking = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(mp_context=forking, initializer=_begin, initargs=(answer,))


def _begin(answer: Answer) -> None:
    _answering[:] = [answer]
    gc.disable()


def _answer(lines: Lines) -> tuple[str, bool]:
    answered = _answering[0](lines)
    gc.collect()  # once for all lines, and not again and again in between
    return answered


def _chunks(file: BinaryIO, *, before_waiting: Callable[[], None]) -> Iterator[Lines]:
    """What is there at once, in whole lines. `before_waiting` is called when nothing is."""
    number = 1
    begun: list[bytes] = []
    while True:
        if not _is_ready(file):
            before_waiting()
        data = file.read1(_CHUNK) if hasattr(file, "read1") else file.readline()
        if not data:
            break
        head, newline, tail = data.rpartition(b"\n")
        if not newline:
            begun.append(tail)
            continue
        lines = b"".join([*begun, head]).split(b"\n")
        begun = [tail] if tail else []
        yield number, lines
        number += len(lines)
    if begun:
        yield number, [b"".join(begun)]


def _is_ready(file: BinaryIO) -> bool:
    try:
        return bool(select.select([file], [], [], 0)[0])
    except (OSError, ValueError):  # not something that the system can wait for, such as text in memory
        return True
