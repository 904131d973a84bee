"""Our cards as Adaptive Cards 1.5, and what comes back when somebody presses a button. Pure.

Everything is put into text runs: Teams reads no markup in them, so that a member's words stand as they were typed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adapters.teams.activity import Json, Payload, part, text
from adapters.teams.fitting import fitted
from bot.cards import Action, Block, Bullets, Card, Excerpt, Facts, Field, Paragraph, Tone
from policy.verdict import Span

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
MOST_IN_A_ROW = 4
"""Buttons in one row: Teams drops those beyond six without a word, and phones show fewer."""
WIDEST_ROW, AROUND_A_LABEL = 74, 7
"""Characters for which a row has room in a narrow window, and those that a button takes beside its label."""
LONGEST_ANSWER = 4_000
LONGEST_LINE = 300
EXCERPT = "excerpt"
_STYLES: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.PLAIN: "default",
        Tone.NOTICE: "accent",
        Tone.WARNING: "warning",
        Tone.URGENT: "attention",
        Tone.DONE: "good",
    }
)
_BUTTONS = {"primary": "positive", "danger": "destructive"}
# Adaptive Cards put dates in the place of {{DATE(...)}} and {{TIME(...)}}. A word joiner between the braces, which
# nobody sees, leaves a member's braces alone.
_DATE_CALL = re.compile(r"\{(?=\{\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
_INPUT = re.compile(r"f\d+:(.+)", re.DOTALL)


def message(card: Card, *below: Card, notify: bool = True) -> Payload:
    """An activity that shows the card, and others below it. Text and card in one activity would come apart, so there is
    no text."""
    shown: dict[str, Json] = {
        "type": "message",
        "summary": card.summary or card.title,
        "attachments": [_attached(made) for made in fitted((card, *below), _shaped)],
    }
    if below:
        shown["attachmentLayout"] = "list"
    if notify:
        shown["channelData"] = {"notification": {"alert": True}}
    return shown


def dialog(title: str, card: Payload) -> Payload:
    """The answer to an invoke that opens a dialog with the card, or puts the card in its place."""
    shown: Payload = {"title": title, "width": "medium", "height": "medium", "card": _attached(card)}
    return {"task": {"type": "continue", "value": shown}}


def form(action: Action) -> Payload:
    """What has to be asked first, as a dialog's card. Dialogs know Action.Submit alone."""
    asked: list[Json] = [_lines(action.confirm)] if action.confirm else []
    asked += [_input(field, 0) for field in action.fields]
    send: Payload = {"type": "Action.Submit", "title": action.label, "data": _data(action), **_look(action)}
    return {"$schema": SCHEMA, "type": "AdaptiveCard", "version": VERSION, "body": asked, "actions": [send]}


def _attached(card: Payload) -> Payload:
    return {"contentType": ADAPTIVE, "content": card}


def adaptive(card: Card) -> Payload:
    """The card in Teams' shape, no larger than Teams takes."""
    [made] = fitted((card,), _shaped)
    return made


def _shaped(card: Card) -> Payload:
    body = [_heading(card), *(block for n, given in enumerate(card.blocks) for block in _block(given, n))]
    body += _rows(card.actions)
    if card.footer:
        body += [_lines(line, isSubtle=True, size="small") for line in card.footer.split("\n")]
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": card.summary or card.title,
        "msteams": {"width": "Full"},
        "body": body,
    }


def in_a_line(card: Card) -> str:
    """What a small card says, in one line; empty where there is more to it: a member's words, facts, buttons."""
    words = [block.text for block in card.blocks if isinstance(block, Paragraph)]
    if card.actions or len(words) != len(card.blocks):
        return ""
    line = " ".join(" ".join([f"{card.title}:" if words else card.title, *words, card.footer]).split())
    return line if len(line) <= LONGEST_LINE else ""


def _heading(card: Card) -> Payload:
    title = _lines(card.title, size="large", weight="bolder")
    return {"type": "Container", "style": _STYLES[card.tone], "bleed": True, "items": [title]}


def _block(block: Block, number: int) -> Iterator[Payload]:
    match block:
        case Paragraph(text=words):
            yield from (_lines(line) for line in words.split("\n"))
        case Excerpt(text=words, marks=marks, caption=caption):
            if caption:
                yield _lines(caption, isSubtle=True, size="small")
            yield _excerpt(words, marks, number)
        case Facts(rows=rows):
            yield from (_fact(label, value) for label, value in rows)
        case Bullets(items=items):
            yield from (_lines(f"• {item}") for item in items)


def _excerpt(words: str, marks: Iterable[Span], number: int) -> Payload:
    """A member's words, line by line, those in question marked by colour and weight."""
    lines: list[Json] = []
    for start, line in _numbered(words):
        runs = [
            _run(piece, highlight=True, weight="bolder") if is_marked else _run(piece)
            for piece, is_marked in _pieces(line, [(mark.start - start, mark.end - start) for mark in marks])
        ]
        lines.append(_text_block(runs))
    return {"type": "Container", "id": f"{EXCERPT}{number}", "style": "emphasis", "items": lines}


