"""Shows how far the work is: a bar in a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from policy.words import Lang, Text

SECONDS_BETWEEN_LINES = 15

_READING = Text(en="Reading messages", es="Leyendo mensajes")


@contextmanager
def shown_progress(total_bytes: int, lang: Lang) -> Iterator[Callable[[int], None]]:
    """Hands out a function to call with each number of bytes done. Everything goes to standard error."""
    if not sys.stderr.isatty():
        yield _Lines(total_bytes, lang).add
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_READING(lang), total=total_bytes or None)
        yield lambda done: progress.advance(task, done)


class _Lines:
    def __init__(self, total: int, lang: Lang) -> None:
        self._total = total
        self._done = 0
        self._lang = lang
        self._said_at = time.monotonic()

    def add(self, done: int) -> None:
        self._done += done
        if time.monotonic() - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = time.monotonic()
            click.echo(f"{_READING(self._lang)}: {100 * self._done // max(1, self._total)}%", err=True)
