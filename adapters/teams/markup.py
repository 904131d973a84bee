"""Teams' HTML as people see it: text with the targets behind labels, pictures, and files that it only names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from policy.message import Link

BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "codeblock", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "html", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
CELLS = frozenset({"td", "th"})
UNSEEN = frozenset({"script", "style", "head", "template"})
EMOJI = "http://schema.skype.com/emoji"
LONGEST_MARKUP = 150_000
"""Characters of markup that are read as such. Teams sends less; what is longer is text as it stands."""
# An angle bracket that opens no whole tag: a comment, a bracket alone, a tag that never ends. Python's parser takes
# quadratic time over many of them, and Teams writes none, so each is shown as the character it is.
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
_LINE_ENDS = re.compile(r"[\r\n]+")
# Half of a character from outside the basic plane, alone. JSON can say it, no file and no engine can take it.
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within the text."""

    source: str
    alt: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one sees of some markup. `attached` are the ids of attachments that stand in it."""

    text: str
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    attached: tuple[str, ...] = ()


def page_of(markup: str) -> Page:
    """The markup as people see it."""
    if len(markup) > LONGEST_MARKUP:
        return Page(whole_characters(markup))
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", markup))
    reader.close()
    return reader.page()


def joined(pages: Sequence[Page]) -> Page:
    """The pages one below the other."""
    text, links = "", list[Link]()
    for page in pages:
        if page.text:
            text += "\n" if text else ""
            links += [Link(link.target, link.start + len(text), link.end + len(text)) for link in page.links]
            text += page.text
    return Page(
        text,
        tuple(links),
        tuple(picture for page in pages for picture in page.pictures),
        tuple(id_ for page in pages for id_ in page.attached),
    )


def whole_characters(text: str) -> str:
    """The text with U+FFFD in the place of half characters."""
    return _LONE_SURROGATE.sub("\ufffd", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._length = 0
        self._is_line_open = False
        self._links: list[Link] = []
        self._open_links: list[tuple[str, int]] = []
        self._pictures: list[Picture] = []
        self._attached: list[str] = []
        self._unseen = 0
        self._literal = 0

    def page(self) -> Page:
        while self._open_links:
            self._close_link()
        text = "".join(self._pieces)
        whole = text.rstrip("\n")
        links = (Link(link.target, link.start, min(link.end, len(whole))) for link in self._links)
        return Page(
            whole, tuple(link for link in links if link.start < link.end), tuple(self._pictures), tuple(self._attached)
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._add("\n")
        elif tag in BLOCKS:
            self._end_line()
            self._literal += tag in ("pre", "codeblock")
        elif tag in CELLS and self._is_line_open:
            self._add(" | ")
        elif tag == "a":
            self._open_links.append((given.get("href", ""), self._length))
        elif tag == "img":
            self._picture(given)
        elif tag == "emoji":
            self._add(given.get("alt", ""))
        elif tag == "attachment":
            self._attached.append(given.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in BLOCKS:
            self._end_line()
            if tag in ("pre", "codeblock"):
                self._literal = max(0, self._literal - 1)
        elif tag == "a" and self._open_links:
            self._close_link()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if not self._literal:
            if not data.strip() and _LINE_ENDS.search(data):
                return  # how the markup is laid out, not what is seen
            data = data if self._is_line_open else data.lstrip("\r\n")
            data = _LINE_ENDS.sub(" ", data)
        self._add(data.replace("\xa0", " "))

    def _picture(self, given: dict[str, str]) -> None:
        if given.get("itemtype", "").lower() == EMOJI:
            self._add(given.get("alt", ""))
        else:
            alt = whole_characters(given.get("alt", ""))
            self._pictures.append(Picture(given.get("src", ""), alt))

    def _close_link(self) -> None:
        target, start = self._open_links.pop()
        if target and self._length > start:
            self._links.append(Link(whole_characters(target), start, self._length))

    def _end_line(self) -> None:
        if self._is_line_open:
            self._add("\n")

    def _add(self, text: str) -> None:
        if text:
            text = whole_characters(text)
            self._pieces.append(text)
            self._length += len(text)
            self._is_line_open = not text.endswith("\n")
