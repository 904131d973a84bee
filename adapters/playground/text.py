"""What a member typed, taken apart for showing: plain stretches, and links with the host they really lead to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

# `[label](target)`, or an address as typed. The bounded classes exclude what ends them, so nothing backtracks far.
_LINK = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>https?://[^\s()<>]{1,2000})\)"
    r"|(?P<bare>https?://[^\s<>\"']{1,2000})",
    re.IGNORECASE,
)
_AFTER_A_LINK = ".,;:!?)]}»”’*_"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message as it is shown. `href` is where it leads; `host` names it where the words do not."""

    text: str
    href: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class LabelledLink:
    """A link behind a label: `typed[start:end]` is the label."""

    target: str
    start: int
    end: int


def parts(typed: str) -> list[Part]:
    """The message as it is shown. Joined, the texts are what was typed, with labels in the place of labelled links."""
    shown: list[Part] = []
    position = 0
    for match in _LINK.finditer(typed):
        if match["bare"]:
            words = match["bare"].rstrip(_AFTER_A_LINK)
            end, link = match.start() + len(words), _bare(words)
        else:
            end, link = match.end(), _labelled(match["label"], match["target"])
        if link is None:
            continue
        if match.start() > position:
            shown.append(Part(typed[position : match.start()]))
        shown.append(link)
        position = end
    if position < len(typed):
        shown.append(Part(typed[position:]))
    return shown


def labelled_links(typed: str) -> Iterator[LabelledLink]:
    """Links whose words are not their address."""
    for match in _LINK.finditer(typed):
        if match["label"]:
            yield LabelledLink(target=match["target"], start=match.start("label"), end=match.end("label"))


def _bare(words: str) -> Part | None:
    host = _host(words)
    if not host:
        return None
    begins_so = re.match(rf"https?://{re.escape(host)}(?=[/?#:]|$)", words, re.IGNORECASE)
    return Part(words, href=words, host="" if begins_so else host)


def _labelled(label: str, target: str) -> Part | None:
    host = _host(target)
    return Part(label, href=target, host=host) if host else None


def _host(address: str) -> str:
    """Where a browser would go; letters of other scripts in their coded form, so that look-alikes show."""
    try:
        host = urlsplit(address).hostname or ""
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
