"""A card as Slack's Block Kit. Everything that anybody typed stands there as literal text; every limit of Slack's is
kept here, so that no card is ever refused."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from adapters.slack.text import whole_characters
from bot.cards import Action, Block, Bullets, Card, Excerpt, Facts, Paragraph, Tone
from policy.verdict import Span

Json: TypeAlias = dict[str, Any]
ValueOf: TypeAlias = Callable[[Action], str | None]
"""What a button of ours sends back; None where Slack's 2,000 characters cannot hold it, and then it is left out."""
IsLink: TypeAlias = Callable[[str], bool]
"""Whether a fact's value is an address of our own making, which alone is shown as a link."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much one place takes: blocks, and characters of JSON in all."""

    blocks: int
    characters: int


# Slack refuses a message of more than about 13,200 characters of text and containers (slackapi/bolt-js#2509, #2867).
MESSAGE = Room(blocks=50, characters=12_000)
ANSWER = Room(blocks=50, characters=40_000)
VIEW = Room(blocks=100, characters=150_000)

HEADER, TEXT, CONTEXT, LABEL, IDENTIFIER = 150, 3_000, 2_000, 75, 255
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
IN_ONE_ROW = 25
SHORTENED = " … [shortened · abreviado]"
LEFT_OUT = "… [{n} more parts · {n} partes más]"
TONES = {Tone.URGENT: "🚨 ", Tone.WARNING: "⚠️ ", Tone.NOTICE: "👀 ", Tone.DONE: "✅ ", Tone.PLAIN: ""}
MARKED = {"bold": True, "code": True}
_LONGEST_PARTS = (TEXT, 1_500, 700, 300, 120)


def blocks_of(
    card: Card, room: Room, *, value_of: ValueOf, is_link: IsLink = lambda _: False, key: str = ""
) -> list[Json]:
    """The card's blocks, which fit into the room: what is too long is shortened and says so. `key` becomes the first
    block's id, by which the card is known again."""
    for longest in _LONGEST_PARTS:
        found = _blocks(card, longest, value_of, is_link, key)
        if _fits(found, room):
            return found
    return _thinned(card, room, value_of, is_link, key)


def fallback_of(card: Card) -> str:
    """The line for notifications. Slack reads markup in it, so that its three signs are escaped."""
    return escaped(shortened(card.summary.strip() or card.title.strip() or "Chaperone", 600))


