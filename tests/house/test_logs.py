"""What a log line may carry is written down once, and is exactly what the code logs."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest
import structlog

from adapters.logs import ALLOWED, set_up_logs

HOUSE = Path(__file__).parents[2]
ADDED_BY_STRUCTLOG = {"event", "level", "timestamp"}


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_every_field_that_is_logged_is_allowed_and_every_allowed_one_is_logged() -> None:
    """A field that nobody allowed would be dropped in silence; one that nobody logs is an open door."""
    logged = {field for folder in ("adapters", "bot") for field in fields_below(HOUSE / folder)}

    assert logged == ALLOWED - ADDED_BY_STRUCTLOG


def fields_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                yield from (keyword.arg for keyword in node.keywords if keyword.arg is not None)


def test_a_field_that_is_not_allowed_is_dropped() -> None:
    with redirect_stderr(io.StringIO()) as output:
        set_up_logs("debug", "json")
        structlog.get_logger().info("event.done", key="w|c|m|0", text="their words")

    line = json.loads(output.getvalue())
    assert (line["event"], line["key"], line["level"]) == ("event.done", "w|c|m|0", "info")
    assert line.keys() <= ALLOWED


def test_a_librarys_warning_says_which_library_and_what_fault_and_repeats_none_of_its_words() -> None:
    with redirect_stderr(io.StringIO()) as output:
        set_up_logs("debug", "json")
        library = logging.getLogger("library")
        library.debug("their words %s", "and more")
        try:
            raise ValueError("their words")
        except ValueError:
            library.exception("failed on their words: %s", "and more")

    assert output.getvalue() == "error library ValueError\n"
