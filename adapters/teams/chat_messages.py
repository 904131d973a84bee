"""A message as Microsoft Graph and the menus of Teams show it, read like an activity. Pure."""

from datetime import UTC, datetime

from adapters.teams.activity import Json, Payload, part, parts, text
from adapters.teams.content import content_of
from bot.events import Content
from bot.ids import MessageId, PersonId

SPOKEN = "message"
"""The `messageType` of what people and apps say; others tell of calls, members and names."""


def id_of(message: Payload) -> MessageId:
    """The message's id, the same as in activities."""
    return MessageId(text(message, "id"))


def thread_in(message: Payload) -> MessageId | None:
    """The message that started the thread; None where this is that message itself."""
    root = text(message, "replyToId")
    return MessageId(root) if root and root != text(message, "id") else None


def author_of(message: Payload) -> PersonId:
    """Who wrote it, by the same id as in activities; an app by its own."""
    person = text(message, "from", "user", "id")
    return PersonId(person.lower() if person else _app(message))


def content_in(message: Payload) -> Content:
    """All that members can read of it."""
    kind, words = text(message, "body", "contentType"), text(message, "body", "content")
    attachments: list[Json] = list(parts(message, "attachments"))
    said: dict[str, Json] = {"subject": text(message, "subject"), "from": {"id": _app(message)}}
    if kind == "html":
        attachments.append({"contentType": "text/html", "content": words})
    else:
        said["text"] = words
    return content_of({**said, "attachments": attachments})


def time_in(message: Payload, name: str) -> datetime | None:
    """The moment of that name, in UTC; None where there is none."""
    given = text(message, name)
    try:
        found = datetime.fromisoformat(given) if given else None
    except ValueError:
        return None
    return None if found is None else (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _app(message: Payload) -> str:
    """`28:` and the app's id, as activities name apps; empty for people."""
    app = part(message, "from", "application")
    return f"28:{text(app, 'id')}" if text(app, "id") else ""