def escaped(text: str) -> str:
    """The text for a place where Slack reads markup: nothing in it can mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, longest: int, word: str = "…") -> str:
    """The text in whole characters, with `word` at its end where it was cut."""
    text = whole_characters(text)
    return text if len(text) <= longest else text[: longest - len(word)] + word


def plain(text: str, longest: int) -> Json:
    """A plain text object: no markup is read in it, nor names of emoji."""
    return {"type": "plain_text", "text": shortened(text, longest).strip() or "–", "emoji": False}


def section(text: str) -> Json:
    """Our own words as a block of literal text."""
    return _rich([_paragraph(shortened(text, TEXT, SHORTENED))])


def _blocks(card: Card, longest: int, value_of: ValueOf, is_link: IsLink, key: str) -> list[Json]:
    title = " ".join(card.title.split())
    header: Json = {"type": "header", "text": plain(TONES[card.tone] + title, HEADER)}
    if key:
        header["block_id"] = key
    found = [header]
    if len(TONES[card.tone] + title) > HEADER:
        found.append(_rich([_paragraph(shortened(title, longest, SHORTENED))]))
    found += [_rich(parts) for parts in (list(_parts(block, longest, is_link)) for block in card.blocks) if parts]
    found += _rows(card.actions, value_of)
    if card.footer:
        found.append({"type": "context", "elements": [plain(card.footer, min(longest, CONTEXT))]})
    return found


def _fits(blocks: Sequence[Json], room: Room) -> bool:
    return len(blocks) <= room.blocks and len(json.dumps(blocks, ensure_ascii=False)) <= room.characters


def _thinned(card: Card, room: Room, value_of: ValueOf, is_link: IsLink, key: str) -> list[Json]:
    """The card with fewer parts, first and last ones kept, and in the end with fewer buttons."""
    count, actions = len(card.blocks), card.actions
    while True:
        count = count * 3 // 4
        kept = card.blocks[: (count + 1) // 2], card.blocks[len(card.blocks) - count // 2 :]
        gap = len(card.blocks) - count
        blocks = (*kept[0], *([Paragraph(LEFT_OUT.format(n=gap))] if gap else []), *kept[1])
        thin = replace(card, blocks=blocks, actions=actions)
        found = _blocks(thin, _LONGEST_PARTS[-1], value_of, is_link, key)
        if _fits(found, room):
            return found
        if count == 0:
            actions = actions[: len(actions) // 2]


def _parts(block: Block, longest: int, is_link: IsLink) -> Iterator[Json]:
    """The parts of one rich text block."""
    match block:
        case Paragraph(text=text):
            if text.strip():
                yield _paragraph(shortened(text, longest, SHORTENED))
        case Excerpt(text=text, marks=marks, caption=caption):
            if caption:
                yield _of("rich_text_section", [_text(shortened(caption, longest), {"italic": True})])
            words = [_text(run, MARKED if is_marked else None) for run, is_marked in _runs(text, marks, longest)]
            if words:
                yield _of("rich_text_quote", words)
        case Facts(rows=rows):
            yield from _facts(rows, longest, is_link)
        case Bullets(items=items):
            listed = [_paragraph(shortened(item, longest, SHORTENED)) for item in items if item.strip()]
            if listed:
                yield {**_of("rich_text_list", listed), "style": "bullet", "indent": 0}


def _facts(rows: Iterable[tuple[str, str]], longest: int, is_link: IsLink) -> Iterator[Json]:
    for label, value in rows:
        line = [_text(f"{shortened(label, min(longest, HEADER))}: ", {"bold": True})]
        if is_link(value):
            line.append({"type": "link", "url": value})
        elif value:
            line.append(_text(shortened(value, longest, SHORTENED)))
        yield _of("rich_text_section", line)


def _runs(text: str, marks: Iterable[Span], longest: int) -> Iterator[tuple[str, bool]]:
    """The text in runs, marked and not. Marks may touch, overlap or reach beyond it."""
    text = whole_characters(text)
    end, at = min(len(text), longest), 0
    for mark in sorted(marks):
        start, stop = max(at, mark.start), min(end, mark.end)
        if start >= stop:
            continue
        if at < start:
            yield text[at:start], False
        yield text[start:stop], True
        at = stop
    if at < end:
        yield text[at:end], False
    if end < len(text):
        yield SHORTENED, False


def _rows(actions: Sequence[Action], value_of: ValueOf) -> list[Json]:
    buttons = [_button(number, action, value) for number, action in enumerate(actions) if (value := value_of(action))]
    rows = [buttons[at : at + IN_ONE_ROW] for at in range(0, len(buttons), IN_ONE_ROW)]
    return [{"type": "actions", "elements": row} for row in rows]


def _button(number: int, action: Action, value: str) -> Json:
    button: Json = {
        "type": "button",
        # Ids stand once in a message; the number keeps two of one name apart.
        "action_id": shortened(f"{number}:{action.name}", IDENTIFIER),
        "text": plain(action.label, LABEL),
        "value": value,
    }
    if action.style in ("primary", "danger"):
        button["style"] = action.style
    if asks_in_place(action):
        button["confirm"] = {
            "title": plain(action.label, CONFIRM_TITLE),
            "text": plain(action.confirm, CONFIRM_TEXT),
            "confirm": plain(action.label, CONFIRM_BUTTON),
            "deny": plain("No", CONFIRM_BUTTON),
        }
    return button


def asks_in_place(action: Action) -> bool:
    """Whether the button's own small window can ask for confirmation; else a form does."""
    return bool(action.confirm) and not action.fields and len(action.confirm) <= CONFIRM_TEXT


def _rich(parts: list[Json]) -> Json:
    return {"type": "rich_text", "elements": parts}


def _of(kind: str, elements: list[Json]) -> Json:
    return {"type": kind, "elements": elements}


def _paragraph(text: str) -> Json:
    return _of("rich_text_section", [_text(text)])


def _text(text: str, style: Json | None = None) -> Json:
    element: Json = {"type": "text", "text": whole_characters(text)}
    if style:
        element["style"] = dict(style)
    return element
