"""Bodies of requests and answers, read whole and never beyond a limit."""

from aiohttp import StreamReader

from bot.errors import ChaperoneError

CHUNK = 65_536


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