def _numbered(words: str) -> Iterator[tuple[int, str]]:
    """Each line, and where it starts."""
    start = 0
    for line in words.split("\n"):
        yield start, line
        start += len(line) + 1


def _pieces(line: str, marks: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The line cut at the marks, which may touch, overlap or reach beyond it."""
    at = 0
    for start, end in sorted((max(0, start), min(len(line), end)) for start, end in marks):
        if end <= at or start >= end:
            continue
        if at < start:
            yield line[at:start], False
        yield line[max(at, start) : end], True
        at = end
    if at < len(line) or not line:
        yield line[at:], False


def _fact(label: str, value: str) -> Payload:
    if value.startswith("https://") and "/l/message/" in value:
        return _text_block([_run(label, weight="bolder", selectAction={"type": "Action.OpenUrl", "url": value})])
    return _text_block([_run(f"{label}: ", weight="bolder"), _run(value)])


def _lines(words: str, **look: Json) -> Payload:
    return _text_block([_run(words, **look)])


def _text_block(runs: Iterable[Payload]) -> Payload:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(words: str, **look: Json) -> Payload:
    """Words that are shown as they are, in one line. An empty line keeps its height."""
    return {"type": "TextRun", "text": literal(words.replace("\n", " ")) or " ", **look}


def literal(words: str) -> str:
    """The words, in which Adaptive Cards find nothing to fill in."""
    return _DATE_CALL.sub("{\u2060", words)


def _rows(actions: tuple[Action, ...]) -> Iterator[Payload]:
    """Buttons in rows that fit, because what stands beyond the edge of a card nobody can press."""
    row: list[Json] = []
    room = WIDEST_ROW
    for number, action in enumerate(actions):
        width = len(action.label) + AROUND_A_LABEL
        if row and (width > room or len(row) == MOST_IN_A_ROW):
            yield {"type": "ActionSet", "actions": row}
            row, room = [], WIDEST_ROW
        row.append(_button(action, number))
        room -= width
    if row:
        yield {"type": "ActionSet", "actions": row}


def _button(action: Action, number: int) -> Payload:
    """A button that acts, or one that opens what has to be asked first."""
    if not action.fields and not action.confirm:
        return _execute(action, number)
    asked: list[Json] = [_lines(action.confirm)] if action.confirm else []
    asked += [_input(field, number) for field in action.fields]
    opened: Payload = {
        "type": "AdaptiveCard",
        "version": VERSION,
        "body": asked,
        "actions": [_execute(action, number)],
    }
    return {"type": "Action.ShowCard", "title": action.label, "card": opened, **_look(action)}


def _execute(action: Action, number: int) -> Payload:
    """Older clients know no Action.Execute; they send the same as a message."""
    same: Payload = {"title": action.label, "data": _data(action), "id": f"b{number}", **_look(action)}
    fallback: Payload = {"type": "Action.Submit", **same, "id": f"s{number}"}
    return {"type": "Action.Execute", "verb": action.name, **same, "fallback": fallback}


def _data(action: Action) -> Payload:
    return {"act": action.name, "subject": action.subject}


def _look(action: Action) -> Payload:
    return {"style": _BUTTONS[action.style]} if action.style in _BUTTONS else {}


def _input(field: Field, number: int) -> Payload:
    """One question. Its id carries the button's number: ids are one namespace in the whole card."""
    common: dict[str, Json] = {
        "id": f"f{number}:{field.name}",
        "label": field.label,
        "isRequired": field.is_required,
        "errorMessage": field.label,
    }
    if field.value:
        common["value"] = field.value
    if field.hint:
        common["placeholder"] = field.hint
    match field.kind:
        case "choice":
            choices: list[Json] = [{"title": label, "value": value} for value, label in field.choices]
            return {"type": "Input.ChoiceSet", **common, "choices": choices, "style": "compact"}
        case "choices":
            several: list[Json] = [{"title": label, "value": value} for value, label in field.choices]
            return {"type": "Input.ChoiceSet", **common, "choices": several, "isMultiSelect": True, "style": "filtered"}
        case "person":
            query: Payload = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
            return {"type": "Input.ChoiceSet", **common, "choices": [], "choices.data": query, "style": "filtered"}
        case "date":
            return {"type": "Input.Date", **common}
        case kind:
            is_long = kind == "text"
            return {"type": "Input.Text", **common, "isMultiline": is_long, "maxLength": LONGEST_ANSWER}


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button says. It came from outside: it says what is meant, never what is allowed."""

    act: str
    subject: str
    values: Mapping[str, str]


def press_in(data: Payload) -> Press | None:
    """What the data of a button says, whether executed or submitted; None where it is none of ours."""
    act = text(data, "act")
    if not act:
        return None
    values = {}
    for name, value in data.items():
        found = _INPUT.fullmatch(name)
        if found and isinstance(value, str):
            values[found[1]] = value[:LONGEST_ANSWER]
    return Press(act, text(data, "subject"), MappingProxyType(values))


def executed(activity: Payload) -> Press | None:
    """The press that an invoke (`adaptiveCard/action`) carries."""
    return press_in(part(activity, "value", "action", "data"))
