"""What the page is sent: messages, cards and people as JSON. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from adapters.playground.events import ChatFile, ChatMessage
from adapters.playground.pictures import is_shown
from adapters.playground.text import Part, parts
from bot.cards import Action, Block, Bullets, Card, Excerpt, Facts, Field, Paragraph
from bot.ids import PersonId
from bot.records.registry import Person
from policy.verdict import Span

Json: TypeAlias = dict[str, Any]
PAGE_LINK = "/playground/#/"
"""How an address within the page begins."""


def person_json(person: Person) -> Json:
    return {
        "id": person.ref.person,
        "name": person.name,
        "title": person.title,
        "role": person.role.value,
        "school": person.school,
        "lang": person.lang.value,
    }


def message_json(
    message: ChatMessage, viewer: PersonId, *, replies: int = 0, last_reply_at: datetime | None = None
) -> Json:
    """A message with its words, both as typed (for editing) and in parts (for showing); of one that is blocked for the
    viewer, only that there is one."""
    is_hidden = message.is_hidden_from(viewer)
    message = replace(message, text="", files=(), tip="") if is_hidden else message
    return {
        "id": message.id,
        "channel": message.channel,
        "thread": message.thread,
        "place": message.place,
        "author": message.author,
        "at": message.posted_at.isoformat(),
        "is_edited": message.edited_at is not None,
        "is_deleted": message.deleted_at is not None,
        "is_blocked": is_hidden,
        "tip": message.tip,
        "text": message.text,
        "parts": [_part(part) for part in parts(message.text)],
        "files": [_file(file) for file in message.files],
        "replies": replies,
        "last_reply_at": last_reply_at.isoformat() if last_reply_at else None,
    }


def card_json(card: Card) -> Json:
    """A card whose excerpts are cut into marked and unmarked pieces, so that no page has to count characters."""
    return {
        "title": card.title,
        "summary": card.summary,
        "tone": card.tone.value,
        "blocks": [_block(block) for block in card.blocks],
        "actions": [_action(action) for action in card.actions],
        "footer": card.footer,
    }


def pieces(text: str, marks: Iterable[Span]) -> list[Json]:
    """The text cut at the marks. Joined, the pieces are the text; marks may touch, overlap or reach beyond it."""
    found: list[Json] = []
    position = 0
    for start, end in _merged(marks, len(text)):
        if position < start:
            found.append({"text": text[position:start], "is_marked": False})
        found.append({"text": text[start:end], "is_marked": True})
        position = end
    if position < len(text) or not found:
        found.append({"text": text[position:], "is_marked": False})
    return found


def _merged(marks: Iterable[Span], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for mark in sorted(marks):
        start, end = max(0, mark.start), min(length, mark.end)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _part(part: Part) -> Json:
    return {"text": part.text, "href": part.href, "host": part.host} if part.href else {"text": part.text}


def _file(file: ChatFile) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "alt": file.alt,
        "size": file.size,
        "is_picture": is_shown(file.type),
    }


def _block(block: Block) -> Json:
    match block:
        case Paragraph(text=text):
            return {"kind": "paragraph", "text": text}
        case Excerpt(text=text, marks=marks, caption=caption):
            return {"kind": "excerpt", "pieces": pieces(text, marks), "caption": caption}
        case Facts(rows=rows):
            return {"kind": "facts", "rows": [_fact(label, value) for label, value in rows]}
        case Bullets(items=items):
            return {"kind": "bullets", "items": list(items)}


def _fact(label: str, value: str) -> Json:
    if value.startswith(PAGE_LINK):
        return {"label": label, "parts": [], "open": value.removeprefix(PAGE_LINK)}
    return {"label": label, "parts": [_part(part) for part in parts(value)], "open": ""}


def _action(action: Action) -> Json:
    return {
        "name": action.name,
        "subject": action.subject,
        "label": action.label,
        "style": action.style,
        "confirm": action.confirm,
        "fields": [_field(field) for field in action.fields],
    }


def _field(field: Field) -> Json:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "hint": field.hint,
        "choices": [list(choice) for choice in field.choices],
        "is_required": field.is_required,
        "value": field.value,
    }
