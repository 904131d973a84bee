"""Structured logs: one line an event, with ids and figures, never words or names."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp"}
    | {"key", "kind", "found", "attempts", "ms", "error", "final", "worker"}  # events and alerts at work
    | {"channel", "subject", "code"}  # where, about which record, a platform's own word for a fault
    | {"topic", "to", "severity"}  # whose card, about what
    | {"seq", "hash", "purged", "routed"}  # the journal, and upkeep
    | {"host", "port", "count", "method", "route", "part", "effect"}  # the server, packs, Redis
)
"""Fields that a log line may carry. Anything else is dropped: a field that nobody thought about could carry words."""


def set_up_logs(level: str, form: str) -> None:
    """Sends all logs to standard error: as JSON, or for a terminal as text (`form`: `json`, `text`, `auto`)."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _only_allowed,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if as_text else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries may put request bodies or SQL parameters into their logs: only warnings pass, without arguments.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_BareFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _only_allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED}


class _BareFormatter(logging.Formatter):
    """A library's line without its arguments: which logger, how grave, what kind of error."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname.lower()} {record.name} {error}".rstrip()
