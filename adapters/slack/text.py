"""Slack's text forms as people see them: `<https://x|label>`, `<@U123>`, `&amp;` become labels, names and signs."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from policy.message import Link

NameOf = Callable[[str], str]

# <...> without another angle bracket inside: one token of Slack's markup. Whatever a member types as < arrives as &lt;.
_TOKEN = re.compile(r"<([^<>]*)>")
_SCHEMES = ("http://", "https://", "mailto:", "tel:", "ftp://", "slack://")
# Half of a character from outside the basic plane, alone. JSON can say it, no file and no engine can take it.
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Shown:
    """Text as people see it, with the links it holds."""

    text: str
    links: tuple[Link, ...] = ()


def shown(markup: str, name_of: NameOf) -> Shown:
    """Slack's message text as people see it. `name_of` gives the name of a user's or channel's id."""
    out = Pieces()
    at = 0
    for token in _TOKEN.finditer(markup):
        out.add(unescaped(markup[at : token.start()]))
        _add_token(out, token[1], name_of)
        at = token.end()
    out.add(unescaped(markup[at:]))
    return out.shown()


class Pieces:
    """Text put together piece by piece, which remembers where its links stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._links: list[Link] = []
        self._length = 0

    def add(self, text: str, target: str = "") -> None:
        """Adds text, and that it leads to `target` where one is given."""
        text = whole_characters(text)
        if target and text:
            self._links.append(Link(whole_characters(target), self._length, self._length + len(text)))
        self._pieces.append(text)
        self._length += len(text)

    def add_shown(self, other: Shown) -> None:
        """Adds text with its links."""
        self._links += [Link(link.target, link.start + self._length, link.end + self._length) for link in other.links]
        self._pieces.append(other.text)
        self._length += len(other.text)

    def shown(self) -> Shown:
        return Shown("".join(self._pieces), tuple(self._links))


def unescaped(text: str) -> str:
    """Slack escapes these three signs and no other."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def whole_characters(text: str) -> str:
    """The text without halves of characters, each replaced by the sign for a broken one."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _add_token(out: Pieces, token: str, name_of: NameOf) -> None:
    inside, _, label = token.partition("|")
    inside, label = unescaped(inside), unescaped(label)
    if inside.startswith("@"):
        out.add(f"@{(label or name_of(inside[1:])).lstrip('@')}")
    elif inside.startswith("#"):
        out.add(f"#{(label or name_of(inside[1:])).lstrip('#')}")
    elif inside.startswith("!"):
        # <!here>, <!subteam^S1|@coaches>, <!date^123^{date}|in plain words>
        out.add(label or f"@{inside[1:].partition('^')[0]}")
    elif inside.lower().startswith(_SCHEMES):
        bare = inside.removeprefix("mailto:").removeprefix("tel:")
        out.add(label or bare, target=inside)
    else:
        out.add(f"<{unescaped(token)}>")
