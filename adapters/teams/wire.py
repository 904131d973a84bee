"""Bodies of requests and answers, read whole and never beyond a limit; and how long to wait where Microsoft says so."""

import random
from collections.abc import Mapping

from aiohttp import StreamReader

from bot.errors import ChaperoneError

CHUNK = 65_536
LONGEST_WAIT_SECONDS = 3600.0


class TooLarge(ChaperoneError):
    """More was sent than anything from Teams has. Nothing to do: it is refused."""


async def body_of(content: StreamReader, limit: int) -> bytes:
    """All that comes, however many pieces it comes in. Raises TooLarge beyond `limit` bytes."""
    body = bytearray()
    async for piece in content.iter_chunked(CHUNK):
        body += piece
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def wait_of(headers: Mapping[str, str], otherwise: float) -> float:
    """The seconds that an answer asks us to wait, where it does."""
    given = headers.get("Retry-After", "")
    return min(LONGEST_WAIT_SECONDS, float(given)) if given.isascii() and given.isdigit() else otherwise


def jittered(seconds: float) -> float:
    """Between this and half as much again, so that those who were turned away together do not come back together."""
    return seconds * (1 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing
