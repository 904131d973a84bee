"""All that members can read of one Slack message: text, blocks, attachments, shared messages, files, alt texts."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from adapters.slack.text import NameOf, Pieces, Shown, shown, unescaped, whole_characters
from bot.events import Content
from policy.message import Attachment, AttachmentKind, Sender

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Payload: TypeAlias = Mapping[str, Json]

# What Slack writes about a channel's life. Nobody typed it, so nobody is judged for it. Everything else is read,
# kinds that do not exist yet included: a topic or a name that somebody set is their text like any other.
HOUSEKEEPING = frozenset({
    "bot_add", "bot_disable", "bot_enable", "bot_remove", "channel_archive", "channel_canvas_updated",
    "channel_convert_to_private", "channel_convert_to_public", "channel_join", "channel_leave",
    "channel_posting_permissions", "channel_unarchive", "ekm_access_denied", "group_archive", "group_join",
    "group_leave", "group_unarchive", "huddle_thread", "joiner_notification",
    "joiner_notification_for_inviter", "pinned_item", "reminder_delete", "sh_room_created", "tombstone",
    "unpinned_item",
})  # fmt: skip

_FILE = re.compile(r"F[A-Z0-9]{2,40}")
# Slack nests a few levels deep; what is deeper than this was not made by Slack.
DEEPEST = 40
# Beyond so many characters a piece is only compared with whole earlier pieces, to stay linear on hostile input.
COMPARED = 20_000

_TEXT_KEYS = (
    "pretext", "text", "author_name", "title", "value", "alt_text", "description", "markdown", "header", "footer",
    "label", "placeholder", "hint", "provider_name", "service_name", "caption",
)  # fmt: skip
_NESTED_KEYS = (
    "blocks", "elements", "fields", "accessory", "element", "options", "rows", "columns", "attachments",
    "message_blocks", "message", "actions", "card", "body",
)  # fmt: skip
# Which key holds where a labelled text leads.
_LEADS_TO = {"title": "title_link", "author_name": "author_link", "text": "url"}
_LINK_KEYS = ("title_link", "title_url", "author_link", "from_url", "original_url", "video_url", "url")
_KINDS = {
    "image": AttachmentKind.PICTURE,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
}


class NotReadable(ValueError):
    """The message has a shape that Slack does not make."""


def content_of(
    message: Payload,
    name_of: NameOf = str,
    member_names: Collection[str] = (),
    known_apps: Collection[str] | None = None,
) -> Content:
    """What people can read of the message, in the order they read it, nothing twice.

    `name_of` turns ids of users and channels into names; `member_names` are names, in lower case, that an app may not
    borrow; `known_apps` are the ids of apps that may post (None: every app that has one). Raises NotReadable on what is
    no Slack message.
    """
    page = _Page(name_of)
    for block in _list(message.get("blocks")):
        page.block(block, depth=0)
    page.markup(message.get("text"))
    for attachment in _dicts(message.get("attachments")):
        page.attachment(attachment, depth=0)
    for file in _files(message):
        page.file(file)
    page.topic(message)
    whole = page.shown()
    return Content(
        text=whole.text,
        links=whole.links,
        attachments=tuple(page.attachments),
        sender=_sender(message, member_names, known_apps),
    )


def is_housekeeping(message: Payload) -> bool:
    """Whether Slack itself wrote this, and no member."""
    return _text(message.get("subtype")) in HOUSEKEEPING


def earlier_versions(message: Payload) -> Iterator[Payload]:
    """What the message was before edits and deletion, where an export holds it."""
    for key in ("original", "previous_message", "previous", "old_message"):
        version = message.get(key)
        if isinstance(version, dict):
            yield version
    for version in _dicts(message.get("edit_history")):
        yield version


class _Page:
    """Pieces of a message, one below the other, each kept once."""

    def __init__(self, name_of: NameOf) -> None:
        self.attachments: list[Attachment] = []
        self._name_of = name_of
        self._pieces = Pieces()
        self._is_empty = True
        self._words_so_far = " "
        self._seen: set[str] = set()
        self._targets: set[str] = set()

    def shown(self) -> Shown:
        return self._pieces.shown()

    def add(self, piece: Shown) -> None:
        """Adds a piece unless its words stand on the page already (Slack says most things twice: text and blocks)."""
        if not piece.text.strip():
            return
        words = _words(piece.text)
        targets = {link.target for link in piece.links}
        if targets <= self._targets and (words in self._seen or words in self._words_so_far):
            return
        self._targets |= targets
        self._seen.add(words)
        if len(self._words_so_far) < COMPARED:
            self._words_so_far += words[1:]
        if not self._is_empty:
            self._pieces.add("\n")
        self._is_empty = False
        self._pieces.add_shown(piece)

    def block(self, block: Json, depth: int) -> None:
        if not isinstance(block, dict):
            return
        if block.get("type") == "rich_text":
            for part in _dicts(block.get("elements")):
                self.add(self._rich(part, depth + 1))
        else:
            self._any(block, depth)

    def attachment(self, attachment: Payload, depth: int) -> None:
        self._any(attachment, depth)
        # Shown where the rest cannot be, in a notification for instance.
        self.markup(attachment.get("fallback"))

    def file(self, file: Payload) -> None:
        """A file's names and words. The file itself is not in an export."""
        mime = _text(file.get("mimetype"))
        name, title = _text(file.get("name")), _text(file.get("title"))
        alt = _text(file.get("alt_txt"))
        about = " ".join(part for part in (title if title != name else "", alt) if part)
        # Of a file from another organisation Slack tells nothing at first but that it is there.
        if name or title or alt or mime or file.get("mode") == "file_access":
            kind = _KINDS.get(mime.partition("/")[0], AttachmentKind.FILE)
            self.attachments.append(
                Attachment(kind, name=whole_characters(name), alt=whole_characters(about), id=_id(file))
            )
        for sender in _dicts(file.get("from")):
            self.add(Shown(whole_characters(_text(sender.get("original")))))
        for key in ("subject", "plain_text", "preview"):
            self.add(Shown(whole_characters(_text(file.get(key)))))
        for comment in (file.get("initial_comment"), file.get("comment")):
            if isinstance(comment, dict):
                self.markup(comment.get("comment"))

    def topic(self, message: Payload) -> None:
        """What a member typed as topic, purpose or name of the channel, or as comment on a file."""
        for key in ("topic", "purpose", "name"):
            self.markup(message.get(key) if message.get("subtype") else None)
        comment = message.get("comment")
        if isinstance(comment, dict):
            self.markup(comment.get("comment"))

    def _any(self, thing: Payload, depth: int) -> None:
        """Every readable string of a block or attachment of whatever kind."""
        if depth > DEEPEST:
            raise NotReadable("nested more deeply than any Slack message")
        for key in _TEXT_KEYS:
            if key == "value" and "title" not in thing:
                continue  # what a button sends, not what it shows
            value = thing.get(key)
            if isinstance(value, dict) and not thing.get(_LEADS_TO.get(key, "")):
                self._any(value, depth + 1)
            else:
                self._labelled(
                    _text(value["text"] if isinstance(value, dict) and "text" in value else value), thing, key
                )
        for key in _LINK_KEYS:
            self._link(thing, key)
        self._picture(thing)
        for key in _NESTED_KEYS:
            value = thing.get(key)
            for item in value if isinstance(value, list) else [value]:
                self.block({"elements": item} if isinstance(item, list) else item, depth + 1)

    def _labelled(self, text: str, thing: Payload, key: str) -> None:
        target = unescaped(_text(thing.get(_LEADS_TO.get(key, ""))))
        if target and text.strip():
            label = Pieces()
            label.add(unescaped(text), target=target)
            self.add(label.shown())
        else:
            self.markup(text)

    def _link(self, thing: Payload, key: str) -> None:
        """A link that no label led to."""
        target = unescaped(_text(thing.get(key)))
        is_slack_own = key == "from_url" and bool(thing.get("is_share") or thing.get("is_msg_unfurl"))
        if target and not is_slack_own and target not in self._targets:
            link = Pieces()
            link.add(target, target=target)
            self.add(link.shown())

    def _picture(self, thing: Payload) -> None:
        """A picture that somebody put there. What Slack shows of a linked page was posted by nobody."""
        is_preview = bool(thing.get("from_url") or thing.get("original_url")) and not thing.get("is_share")
        url = _text(thing.get("image_url"))
        if (url or isinstance(thing.get("slack_file"), dict)) and not is_preview:
            name = url.partition("?")[0].rpartition("/")[2]
            self.attachments.append(
                Attachment(
                    AttachmentKind.PICTURE,
                    name=whole_characters(name),
                    alt=whole_characters(_text(thing.get("alt_text"))),
                    id=_id(thing.get("slack_file")),
                )
            )

    def markup(self, value: Json) -> None:
        self.add(shown(_text(value), self._name_of))

    def _rich(self, part: Payload, depth: int) -> Shown:
        """One section, list or quote of rich text. Neighbours with different looks are one word to the reader."""
        if depth > DEEPEST:
            raise NotReadable("nested more deeply than any Slack message")
        pieces = Pieces()
        is_list = part.get("type") == "rich_text_list"
        for number, element in enumerate(_dicts(part.get("elements")), start=1):
            if is_list:
                pieces.add("\n" * (number > 1) + (f"{number}. " if part.get("style") == "ordered" else "• "))
            if isinstance(element.get("elements"), list):
                pieces.add_shown(self._rich(element, depth + 1))
            else:
                self._rich_leaf(pieces, element)
        return pieces.shown()

    def _rich_leaf(self, pieces: Pieces, element: Payload) -> None:
        match element.get("type"):
            case "link":
                target = _text(element.get("url"))
                pieces.add(_text(element.get("text")) or target, target=target)
            case "user":
                pieces.add(f"@{self._name_of(_text(element.get('user_id')))}")
            case "channel":
                pieces.add(f"#{self._name_of(_text(element.get('channel_id')))}")
            case "emoji":
                pieces.add(f":{_text(element.get('name'))}:")
            case "broadcast":
                pieces.add(f"@{_text(element.get('range'))}")
            case "date":
                pieces.add(_text(element.get("fallback")))
            case _:
                pieces.add(_text(element.get("text")) or _text(element.get("value")))


