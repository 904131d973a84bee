"""The bytes of pictures and files of a message, fetched through Graph when somebody is to look at them."""

import base64
import re

from adapters.teams.activity import Payload, parts, text
from adapters.teams.content import PICTURE
from adapters.teams.graph import VERSION, Graph
from adapters.teams.markup import page_of
from adapters.teams.whereabouts import Whereabouts
from bot.errors import Undeliverable
from bot.ids import MessageRef

# Where Graph keeps a picture that stands in a message, as the message's own markup names it.
_HOSTED = re.compile(rf"https?://[^/]+/{VERSION}(/(?:teams|chats)/[^?#]+/hostedContents/[^/?#]+/\$value)")


class Files:
    """Fetches them anew each time; nothing is kept."""

    def __init__(self, graph: Graph, where: Whereabouts) -> None:
        self._graph = graph
        self._where = where

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """As `Platform.file` says."""
        found = await self._graph.get(await self._where.message(message))
        return await self._graph.content(_path(found, attachment), at_most=at_most)


def _path(message: Payload, attachment: str) -> str:
    """Where Graph has the attachment. Raises Undeliverable where the message has it no longer."""
    if attachment.startswith(PICTURE):
        pictures = page_of(text(message, "body", "content")).pictures
        sources = {f"{PICTURE}{number}": picture.source for number, picture in enumerate(pictures)}
        hosted = _HOSTED.fullmatch(sources.get(attachment, ""))
        if hosted is None:
            raise Undeliverable("the picture is gone, or lies elsewhere")
        return hosted[1]
    named = (each for each in parts(message, "attachments") if attachment and text(each, "id") == attachment)
    url = text(next(named, {}), "contentUrl")
    if not url.startswith("https://"):
        raise Undeliverable("the file is gone")
    # Graph's way to name a shared file by its address: base64url without padding, after u!.
    shared = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"/shares/u!{shared}/driveItem/content"
