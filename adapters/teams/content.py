"""All that members can read of one Teams message: HTML body, plain text, cards, forwarded words, pictures, files."""

import html
import json
import re
from collections.abc import Iterator, Sequence

from adapters.teams.activity import Json, Payload, part, parts, text
from adapters.teams.markup import Page, joined, page_of, whole_characters
from bot.events import Content
from policy.message import Attachment, AttachmentKind, Link, Sender

CARD = "application/vnd.microsoft.card."
REFERENCES = frozenset({"messageReference", "forwardedMessageReference"})
PICTURE = "picture:"
"""Begins the id of a picture that stands in the text; its number among them follows."""
# Teams nests cards a few levels deep; what is deeper than this was not made by it.
DEEPEST = 40
_MENTION_TAG = re.compile(r"</?at(?:\s[^<>]*)?>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LABELS = ("title", "subtitle", "text", "label", "altText", "alt", "placeholder", "errorMessage", "value", "name")
_TARGETS = ("url", "value")
_KINDS = {"image": AttachmentKind.PICTURE, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}
_ENDINGS = {
    AttachmentKind.PICTURE: ("png", "jpg", "jpeg", "gif", "heic", "webp", "bmp", "tif", "tiff", "svg"),
    AttachmentKind.VIDEO: ("mp4", "mov", "avi", "mkv", "webm", "m4v"),
    AttachmentKind.AUDIO: ("mp3", "m4a", "wav", "ogg", "aac", "flac"),
}


def content_of(activity: Payload) -> Content:
    """What people can read of the message, nothing twice, links where their labels stand."""
    attachments = list(parts(activity, "attachments"))
    bodies = [page_of(text(each, "content")) for each in attachments if text(each, "contentType") == "text/html"]
    written = _written(activity)
    body = joined(bodies)
    if not _says(body, written):
        body = joined((*bodies, written))
    whole = joined((Page(_subject(activity)), body, *_cards(attachments)))
    return Content(
        text=whole.text,
        links=whole.links,
        attachments=tuple(_files(attachments, whole)),
        sender=_sender(activity),
    )


def _written(activity: Payload) -> Page:
    """The text beside the HTML. Mentions stand in it between `<at>` marks, whatever the format."""
    given = text(activity, "text")
    if text(activity, "textFormat") == "xml":
        return page_of(given)
    return Page(whole_characters(_MENTION_TAG.sub("", given)).strip("\r\n"))


def _says(body: Page, written: Page) -> bool:
    """Whether the words stand in the body already: Teams says nearly everything twice."""
    words = _SPACE.sub("", body.text)
    return any(_SPACE.sub("", form) in words for form in (written.text, html.unescape(written.text)))


def _subject(activity: Payload) -> str:
    return whole_characters(text(activity, "subject") or text(activity, "channelData", "subject"))


def _cards(attachments: Sequence[Payload]) -> Iterator[Page]:
    for each in attachments:
        kind = text(each, "contentType")
        if kind in REFERENCES:
            yield from _referred(text(each, "content"))
        elif kind.startswith((CARD, "application/vnd.microsoft.teams.card.")):
            yield from _card(_unpacked(each.get("content")), DEEPEST)


def _unpacked(content: Json) -> Json:
    """A card's content; some come as JSON within the JSON."""
    if not isinstance(content, str):
        return content
    try:
        found: Json = json.loads(content)
    except (ValueError, RecursionError):
        return {"text": content}
    return found


def _referred(given: str) -> Iterator[Page]:
    """The words of a message that this one quotes or forwards; they come as JSON within the JSON."""
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict):
        yield Page(whole_characters(text(found, "messagePreview")))
        yield page_of(text(found, "originalMessageContent"))


def _card(node: Json, deep: int) -> Iterator[Page]:
    """Every label of a card, each on its line, leading where its button or picture leads."""
    if deep == 0:
        return
    if isinstance(node, Sequence) and not isinstance(node, str):
        for item in node:
            yield from _card(item, deep - 1)
    if not isinstance(node, dict):
        return
    target = next((text(node, name) for name in _TARGETS if _is_address(text(node, name))), "")
    for name in _LABELS:
        label = whole_characters(text(node, name))
        if label and label != target:
            links = (Link(whole_characters(target), 0, len(label)),) if target else ()
            page = page_of(label) if "<" in label and "</" in label else Page(label, links)
            yield page
    for value in node.values():
        if not isinstance(value, str):
            yield from _card(value, deep - 1)


def _is_address(given: str) -> bool:
    return given.lower().startswith(("http://", "https://", "mailto:", "tel:"))


def _files(attachments: Sequence[Payload], page: Page) -> Iterator[Attachment]:
    """Pictures and files, each once: a picture in the text may be named by an attachment too. Their ids are those by
    which `files.py` finds them in Graph."""
    unnamed = {picture.source: number for number, picture in enumerate(page.pictures) if picture.source}
    known = set[str]()
    for each in attachments:
        kind, name = text(each, "contentType"), whole_characters(text(each, "name"))
        if kind == "text/html" or kind in REFERENCES or kind.startswith(CARD):
            known.add(text(each, "id"))
            continue
        known |= {text(each, "id"), text(each, "content", "uniqueId")}
        number = unnamed.pop(text(each, "contentUrl"), None)
        alt = page.pictures[number].alt if number is not None else ""
        id_ = text(each, "id") if number is None else f"{PICTURE}{number}"
        yield Attachment(_kind(kind, name), name, alt or whole_characters(text(each, "content", "altText")), id_)
    for number, picture in enumerate(page.pictures):
        if not picture.source or unnamed.get(picture.source) == number:
            yield Attachment(AttachmentKind.PICTURE, "", picture.alt, f"{PICTURE}{number}")
    yield from (Attachment(AttachmentKind.FILE, id=id_) for id_ in dict.fromkeys(page.attached) if id_ not in known)


def _kind(content_type: str, name: str) -> AttachmentKind:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    by_name = next((kind for kind, endings in _ENDINGS.items() if ending in endings), AttachmentKind.FILE)
    return _KINDS.get(content_type.partition("/")[0].lower(), by_name)


def _sender(activity: Payload) -> Sender:
    """Apps write under ids of their own; nobody in the district has approved them."""
    is_app = text(activity, "from", "id").startswith("28:") or text(part(activity, "from"), "role") == "bot"
    return Sender(is_app=is_app, is_known=not is_app)