def _sender(message: Payload, member_names: Collection[str], known_apps: Collection[str] | None) -> Sender:
    if not (message.get("bot_id") or message.get("subtype") == "bot_message"):
        return Sender()
    profile = message.get("bot_profile")
    app = message.get("app_id") or (profile.get("app_id") if isinstance(profile, dict) else None)
    ids = {_text(app), _text(message.get("bot_id"))} - {""}
    # Slackbot posts what the workspace has set up in Slack itself: reminders, answers, mail to a channel.
    is_known = message.get("user") == "USLACKBOT" or bool(ids if known_apps is None else ids & set(known_apps))
    chosen_name = _text(message.get("username")).strip().casefold()
    return Sender(is_app=True, is_known=is_known, has_borrowed_name=bool(chosen_name) and chosen_name in member_names)


def _id(file: object) -> str:
    """The file's own id: an address in its stead is not followed."""
    found = _text(file.get("id")) if isinstance(file, Mapping) else ""
    return found if _FILE.fullmatch(found) else ""


def _files(message: Payload) -> Iterator[Payload]:
    yield from _dicts(message.get("files"))
    file = message.get("file")
    if isinstance(file, dict):
        yield file


def _words(text: str) -> str:
    """The words alone, for comparing: two forms of one text differ in marks and white space."""
    found = re.findall(r"\w+", text.casefold())
    return f" {' '.join(found) or text.strip()} "


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _dicts(value: Json) -> list[dict[str, Json]]:
    return [item for item in _list(value) if isinstance(item, dict)]
