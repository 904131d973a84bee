"""Keeps a reported message in the form that asks for a note, so that what is passed on is what the reporter saw."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.slack.blocks import SHORTENED
from bot.errors import Refused
from bot.events import Content
from bot.ids import ChannelId, MessageId, MessageRef, PersonId, WorkspaceId
from bot.wording.subjects import UNREADABLE

_CODEC: TypeAdapter[Content] = TypeAdapter(Content)
_LARGEST = 1_000_000


def packed(message: MessageRef, author: PersonId, content: Content, longest: int) -> dict[str, str]:
    """The message for a form's metadata of so many characters of JSON. Words that do not fit are cut, and it says so;
    most messages fit several times over."""
    found = {"c": message.channel, "m": message.message, "a": author}
    left = longest - sum(len(key) + len(value) + 6 for key, value in found.items()) - 10
    text = content.text
    squeezed = _squeezed(content)
    while len(squeezed) > left:
        text = text[: len(text) * 3 // 4]
        links = tuple(link for link in content.links if link.end <= len(text))
        few = content.attachments if len(text) > 50 else ()
        squeezed = _squeezed(replace(content, text=text + SHORTENED, links=links, attachments=few))
    return {**found, "t": squeezed}


def unpacked(workspace: WorkspaceId, known: Mapping[str, Any]) -> tuple[MessageRef, PersonId, Content]:
    """The message that `packed` wrote. Raises Refused on anything else."""
    try:
        opened = zlib.decompressobj().decompress(base64.b64decode(str(known["t"]), validate=True), _LARGEST)
        content = _CODEC.validate_json(opened)
        ref = MessageRef(workspace, ChannelId(str(known["c"])), MessageId(str(known["m"])))
        return ref, PersonId(str(known["a"])), content
    except (KeyError, ValueError, ValidationError, zlib.error):
        raise Refused(UNREADABLE) from None


def _squeezed(content: Content) -> str:
    return base64.b64encode(zlib.compress(_CODEC.dump_json(content), 9)).decode()
